// Checks that the mean is the mean, and that no size of the values spoils it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { logMeanExp } from "./log_mean_exp.js";

const values = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 20 });

describe("logMeanExp", () => {
  it("is the logarithm of the mean of the exponentials of a part of the values", () => {
    fc.assert(
      fc.property(values, values, values, (before, part, after) => {
        const expected = Math.log(part.reduce((sum, value) => sum + Math.exp(value), 0) / part.length);
        expect(logMeanExp(Float64Array.from([...before, ...part, ...after]), before.length, part.length)).toBeCloseTo(expected, 10);
      }),
    );
  });

  it("neither overflows nor vanishes", () => {
    expect(logMeanExp(Float64Array.of(-5000, -5000 + Math.log(3)), 0, 2)).toBeCloseTo(-5000 + Math.log(2), 9);
    expect(logMeanExp(Float32Array.of(5000, 5000), 0, 2)).toBe(5000);
    expect(logMeanExp(Float64Array.of(-1e300, 3), 0, 2)).toBeCloseTo(3 - Math.log(2), 12);
  });

  it("says what it can of values that are no finite numbers", () => {
    expect(logMeanExp(Float64Array.of(-Infinity, -Infinity), 0, 2)).toBe(-Infinity);
    expect(logMeanExp(Float64Array.of(-Infinity, 2), 0, 2)).toBeCloseTo(2 - Math.log(2), 12);
    expect(logMeanExp(Float64Array.of(Infinity, 2), 0, 2)).toBe(Infinity);
    expect(logMeanExp(Float64Array.of(NaN, 2, Infinity), 0, 3)).toBeNaN();
  });

  it.each([
    [0, 0],
    [2, 2],
    [-1, 2],
    [0, 1.5],
  ])("refuses a part that is none: %d, %d", (from, count) => {
    expect(() => logMeanExp(new Float64Array(3), from, count)).toThrow(WordloomError);
  });
});
