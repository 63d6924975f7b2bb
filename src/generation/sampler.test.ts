// The next token's distribution: hand-computed rows, the definitions on random rows, and counts against chi-square.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { chiSquare, criticalChiSquare } from "../testing/chi_square.js";
import { SeenTokens } from "./repetition_penalty.js";
import { logProbability, Sampler, type TokenOptions } from "./sampler.js";

const plain: TokenOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  repetitionPenalty: 1,
  forbiddenTokens: [],
};

function sampler(size: number, options: Partial<TokenOptions> = {}): Sampler {
  return new Sampler(size, { ...plain, ...options });
}

function logitsOf(probabilities: number[]): Float32Array {
  return Float32Array.from(probabilities, Math.log);
}

function distribution(logits: ArrayLike<number>, options: Partial<TokenOptions>, seen: number[] = []): number[] {
  const row = Float32Array.from(logits);
  const tokens = new SeenTokens(row.length);
  for (const token of seen) tokens.add(token);
  return Array.from(sampler(row.length, options).probabilities(row, 0, tokens));
}

function kept(logits: ArrayLike<number>, options: Partial<TokenOptions>): number[] {
  return distribution(logits, options).flatMap((probability, token) => (probability > 0 ? [token] : []));
}

function softmax(logits: number[], temperature = 1): number[] {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function expectClose(actual: ArrayLike<number>, expected: number[], digits = 9): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
}

const rows = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 });

describe("temperature", () => {
  it("1 gives the softmax, others the softmax of the divided logits", () => {
    expectClose(distribution([1, 2, 3, -1], {}), softmax([1, 2, 3, -1]));
    expectClose(distribution([1, 2, 3, -1], { temperature: 0.5 }), softmax([1, 2, 3, -1], 0.5));
    expectClose(distribution([1, 2, 3, -1], { temperature: 4 }), softmax([1, 2, 3, -1], 4));
  });

  it("0 takes the most probable token, the lowest id of equals, and draws no random number", () => {
    const random = new RandomStream(1, "sampling 0");
    const before = random.state();
    expect(sampler(4, { temperature: 0 }).sample(Float32Array.of(1, 5, 5, 2), 0, random, null)).toBe(1);
    expect(random.state()).toEqual(before);
    expect(distribution([1, 5, 5, 2], { temperature: 0 })).toEqual([0, 1, 0, 0]);
  });

  it("towards 0 becomes greedy, without overflow", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(1e-9, 1e-100, 5e-324), (logits, temperature) => {
        const row = Float32Array.from(logits);
        fc.pre(row.filter((x) => x > Math.max(...row) - 1e-6).length === 1);
        const token = sampler(row.length, { temperature }).sample(row, 0, new RandomStream(3, "sampling 0"), null);
        expect(token).toBe(sampler(row.length, { temperature: 0 }).sample(row, 0, new RandomStream(3, "x"), null));
      }),
    );
  });

  it("survives logits as large as float32 holds", () => {
    expectClose(distribution([3.4e38, -3.4e38, 3.4e38], {}), [0.5, 0, 0.5]);
    expectClose(distribution([3.4e38, -3.4e38, 0], { temperature: 1e-300 }), [1, 0, 0]);
  });
});

describe("top-k", () => {
  it("keeps exactly k tokens, the lowest ids of equals", () => {
    expect(kept([1, 3, 2, 5, 4], { topK: 2 })).toEqual([3, 4]);
    expect(kept([7, 7, 7, 7], { topK: 3 })).toEqual([0, 1, 2]);
    expect(kept([1, 2, 2, 2, 0], { topK: 2 })).toEqual([1, 2]);
    expect(kept([1, 2], { topK: 1 })).toEqual([1]);
    expectClose(distribution(logitsOf([0.4, 0.1, 0.3, 0.2]), { topK: 2 }), [4 / 7, 0, 3 / 7, 0], 6);
  });

  it("keeps the k largest of any row", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 50 }), (logits, topK) => {
        const row = Array.from(Float32Array.from(logits));
        const order = row.map((_, token) => token).sort((a, b) => row[b] - row[a] || a - b);
        expect(kept(row, { topK })).toEqual(order.slice(0, topK).sort((a, b) => a - b));
      }),
    );
  });

  it("1 is greedy", () => {
    fc.assert(
      fc.property(rows, (logits) => {
        expect(distribution(logits, { topK: 1 })).toEqual(distribution(logits, { temperature: 0 }));
      }),
    );
  });
});

