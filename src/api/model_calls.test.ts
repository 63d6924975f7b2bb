// A program's calls of the built library that are wrong, or of a text with nothing in it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";
import { parseTrainOptions } from "./train_options.js";

const { load, train, WordloomError } = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Library;

let folder: string;
let model: Library.Model;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-calls-"));
  const data = join(folder, "pairs.tsv");
  const names = ["one", "two", "three", "four", "five", "six"];
  writeFileSync(data, names.flatMap((a, i) => names.map((b, j) => `${a} ${b}\t${i} ${j}\n`)).join(""));
  await train({ data, out: join(folder, "run"), family: "seq2seq", cell: "gru", tokenizer: "word", width: 16, batchTokens: 400, steps: 4, threads: 1 }).result;
  model = await load(join(folder, "run"), { threads: 1 });
});
afterAll(async () => {
  await model.release();
  rmSync(folder, { recursive: true, force: true });
});

async function converted(sources: unknown, options?: unknown): Promise<Library.Converted[]> {
  const all: Library.Converted[] = [];
  for await (const result of model.convert(sources as string, options as Library.ConvertOptions)) all.push(result);
  return all;
}

/** The error of a call, thrown or rejected. */
async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("a call with what is no argument", () => {
  const nothing = undefined as never;
  const number = 5 as never;
  it.each<[string, () => unknown, string]>([
    ["convert()", () => converted(nothing), "The call convert takes a text, or texts to iterate over, but nothing was given."],
    ["convert(5)", () => converted(5), "texts to iterate over, but 5 was given."],
    ["convert({})", () => converted({}), "but an object was given."],
    ["convert([5])", () => converted(["one", 5]), "Each source to convert must be a string, but 5 was given as number 2."],
    ["convert of what comes", () => converted((async function* () { yield null; })()), "must be a string, but null was given as number 1."],
    ["convert with options that are none", () => converted("one", null), "The options of convert must be an object, but null was given; write for example convert(text, { beams: 5 })."],
    ["convert with a signal that is none", () => converted("one", { signal: 3 }), "The signal of convert must be an AbortSignal, but 3 was given"],
    ["generate(text)", () => model.generate("Once" as never), 'The options of generate must be an object, but "Once" was given'],
    ["generate(null)", () => model.generate(null as never), "The options of generate must be an object, but null was given"],
    ["explain()", () => model.explain(nothing), "The call explain takes a text as a string, but nothing was given."],
    ["explain(5)", () => model.explain(number), "The call explain takes a text as a string, but 5 was given."],
    ["explain([text])", () => model.explain(["one"] as never), "but a list was given."],
    ["explain of a target that is none", () => model.explain("one", { target: number }), "The target of explain must be a string, but 5 was given."],
    ["evaluatePairs()", () => model.evaluatePairs(nothing), "The call evaluatePairs takes a file of pairs"],
    ["evaluatePairs(data, null)", () => model.evaluatePairs("pairs.tsv", null as never), "The options of evaluatePairs must be an object"],
    ["evaluate()", () => model.evaluate(nothing), "The call evaluate takes a file"],
    ["load()", () => load(nothing), "The call load takes a run's folder as a string, but nothing was given."],
    ["load(run, 2)", () => load(folder, 2 as never), "The options of load must be an object, but 2 was given"],
    ["train({})", () => parseTrainOptions({}), "The data must be a string, but nothing was given."],
  ])("%s is an error of one sentence", async (_, call, sentence) => {
    const error = await errorOf(call);
    expect(error.message).toContain(sentence);
    expect(error).toMatchObject({ name: "WordloomError", code: "invalid_argument" });
    expect(error.message).toMatch(/^[^\n]*\.$/);
  });

  it("is the library's error class", async () => {
    expect(await errorOf(() => model.explain(nothing))).toBeInstanceOf(WordloomError);
  });
});

describe("a blank source", () => {
  it("gives an empty text in its place, with all that another has", async () => {
    const sources = ["", "one two", " \t", "\u3000", "three", ""];
    for (const options of [{}, { nBest: 2, alignments: true, beams: 3 }, { temperature: 1, seed: 1, batchSize: 1 }]) {
      const all = await converted(sources, options);
      expect(all.map(({ source }) => source)).toEqual(sources);
      for (const result of all) {
        expect(Object.keys(result).toSorted()).toEqual(Object.keys(all[1]).toSorted());
        if (result.source.trim() !== "") continue;
        expect(result).toMatchObject({ text: "", score: 0, logProbability: 0, tokens: [], complete: true, truncated: false, unknown: [] });
        expect(result.best).toHaveLength(options.nBest ?? 1);
        expect(Object.keys(result.best[0]).toSorted()).toEqual(Object.keys(all[1].best[0]).toSorted());
        expect(result.alignment).toEqual(options.alignments ? { source: [], target: [], weights: [] } : undefined);
      }
      if (!options.temperature) expect((await converted("one two", options))[0]).toEqual(all[1]);
    }
  });

  it("alone is answered too, and wrong options are still refused", async () => {
    expect(await converted("")).toMatchObject([{ source: "", text: "" }]);
    await expect(converted("", { beams: 0 })).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
