// The longest copies against a search that compares everything with everything.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CopyFinder } from "./copy_finder.js";

const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
const texts = fc.array(words, { minLength: 1, maxLength: 6 });

/** By the definition: the first of the longest spans that are in one of the texts. */
function longestCopy(sample: readonly string[], texts: readonly (readonly string[])[]) {
  const within = texts.map((text) => `,${text.join()},`);
  for (let length = sample.length; length > 0; length--) {
    for (let start = 0; start + length <= sample.length; start++) {
      const span = sample.slice(start, start + length).join();
      if (within.some((text) => text.includes(`,${span},`))) return { start, length };
    }
  }
  return { start: 0, length: 0 };
}

describe("CopyFinder", () => {
  it("finds what comparing everything with everything finds, in whatever pieces the text comes", () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 5 }), (samples, texts, piece) => {
        const finder = new CopyFinder(samples);
        for (const text of texts) {
          for (let start = 0; start < text.length; start += piece) finder.read(text.slice(start, start + piece));
          finder.endText();
        }
        const identical = (sample: readonly string[]) => sample.length > 0 && texts.some((text) => text.join() === sample.join());
        expect(finder.longestCopies()).toEqual(samples.map((sample) => ({ ...longestCopy(sample, texts), identical: identical(sample) })));
      }),
      { numRuns: 500 },
    );
  });

  it("takes tokens that only the text has, and no text at all", () => {
    const finder = new CopyFinder([["a", "b"], []]);
    const nothing = { start: 0, length: 0, identical: false };
    expect(finder.longestCopies()).toEqual([nothing, nothing]);
    finder.read(["x", "a", "y", "b"]);
    finder.endText();
    expect(finder.longestCopies()).toEqual([{ start: 0, length: 1, identical: false }, nothing]);
  });
});
