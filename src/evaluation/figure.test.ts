import { describe, expect, it } from "vitest";
import { mapFigure, meanFigure, ratioFigure } from "./figure.js";

describe("figures", () => {
  const values = Array.from({ length: 200 }, (_, i) => (i * 37) % 11);

  it("are the mean inside an interval that narrows with the number of samples", () => {
    const few = meanFigure(values.slice(0, 20));
    const many = meanFigure(values);
    expect(many.value).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 200, 12);
    expect(many.low).toBeLessThan(many.value);
    expect(many.high).toBeGreaterThan(many.value);
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 2);
  });

  it("of a ratio with equal wholes are those of the mean", () => {
    const ratio = ratioFigure(values.map((value) => 3 * value), values.map(() => 3));
    const mean = meanFigure(values);
    for (const key of ["value", "low", "high"] as const) expect(ratio[key]).toBeCloseTo(mean[key], 12);
  });

  it("weigh each sample by its whole", () => {
    expect(ratioFigure([10, 0], [10, 90]).value).toBeCloseTo(0.1, 12);
    expect(ratioFigure([0], [0]).value).toBe(0);
  });

  it("change their unit with their interval", () => {
    expect(mapFigure({ value: 1, low: 0, high: 2 }, Math.exp)).toEqual({ value: Math.E, low: 1, high: Math.exp(2) });
  });
});
