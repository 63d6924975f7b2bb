// The distributions from which parameters start.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { constantValue, inPieces, normal, uniform, type Initializer } from "./initializer.js";

const COUNT = 20000;

function draw(initializer: Initializer, seed = 3): Float32Array {
  const data = new Float32Array(COUNT);
  initializer(data, new RandomStream(seed, "initialisation"));
  return data;
}

function moments(data: Float32Array): { mean: number; deviation: number } {
  const mean = data.reduce((total, value) => total + value, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((total, value) => total + (value - mean) ** 2, 0) / data.length) };
}

describe("initial values", () => {
  it("normal: mean 0 and the deviation asked for, to five standard errors", () => {
    const { mean, deviation } = moments(draw(normal(0.02)));
    expect(Math.abs(mean)).toBeLessThan((5 * 0.02) / Math.sqrt(COUNT));
    expect(Math.abs(deviation - 0.02)).toBeLessThan((5 * 0.02) / Math.sqrt(2 * COUNT));
  });

  it("uniform: fills the interval evenly and nothing beyond it", () => {
    const data = draw(uniform(0.5));
    const { mean, deviation } = moments(data);
    expect(data.every((value) => Math.abs(value) <= 0.5)).toBe(true);
    expect(Math.abs(mean)).toBeLessThan((5 * 0.5) / Math.sqrt(3 * COUNT));
    expect(deviation).toBeCloseTo(0.5 / Math.sqrt(3), 2);
  });

  it("come from the stream alone: one seed, one result", () => {
    expect(draw(normal(1), 8)).toEqual(draw(normal(1), 8));
    expect(draw(normal(1), 8)).not.toEqual(draw(normal(1), 9));
  });

  it("in pieces: each initializer fills its share of the first axis", () => {
    const data = draw(inPieces([constantValue(1), uniform(0.1), constantValue(-2), constantValue(0)]));
    const quarter = COUNT / 4;
    expect(data.subarray(0, quarter).every((value) => value === 1)).toBe(true);
    expect(data.subarray(quarter, 2 * quarter).every((value) => Math.abs(value) <= 0.1 && value !== 0)).toBe(true);
    expect(data.subarray(2 * quarter, 3 * quarter).every((value) => value === -2)).toBe(true);
    expect(data.subarray(3 * quarter).every((value) => value === 0)).toBe(true);
  });
});
