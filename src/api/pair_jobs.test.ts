// Jobs of a trained model of pairs: texts handed out batch by batch, coverage, sources read as far as the model holds.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { explainJob } from "./explain_jobs.js";
import type { ConvertOptions } from "./model_options.js";
import { checkConvertJob, convertEachJob, convertJob, openedPairs, type Converted, type ConvertRequest } from "./pair_jobs.js";
import { decodingOf } from "./pair_options.js";
import { trainJob } from "./train_job.js";

const NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const random = new RandomStream(1, "pair jobs");
/** Numbers of one to four digits in words. */
const PAIRS = Array.from({ length: 120 }, () => {
  const digits = Array.from({ length: 1 + random.integer(4) }, () => random.integer(10));
  return [digits.map((digit) => NAMES[digit]).join(" "), digits.join(" ")] as const;
});

let folder: string;
const signal = new AbortController().signal;
const request = (run: string, sources: readonly string[], options: ConvertOptions = {}, first = 0): ConvertRequest => ({ run: join(folder, run), device: "cpu", threads: 1, sources, options, first });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-pair-jobs-"));
  const data = join(folder, "numbers.tsv");
  writeFileSync(data, PAIRS.map((pair) => `${pair.join("\t")}\n`).join(""));
  const tiny = { data, family: "seq2seq", tokenizer: "word", threads: 1, dropout: 0, lr: 0.01, steps: 60, evaluateEvery: 30, width: 24, batchTokens: 300 } as const;
  await trainJob({ ...tiny, cell: "gru", out: join(folder, "gru") }, () => undefined, signal);
  await trainJob({ ...tiny, cell: "gru", attention: "none", steps: 2, out: join(folder, "none") }, () => undefined, signal);
  await trainJob({ ...tiny, cell: "transformer", heads: 2, layers: 1, steps: 2, out: join(folder, "transformer") }, () => undefined, signal);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sources = PAIRS.map(([source]) => source);

describe("convertEachJob", () => {
  it("emits what convertJob gives, in order, the first batch as soon as it is done", async () => {
    const options = { beams: 2, batchSize: 8 };
    const expected = await convertJob(request("gru", sources, options), () => undefined, signal);
    const emitted: Converted[] = [];
    await convertEachJob(request("gru", sources, options), (converted) => emitted.push(converted), signal);
    const texts = (all: readonly Converted[]): unknown[] => all.map(({ source, text, tokens }) => ({ source, text, tokens }));
    expect(texts(emitted)).toEqual(texts(expected));
    expect(emitted.map(({ source }) => source)).toEqual(sources);
    const controller = new AbortController();
    const given: string[] = [];
    const interrupted = convertEachJob(
      request("gru", sources, options),
      ({ source }) => {
        given.push(source);
        if (given.length === 8) controller.abort(); // before the next batch's first step
      },
      controller.signal,
    );
    await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
    expect(given).toEqual(sources.slice(0, 8));
  });

  it("draws what convertJob draws, wherever its window begins", async () => {
    const options = { temperature: 1.5, seed: 3, batchSize: 7 };
    const all = await convertJob(request("gru", sources, options), () => undefined, signal);
    const emitted: Converted[] = [];
    for (const [from, to] of [[0, 3], [3, 50], [50, 120]]) {
      await convertEachJob(request("gru", sources.slice(from, to), options, from), (converted) => emitted.push(converted), signal);
    }
    expect(emitted.map(({ text }) => text)).toEqual(all.map(({ text }) => text));
  });
});

