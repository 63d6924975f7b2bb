// Annealed weights: where they begin and end, how they grow.

import { describe, expect, it } from "vitest";
import { ANNEALINGS, annealedWeight, type AnnealingSettings } from "./annealing.js";

const settings: AnnealingSettings = { name: "linear", steps: 100, weight: 0.8, cycles: 4 };
const weights = (name: AnnealingSettings["name"]): number[] => Array.from({ length: 130 }, (_, step) => annealedWeight({ ...settings, name }, step));

describe.each(ANNEALINGS)("%s", (name) => {
  it("stays between 0 and its end, and at its end from there on", () => {
    const all = weights(name);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThanOrEqual(0.8);
    expect(new Set(all.slice(100))).toEqual(new Set([0.8]));
  });
});

describe("the ways to grow", () => {
  it("none is not to grow at all", () => expect(new Set(weights("none"))).toEqual(new Set([0.8])));

  it("in a line from 0", () => {
    const all = weights("linear");
    expect(all[0]).toBe(0);
    expect(all[25]).toBeCloseTo(0.2, 12);
    expect(all[75]).toBeCloseTo(0.6, 12);
  });

  it("in an S that is half way in the middle", () => {
    const all = weights("logistic");
    expect(all[0]).toBeCloseTo(0.8 / (1 + Math.exp(5)), 12);
    expect(all[50]).toBeCloseTo(0.4, 12);
    expect(all[30] + all[70]).toBeCloseTo(0.8, 12);
    for (let step = 1; step < 100; step++) expect(all[step]).toBeGreaterThan(all[step - 1]);
  });

  it("in cycles: half of each it grows, half of each it stays", () => {
    const all = weights("cyclical");
    for (const start of [0, 25, 50, 75]) {
      expect(all[start]).toBe(0);
      expect(all[start + 5]).toBeCloseTo(0.32, 12);
      expect(all[start + 13]).toBe(0.8);
      expect(all[start + 24]).toBe(0.8);
    }
  });
});
