// Axes that reach over all that is drawn, and numbers at them that can be told apart.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineChart } from "./line_chart.js";
import { axisRange, chartScale, chartTicks, exactNumber } from "./line_chart_scale.js";

const chart = (values: readonly number[], more: Partial<LineChart> = {}): LineChart => ({
  title: "t",
  x: { label: "x" },
  y: { label: "y" },
  series: [{ name: "s", points: values.map((y, x) => ({ x, y })) }],
  ...more,
});

describe("axisRange", () => {
  it("reaches over points and marks and a little more, or is the axis' own", () => {
    const { low, high } = axisRange(chart([1, 3], { marks: [{ y: [0, 5], label: "m" }, { x: 40, label: "far right" }] }), "y");
    expect(low).toBeCloseTo(-0.2, 12);
    expect(high).toBeCloseTo(5.2, 12);
    expect(axisRange(chart([1, 3], { y: { label: "y", range: [2, 9] } }), "y")).toEqual({ low: 2, high: 9 });
  });

  it("is never empty", () => {
    for (const value of [0, 8.74, -1e100, 1e-300]) {
      const { low, high } = axisRange(chart([value]), "y");
      expect(low < value && value < high).toBe(true);
    }
  });
});

describe("a logarithmic axis", () => {
  it("has the same distance for the same factor, over all points and a little more", () => {
    const { low, high } = axisRange(chart([1, 100], { y: { label: "y", log: true } }), "y");
    const { at } = chartScale({ low, high }, 100, false, true);
    expect(at(10) - at(1)).toBeCloseTo(at(100) - at(10), 9);
    expect(low > 0 && low < 1 && high > 100).toBe(true);
  });

  it("has powers of ten, their doubles and fivefolds where these are few, or equal steps within one", () => {
    const texts = (low: number, high: number): string[] => chartTicks(chartScale({ low, high }, 100, false, true), 6).map(({ text }) => text);
    expect(texts(0.9, 25)).toEqual(["1", "2", "5", "10", "20"]);
    expect(texts(0.5, 1e5)).toEqual(["1", "10", "100", "1,000", "10,000", "100,000"]);
    expect(texts(5.2, 5.9)).toEqual(["5.2", "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.9"]);
    expect(texts(1e-80, 1e80).length).toBeLessThan(14);
  });

  it("is never empty", () => {
    const { low, high } = axisRange(chart([7], { y: { label: "y", log: true } }), "y");
    expect(low < 7 && 7 < high).toBe(true);
  });
});

describe("chartTicks", () => {
  const texts = (low: number, high: number, about = 6): string[] => chartTicks(chartScale({ low, high }, 100, false), about).map(({ text }) => text);

  it("has as many decimals at every number as the finest needs", () => {
    expect(texts(8.55, 9.35, 4)).toEqual(["8.6", "8.8", "9.0", "9.2"]);
    expect(texts(9.99, 10.21, 4)).toEqual(["10.00", "10.05", "10.10", "10.15", "10.20"]);
    expect(texts(-2500, 2500)).toEqual(["−2,000", "−1,000", "0", "1,000", "2,000"]);
    expect(texts(0, 4e9, 4)).toEqual(["0", "1e9", "2e9", "3e9", "4e9"]);
    expect(texts(0, 1e-6, 4)).toEqual(["0", "2e−7", "4e−7", "6e−7", "8e−7", "1e−6"]);
  });

  it("are different, and where they say", () => {
    const end = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(end, fc.double({ min: 1e-2, max: 1e5, noNaN: true }), (low, span) => {
        const ticks = chartTicks(chartScale({ low, high: low + span }, 100, true), 6);
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
        for (const { value, text } of ticks) expect(Number(text.replaceAll(",", "").replace("−", "-"))).toBeCloseTo(value, 6);
      }),
    );
  });
});

it("exactNumber has six digits, with a true minus", () => {
  const cases: [number, string][] = [[8.6832, "8.6832"], [-0, "0"], [-1234.5678, "−1,234.57"], [12345, "12,345"], [3e-7, "3e−7"], [0.1 + 0.2, "0.3"]];
  for (const [value, text] of cases) expect(exactNumber(value)).toBe(text);
});
