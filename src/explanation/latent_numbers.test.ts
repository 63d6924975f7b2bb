// Round ticks that cover an axis, short numbers, and ranges of colours that outliers do not spoil.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisTicks, colourRange, formatNumber } from "./latent_numbers.js";
import { activityHeight, byActivity, unitAxes } from "./latent_units.js";

describe("axisTicks", () => {
  it("are round, inside, evenly spaced, about as many as asked for", () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.integer({ min: 2, max: 12 }), (low, span, about) => {
        const high = low + span;
        const ticks = axisTicks(low, high, about);
        expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(about / 2) - 1);
        expect(ticks.length).toBeLessThanOrEqual(2 * about + 1);
        const slack = span * 1e-6 + Math.abs(low) * 1e-9;
        for (const tick of ticks) expect(tick >= low - slack && tick <= high + slack).toBe(true);
      }),
    );
    expect(axisTicks(-0.25, 1.1, 5)).toEqual([-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(axisTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  });

  it("are none where there is no axis", () => {
    for (const [low, high] of [[1, 1], [2, 1], [NaN, 1], [0, Infinity], [1e9, 1e9 + 1e-6], [0, 5e-324], [-5e-324, 5e-324]]) expect(axisTicks(low, high, 5)).toEqual([]);
  });
});

it("formatNumber keeps three digits, with a true minus", () => {
  const cases: [number, string][] = [[0, "0"], [-0, "0"], [-0.25, "−0.25"], [1234.5, "1,230"], [2.0004, "2"], [3.14e-7, "3.14e−7"], [-4.2e9, "−4.2e9"]];
  for (const [value, text] of cases) expect(formatNumber(value)).toBe(text);
});

describe("colourRange", () => {
  it("spans all of a few numbers, and all but 2 % at each end of many", () => {
    expect(colourRange([3, 1, 2])).toEqual({ low: 1, high: 3, below: false, above: false });
    expect(colourRange([5])).toEqual({ low: 5, high: 5, below: false, above: false });
    const many = [...Array.from({ length: 100 }, (_, i) => i), 1e9];
    expect(colourRange(many)).toEqual({ low: 2, high: 98, below: true, above: true });
  });
});

describe("units as bars", () => {
  const units = [0, 0.004, 0.01, 2.5, 1e-12].map((activity, i) => ({ activity, divergence: i / 10 }));

  it("stand on an axis of whole decades, with the threshold in it", () => {
    expect(unitAxes(units)).toEqual({ lowDecade: -5, highDecade: 1, highDivergence: 0.4 });
    expect(unitAxes([{ activity: 0, divergence: 0 }])).toEqual({ lowDecade: -3, highDecade: 0, highDivergence: 1 });
    const axes = unitAxes(units);
    expect(activityHeight(10, axes)).toBe(1);
    expect(activityHeight(0.01, axes)).toBeCloseTo(0.5, 12);
    for (const none of [0, 1e-12, 1e-5]) expect(activityHeight(none, axes)).toBe(0);
  });

  it("are sorted from the most active", () => {
    expect(byActivity(units)).toEqual([3, 2, 1, 4, 0]);
    expect(byActivity([1, 1, 2].map((activity) => ({ activity, divergence: 0 })))).toEqual([2, 0, 1]);
  });
});
