// Beam search against every text that there is, against greedy decoding, and many sources against one at a time.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beamSearch } from "./beam_search.js";
import { compareHypotheses, type Hypothesis, lengthPenalty } from "./hypothesis.js";
import { sampleSources } from "./sample_sources.js";
import type { SourceOptionsInput } from "./source_options.js";
import { allTexts, BOS, EOS, NormalizedSourceDecoder, ReadingSourceDecoder, scrambledLogProbabilities, scrambledSources } from "./testing/tiny_source_decoders.js";

const ends = { bosId: BOS, eosId: EOS };
const sourcesOf = (vocabularySize: number, maxLength = 6) =>
  fc.array(fc.array(fc.nat(vocabularySize - 1), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength });

async function search(vocabularySize: number, sources: number[][], options: Omit<SourceOptionsInput, "bosId" | "eosId">): Promise<(readonly Hypothesis[])[]> {
  return beamSearch({ decoder: scrambledSources(vocabularySize), sources, options: { ...ends, ...options } });
}

function expectSame(actual: readonly Hypothesis[], expected: readonly Hypothesis[]): void {
  expect(actual.map(({ tokens, complete }) => ({ tokens, complete }))).toEqual(expected.map(({ tokens, complete }) => ({ tokens, complete })));
  actual.forEach(({ score, logProbability }, i) => {
    expect(score).toBeCloseTo(expected[i].score, 10);
    expect(logProbability).toBeCloseTo(expected[i].logProbability, 10);
  });
}

/** The same search, one source at a time, by sorting all continuations and stopping only when `beams` are finished. */
function plainSearch(vocabularySize: number, source: readonly number[], beams: number, limit: number, alpha: number): Hypothesis[] {
  let going: { tokens: number[]; total: number }[] = [{ tokens: [], total: 0 }];
  const finished: Hypothesis[] = [];
  for (let length = 1; finished.length < beams && going.length > 0; length++) {
    const score = (total: number): number => total / lengthPenalty(length, alpha);
    const continuations = going
      .flatMap(({ tokens, total }, beam) =>
        scrambledLogProbabilities(vocabularySize, source, tokens).map((step, token) => ({ tokens: [...tokens, token], total: total + step, token, beam })),
      )
      .sort((a, b) => b.total - a.total || a.token - b.token || a.beam - b.beam);
    for (const { tokens, total, token } of continuations.slice(0, beams)) {
      if (token === EOS) finished.push({ tokens: tokens.slice(0, -1), complete: true, logProbability: total, score: score(total) });
    }
    going = continuations.filter(({ token }) => token !== EOS).slice(0, beams);
    if (length < limit) continue;
    finished.push(...going.map(({ tokens, total }) => ({ tokens, complete: false, logProbability: total, score: score(total) })));
    break;
  }
  return finished.sort(compareHypotheses);
}

