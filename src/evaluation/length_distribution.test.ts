// Lengths by hand, and the Wasserstein distance against its definition by sorted values.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareLengths } from "./length_distribution.js";

const lengths = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });

describe("compareLengths", () => {
  it("summarises both sides, with quartiles as NumPy has them", () => {
    const { samples, data, distance } = compareLengths([4, 1, 3, 2], [5]);
    expect(samples).toEqual({ count: 4, mean: 2.5, shortest: 1, quartiles: [1.75, 2.5, 3.25], longest: 4 });
    expect(data).toEqual({ count: 1, mean: 5, shortest: 5, quartiles: [5, 5, 5], longest: 5 });
    expect(distance).toBeCloseTo(2.5, 12);
  });

  it("has the distance of lengths sorted and laid side by side, each side repeated until both are as many", () => {
    fc.assert(
      fc.property(lengths, lengths, (a, b) => {
        const repeat = (values: number[], times: number) => values.flatMap((value) => Array.from({ length: times }, () => value)).sort((x, y) => x - y);
        const [left, right] = [repeat(a, b.length), repeat(b, a.length)];
        const expected = left.reduce((sum, value, i) => sum + Math.abs(value - right[i]), 0) / left.length;
        expect(compareLengths(a, b).distance).toBeCloseTo(expected, 10);
        expect(compareLengths(b, a).distance).toBeCloseTo(expected, 10);
      }),
    );
  });

  it("has no distance from itself, and exactly a shift from what is shifted", () => {
    fc.assert(
      fc.property(lengths, fc.nat(9), (values, shift) => {
        expect(compareLengths(values, values.map((value) => value + shift)).distance).toBeCloseTo(shift, 10);
      }),
    );
  });

  it("refuses no lengths, and what is no length", () => {
    expect(() => compareLengths([], [1])).toThrow("There are no lengths of the samples to compare; give at least one.");
    expect(() => compareLengths([1], [2, -1])).toThrow("The lengths of the data must be numbers of 0 or more; give the number of tokens of each.");
    expect(() => compareLengths([NaN], [2])).toThrow("The lengths of the samples must be numbers of 0 or more");
  });
});
