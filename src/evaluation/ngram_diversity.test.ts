// Diversity on texts whose n-grams can be counted by hand, and its bounds.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ngramDiversity } from "./ngram_diversity.js";

const words = (...texts: string[]) => texts.map((text) => text.split(" "));

describe("ngramDiversity", () => {
  it("counts distinct n-grams as a share of all, and their entropy", () => {
    const [one, two, three] = ngramDiversity(words("a b a b", "a b"), 3);
    // Of six tokens three are a; of four bigrams three are a b.
    expect(one).toEqual({ distinct: 2 / 6, entropy: expect.closeTo(Math.log(2), 12), ngrams: 6 });
    expect(two).toEqual({ distinct: 2 / 4, entropy: expect.closeTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 12), ngrams: 4 });
    expect(three).toEqual({ distinct: 1, entropy: expect.closeTo(Math.log(2), 12), ngrams: 2 });
  });

  it("has no n-grams where all texts are shorter", () => {
    expect(ngramDiversity([["a"], []])).toEqual([{ distinct: 1, entropy: 0, ngrams: 1 }, ...Array.from({ length: 3 }, () => ({ distinct: 0, entropy: 0, ngrams: 0 }))]);
  });

  it("halves when every text comes twice, with the same entropy", () => {
    const texts = fc.array(fc.array(fc.nat(3), { maxLength: 8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, (samples) => {
        const [once, twice] = [ngramDiversity(samples), ngramDiversity([...samples, ...samples])];
        for (const [i, { distinct, entropy, ngrams }] of once.entries()) {
          expect(twice[i].distinct).toBeCloseTo(distinct / 2, 12);
          expect(twice[i].entropy).toBeCloseTo(entropy, 12);
          expect(entropy).toBeLessThanOrEqual(Math.log(Math.max(1, distinct * ngrams)) + 1e-12);
        }
      }),
    );
  });

  it("refuses no samples and an order that is none", () => {
    expect(() => ngramDiversity([])).toThrow("Distinct-n cannot be taken of 0 samples; give at least 1.");
    expect(() => ngramDiversity([["a"]], 0)).toThrow("Distinct-n cannot be taken of n-grams of 0 tokens; give a whole number from 1 to 100.");
  });
});
