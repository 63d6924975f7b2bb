// Points drawn from posteriors: of the mean and the variance that each has, and the same from the same stream.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { samplePosteriors } from "./sample_posteriors.js";
import { posteriorsOf } from "./testing/posteriors.js";

const MEANS = [3, -1, 0];
const VARIANCES = [0.25, 4, 1];
const COUNT = 20_000;
const same = (row: readonly number[]): number[][] => Array.from({ length: COUNT }, () => [...row]);
const posteriors = posteriorsOf(same(MEANS), same(VARIANCES.map(Math.log)));

describe("points of posteriors", () => {
  const points = samplePosteriors(posteriors, new RandomStream(1, "points"));
  const dimension = (at: number): number[] => Array.from({ length: COUNT }, (_, i) => points[3 * i + at]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each([0, 1, 2])("have the mean and the variance of dimension %i", (at) => {
    const values = dimension(at);
    const middle = mean(values);
    const deviation = Math.sqrt(VARIANCES[at] / COUNT); // of the mean
    expect(Math.abs(middle - MEANS[at])).toBeLessThan(4 * deviation);
    const variance = mean(values.map((value) => (value - middle) ** 2));
    expect(variance / VARIANCES[at]).toBeGreaterThan(1 - 4 * Math.sqrt(2 / COUNT));
    expect(variance / VARIANCES[at]).toBeLessThan(1 + 4 * Math.sqrt(2 / COUNT));
  });

  it("have noise of their own in each dimension", () => {
    const [first, second] = [dimension(0), dimension(1)];
    const product = mean(first.map((value, i) => ((value - MEANS[0]) / 0.5) * ((second[i] - MEANS[1]) / 2)));
    expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(COUNT));
  });

  it("are the means plus the stream's noise, row by row", () => {
    const few = posteriorsOf([[1, 2], [3, 4]], [[0, Math.log(4)], [Math.log(9), -Infinity]]);
    const random = new RandomStream(5, "points");
    const noise = Array.from({ length: 4 }, () => random.normal());
    const expected = [1 + noise[0], 2 + 2 * noise[1], 3 + 3 * noise[2], 4];
    const drawn = samplePosteriors(few, new RandomStream(5, "points"));
    expected.forEach((value, i) => expect(drawn[i]).toBeCloseTo(value, 5));
  });

  it("are the same from the same stream alone, and leave the posteriors as they are", () => {
    expect(samplePosteriors(posteriors, new RandomStream(1, "points"))).toEqual(points);
    expect(samplePosteriors(posteriors, new RandomStream(2, "points"))).not.toEqual(points);
    expect([...posteriors.means.subarray(0, 3)]).toEqual(MEANS);
  });
});