describe("top-p", () => {
  const row = logitsOf([0.1, 0.45, 0.05, 0.25, 0.15]);

  it("keeps the fewest tokens that reach p", () => {
    expect(kept(row, { topP: 0 })).toEqual([1]);
    expect(kept(row, { topP: 0.44 })).toEqual([1]);
    expect(kept(row, { topP: 0.46 })).toEqual([1, 3]);
    expect(kept(row, { topP: 0.69 })).toEqual([1, 3]);
    expect(kept(row, { topP: 0.71 })).toEqual([1, 3, 4]);
    expect(kept(row, { topP: 0.94 })).toEqual([0, 1, 3, 4]);
    expect(kept(row, { topP: 0.96 })).toEqual([0, 1, 2, 3, 4]);
    expect(kept([0, 0, 0, 0], { topP: 0.6 })).toEqual([0, 1, 2]);
    expectClose(distribution(row, { topP: 0.6 }), [0, 0.45 / 0.7, 0, 0.25 / 0.7, 0], 6);
  });

  it("keeps at least one token, reaches p, and would not without its least probable token", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 0.999, noNaN: true }), (logits, topP) => {
        const full = softmax(Array.from(Float32Array.from(logits)));
        const tokens = kept(logits, { topP });
        const sum = tokens.reduce((total, token) => total + full[token], 0);
        const least = Math.min(...tokens.map((token) => full[token]));
        expect(tokens.length).toBeGreaterThanOrEqual(1);
        expect(sum).toBeGreaterThanOrEqual(topP - 1e-12);
        if (tokens.length > 1) expect(sum - least).toBeLessThan(topP + 1e-12);
        full.forEach((probability, token) => {
          if (!tokens.includes(token)) expect(probability).toBeLessThanOrEqual(least);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("counts the probabilities that top-k left", () => {
    // Of 0.45, 0.25 and 0.15 the first two are 0.82 of the sum, but only 0.70 of all.
    expect(kept(row, { topK: 3, topP: 0.8 })).toEqual([1, 3]);
    expect(kept(row, { topP: 0.8 })).toEqual([1, 3, 4]);
  });

  it("counts the probabilities after the temperature", () => {
    expect(kept(logitsOf([0.6, 0.3, 0.1]), { topP: 0.65 })).toEqual([0, 1]);
    expect(kept(logitsOf([0.6, 0.3, 0.1]), { topP: 0.65, temperature: 0.5 })).toEqual([0]); // 0.36 of 0.46 is 0.78
  });
});

describe("min-p", () => {
  it("keeps tokens of at least that share of the best one's probability", () => {
    const row = logitsOf([0.5, 0.26, 0.14, 0.1]);
    expect(kept(row, { minP: 0.5 })).toEqual([0, 1]);
    expect(kept(row, { minP: 0.25 })).toEqual([0, 1, 2]);
    expect(kept(row, { minP: 0.1 })).toEqual([0, 1, 2, 3]);
    expect(kept(row, { minP: 1 })).toEqual([0]);
    expect(kept([2, 2, 1], { minP: 1 })).toEqual([0, 1]);
    expectClose(distribution(row, { minP: 0.5 }), [0.5 / 0.76, 0.26 / 0.76, 0, 0], 6);
  });

  it("is the definition on any row, after top-p", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.5, 0.9, 1), (logits, minP, topP) => {
        const full = softmax(Array.from(Float32Array.from(logits)));
        const best = Math.max(...full);
        fc.pre(full.every((probability) => Math.abs(probability / best - minP) > 1e-12));
        const nucleus = kept(logits, { topP });
        expect(kept(logits, { minP, topP })).toEqual(nucleus.filter((token) => full[token] >= minP * best));
      }),
    );
  });
});

describe("filters that are off", () => {
  it("change neither the distribution nor the token drawn", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 1000 }), (logits, seed) => {
        const row = Float32Array.from(logits);
        const size = row.length;
        const full = sampler(size).sample(row, 0, new RandomStream(seed, "sampling 0"), null);
        for (const options of [{ topK: size }, { topK: size + 7 }, { minP: 1e-300 }, { forbiddenTokens: [] }]) {
          expectClose(distribution(row, options), distribution(row, {}), 12);
          expect(sampler(size, options).sample(row, 0, new RandomStream(seed, "sampling 0"), null)).toBe(full);
        }
        expectClose(distribution(row, {}), softmax(Array.from(row)), 12);
      }),
    );
  });
});

