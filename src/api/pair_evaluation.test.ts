// What is measured of a model of pairs: each source once, in its language, over the characters that the model read.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { measureTranslations } from "../evaluation/index.js";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { isHeldOutDate } from "../text/dates/index.js";
import { readMetrics } from "../training/metrics_log.js";
import { evaluatePairsJob, type PairEvaluateRequest, type PairEvaluation } from "./pair_evaluation.js";
import type { PairReading } from "./pair_data.js";
import { convertJob, openedPairs } from "./pair_jobs.js";
import { trainJob } from "./train_job.js";
import { unseenPairs, type UnseenPairs } from "./unseen_pairs.js";

let folder: string;
const file = (name: string): string => join(folder, name);
const write = (name: string, rows: readonly (readonly string[])[]): void => writeFileSync(file(name), rows.map((row) => `${row.join("\t")}\n`).join(""));

const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
const ENGLISH_TO_GERMAN = NUMBERS.map((source, i) => [source, GERMAN[i]]);
const GERMAN_TO_ENGLISH = NUMBERS.map((source, i) => [GERMAN[i], source]);
const HEADER = ["source", "target", "to"];
/** Of the held-out part: other numbers, so that no training has them. */
const HELD = ["ten", "eleven"].map((source, i) => [source, ["zehn", "elf"][i]]);

const options = { family: "seq2seq", cell: "gru", tokenizer: "character", threads: 1, dropout: 0, steps: 30, evaluateEvery: 30, width: 16, batchTokens: 200, lr: 0.01 };
const train = (out: string, given: object): Promise<unknown> => trainJob({ ...options, ...given, out: file(out) }, () => undefined, new AbortController().signal);

const asked = (run: string, data: string, given: Partial<PairEvaluateRequest> = {}): PairEvaluateRequest => ({
  run: file(run), device: "cpu", threads: 1, data: file(data), targetFile: null, reading: {}, tokenizer: null, ...given,
  options: { beams: 1, maxTokens: 12, ...given.options },
});
const evaluate = (...request: Parameters<typeof asked>): Promise<PairEvaluation> => evaluatePairsJob(asked(...request), () => undefined, new AbortController().signal);
const lossOf = (run: string): number => readMetrics(file(`${run}/metrics.jsonl`))[0].validationLoss;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-pair-evaluation-"));
  write("german.tsv", [HEADER, ...ENGLISH_TO_GERMAN.map((pair) => [...pair, "de"])]);
  write("both.tsv", [HEADER, ...ENGLISH_TO_GERMAN.map((pair) => [...pair, "de"]), ...GERMAN_TO_ENGLISH.map((pair) => [...pair, "en"])]);
  write("held german.tsv", [HEADER, ...HELD.map((pair) => [...pair, "de"])]);
  write("held both.tsv", [HEADER, ...HELD.map((pair) => [...pair, "de"]), ...HELD.map(([source, target]) => [target, source, "en"])]);
  write("held plain.tsv", [["source", "target"], ...HELD]);
  write("held.en", HELD.map(([source]) => [source]));
  write("held.de", HELD.map(([, target]) => [target]));
  write("several.tsv", [["source", "target"], ["one", "eins"], ["two", "zwei"], ["one", "ein"], ["one", "eins"], ["two", "zwo"], ["two", "paar"], ["ten", "zehn"]]);
  await train("plain", { data: file("german.tsv"), source: "source", target: "target", context: 8 });
  await train("german", { data: file("german.tsv"), language: "to", validation: file("held german.tsv") });
  await train("both", { data: file("both.tsv"), language: "to", validation: file("held german.tsv") });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a source with several targets", () => {
  it("is converted and counted once, and held to all of them", async () => {
    const done: unknown[] = [];
    const result = await evaluatePairsJob(asked("plain", "several.tsv"), (event) => done.push(event), new AbortController().signal);
    expect(result).toMatchObject({ pairs: 7, sources: 3, references: 6, bleuSignature: "nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp" });
    expect(done).toEqual([{ done: 3, total: 3 }]);
    const references = [["eins", "ein"], ["zwei", "zwo", "paar"], ["zehn"]];
    const sources = ["one", "two", "ten"];
    const converted = await convertJob({ run: file("plain"), device: "cpu", threads: 1, sources, options: { beams: 1, maxTokens: 12 }, first: 0 }, () => undefined, new AbortController().signal);
    const texts = converted.map(({ text }) => text);
    expect(result.examples).toEqual(sources.map((source, i) => ({ source, references: references[i], text: texts[i] })));
    expect(result).toMatchObject(measureTranslations(texts, references));
    // Over all pairs, with an end each.
    expect(result.tokens).toBe(["eins", "zwei", "ein", "eins", "zwo", "paar", "zehn"].join("").length + 7);
  });

  it("says how the measures read the texts", async () => {
    expect(await evaluate("plain", "held plain.tsv", { tokenizer: "char" })).toMatchObject({
      bleuTokenizer: "char", rougeTokenizer: "rouge-score", lowercase: false, sources: 2, references: 2, bleuSignature: "nrefs:1|case:mixed|eff:no|tok:char|smooth:exp",
    });
  });
});

