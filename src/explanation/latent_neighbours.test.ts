// Neighbours against the plainest way of finding them, and labels among neighbours counted by hand.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestNeighbours, sameLabelChance, sameLabelShare } from "./latent_neighbours.js";

describe("nearestNeighbours", () => {
  it("finds what sorting all distances finds", () => {
    const coordinate = fc.integer({ min: -3, max: 3 });
    const rows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 11 }), (rows, wanted) => {
        const count = Math.min(wanted, rows.length - 1);
        const { indices, distances } = nearestNeighbours(rows.flat(), 2, count);
        rows.forEach(([x, y], i) => {
          const others = rows.map(([a, b], other) => ({ other, square: (a - x) ** 2 + (b - y) ** 2 })).filter(({ other }) => other !== i);
          const nearest = others.sort((a, b) => a.square - b.square || a.other - b.other).slice(0, count);
          expect(indices[i]).toEqual(nearest.map(({ other }) => other));
          expect(distances[i]).toEqual(nearest.map(({ square }) => Math.sqrt(square)));
        });
      }),
    );
  });
});

describe("sameLabelShare", () => {
  it("counts the points whose nearest other one has their label", () => {
    expect(sameLabelShare([0, 1, 10, 11], 1, ["a", "a", "b", "b"])).toBe(1);
    expect(sameLabelShare([0, 1, 10, 11], 1, ["a", "b", "a", "b"])).toBe(0);
    expect(sameLabelShare([0, 1, 10, 11, 14], 1, ["a", "a", "b", "b", "a"])).toBe(0.8);
  });

  it("passes over points without a label, and needs two labels", () => {
    expect(sameLabelShare([0, 0.5, 1, 10, 11], 1, ["a", null, "a", "b", "b"])).toBe(1);
    for (const labels of [["a", "a"], [null, null], ["a", null]]) expect(sameLabelShare([0, 1], 1, labels)).toBeNull();
  });

  it("is by chance what blind drawing of pairs gives", () => {
    expect(sameLabelChance(["a", "a", "b", "b", null])).toBeCloseTo(4 / 12, 12);
    expect(sameLabelChance(["a", "b"])).toBe(0);
  });
});