describe("repetition penalty", () => {
  it("divides positive logits and multiplies negative ones, of seen tokens only and once", () => {
    expectClose(
      distribution([2, -2, 1, -1, 0], { repetitionPenalty: 2 }, [0, 1, 1, 0, 4]),
      softmax([1, -4, 1, -1, 0]),
    );
  });

  it("below 1 makes repetition more probable", () => {
    expectClose(distribution([2, -2, 1], { repetitionPenalty: 0.5 }, [0, 1]), softmax([4, -1, 1]));
  });

  it("comes before the temperature and acts on greedy decoding", () => {
    expectClose(distribution([2, 1], { repetitionPenalty: 4, temperature: 0.5 }, [0]), softmax([1, 2]));
    expect(distribution([2, 1], { repetitionPenalty: 4, temperature: 0 }, [0])).toEqual([0, 1]);
  });

  it("leaves impossible tokens impossible", () => {
    expectClose(distribution([-Infinity, 1, 1], { repetitionPenalty: 0.5 }, [0]), [0, 0.5, 0.5]);
  });
});

describe("forbidden tokens", () => {
  it("are never drawn, whatever their logits", () => {
    expectClose(distribution([100, 1, 1], { forbiddenTokens: [0] }), [0, 0.5, 0.5]);
    expect(distribution([100, 1, 2], { forbiddenTokens: [0], temperature: 0 })).toEqual([0, 0, 1]);
    expect(kept([100, 1, 2, 3], { forbiddenTokens: [0, 3], topK: 2 })).toEqual([1, 2]);
    expect(kept([100, 1, 2, 3], { forbiddenTokens: [0], topK: 3, topP: 0.999999 })).toEqual([1, 2, 3]);
  });

  it("must be in the vocabulary and leave something", () => {
    expect(() => sampler(3, { forbiddenTokens: [3] })).toThrow(/forbidden token 3 .* vocabulary of 3 tokens/);
    expect(() => sampler(2, { forbiddenTokens: [0, 1, 1] })).toThrow(/All 2 tokens/);
  });
});

describe("broken logits", () => {
  it.each([
    [[1, Number.NaN, 2], /the logit NaN to token 1/],
    [[1, 2, Infinity], /the logit Infinity to token 2/],
    [[-Infinity, -Infinity, -Infinity], /the logit -Infinity/],
  ])("are told, not sampled: %j", (logits, sentence) => {
    for (const temperature of [0, 1]) {
      const broken = () => distribution(logits, { temperature });
      expect(broken).toThrow(sentence);
      expect(broken).toThrow(expect.objectContaining({ code: "non_finite_loss" }));
    }
  });

  it("are told when only forbidden tokens are possible", () => {
    expect(() => distribution([1, -Infinity], { forbiddenTokens: [0] })).toThrow(/may be written/);
  });
});

describe("sampled tokens", () => {
  const logits = [0.3, -1, 2, 1.5, 0, -2, 1, 0.7, -0.4, 1.9, 2.2, -1.3];

  it.each([{}, { temperature: 0.7 }, { topK: 5 }, { topP: 0.8 }, { minP: 0.2, temperature: 1.3 }])("occur as often as %j says", (options) => {
    const draws = 40_000;
    const row = Float32Array.from([...logits.map(() => 9), ...logits]); // the second of two rows
    const random = new RandomStream(11, "sampling 0");
    const drawn = sampler(logits.length, options);
    const counts = logits.map(() => 0);
    for (let i = 0; i < draws; i++) counts[drawn.sample(row, 1, random, null)]++;
    const expected = distribution(logits, options);
    const critical = criticalChiSquare(expected.filter((probability) => probability > 0).length - 1);
    expect(chiSquare(counts, expected)).toBeLessThan(critical);
    expect(chiSquare(counts, distribution(logits.toReversed(), options))).toBeGreaterThan(critical);
  });

  it("use one random number each, so that an option does not shift a stream", () => {
    for (const options of [{}, { topK: 1 }, { topP: 0.1 }, { minP: 1 }]) {
      const random = new RandomStream(2, "sampling 0");
      const expected = new RandomStream(2, "sampling 0");
      expected.uniform();
      sampler(logits.length, options).sample(Float32Array.from(logits), 0, random, null);
      expect(random.state()).toEqual(expected.state());
    }
  });
});

describe("logProbability", () => {
  it("is the log of the softmax of the row, large logits and impossible tokens included", () => {
    const row = Float32Array.of(5, 5, 1, 2, 3);
    expect(logProbability(Float32Array.of(0, 0, 0, 0, 0, ...row), 1, 5, 3)).toBeCloseTo(Math.log(softmax([...row])[3]), 9);
    expect(logProbability(Float32Array.of(3e38, 3e38), 0, 2, 1)).toBeCloseTo(-Math.LN2, 9);
    expect(logProbability(Float32Array.of(0, -Infinity), 0, 2, 0)).toBe(0);
  });
});
