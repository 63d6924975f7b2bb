import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { rowScale, wholeTicks } from "./axis_scale.js";

describe("rowScale", () => {
  it("puts round ticks on every second line, the lowest first", () => {
    const { ticks, low, high } = rowScale(1.53, 2.55, 8);
    expect(ticks.map((tick) => tick?.label ?? "")).toEqual(["", "2.4", "", "2.1", "", "1.8", "", "1.5"]);
    expect(low).toBeCloseTo(1.425, 12);
    expect(high).toBeCloseTo(2.625, 12);
  });

  it("holds the values, wastes at most half of its height, and tells its ticks apart", () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        value,
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (from, span, rows) => {
          const scale = rowScale(from, from + span, rows);
          expect(scale.low).toBeLessThanOrEqual(from + 1e-9);
          expect(scale.high).toBeGreaterThanOrEqual(from + span - 1e-9);
          if (span > 0.1 && rows >= 6) expect(scale.high - scale.low).toBeLessThan(span * 2.1);
          const labels = scale.ticks.flatMap((tick) => (tick === null ? [] : [tick.label]));
          expect(labels.length).toBe(Math.ceil(rows / 2));
          expect(new Set(labels).size).toBe(labels.length);
          expect(scale.ticks.at(-1)).not.toBeNull();
        },
      ),
    );
  });
});

describe("wholeTicks", () => {
  it.each([
    [0, 1096, 3, [0, 500, 1000]],
    [0, 2000, 4, [0, 500, 1000, 1500, 2000]],
    [8, 1096, 2, [500, 1000]],
    [0, 1, 3, [0, 1]],
    [3, 4, 2, [3, 4]],
    [0.5, 0.9, 2, []],
    [1_000_000, 1_000_300, 3, [1_000_000, 1_000_100, 1_000_200, 1_000_300]],
  ])("from %d to %d, at least %d", (low, high, least, values) => {
    expect(wholeTicks(low, high, least).map(({ value }) => value)).toEqual(values);
  });
});