describe("beam search", () => {
  it("as wide as there are texts finds the best of all texts, in order", async () => {
    const cases = fc.record({ size: fc.integer({ min: 3, max: 5 }), limit: fc.integer({ min: 1, max: 4 }), alpha: fc.constantFrom(0, 0.6, 1, 3) });
    await fc.assert(
      fc.asyncProperty(cases, sourcesOf(3, 3), fc.boolean(), async ({ size, limit, alpha }, sources, forbids) => {
        const forbiddenTokens = forbids ? [0] : [];
        const expected = sources.map((source) => allTexts(size, source, limit, alpha, forbiddenTokens).sort(compareHypotheses));
        for (const nBest of [1, 3, expected[0].length]) {
          const options = { beams: expected[0].length, nBest, lengthPenalty: alpha, maximumLength: () => limit, forbiddenTokens };
          if (nBest > options.beams) continue;
          const found = await search(size, sources, options);
          found.forEach((texts, i) => expectSame(texts, expected[i].slice(0, nBest)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("of one beam is greedy decoding", async () => {
    await fc.assert(
      fc.asyncProperty(sourcesOf(7), fc.integer({ min: 1, max: 12 }), async (sources, limit) => {
        const options = { ...ends, maximumLength: () => limit };
        const found = await search(7, sources, options);
        const sampled = await sampleSources({
          decoder: scrambledSources(7),
          sources,
          indices: [...sources.keys()],
          options,
          sampling: { temperature: 0 },
        });
        found.forEach((texts, i) => {
          expectSame(texts, sampled[i]);
          const greedy: number[] = [];
          while (greedy.length < limit && greedy.at(-1) !== EOS) {
            const steps = scrambledLogProbabilities(7, sources[i], greedy);
            greedy.push(steps.indexOf(Math.max(...steps)));
          }
          expect(texts.length).toBe(1);
          expect(texts[0].complete).toBe(greedy.at(-1) === EOS);
          expect([...texts[0].tokens, ...(texts[0].complete ? [EOS] : [])]).toEqual(greedy);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("of several beams is the plain search that sorts everything, however early it stops", async () => {
    const cases = fc.record({ beams: fc.integer({ min: 2, max: 6 }), limit: fc.integer({ min: 1, max: 10 }), alpha: fc.constantFrom(0, 0.6, 2) });
    await fc.assert(
      fc.asyncProperty(cases, sourcesOf(8), async ({ beams, limit, alpha }, sources) => {
        for (const nBest of [1, 2, beams]) {
          const found = await search(8, sources, { beams, nBest, lengthPenalty: alpha, maximumLength: () => limit });
          found.forEach((texts, i) => expectSame(texts, plainSearch(8, sources[i], beams, limit, alpha).slice(0, nBest)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of many sources gives what it gives one at a time, scores and all", async () => {
    await fc.assert(
      fc.asyncProperty(sourcesOf(9, 12), async (sources) => {
        const options = { beams: 4, nBest: 4, maximumLength: (length: number) => 2 * length + 1 };
        const together = await search(9, sources, options);
        for (const [i, source] of sources.entries()) expect([together[i]]).toEqual(await search(9, [source], options));
      }),
      { numRuns: 40 },
    );
  });

  it("gives texts that all differ, best first", async () => {
    await fc.assert(
      fc.asyncProperty(sourcesOf(6), async (sources) => {
        for (const texts of await search(6, sources, { beams: 8, nBest: 8 })) {
          expect(texts.length).toBe(8);
          expect(new Set(texts.map(({ tokens, complete }) => `${tokens} ${complete}`)).size).toBe(8);
          texts.slice(1).forEach(({ score }, i) => expect(score).toBeLessThanOrEqual(texts[i].score));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is the same where the decoder gives log-probabilities, up to their rounding", async () => {
    const sources = [[3, 4], [5], [0, 0, 7]];
    const options = { ...ends, beams: 3, nBest: 3 };
    const found = await beamSearch({ decoder: new NormalizedSourceDecoder(8), sources, options });
    const expected = await search(8, sources, options);
    found.forEach((texts, i) => {
      expect(texts.map(({ tokens }) => tokens)).toEqual(expected[i].map(({ tokens }) => tokens));
      texts.forEach(({ score }, k) => expect(score).toBeCloseTo(expected[i][k].score, 4));
    });
  });

  it("prefers longer texts the larger the length penalty", async () => {
    // Ending costs 2.3 nats and going on 0.1: the shortest text is the most probable one, the longest the best a token.
    const decoder = new ReadingSourceDecoder(4, Infinity, () => [0, 0, 0.1, 0.9].map(Math.log));
    const lengths: number[] = [];
    for (const lengthPenalty of [0, 0.2, 1]) {
      const [[{ tokens, complete }]] = await beamSearch({ decoder, sources: [[0]], options: { ...ends, beams: 12, lengthPenalty, maximumLength: () => 10 } });
      expect(complete).toBe(true);
      lengths.push(tokens.length);
    }
    expect(lengths).toEqual([0, 0, 9]);
  });

  it("puts a text that was cut off behind complete ones, however probable", async () => {
    const decoder = new ReadingSourceDecoder(4, Infinity, (read) => (read.length === 2 ? [-9, -9, 0, 9] : [-9, -9, -9, 9]));
    const [texts] = await beamSearch({ decoder, sources: [[0]], options: { ...ends, beams: 2, nBest: 2, maximumLength: () => 4 } });
    expect(texts.map(({ tokens, complete }) => [tokens, complete])).toEqual([[[], true], [[3, 3, 3, 3], false]]);
  });

  it("puts the lower newest token of equally probable texts first", async () => {
    const decoder = new ReadingSourceDecoder(6, Infinity, (read) => [-9, -9, read.length > 3 ? 9 : -9, 1, 1, 1]);
    const [texts] = await beamSearch({ decoder, sources: [[0]], options: { ...ends, beams: 2, nBest: 2 } });
    expect(texts.map(({ tokens }) => tokens)).toEqual([[3, 3], [4, 3]]);
  });

  it("drops a source that is done, and a search that can gain nothing", async () => {
    // A source's first token says after how many tokens its text surely ends.
    const decoder = new ReadingSourceDecoder(5, Infinity, ([count, ...read]) => [0, -50, read.length > count ? 50 : -50, 0, -50]);
    const found = await beamSearch({ decoder, sources: [[1], [3], [1]], options: { ...ends, beams: 2 } });
    expect(found.map(([{ tokens }]) => tokens.length)).toEqual([1, 3, 1]);
    expect(decoder.calls.filter((call) => !call.startsWith("select"))).toEqual(["encode 1,1,1", "step 3x1", "step 6x1", "step 2x1", "step 2x1"]);
  });

  it("keeps sources that are done in the batch until a quarter of its rows are theirs, and finds the same", async () => {
    const decoder = new ReadingSourceDecoder(5, Infinity, ([count, ...read]) => [0, -50, read.length > count ? 50 : -50, 0, -50]);
    const sources = [[1], [2], [3], [4], [5], [6], [7], [8], [9]];
    const found = await beamSearch({ decoder, sources, options: { ...ends, beams: 2 } });
    expect(found.map(([{ tokens }]) => tokens.length)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const [i, source] of sources.entries()) {
      const [alone] = await beamSearch({ decoder, sources: [source], options: { ...ends, beams: 2 } });
      expect(found[i]).toEqual(alone);
    }
    const rows = decoder.calls.slice(0, decoder.calls.indexOf("encode 1")).flatMap((call) => /step (\d+)x1/.exec(call)?.[1] ?? []);
    // Of 9 sources 3 leave together, and of 6 twice 2; 2 and 1 are left in the end.
    expect(rows.map(Number)).toEqual([9, 18, 18, 18, 12, 12, 8, 6, 4, 2]);
  });

  it("ends at the context's length where nothing else ends it", async () => {
    const decoder = new ReadingSourceDecoder(5, 4, () => [0, 0, -Infinity, 0, 0]);
    const [texts] = await beamSearch({ decoder, sources: [[1]], options: { ...ends, beams: 2, nBest: 2, maximumLength: () => 100 } });
    expect(texts.map(({ tokens, complete }) => [tokens.length, complete])).toEqual([[4, false], [4, false]]);
  });

  it("gives fewer texts where no more are possible", async () => {
    const decoder = new ReadingSourceDecoder(4, Infinity, (read) => (read.length < 4 ? [-Infinity, -Infinity, -1, 1] : [-Infinity, -Infinity, 0, -Infinity]));
    const [texts] = await beamSearch({ decoder, sources: [[0]], options: { ...ends, beams: 6, nBest: 6 } });
    expect(texts.map(({ tokens }) => tokens)).toEqual([[3, 3], [3], []]);
  });

  it("has nothing to do for no sources", async () => {
    expect(await search(5, [], {})).toEqual([]);
  });
});

describe("what goes wrong in beam search", () => {
  const wrong = (logits: number[]): Promise<unknown> => beamSearch({ decoder: new ReadingSourceDecoder(4, Infinity, () => logits), sources: [[0], [1]], options: { ...ends, beams: 2 } });

  it("is told when logits are no numbers or nothing may be written", async () => {
    await expect(wrong([0, Number.NaN, 0, 0])).rejects.toMatchObject({ code: "non_finite_loss" });
    await expect(wrong([0, Infinity, 0, 0])).rejects.toMatchObject({ code: "non_finite_loss" });
    await expect(wrong([-Infinity, -Infinity, -Infinity, -Infinity])).rejects.toMatchObject({ code: "non_finite_loss" });
    const decoder = new ReadingSourceDecoder(4, Infinity, () => [0, -Infinity, -Infinity, -Infinity]);
    await expect(beamSearch({ decoder, sources: [[0]], options: { ...ends, forbiddenTokens: [0] } })).rejects.toMatchObject({ code: "non_finite_loss" });
    const normalized = new NormalizedSourceDecoder(4);
    normalized.step = async (tokens, state) => ({ logits: new Float32Array(tokens.length * 4).fill(Number.NaN), state });
    await expect(beamSearch({ decoder: normalized, sources: [[0]], options: ends })).rejects.toMatchObject({ code: "non_finite_loss" });
  });

  it("is said about the options before anything is read", async () => {
    const decoder = scrambledSources(5);
    await expect(beamSearch({ decoder, sources: [[0]], options: { ...ends, beams: 2, nBest: 3 } })).rejects.toThrow("3 best texts were asked for, but 2 beams");
    expect(decoder.calls).toEqual([]);
  });

  it("is interrupted before a step", async () => {
    const controller = new AbortController();
    const decoder = new ReadingSourceDecoder(5, Infinity, (read) => {
      if (read.length === 4) controller.abort("enough");
      return [0, 0, -9, 0, 0];
    });
    await expect(beamSearch({ decoder, sources: [[0]], options: ends, signal: controller.signal })).rejects.toMatchObject({ code: "interrupted", cause: "enough" });
    expect(decoder.calls.filter((call) => call.startsWith("step")).length).toBe(3);
  });
});
