// Bootstrap intervals: the width that theory gives, how often they hold the truth, and the same again from the same seed.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { bootstrapInterval, meanInterval } from "./bootstrap_interval.js";

describe("meanInterval", () => {
  it("is as wide as the standard error says", () => {
    const random = new RandomStream(5, "values");
    const values = Float64Array.from({ length: 2000 }, () => 3 + 2 * random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const { low, high } = meanInterval(values, { resamples: 4000 });
    const error = (1.96 * deviation) / Math.sqrt(values.length);
    // The ends of 4,000 draws lie within a few hundredths of the error of where they should.
    for (const width of [mean - low, high - mean]) {
      expect(width / error).toBeGreaterThan(0.9);
      expect(width / error).toBeLessThan(1.1);
    }
  });

  it("holds the true mean about as often as it promises", () => {
    const random = new RandomStream(11, "values");
    const held = Array.from({ length: 300 }, (_, seed) => {
      const values = Array.from({ length: 80 }, () => random.uniform());
      const { low, high } = meanInterval(values, { seed, resamples: 300, confidence: 0.8 });
      return low <= 0.5 && 0.5 <= high;
    }).filter(Boolean).length;
    // Binomial with p = 0.8: five deviations of 6.9 around 240.
    expect(held).toBeGreaterThan(205);
    expect(held).toBeLessThan(275);
  });

  it("is a point where all values are the same, and the same from the same seed", () => {
    expect(meanInterval([2, 2, 2])).toEqual({ low: 2, high: 2 });
    const values = Array.from({ length: 40 }, (_, i) => Math.sqrt(i));
    expect(meanInterval(values, { seed: 4 })).toEqual(meanInterval(values, { seed: 4 }));
    expect(meanInterval(values, { seed: 4 })).not.toEqual(meanInterval(values, { seed: 5 }));
  });
});

describe("bootstrapInterval", () => {
  it("takes any measure of samples by their indices", () => {
    const values = Array.from({ length: 101 }, (_, i) => i);
    const median = (indices: Uint32Array) => [...indices].map((index) => values[index]).sort((a, b) => a - b)[50];
    const { low, high } = bootstrapInterval(values.length, median, { confidence: 0.5 });
    expect(low).toBeLessThan(50);
    expect(low).toBeGreaterThan(35);
    expect(high).toBeGreaterThan(50);
    expect(high).toBeLessThan(65);
  });

  it("refuses what no interval comes of", () => {
    expect(() => meanInterval([])).toThrow("No interval can be drawn of no samples; give at least one.");
    expect(() => meanInterval([1], { seed: -1 })).toThrow("No interval can be drawn with the seed -1; give a whole number from 0 on.");
    expect(() => meanInterval([1], { resamples: 0 })).toThrow("No interval can be drawn from 0 resamples");
    expect(() => meanInterval([1], { confidence: 95 })).toThrow("No interval can be drawn with a confidence of 95; give a number between 0 and 1");
  });
});
