// Repetition on texts that go round in circles, and on some that do not.

import { describe, expect, it } from "vitest";
import { duplicateSamples, repeatedNgrams } from "./repetition.js";

const words = (...texts: string[]) => texts.map((text) => text.split(" "));

describe("repeatedNgrams", () => {
  it("is the share of n-grams that a sample had before", () => {
    const { mean, samples } = repeatedNgrams(words("a b c a b c", "a b c d", "a a a a a"), 2);
    expect([...samples]).toEqual([expect.closeTo(2 / 5, 12), 0, expect.closeTo(3 / 4, 12)]);
    expect(mean).toBeCloseTo((2 / 5 + 3 / 4) / 3, 12);
  });

  it("does not count what another sample has, nor samples too short for n-grams", () => {
    expect([...repeatedNgrams(words("a b c d e", "a b c d e", "a b", "")).samples]).toEqual([0, 0, 0, 0]);
    expect(repeatedNgrams([[]]).mean).toBe(0);
  });

  it("refuses no samples and an order that is none", () => {
    expect(() => repeatedNgrams([])).toThrow("Repetition cannot be taken of 0 samples; give at least 1.");
    expect(() => repeatedNgrams([["a"]], 1.5)).toThrow("Repetition cannot be taken of n-grams of 1.5 tokens");
  });
});

describe("duplicateSamples", () => {
  it("marks each sample that another one equals", () => {
    const { mean, samples } = duplicateSamples([["a b", "c"], ["a", "b", "c"], ["a", "b", "c"], ["d"], ["a", "b", "c"]]);
    expect([...samples]).toEqual([0, 1, 1, 0, 1]);
    expect(mean).toBeCloseTo(3 / 5, 12);
  });

  it("takes empty samples for equal ones", () => {
    expect(duplicateSamples([[], [], [1]]).mean).toBeCloseTo(2 / 3, 12);
  });
});
