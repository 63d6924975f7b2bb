// One pass with a threshold keeps what sorting everything would keep.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LargestCandidates } from "./largest_candidates.js";

describe("LargestCandidates", () => {
  it("keeps what sorting all continuations of all beams puts first, ties included", () => {
    const logit = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(-Infinity), fc.double({ min: -5, max: 0, noNaN: true }).map(Math.fround));
    const cases = fc.record({
      rows: fc.array(fc.record({ logits: fc.array(logit, { minLength: 7, maxLength: 7 }), base: fc.oneof(fc.integer({ min: -2, max: 0 }), fc.double({ min: -30, max: 0, noNaN: true })) }), { minLength: 1, maxLength: 5 }),
      capacity: fc.integer({ min: 1, max: 40 }),
      forbidden: fc.uniqueArray(fc.nat(6), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ rows, capacity, forbidden }) => {
        const logits = Float32Array.from([[9, 9, 9, 9, 9, 9, 9], ...rows.map((row) => row.logits)].flat());
        const candidates = new LargestCandidates(capacity, 7, forbidden);
        for (const _ of [1, 2]) {
          candidates.clear();
          rows.forEach(({ base }, beam) => candidates.offer(logits, beam + 1, beam, base));
        }
        const expected = rows
          .flatMap(({ logits, base }, beam) => logits.map((logit, token) => ({ score: base + logit, token, beam })))
          .filter(({ score, token }) => score > -Infinity && !forbidden.includes(token))
          .sort((a, b) => b.score - a.score || a.token - b.token || a.beam - b.beam)
          .slice(0, capacity);
        const { count, scores, tokens, beams } = candidates;
        expect(Array.from({ length: count }, (_, i) => ({ score: scores[i], token: tokens[i], beam: beams[i] }))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