describe("a coverage penalty", () => {
  it.each(["gru", "transformer"])("lowers scores, and no log-probabilities, of the %s", async (run) => {
    const [plain] = await convertJob(request(run, [sources[0]], { beams: 1, maxTokens: 6 }), () => undefined, signal);
    const [zero] = await convertJob(request(run, [sources[0]], { beams: 1, maxTokens: 6, coveragePenalty: 0 }), () => undefined, signal);
    const [covered] = await convertJob(request(run, [sources[0]], { beams: 1, maxTokens: 6, coveragePenalty: 5 }), () => undefined, signal);
    expect(zero).toEqual(plain);
    expect(covered.tokens).toEqual(plain.tokens);
    expect(covered.logProbability).toBeCloseTo(plain.logProbability, 5);
    expect(covered.score).toBeLessThan(plain.score - 1e-4);
  });

  it("is refused before anything is read where it means nothing", async () => {
    const check = (run: string, options: ConvertOptions): Promise<void> => checkConvertJob({ run: join(folder, run), device: "cpu", threads: 1, options });
    await check("gru", { coveragePenalty: 0.2 });
    await check("none", { coveragePenalty: 0 });
    await expect(check("none", { coveragePenalty: 0.2 })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^The model in ".*" was trained without attention, .*; leave the coverage penalty out\.$/) });
    await expect(check("gru", { coveragePenalty: -1 })).rejects.toThrow("The coverage penalty must be 0 or more, but -1 was given");
    await expect(check("gru", { coveragePenalty: 0.2, temperature: 1 })).rejects.toThrow("A coverage penalty is for texts that are searched for with beams");
  });

  it("reaches the search", () => {
    const { run } = openedPairs(request("gru", []));
    expect(decodingOf(run, { coveragePenalty: 0.3 }, "gru").search).toMatchObject({ coveragePenalty: 0.3 });
    expect(decodingOf(run, {}, "gru").search).not.toHaveProperty("coveragePenalty");
  });
});

describe("alignments", () => {
  it.each(["gru", "transformer"])("have a row for each token that the %s wrote, and for the end only of a text that it ended", async (run) => {
    for (const options of [{ beams: 3 }, { topK: 3, seed: 1 }]) {
      const cut = await convertJob(request(run, sources.slice(0, 8), { ...options, alignments: true, maxTokens: 1 }), () => undefined, signal);
      const whole = await convertJob(request(run, sources.slice(0, 8), { ...options, alignments: true }), () => undefined, signal);
      for (const { tokens, complete, alignment } of [...cut, ...whole]) {
        const { source, target, weights } = alignment!;
        expect(target).toHaveLength(tokens.length + (complete ? 1 : 0));
        expect(target.filter((label) => label === "<eos>")).toHaveLength(complete ? 1 : 0);
        expect(weights.map((row) => row.length)).toEqual(target.map(() => source.length));
        for (const row of weights) expect(row.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 4);
      }
      if (run === "gru") expect(cut.filter(({ complete }) => !complete).length).toBeGreaterThan(4); // the other was hardly trained
    }
  });

  it.each(["gru", "transformer"])("of the %s are what is explained", async (run) => {
    const where = { run: join(folder, run), device: "cpu", threads: 1 } as const;
    for (const source of sources.slice(0, 4)) {
      const [{ text, complete, alignment }] = await convertJob(request(run, [source], { beams: 2, alignments: true }), () => undefined, signal);
      const map = await explainJob({ ...where, text: source, options: { beams: 2 } }, () => undefined, signal);
      expect([map.source, map.target]).toEqual([alignment!.source, alignment!.target]);
      expect(map.title).toContain(text);
      expect(map.target.at(-1) === "<eos>").toBe(complete);
      const { heads } = map.layers.at(-1)!; // both have one layer
      const explained = alignment!.weights.map((row, t) => row.map((_, s) => heads.reduce((total, head) => total + head[t * row.length + s], 0) / heads.length));
      explained.forEach((row, t) => row.forEach((weight, s) => expect(alignment!.weights[t][s]).toBeCloseTo(weight, 4)));
      expect(heads[0].length).toBe(map.target.length * map.source.length);
    }
  });
});

describe("a source that is longer than the model holds", () => {
  it("is read as far as it does, and says so", async () => {
    const [long] = await convertJob(request("gru", [`${"one ".repeat(600)}`], { beams: 1, maxTokens: 2 }), () => undefined, signal);
    expect(long).toMatchObject({ truncated: true });
  });

  it("is explained as far as it is read, with what the model never saw", async () => {
    const where = { run: join(folder, "gru"), device: "cpu", threads: 1 } as const;
    const map = await explainJob({ ...where, text: `一 ${"one ".repeat(600).trim()}`, options: { beams: 1 } }, () => undefined, signal);
    expect(map).toMatchObject({ truncated: true, unknown: ["一"] });
    const { run } = openedPairs(where);
    expect(map.source).toHaveLength(run.config.max_position_embeddings);
    expect(map.source.at(-1)).toBe("<eos>");
    expect(await explainJob({ ...where, text: "one", options: { beams: 1 } }, () => undefined, signal)).toMatchObject({ truncated: false, unknown: [] });
  });
});
