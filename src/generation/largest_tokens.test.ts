// The selection without sorting against a full sort, on many random rows with many ties.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectLargest, comesBefore, lastOfLargest } from "./largest_tokens.js";

/** The definition: sort everything, walk until the measure is reached. */
function bySorting(scores: number[], weights: number[] | null, target: number): number {
  const order = scores.map((_, token) => token).sort((a, b) => (scores[b] === scores[a] ? a - b : scores[b] - scores[a]));
  let sum = 0;
  for (const token of order) {
    sum += weights === null ? 1 : weights[token];
    if (sum >= target) return token;
  }
  return order[order.length - 1];
}

describe("lastOfLargest", () => {
  const rows = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 60 });

  it("finds the k-th largest, the lower id first among equals", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 70 }), (scores, k) => {
        const tokens = Int32Array.from(scores.keys());
        const last = lastOfLargest(tokens, tokens.length, k, Float64Array.from(scores), null);
        expect(last).toBe(bySorting(scores, null, Math.max(k, 1)));
        expect(Array.from(tokens).sort((a, b) => a - b)).toEqual(Array.from(scores.keys()));
      }),
    );
  });

  it("finds where summed weights reach a target", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 400 }),
        (pairs, target) => {
          const scores = pairs.map(([score]) => score);
          const weights = pairs.map(([, weight]) => weight);
          const tokens = Int32Array.from(scores.keys());
          const last = lastOfLargest(tokens, tokens.length, target, Float64Array.from(scores), Float64Array.from(weights));
          expect(last).toBe(bySorting(scores, weights, target));
        },
      ),
    );
  });

  it("finds the k-th largest among those collected, too", () => {
    fc.assert(
      fc.property(rows, fc.nat(), (list, number) => {
        const k = 1 + (number % list.length);
        const scores = Float64Array.from(list, (score) => (score === -4 ? -Infinity : score));
        const tokens = new Int32Array(list.length);
        const count = collectLargest(tokens, k, scores);
        expect(count).toBeGreaterThanOrEqual(k);
        expect(lastOfLargest(tokens, count, k, scores, null)).toBe(bySorting(Array.from(scores), null, k));
      }),
    );
    const rising = Float64Array.from({ length: 32_000 }, (_, i) => (i * 7919) % 32_000);
    expect(collectLargest(new Int32Array(32_000), 50, rising)).toBeLessThan(1000);
  });

  it("looks only at the candidates", () => {
    const scores = Float64Array.of(9, 1, 2, 3);
    expect(lastOfLargest(Int32Array.of(1, 2, 3, 0), 3, 1, scores, null)).toBe(3);
  });

  it("stays linear on rows that are all equal, rising or falling", () => {
    const size = 32_768; // quadratic work would be a thousand million comparisons
    for (const score of [() => 0, (i: number) => i, (i: number) => -i]) {
      const scores = Float64Array.from({ length: size }, (_, i) => score(i));
      const last = lastOfLargest(Int32Array.from(scores.keys()), size, 100, scores, null);
      let before = 0;
      for (let token = 0; token < size; token++) if (comesBefore(token, last, scores)) before++;
      expect(before).toBe(99);
    }
  });
});