describe("targets that are longer than the model holds", () => {
  it("count as far as the loss is over them", async () => {
    const targets = ["eins", "siebensiebensieben", "zweiundd", "dreiund"];
    write("long.tsv", [["source", "target"], ...targets.map((target, i) => [NUMBERS[i], target])]);
    const result = await evaluate("plain", "long.tsv");
    // Eight tokens at most, of which the last is the end where the text is over by then.
    expect(result.tokens).toBe(5 + 8 + 8 + 8);
    expect(result.characters).toBe(4 + 8 + 8 + 7);
    expect(result.bitsPerCharacter).toBeCloseTo((result.loss * 29) / Math.LN2 / 27, 9);
    expect(result.notices.at(-1)).toMatch(/^0 sources and 2 targets are longer than the model holds \(8 tokens\).*bits per character are over what was read\.$/);
  });

  it("change nothing where none is", async () => {
    const { characters, tokens, loss, bitsPerCharacter } = await evaluate("plain", "held plain.tsv");
    expect([characters, tokens]).toEqual([7, 9]);
    expect(bitsPerCharacter).toBeCloseTo((loss * 9) / Math.LN2 / 7, 9);
  });
});

describe("what the run was trained on", () => {
  it("is measured whole where validation was on a file, and said to be no new text", async () => {
    const sentence = /^The run was trained on the whole of this file \(it was validated on "held german\.tsv"\), so that these measures say nothing of texts that are new to it\.$/;
    const [trained, held] = [await evaluate("german", "german.tsv"), await evaluate("german", "held german.tsv")];
    expect(trained.pairs).toBe(10);
    expect(trained.notices).toContainEqual(expect.stringMatching(sentence));
    expect(held.notices).not.toContainEqual(expect.stringMatching(sentence));
  });

  it("is measured as far as it was held out, in the columns of training however they are named", async () => {
    const usual = await evaluate("plain", "german.tsv");
    expect(usual).toMatchObject({ pairs: 1, notices: expect.arrayContaining(["The run was trained on this file: measured on the 1 pair that it held out."]) });
    for (const reading of [{ source: "1", target: "2" }, { source: "source" }]) {
      expect(await evaluate("plain", "german.tsv", { reading })).toMatchObject({ pairs: 1, loss: usual.loss, examples: usual.examples });
    }
  });

  it.each<[Partial<PairReading>]>([[{ source: "target", target: "source" }], [{ target: "to" }], [{ language: "to" }]])("is refused in the columns %o", async (reading) => {
    await expect(evaluate("plain", "german.tsv", { reading })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^The run was trained on ".*german\.tsv", .* in the columns of training; leave --source, --target and --language out, or give another file\.$/) });
  });
});

describe("embedded dates", () => {
  const drawn = (count: number): Promise<UnseenPairs> => {
    const { settings } = openedPairs({ run: file("plain"), device: "cpu", threads: 1 }).run;
    return unseenPairs(settings, "dates", null, { source: null, target: null, language: null, view: null, count, lowercase: false });
  };

  it("are drawn as many as asked, on days that no training has, and next to none besides", async () => {
    const [seven, ten] = [await drawn(7), await drawn(10)];
    expect(seven.pairs).toEqual(ten.pairs.slice(0, 7));
    expect(ten.pairs.every(({ target }) => isHeldOutDate(target))).toBe(true);
    expect(ten.pairs).toHaveLength(10);
    expect(ten.corpus.pairs).toHaveLength(1);
  });

  it.each([30_000_000, 0, 0.5])("cannot be %d", async (count) => {
    await expect(drawn(count)).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(new RegExp(`^${count} is no number of pairs to draw; give a whole number from 1 to`)) });
  });
});

