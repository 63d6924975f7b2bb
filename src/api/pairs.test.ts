// Pairs of texts through the built library, as a program uses it; and what is chosen before any training.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";
import { readPairData, type PairReading } from "./pair_data.js";
import { beginPairTask } from "./pair_task.js";
import { parseTrainOptions } from "./train_options.js";

const { attentionHtml, attentionJson, attentionSvg, load, measureTranslations, train } = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Library;

let folder: string;
const file = (name: string): string => join(folder, name);
const DIGITS = [..."0123456789"];
const NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/** Digits in words, all pairs of them. */
const PAIRS = NAMES.flatMap((a, i) => NAMES.map((b, j) => [`${a} ${b}`, `${DIGITS[i]} ${DIGITS[j]}`] as const));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-pairs-"));
  writeFileSync(file("digits.tsv"), PAIRS.map((pair) => `${pair.join("\t")}\n`).join(""));
  writeFileSync(file("few.tsv"), PAIRS.slice(0, 7).map((pair) => `${pair.join("\t")}\n`).join(""));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = (): Library.TrainOptions => ({ data: file("digits.tsv"), family: "seq2seq", tokenizer: "word", threads: 1, dropout: 0, lr: 0.01, steps: 150, evaluateEvery: 50, width: 32, batchTokens: 400, cell: "gru" });

describe("a model of pairs", () => {
  let model: Library.Model;
  beforeAll(async () => {
    await train({ ...tiny(), out: file("gru") }).result;
    model = await load(file("gru"), { threads: 1 });
  });
  afterAll(() => model.release());

  async function converted(sources: string | Iterable<string> | AsyncIterable<string>, options?: Library.ConvertOptions): Promise<Library.Converted[]> {
    const all: Library.Converted[] = [];
    for await (const result of model.convert(sources, options)) all.push(result);
    return all;
  }

  it("says what it is", () => {
    expect(model.description).toMatchObject({ kind: "pairs", architecture: "seq2seq gru", contextLength: 256 });
  });

  it("converts a text, a list, and what comes without end", async () => {
    const [one] = await converted("three seven");
    expect(one).toMatchObject({ source: "three seven", text: "3 7", complete: true, truncated: false, unknown: [] });
    expect(one.best).toHaveLength(1);
    expect(one.logProbability).toBeLessThan(0);
    expect((await converted(["three seven", "one two"]))[0]).toEqual(one);
    async function* endless(): AsyncGenerator<string> {
      for (;;) yield "three seven";
    }
    let count = 0;
    for await (const { text } of model.convert(endless(), { beams: 1 })) {
      expect(text).toBe("3 7");
      if (++count === 600) break;
    }
  });

  it("finds the same texts for many sources, in any order and in batches of any size, as for one", async () => {
    const alone = new Map<string, string>();
    for (const [source] of PAIRS.slice(0, 20)) alone.set(source, (await converted(source, { beams: 3 }))[0].text);
    const order = fc.shuffledSubarray([...alone.keys()], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 9 }), async (sources, batchSize) => {
        const texts = (await converted(sources, { beams: 3, batchSize })).map(({ text }) => text);
        expect(texts).toEqual(sources.map((source) => alone.get(source)));
      }),
      { numRuns: 15 },
    );
  });

  it("ends at a signal", async () => {
    const controller = new AbortController();
    function* endless(): Generator<string> {
      for (;;) yield "one two";
    }
    const reading = (async () => {
      for await (const _ of model.convert(endless(), { signal: controller.signal })) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
  });

  it("measures itself, and its measures are those of the texts", async () => {
    const progress: number[] = [];
    const result = await model.evaluatePairs(file("few.tsv"), { beams: 1, onProgress: (done, total) => progress.push(done / total) });
    const texts = (await converted(PAIRS.slice(0, 7).map(([source]) => source), { beams: 1 })).map(({ text }) => text);
    expect(result).toMatchObject({ pairs: 7, tokens: 21, beams: 1, perplexity: Math.exp(result.loss) });
    expect(result.examples.map(({ text }) => text)).toEqual(texts);
    const { bleu, exactMatch } = measureTranslations(texts, PAIRS.slice(0, 7).map(([, target]) => target));
    expect(result).toMatchObject({ bleu, exactMatch });
    expect(progress).toEqual([1]);
  });

  it("shows its attention", async () => {
    const map = await model.explain("three seven");
    expect(map).toMatchObject({ kind: "alignment", source: ["three", " seven", "<eos>"], target: ["3", " 7", "<eos>"] });
    expect(attentionHtml(map)).toContain("three");
    expect(attentionSvg(map)).toContain("three");
    const [{ heads }] = attentionJson(map).layers;
    for (const row of heads[0]) expect(row.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 3);
  });

  it.each<[string, object, RegExp]>([
    ["no beams", { beams: 0 }, /number of beams must be a whole number of 1 or more, but 0/],
    ["more texts than beams", { beams: 2, nBest: 3 }, /3 best texts were asked for, but 2 beams/],
    ["beams of texts drawn", { beams: 2, topK: 4 }, /drawn at random or searched for with 2 beams/],
    ["a negative temperature", { temperature: -1 }, /temperature must be 0 or more/],
    ["no tokens", { maxTokens: 0 }, /largest number of tokens must be a whole number of 1 or more, but 0/],
    ["batches of nothing", { batchSize: 0.5 }, /batch size must be a whole number of 1 or more, but 0\.5/],
    ["a language", { targetLanguage: "de" }, /trained without a column of languages/],
    ["an option that is none", { beem: 3 }, /no option of a conversion called "beem"; the options are beams, /],
  ])("refuses %s before it reads anything", async (_, options, sentence) => {
    const unread: Iterable<string> = {
      [Symbol.iterator]() {
        throw new Error("It was read.");
      },
    };
    await expect(converted(unread, options)).rejects.toMatchObject({ name: "WordloomError", code: "invalid_argument", message: expect.stringMatching(sentence) });
  });

  it("refuses what is for language models", async () => {
    await expect(model.generate({ prompt: "one" }).result).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("makes one text of another") });
    await expect(model.evaluate(file("few.tsv"))).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("evaluatePairs") });
  });
});

