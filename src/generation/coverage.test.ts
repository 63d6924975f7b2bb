// Coverage: the formula, and that it decides between texts as the formula says, over every text that there is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beamSearch } from "./beam_search.js";
import { convertSources } from "./convert_sources.js";
import { coverageAfter, coveragePenalty } from "./coverage.js";
import { compareHypotheses, type Hypothesis } from "./hypothesis.js";
import { sampleSources } from "./sample_sources.js";
import { allTexts, AttendingSourceDecoder, BOS, EOS, scrambledSources, scrambledWeights } from "./testing/tiny_source_decoders.js";
import { scrambledLogits } from "./testing/tiny_decoders.js";

const ends = { bosId: BOS, eosId: EOS };
const sourcesOf = (vocabularySize: number) => fc.array(fc.array(fc.nat(vocabularySize - 1), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
const scrambled = (vocabularySize: number): AttendingSourceDecoder => new AttendingSourceDecoder(vocabularySize, { logits: scrambledLogits(vocabularySize), weights: scrambledWeights });

/** beta * sum_i log(min(sum_j p_ij, 1)) of a text, from the weights at each of its tokens, its end token counted. */
function penaltyOf(source: readonly number[], { tokens, complete }: Hypothesis, beta: number): number {
  const steps = tokens.length + (complete ? 1 : 0);
  const weights = Array.from({ length: steps }, (_, j) => scrambledWeights(source, [BOS, ...tokens.slice(0, j)]));
  return beta * source.reduce((total, _, i) => total + Math.log(Math.min(weights.reduce((sum, step) => sum + step[i], 0), 1)), 0);
}

function expectSame(actual: readonly Hypothesis[], expected: readonly Hypothesis[]): void {
  expect(actual.map(({ tokens, complete }) => ({ tokens, complete }))).toEqual(expected.map(({ tokens, complete }) => ({ tokens, complete })));
  actual.forEach(({ score, logProbability }, i) => {
    expect(score).toBeCloseTo(expected[i].score, 6);
    expect(logProbability).toBeCloseTo(expected[i].logProbability, 10);
  });
}

describe("coveragePenalty", () => {
  it("is the sum of the logarithms of what is covered, at most 1 each", () => {
    expect(coveragePenalty([0.5, 1, 3], 0.2)).toBeCloseTo(0.2 * Math.log(0.5), 12);
    expect(coveragePenalty([0.25, 0.5], 1)).toBeCloseTo(Math.log(0.125), 12);
    expect(coveragePenalty([1, 1.5], 5)).toBe(0);
  });

  it("of a position that got nothing at all is large and finite", () => {
    expect(coveragePenalty([0, 1], 1)).toBeCloseTo(-126 * Math.LN2, 9);
    expect(coveragePenalty([1e-20, 1], 1)).toBeCloseTo(-20 * Math.LN10, 9);
  });

  it("counts the weights of all tokens, and none of padding", () => {
    const weights = Float32Array.of(0.25, 0.75, Number.NaN);
    const once = coverageAfter(new Float64Array(2), weights);
    expect([...once]).toEqual([0.25, 0.75]);
    expect([...coverageAfter(once, weights)]).toEqual([0.5, 1.5]);
  });
});

describe("beam search with a coverage penalty", () => {
  it("as wide as there are texts finds the best of all texts by the formula, in order", async () => {
    const cases = fc.record({ size: fc.integer({ min: 3, max: 4 }), limit: fc.integer({ min: 1, max: 4 }), alpha: fc.constantFrom(0, 0.6, 1), beta: fc.constantFrom(0.1, 1, 4) });
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(cases, sourcesOf(3), async ({ size, limit, alpha, beta }, sources) => {
        const plain = sources.map((source) => allTexts(size, source, limit, alpha).sort(compareHypotheses));
        const expected = plain.map((texts, i) =>
          texts.map((text): Hypothesis => ({ ...text, score: text.score + penaltyOf(sources[i], text, beta) })).sort(compareHypotheses),
        );
        if (plain.some(([best], i) => String(best.tokens) !== String(expected[i][0].tokens))) changed++;
        for (const nBest of [1, 3]) {
          const beams = expected[0].length;
          if (nBest > beams) continue;
          const options = { ...ends, beams, nBest, lengthPenalty: alpha, coveragePenalty: beta, maximumLength: () => limit };
          const found = await beamSearch({ decoder: scrambled(size), sources, options });
          found.forEach((texts, i) => expectSame(texts, expected[i].slice(0, nBest)));
        }
      }),
      { numRuns: 40 },
    );
    expect(changed).toBeGreaterThan(5); // it decides
  });

  it("of few beams gives each text the formula's score, the same in a batch and alone", async () => {
    await fc.assert(
      fc.asyncProperty(sourcesOf(7), fc.constantFrom(0.2, 2), async (sources, beta) => {
        const options = { ...ends, beams: 3, nBest: 3, coveragePenalty: beta, maximumLength: (length: number) => 2 * length + 2 };
        const plain = { ...options, coveragePenalty: 0 };
        const together = await beamSearch({ decoder: scrambled(7), sources, options });
        for (const [i, source] of sources.entries()) {
          expect([together[i]]).toEqual(await beamSearch({ decoder: scrambled(7), sources: [source], options }));
          for (const text of together[i]) {
            const length = text.tokens.length + (text.complete ? 1 : 0);
            expect(text.score).toBeCloseTo((text.logProbability * 6) / (5 + length) + penaltyOf(source, text, beta), 6);
          }
        }
        const without = await beamSearch({ decoder: scrambled(7), sources, options: plain });
        expect(without).toEqual(await beamSearch({ decoder: scrambledSources(7), sources, options: { ...plain, coveragePenalty: undefined } }));
      }),
      { numRuns: 30 },
    );
  });

  it("lets a text win that is less probable but has attended to all of its source", async () => {
    // Two ways to begin, 3 and 4: after 3 (the likelier) the first word is attended to for ever, after 4 the second one.
    const decoder = new AttendingSourceDecoder(5, {
      logits: (read) => [-30, -30, ...(read.at(-1) === BOS ? [-30, 0.5, 0] : [5, -30, -30])],
      weights: (_, tokens) => (tokens.length > 1 && tokens.at(-1) === 4 ? [0.05, 0.95] : [0.95, 0.05]),
    });
    const winner = async (coveragePenalty: number): Promise<readonly number[]> => {
      const [[best]] = await beamSearch({ decoder, sources: [[0, 0]], options: { ...ends, beams: 2, coveragePenalty, maximumLength: () => 4 } });
      return best.tokens;
    };
    expect(await winner(0)).toEqual([3]);
    expect(await winner(0.01)).toEqual([3]);
    expect(await winner(0.2)).toEqual([4]);
  });

  it("asks a decoder for its attention only where there is a penalty", async () => {
    const decoder = scrambled(5);
    await beamSearch({ decoder, sources: [[1, 3]], options: { ...ends, beams: 2 } });
    expect(decoder.calls).not.toContain("attending");
    await beamSearch({ decoder, sources: [[1, 3]], options: { ...ends, beams: 2, coveragePenalty: 0.1 } });
    expect(decoder.calls.at(-1)).toBe("attending");
  });

  it("is refused for a model without attention, and for texts drawn at random", async () => {
    const decoder = scrambledSources(5);
    const options = { ...ends, coveragePenalty: 0.2 };
    await expect(beamSearch({ decoder, sources: [[1]], options })).rejects.toMatchObject({ code: "invalid_argument", message: /^The model does not attend to its source, .*; leave the coverage penalty out\.$/ });
    expect(decoder.calls).toEqual([]);
    await expect(sampleSources({ decoder: scrambled(5), sources: [[1]], indices: [0], options, sampling: {} })).rejects.toThrow(/^A coverage penalty is for texts that are searched for/);
    expect(() => convertSources({ decoder: scrambled(5), sources: [[1]], options, sampling: {} })).toThrow(/^A coverage penalty is for texts that are searched for/);
  });
});
