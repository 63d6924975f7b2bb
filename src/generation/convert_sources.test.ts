// Streams of sources: in order, the same however they are batched, as they come, and with what went wrong at its place.

import { describe, expect, it } from "vitest";
import { beamSearch } from "./beam_search.js";
import { type Conversion, type ConversionRequest, convertSources } from "./convert_sources.js";
import { RandomStream } from "../runtime/random.js";
import { BOS, EOS, scrambledSources } from "./testing/tiny_source_decoders.js";
import type { ReadingState } from "./testing/tiny_decoders.js";

const SIZE = 8;
const options = { bosId: BOS, eosId: EOS };
const random = new RandomStream(2, "conversions");
const sources = Array.from({ length: 50 }, () => Array.from({ length: 1 + random.integer(9) }, () => random.integer(SIZE)));

async function convert(changes: Partial<ConversionRequest<ReadingState>> = {}): Promise<Conversion[]> {
  const conversions: Conversion[] = [];
  for await (const conversion of convertSources({ decoder: scrambledSources(SIZE), sources, options, ...changes })) conversions.push(conversion);
  return conversions;
}

describe("convertSources", () => {
  it("gives each source's texts in order, the same in batches of every size", async () => {
    const beams = { ...options, beams: 3, nBest: 2 };
    const alone: Conversion[] = [];
    for (const [index, source] of sources.entries()) {
      const [hypotheses] = await beamSearch({ decoder: scrambledSources(SIZE), sources: [source], options: beams });
      alone.push({ index, hypotheses });
    }
    for (const [batchSize, lookahead] of [[64, undefined], [1, undefined], [7, 20], [16, 16], [8, 3]]) {
      expect(await convert({ options: beams, batchSize, lookahead })).toEqual(alone);
    }
  });

  it("draws the same texts in batches of every size, several for a source", async () => {
    const sampling = { temperature: 0.9, topK: 6, seed: 4 };
    const drawn = await convert({ sampling, options: { ...options, nBest: 3 } });
    expect(drawn.map(({ index }) => index)).toEqual([...sources.keys()]);
    expect(drawn.every(({ hypotheses }) => hypotheses.length === 3)).toBe(true);
    expect(new Set(drawn.flatMap(({ hypotheses }) => hypotheses.map(({ tokens }) => String(tokens)))).size).toBeGreaterThan(75);
    expect(await convert({ sampling, options: { ...options, nBest: 3 }, batchSize: 7, lookahead: 11 })).toEqual(drawn);
    expect(await convert({ sampling: { ...sampling, seed: 5 }, options: { ...options, nBest: 3 } })).not.toEqual(drawn);
  });

  it("batches sources of similar length", async () => {
    const decoder = scrambledSources(SIZE);
    await convert({ decoder, batchSize: 10, firstLookahead: 50 });
    const lengths = decoder.calls.filter((call) => call.startsWith("encode")).map((call) => call.slice(7).split(",").map(Number));
    const ranks = lengths.toSorted((a, b) => a[0] - b[0] || a.at(-1)! - b.at(-1)!); // in which order is another question
    expect(ranks.flat()).toEqual(sources.map(({ length }) => length).sort((a, b) => a - b));
    expect(lengths.map(({ length }) => length)).toEqual([10, 10, 10, 10, 10]);
  });

  it("gives a text or more after each batch, and after the first all of it", async () => {
    for (const [batchSize, firstLookahead] of [[5, undefined], [5, 50], [3, 12]]) {
      const decoder = scrambledSources(SIZE);
      const batches = (): number => decoder.calls.filter((call) => call.startsWith("encode")).length;
      const seen = new Map<number, number>(); // how many texts were given after so many batches
      for await (const { index } of convertSources({ decoder, sources, options, batchSize, firstLookahead, lookahead: 50 })) {
        seen.set(batches(), index + 1);
      }
      expect([...seen.keys()]).toEqual(Array.from({ length: batches() }, (_, i) => i + 1));
      expect(seen.get(batches())).toBe(50);
      if (firstLookahead === undefined) expect(seen.get(1)).toBe(batchSize);
    }
  });

  it("answers each line of a conversation before it asks for the next, and reads no more of a stream than it may", async () => {
    let answer = (): void => {};
    async function* conversation(): AsyncGenerator<number[]> {
      for (let i = 0; i < 4; i++) {
        const answered = new Promise<void>((resolve) => (answer = resolve));
        yield sources[i];
        await answered; // for ever if it waited for a full batch
      }
    }
    const indices: number[] = [];
    for await (const { index } of convertSources({ decoder: scrambledSources(SIZE), sources: conversation(), options })) {
      indices.push(index);
      answer();
    }
    expect(indices).toEqual([0, 1, 2, 3]);
    let given = 0;
    function* endless(): Generator<number[]> {
      for (;;) yield sources[given++ % sources.length];
    }
    for await (const { index } of convertSources({ decoder: scrambledSources(SIZE), sources: endless(), options, batchSize: 4, lookahead: 8 })) {
      expect(given).toBeLessThanOrEqual(index + 8 + 1);
      if (index === 30) break;
    }
  });

  it("gives all texts before a source without tokens, and then says which it was", async () => {
    const given: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { index } of convertSources({ decoder: scrambledSources(SIZE), sources: [[1], [2, 3], [], [4]], options })) given.push(index);
    };
    await expect(run()).rejects.toMatchObject({ code: "invalid_argument", message: /^Source 3 has no tokens; / });
    expect(given).toEqual([0, 1]);
  });

  it("gives all texts before a source that the model cannot hold, and then says which it was", async () => {
    const given: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { index } of convertSources({ decoder: scrambledSources(SIZE, 4), sources: [[1], [2, 3, 4, 5], [1, 2, 3, 4, 5]], options })) given.push(index);
    };
    await expect(run()).rejects.toMatchObject({ code: "invalid_argument", message: "Source 3 has 5 tokens, but the model holds 4; shorten it." });
    expect(given).toEqual([0, 1]);
  });

  it("is interrupted between steps", async () => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      for await (const { index } of convertSources({ decoder: scrambledSources(SIZE), sources, options, signal: controller.signal, batchSize: 5, lookahead: 10 })) {
        if (index === 12) controller.abort("Ctrl-C");
      }
    };
    await expect(run()).rejects.toMatchObject({ code: "interrupted", cause: "Ctrl-C" });
  });

  it("says at once what is wrong with the request", () => {
    const wrong = (changes: Partial<ConversionRequest<ReadingState>>) => () => convertSources({ decoder: scrambledSources(SIZE), sources, options, ...changes });
    expect(wrong({ batchSize: 0 })).toThrow("The batch size must be a whole number of 1 or more, but 0 was given");
    expect(wrong({ lookahead: 2.5 })).toThrow("The lookahead must be");
    expect(wrong({ options: { ...options, beams: 0 } })).toThrow("The number of beams must be");
    expect(wrong({ options: { ...options, nBest: 2 } })).toThrow("2 best texts were asked for, but 1 beams");
    expect(wrong({ options: { ...options, beams: 2 }, sampling: { temperature: 1 } })).toThrow("Texts are either drawn at random or searched for with 2 beams");
    expect(wrong({ sampling: { temperature: -1 } })).toThrow("The temperature must be 0 or more");
    expect(wrong({ options: { ...options, eosId: SIZE } })).toThrow("The token 8 of the options");
  });
});
