// A task of pairs before its first step: what is held out, how wide it is, what its embeddings begin with, what it says.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { isHeldOutDate } from "../text/dates/index.js";
import type { PairBatcher } from "../text/pairs/pair_batcher.js";
import { readPairData, type PairReading } from "./pair_data.js";
import { usualMaximumLength } from "./pair_options.js";
import type { PairSettings } from "./pair_settings.js";
import { beginPairTask } from "./pair_task.js";
import type { RunTask } from "./run_task.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";

let folder: string;
const file = (name: string): string => join(folder, name);
const write = (name: string, content: string): string => {
  writeFileSync(file(name), content);
  return file(name);
};

const ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const rows = ENGLISH.flatMap((a, i) => ENGLISH.map((b, j) => `${a} ${b}${j % 3 === 0 ? ` ${a} ${b}` : ""}\t${i} ${j}`));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-pair-task-"));
  write("digits.tsv", `${rows.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A task and what it said while it began. */
async function begun(options: Partial<TrainOptionsInput>): Promise<{ task: RunTask; notices: string[] }> {
  const notices: string[] = [];
  const given = { data: file("digits.tsv"), source: "1", target: "2", threads: 1, steps: 2, ...options };
  const speed = async (): Promise<{ flopsPerSecond: number }> => ({ flopsPerSecond: 1e10 });
  const task = await beginPairTask(parseTrainOptions(given), () => undefined, speed, (message) => void notices.push(message));
  return { task, notices };
}

describe("what is held out of the embedded pairs", () => {
  const reading: PairReading = { source: null, target: null, language: null, view: null, count: null, lowercase: false };
  const request = (path: string, validation: number | string, count: number | null = null) => ({ path, targetFile: null, reading: { ...reading, count }, validation, validationTarget: null, seed: 1 });

  it("are dates as asked: a share of those drawn, or so many, on days that no training has", async () => {
    const usual = await readPairData(request("dates", 0.1, 300));
    expect([usual.train.length, usual.validation.length, usual.description]).toEqual([300, 30, "Validation is on 30 unseen pairs, drawn besides."]);
    for (const [validation, count] of [[0.25, 75], [7, 7], [1, 1], [500, 500], [0.001, 1]]) {
      const data = await readPairData(request("dates", validation, 300));
      expect(data.validation).toHaveLength(count);
      expect(data.train).toEqual(usual.train);
      expect(data.validation.every(({ target }) => isHeldOutDate(target))).toBe(true);
      expect(data.corpus.notices.join(" ")).not.toMatch(/validation/i);
    }
  });

  it("is a tenth unless asked, rounded up as a count is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), async (count) => {
        const { validation } = await readPairData(request("dates", 0.1, count));
        expect(validation).toHaveLength(Math.ceil(count / 10));
      }),
      { numRuns: 30 },
    );
  });

  it("may be a file of dates, which is then the only thing said of it", async () => {
    const path = write("held.tsv", "3 mars 1987\t1987-03-03\n");
    const { validation, description, corpus } = await readPairData(request("dates", path, 50));
    expect(validation).toEqual([{ source: "3 mars 1987", target: "1987-03-03" }]);
    expect(description).toBe("Validation is on 1 pair of held.");
    expect(corpus.notices).toHaveLength(1);
  });

  it.each<[string, number | string, RegExp]>([
    ["dates", 1.5, /--validation must be a share below 1, a whole number or a file, but 1\.5 was given\.$/],
    ["dates", "dates", /^The embedded "dates" is no file to validate on; give --validation a share, a number of pairs or a file\.$/],
    ["stories", "stories", /^The embedded "stories" is no file to validate on/],
    ["stories", 50, /too few to set some aside/],
    ["dates", 20_000_000, /20000000 is no amount of dates/],
    ["dates", "none.tsv", /^There is no file none\.tsv/],
  ])("of %s refuses %j", async (path, validation, sentence) => {
    await expect(readPairData(request(path, validation, 50))).rejects.toMatchObject({ name: "WordloomError", message: expect.stringMatching(sentence) });
  });

  it("is a number of pairs to draw only of what is drawn", async () => {
    await expect(readPairData(request(file("digits.tsv"), 0.1, 50))).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/digits\.tsv is read whole, .* leave the number out \(--stories\)/) });
  });
});

describe("--validation", () => {
  it.each([["20%", 0.2], ["5.5 %", 0.055], ["20", "20"], [20, 20], ["held.tsv", "held.tsv"], ["%", "%"]])("%j is %j", (validation, expected) => {
    expect(parseTrainOptions({ data: "dates", validation }).validation).toBe(expected);
  });

  it.each(["0%", "100%", "250 %", ""])("%j is refused", (validation) => {
    expect(() => parseTrainOptions({ data: "dates", validation })).toThrow(`The option --validation must be a share such as 0.1 or 10%, a whole number or a file, but "${validation}" was given.`);
  });
});

describe("a validation file", () => {
  const given = { path: "", targetFile: null, reading: { source: "1", target: "2", language: null, view: null, count: null, lowercase: false }, validationTarget: null, seed: 1 };

  it("is measured on whole, and said to be trained on as far as its sources are", async () => {
    const pairs = (...sources: string[]): string => sources.map((source) => `${source}\t0 0\n`).join("");
    const described = async (text: string): Promise<string> => (await readPairData({ ...given, path: file("digits.tsv"), validation: write("measured.tsv", text) })).description;
    expect(await described(rows.join("\n"))).toBe("Validation is on 100 pairs of measured, but 100 of 100 validation sources are trained on too.");
    expect(await described(pairs("one two", "one two", "two", "ten"))).toBe("Validation is on 4 pairs of measured, but 1 of 3 validation sources is trained on too.");
    expect(await described(pairs("two", "ten"))).toBe("Validation is on 2 pairs of measured.");
  });

  it("of two files has no languages, which training with them is told before anything is read", () => {
    const options = { data: "none.tsv", validation: "none.en", validationTarget: "none.de", family: "seq2seq" };
    expect(() => parseTrainOptions({ ...options, language: "to" })).toThrow(/^The files of --validation and --validation-target have no column that says which language .*; validate on one table that has it\.$/);
    expect(parseTrainOptions(options)).toMatchObject(options);
  });
});

describe("additive attention", () => {
  it("has fewer rows a batch where its vectors for all pairs of positions would not fit, and says so", async () => {
    const width = 65_536;
    const few = (notices: readonly string[]): number => notices.filter((notice) => notice.startsWith("Batches of long pairs have fewer than 4,096 positions, since additive attention")).length;
    const largest = (task: RunTask): number => Math.max(...task.shapes.map(({ rows, sourceLength, targetLength }) => rows * sourceLength * targetLength));
    const [additive, narrow, general] = [await begun({ cell: "gru", attention: "additive", width }), await begun({ cell: "gru", attention: "additive" }), await begun({ cell: "gru", width })];
    expect(largest(additive.task) * width).toBeLessThanOrEqual(2 ** 26);
    expect(largest(general.task) * width).toBeGreaterThan(2 ** 26);
    expect([additive, narrow, general].map(({ notices }) => few(notices))).toEqual([1, 0, 0]);
    expect([additive, narrow, general].map(({ task }) => task.settings)).toMatchObject([{ cellsPerBatch: 1024 }, { cellsPerBatch: 262_144 }, { cellsPerBatch: null }]);
    expect(narrow.task.shapes).toEqual(general.task.shapes);
  });
});

describe("a task says", () => {
  it.each<[Partial<TrainOptionsInput>, string]>([
    [{}, "Read as characters: 20 of sources, 15 of targets (--tokenizer)."],
    [{ joint: true }, "Read as characters: 30 for both sides (--tokenizer)."],
    [{ tokenizer: "word", joint: false }, "Read as words: 24 of sources, 24 of targets (--tokenizer, --vocabulary)."],
    [{ tokenizer: "bpe", vocabulary: 270 }, "Read as byte pairs: 270 for both sides (--tokenizer, --vocabulary)."],
  ])("how texts are read, with %o", async (options, sentence) => {
    expect((await begun(options)).notices.filter((notice) => notice.startsWith("Read as"))).toEqual([sentence]);
  });

  it.each<[string, string, (i: number) => [string, string]]>([
    ["telephone numbers as characters", "characters", (i) => [`+41 (0)79 ${1000 + i} ${(i * 7919) % 10_000}`, `004179${1000 + i}${(i * 7919) % 10_000}`]],
    ["sentences as byte pairs", "byte pairs", (i) => [`${ENGLISH[i % 10]} dogs see ${ENGLISH[Math.floor(i / 10) % 10]} cats`, `${ENGLISH[i % 10]} Hunde sehen ${ENGLISH[Math.floor(i / 10) % 10]} Katzen`]],
  ])("and reads many %s", async (_, tokens, row) => {
    const data = write("many.tsv", Array.from({ length: 8000 }, (__, i) => `${row(i).join("\t")}\n`).join(""));
    const { notices } = await begun({ data });
    expect(notices.find((notice) => notice.startsWith("Read as"))).toMatch(new RegExp(`^Read as ${tokens}: `));
  });

  it("what of the validation part is longer than the model holds", async () => {
    const long = write("long.tsv", ["one\t7", `${"two ".repeat(9)}\t2`, `${"two ".repeat(8)}\t${"2 ".repeat(9)}`].map((row) => `${row}\n`).join(""));
    const said = async (validation: string): Promise<string[]> => (await begun({ validation, tokenizer: "word", context: 8 })).notices.filter((notice) => notice.startsWith("Of the validation part"));
    expect(await said(long)).toEqual(["Of the validation part, 2 sources and 1 target are longer than the model holds (8 tokens) and are measured only as far (--context)."]);
    expect(await said(write("short.tsv", "one\t7\n"))).toEqual([]);
  });

  it("what it makes of sources, up to the length that conversions have", async () => {
    const answers = write("answers.tsv", ENGLISH.map((word, i) => `${i}\t${`${word} `.repeat(9)}\n`).join(""));
    const { task } = await begun({ data: answers, validation: 2, tokenizer: "character", cell: "gru", width: 8 });
    const { maximumTarget } = task.settings as PairSettings;
    expect(maximumTarget).toBeGreaterThan(40);
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(task.model)), []);
    buffers.initialize(new RandomStream(1, "initialisation"));
    buffers.values("head.bias")[task.config.eos_token_id as number] = -100; // it never ends
    const sampler = await task.sampler(buffers, { device: "cpu", threads: 1 });
    const lines = (await sampler.sample()).split("\n");
    await sampler.release();
    for (const line of lines) expect(line.length).toBe("0 → ".length + maximumTarget);
    expect(usualMaximumLength({ maximumTarget })(2)).toBe(maximumTarget);
    expect(usualMaximumLength({ maximumTarget })(100)).toBe(216);
  });

  it("how many target tokens a step has, without padding, as its batches have them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 600 }), fc.integer({ min: 1, max: 3 }), async (batchTokens, accumulation) => {
        const { task, notices } = await begun({ batchTokens, accumulation, tokenizer: "word" });
        const batcher = task.batcher as unknown as PairBatcher;
        let [targets, positions, filled] = [0, 0, 0];
        for (let i = 0; i < batcher.batchesPerEpoch; i++) {
          const { targetCount, sources, tokens, pairs } = batcher.next();
          targets += targetCount;
          positions += sources.length + tokens.length;
          filled += targetCount + sources.filter((id) => id !== 0n).length - pairs.filter((pair) => pair < 0).length; // such a row holds one <eos>
        }
        expect(targets).toBe(task.trainingTokens);
        expect(task.tokensPerStep).toBe(Math.round((accumulation * targets) / batcher.batchesPerEpoch));
        const [, percent, tokens] = /^Batches of .* source and target positions: (\d+) % of them are padding, and (\S+) target tokens? are in a batch on average\.$/.exec(notices.at(-1)!)!;
        expect(Number(tokens.replace(",", ""))).toBe(Math.round(targets / batcher.batchesPerEpoch));
        expect(Number(percent)).toBe(Math.round(100 * (1 - filled / positions)));
      }),
      { numRuns: 8 },
    );
  });

  it("and measures on the same batches at each evaluation", async () => {
    const { task } = await begun({ batchTokens: 200, tokenizer: "word" });
    const [once, again] = [0, 1].map(() => [...task.validationPass()]);
    expect(once.length).toBeGreaterThan(0);
    expect(again).toEqual(once);
    expect(once.reduce((sum, { targetCount }) => sum + targetCount, 0)).toBe(task.validationTokens);
  });
});

describe("word vectors", () => {
  const vectorsOf = (width: number, words: readonly string[]): string => words.map((word, w) => `${word} ${Array.from({ length: width }, (_, i) => Math.sin(1 + w + i)).join(" ")}\n`).join("");
  const tiny = (width: number, words = ENGLISH): Partial<TrainOptionsInput> => ({ embeddings: write(`${width}.vec`, vectorsOf(width, words)), tokenizer: "word", layers: 1 });

  it.each<[number, Partial<TrainOptionsInput>, object]>([
    [10, {}, { hidden_size: 10, num_attention_heads: 2 }],
    [12, { width: 12 }, { hidden_size: 12, num_attention_heads: 4 }],
    [10, { cell: "gru" }, { hidden_size: 256, embedding_size: 10 }],
    [10, { cell: "lstm", width: 16 }, { hidden_size: 16, embedding_size: 10 }],
    [10, { cell: "gru", embedding: 10, width: 8 }, { hidden_size: 8, embedding_size: 10 }],
  ])("of %i values decide the width with %o", async (width, options, config) => {
    const { task, notices } = await begun({ ...tiny(width), ...options });
    expect(task.config).toMatchObject(config);
    const chosen = !("embedding" in options) && !("width" in options && !("cell" in options));
    expect(notices.some((notice) => notice.includes(`${width} wide, as the vectors of `))).toBe(chosen);
  });

  it.each<[Partial<TrainOptionsInput>, RegExp]>([
    [{ width: 16 }, /10\.vec has vectors of 10 values but the model's are 16 wide; give vectors of the model's width, or leave the width out to build the model with theirs\.$/],
    [{ cell: "gru", embedding: 16 }, /the model's are 16 wide/],
    [{ heads: 3 }, /width 10 cannot be divided among 3 heads/],
  ])("do not fit another width: %o", async (options, sentence) => {
    await expect(begun({ ...tiny(10), ...options })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(sentence) });
  });

  it("are looked up for words unless said otherwise, which characters are not", async () => {
    const { tokenizer: _, ...untold } = tiny(10);
    const { task, notices } = await begun({ ...untold, joint: false });
    expect(notices).toContain("Read as words, since --embeddings has vectors of words: 24 of sources, 24 of targets (--tokenizer, --vocabulary).");
    expect(task.vocabularySize).toBe(24);
    await expect(begun({ ...untold, tokenizer: "character" })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/--tokenizer character reads a text as characters; leave the tokenizer out, or choose word or bpe\.$/) });
  });

  it("that are not there are said before any work", async () => {
    const speed = async (): Promise<never> => Promise.reject(new Error("measured"));
    const options = parseTrainOptions({ data: file("digits.tsv"), source: "1", target: "2", minutes: 1, embeddings: file("none.vec") });
    await expect(beginPairTask(options, () => undefined, speed, () => undefined)).rejects.toMatchObject({ code: "file_not_found" });
  });

  it("are what whole byte pairs begin with, and no parts of longer words", async () => {
    const sentences = Array.from({ length: 60 }, (_, i) => [`the water of the river ${i}`, "water runs in the incredible winter", "incredible things are in the winter", "an invisible inner thing"][i % 4]);
    const data = write("sentences.tsv", sentences.map((text) => `${text}\t${text.toUpperCase()}\n`).join(""));
    const words = ["water", "winter", "ter", "in", "the", "river"];
    const { task } = await begun({ data, ...tiny(8, words), tokenizer: "bpe", vocabulary: 380, joint: true, cell: "gru", width: 8 });
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(task.model)), []);
    buffers.initialize(new RandomStream(1, "initialisation"));
    const before = buffers.values("source_embedding.weight").slice();
    const [notice, ...others] = await task.initialize!(buffers);
    expect(others).toEqual([]);
    const after = buffers.values("source_embedding.weight");
    const tokenizer = await tokenizerOf(task);
    const isBegun: Record<string, boolean> = {};
    const ratios: number[] = [];
    for (const [text, id] of tokenizer) {
      const [old, now] = [before, after].map((values) => Array.from(values.subarray(8 * id, 8 * id + 8)));
      const word = words.indexOf(text.trim());
      const isSame = old.every((value, i) => value === now[i]);
      if (word < 0) expect(isSame).toBe(true);
      else isBegun[text] = !isSame;
      if (!isSame) ratios.push(...now.map((value, i) => value / Math.sin(1 + word + i)));
    }
    expect(isBegun).toMatchObject({ " water": true, " winter": true, " the": true, "ter": false });
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0], 4);
    const count = Object.values(isBegun).filter(Boolean).length;
    const parts = Object.values(isBegun).length - count;
    expect(notice).toMatch(new RegExp(`^Of ${task.vocabularySize} tokens, ${count} begin with vectors from .*; the others begin at random, among them ${parts} that spells? (a word|words) of it but mostly stands? within longer ones\\.$`));
  });

  /** The texts of a task's byte pairs with their ids. */
  async function tokenizerOf(task: RunTask): Promise<[string, number][]> {
    let json = "";
    const folder = { writeTokenizer: (text: string) => (json = text), writeSourceTokenizer: () => undefined, writeGenerationConfig: () => undefined };
    task.writeFiles(folder as unknown as Parameters<RunTask["writeFiles"]>[0]);
    const { model } = JSON.parse(json) as { model: { vocab: Record<string, number> } };
    return Object.entries(model.vocab).map(([token, id]) => [token.replace("Ġ", " "), id]);
  }
});