it("the time of conversions is without that of compiling", async () => {
  let clock = 0;
  const { compile } = ProgramDecoder;
  const { attending } = ProgramDecoder.prototype;
  const spies = [
    vi.spyOn(performance, "now").mockImplementation(() => clock),
    vi.spyOn(ProgramDecoder, "compile").mockImplementation((...given) => ((clock += 1e6), compile.apply(ProgramDecoder, given))),
    // Compiled with the first call and kept.
    vi.spyOn(ProgramDecoder.prototype, "attending").mockImplementationOnce(function (this: ProgramDecoder) {
      clock += 1e6;
      return attending.call(this);
    }),
  ];
  try {
    const result = await evaluatePairsJob({ ...asked("plain", "several.tsv"), threads: 2, options: { beams: 2, maxTokens: 4, coveragePenalty: 0.2 } }, () => void (clock += 1000), new AbortController().signal);
    expect(clock).toBe(2e6 + 1000);
    expect(result).toMatchObject({ sources: 3, sentencesPerSecond: 3, seconds: 2001 });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});

describe("the language of a target", () => {
  it("is the only one of the model where the file does not say it, as in training", async () => {
    const table = await evaluate("german", "held german.tsv");
    expect(table.loss).toBeCloseTo(lossOf("german"), 6);
    for (const result of [await evaluate("german", "held plain.tsv"), await evaluate("german", "held.en", { targetFile: file("held.de") }), await evaluate("german", "held plain.tsv", { options: { targetLanguage: "de" } })]) {
      expect(result).toMatchObject({ loss: table.loss, bitsPerCharacter: table.bitsPerCharacter, bleu: table.bleu, examples: table.examples });
    }
  });

  it("is the one asked for where the file does not say it", async () => {
    const de = { options: { targetLanguage: "de" } };
    const table = await evaluate("both", "held german.tsv");
    expect(table.loss).toBeCloseTo(lossOf("both"), 6);
    for (const result of [await evaluate("both", "held plain.tsv", de), await evaluate("both", "held.en", { ...de, targetFile: file("held.de") })]) {
      expect(result).toMatchObject({ loss: table.loss, examples: table.examples });
    }
    const english = await evaluate("both", "held plain.tsv", { options: { targetLanguage: "en" } });
    expect(english.loss).not.toBe(table.loss);
  });

  it("chooses the pairs where the file does say it", async () => {
    const table = await evaluate("both", "held german.tsv");
    for (const reading of [{}, { language: "to" }, { language: "3" }]) {
      const result = await evaluate("both", "held both.tsv", { reading, options: { targetLanguage: "de" } });
      expect(result).toMatchObject({ pairs: 2, loss: table.loss, examples: table.examples });
      expect(result.notices).toContain("Left out 2 pairs in other languages than de.");
    }
    const together = await evaluate("both", "held both.tsv");
    expect(together).toMatchObject({ pairs: 4, sources: 4 });
    expect(together.notices).toContain('Measured on de, en together; the option "targetLanguage" measures one of them.');
    const english = await evaluate("both", "held both.tsv", { options: { targetLanguage: "en" } });
    expect(together.loss * together.tokens).toBeCloseTo(table.loss * table.tokens + english.loss * english.tokens, 4);
  });

  it.each<[string, Parameters<typeof asked>, RegExp]>([
    ["that nobody named", ["both", "held plain.tsv"], /writes de, en; say which \(option "targetLanguage"\)/],
    ["that the model does not write", ["both", "held plain.tsv", { options: { targetLanguage: "fr" } }], /writes de, en, but not "fr"/],
    ["of a file that has none in it", ["both", "held german.tsv", { options: { targetLanguage: "en" } }], /no pair to measure on whose target is in "en", but in de;/],
    ["of a column that training had not", ["plain", "held german.tsv", { reading: { language: "to" } }], /trained without a column of languages; leave the option "language" out/],
    ["in a column that is not there", ["both", "held german.tsv", { reading: { language: "tongue" } }], /no column "tongue"/],
    ["in the wrong column", ["both", "held german.tsv", { reading: { language: "target", target: "to" } }], /has targets in "zehn", but the model in .* writes de, en;/],
  ])("%s is refused", async (_, request, sentence) => {
    await expect(evaluate(...request)).rejects.toMatchObject({ name: "WordloomError", message: expect.stringMatching(sentence) });
  });
});

it("an unknown tokenizer is refused before the data is read", async () => {
  await expect(evaluate("plain", "there is no such file", { tokenizer: "mecab" as never })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining('tokenizer of BLEU must be "13a"') });
});
