// Clipped n-gram matches against the definition: n-grams written out and counted one by one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clippedMatches, ngramCount } from "./ngram_matches.js";

function countsOf(sequence: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= sequence.length; start++) {
    const ngram = JSON.stringify(sequence.slice(start, start + n));
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

describe("clippedMatches", () => {
  it("counts a repeated word as often as the reference that has most of it (Papineni et al. 2002, example 2)", () => {
    const hypothesis = "the the the the the the the".split(" ");
    const references = ["the cat is on the mat".split(" "), "there is a cat on the mat".split(" ")];
    expect(clippedMatches(hypothesis, references, 2)).toEqual([2, 0]);
  });

  it("equals the definition", () => {
    const sequence = fc.array(fc.constantFrom("a", "b", "c", "ab"), { maxLength: 12 });
    fc.assert(
      fc.property(sequence, fc.array(sequence, { minLength: 1, maxLength: 3 }), (hypothesis, references) => {
        const expected = [1, 2, 3, 4].map((n) => {
          const counts = references.map((reference) => countsOf(reference, n));
          const most = (ngram: string) => Math.max(...counts.map((of) => of.get(ngram) ?? 0));
          return [...countsOf(hypothesis, n)].reduce((sum, [ngram, count]) => sum + Math.min(count, most(ngram)), 0);
        });
        expect(clippedMatches(hypothesis, references, 4)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("finds all n-grams of a sequence in itself, long ones too", () => {
    const sequence = Array.from({ length: 5000 }, (_, i) => `word ${(i * i) % 4999}`);
    expect(clippedMatches(sequence, [sequence], 7)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => ngramCount(5000, n)));
  });

  it("takes thousands of references, each of which has something of its own", () => {
    const references = Array.from({ length: 4000 }, (_, i) => ["the", `word ${i}`, `name ${i}`, "the"].slice(0, 2 + (i % 3)));
    expect(clippedMatches(["the", "the", "the", "word 7", "name 7"], references, 4)).toEqual([4, 2, 1, 0]);
  });
});