describe("what is held out", () => {
  const reading: PairReading = { source: null, target: null, language: null, view: null, count: null, lowercase: false };
  const request = (data: string, validation: number | string) => ({ path: file(data), targetFile: null, reading, validation, validationTarget: null, seed: 1 });

  it("are sources: no text that is measured on was trained on, whatever else it is paired with", async () => {
    const pair = fc.tuple(fc.constantFrom(..."abcdefgh"), fc.constantFrom(..."xyz"));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 3, maxLength: 40 }), fc.constantFrom(0.1, 0.5, 1, 2), async (pairs, validation) => {
        const sources = new Set(pairs.map(([source]) => source)).size;
        fc.pre(sources > 2);
        writeFileSync(file("drawn.tsv"), `source\ttarget\n${pairs.map((each) => `${each.join("\t")}\n`).join("")}`);
        const { train: trained, validation: held } = await readPairData(request("drawn.tsv", validation));
        expect(trained.length + held.length).toBe(pairs.length);
        const seen = new Set(trained.map(({ source }) => source));
        expect(held.filter(({ source }) => seen.has(source))).toEqual([]);
        const heldSources = new Set(held.map(({ source }) => source)).size;
        expect(heldSources).toBe(validation < 1 ? sources - Math.floor(sources * (1 - validation)) : validation);
      }),
      { numRuns: 60 },
    );
  });

  it("are all pairs of a file", async () => {
    const { train: trained, validation, validationSha256 } = await readPairData(request("digits.tsv", file("few.tsv")));
    expect([trained.length, validation.length]).toEqual([100, 7]);
    expect(validationSha256).toMatch(/^[0-9a-f]{64}$/);
    await expect(readPairData(request("digits.tsv", 1.5))).rejects.toMatchObject({ message: expect.stringContaining("share below 1, a whole number or a file, but 1.5") });
  });
});

describe("options of pairs", () => {
  it.each<[string, object, object]>([
    ["a column of sources", { source: "a" }, { family: "seq2seq", cell: "transformer" }],
    ["dates", { data: "dates" }, { family: "seq2seq", cell: "gru" }],
    ["dates and a cell", { data: "dates", cell: "transformer" }, { family: "seq2seq", cell: "transformer" }],
    ["a cell", { cell: "lstm" }, { family: "seq2seq", cell: "lstm" }],
    ["separate vocabularies", { joint: false }, { family: "seq2seq" }],
    ["nothing", { lowercase: false }, { family: "transformer" }],
  ])("%s says what is trained", (_, given, expected) => {
    expect(parseTrainOptions({ data: "data.tsv", ...given })).toMatchObject(expected);
  });

  it.each<[object, RegExp]>([
    [{ column: "a" }, /does not take --column; leave it out and give --source and --target/],
    [{ lines: false }, /does not take --lines/],
    [{ batch: 3 }, /does not take --batch; leave it out and give --batch-tokens/],
    [{ dialect: "gpt2" }, /does not take --dialect/],
    [{ attention: "dot" }, /--attention is not for the cell transformer; .* --cell gru or lstm/],
    [{ cell: "gru", heads: 2 }, /--heads is not for the cell gru; .* --cell transformer/],
    [{ cell: "gru", norm: "pre" }, /--norm is not for the cell gru/],
    [{ cell: "gru", embedding: 0 }, /no one-hot input/],
    [{ cell: "gru", inputFeeding: true, attention: "none" }, /nothing attended to/],
    [{ validationTarget: "a" }, /--validation-target is the file of targets of a --validation file/],
    [{ family: "gru", cell: "gru" }, /--cell is for models with an encoder or a discriminator, which the family gru has not; set --family seq2seq, vae or gan/],
  ])("that mean nothing are refused: %o", (given, sentence) => {
    expect(() => parseTrainOptions({ data: "data.tsv", family: "seq2seq", ...given })).toThrow(sentence);
  });

  it("bound by minutes are paced by the speed of the machine", async () => {
    const begun = async (flopsPerSecond: number) => {
      const task = await beginPairTask(parseTrainOptions({ ...tiny(), evaluateEvery: undefined, steps: undefined, minutes: 1 }), () => undefined, async () => ({ flopsPerSecond }), () => undefined);
      return task.settings;
    };
    const [slow, fast] = [await begun(1e9), await begun(1e11)];
    expect(fast.evaluateEvery / slow.evaluateEvery).toBeCloseTo(100, 0);
    expect(slow.schedule.warmupSteps).toBeLessThan(slow.evaluateEvery);
  });
});
