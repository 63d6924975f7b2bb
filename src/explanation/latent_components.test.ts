// What principal components promise: all of a line on one axis, nothing that depends on how the space is turned.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { principalComponents } from "./latent_components.js";
import { clusteredMap } from "./testing/latent_maps.js";

const coordinate = fc.double({ min: -10, max: 10, noNaN: true });

function distance(points: ArrayLike<number>, dimensions: number, a: number, b: number): number {
  return Math.hypot(...Array.from({ length: dimensions }, (_, i) => points[a * dimensions + i] - points[b * dimensions + i]));
}

describe("principalComponents", () => {
  it("puts points of a line on the first axis, at their distances", () => {
    const places = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(places, fc.tuple(coordinate, coordinate, coordinate), (at, direction) => {
        const length = Math.hypot(...direction);
        fc.pre(length > 0.1 && new Set(at).size > 1);
        const { points, shares } = principalComponents(at.flatMap((t) => direction.map((part) => 3 + t * part)), 3);
        expect(shares[0]).toBeCloseTo(1, 9);
        expect(shares[1]).toBeCloseTo(0, 9);
        at.forEach((t, i) => {
          expect(Math.abs(points[2 * i] - points[0])).toBeCloseTo(Math.abs(t - at[0]) * length, 6);
          expect(points[2 * i + 1]).toBeCloseTo(0, 5);
        });
      }),
    );
  });

  it("sees the same, up to sign, however the space is turned, moved or mirrored", () => {
    const { means } = clusteredMap({ count: 30, dimensions: 3, clusters: 3, edge: 4 });
    const scaled = Array.from(means, (mean, i) => mean * [4, 2, 1][i % 3]);
    const before = principalComponents(scaled, 3);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 6.3, noNaN: true }), fc.double({ min: 0, max: 6.3, noNaN: true }), fc.boolean(), coordinate, (one, two, mirror, by) => {
        const turned: number[] = [];
        for (let row = 0; row < 30; row++) {
          const [x, y, z] = scaled.slice(3 * row, 3 * row + 3);
          const [u, v] = [x * Math.cos(one) - y * Math.sin(one), x * Math.sin(one) + y * Math.cos(one)];
          const [s, t] = [v * Math.cos(two) - z * Math.sin(two), v * Math.sin(two) + z * Math.cos(two)];
          turned.push((mirror ? -u : u) + by, s - by, t);
        }
        const after = principalComponents(turned, 3);
        for (const axis of [0, 1]) {
          expect(after.shares[axis]).toBeCloseTo(before.shares[axis], 8);
          const sign = Math.sign(after.points[axis] * before.points[axis]);
          for (let row = 0; row < 30; row++) expect(sign * after.points[2 * row + axis]).toBeCloseTo(before.points[2 * row + axis], 6);
        }
      }),
    );
  });

  it("never lengthens a distance, keeps the middle at 0 and the wider axis first", () => {
    const rows = fc.array(fc.array(coordinate, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, (rows) => {
        const { points, shares } = principalComponents(rows.flat(), 4);
        expect(points).toHaveLength(2 * rows.length);
        expect(shares[0]).toBeGreaterThanOrEqual(shares[1]);
        expect(shares[0] + shares[1]).toBeLessThanOrEqual(1 + 1e-9);
        for (const axis of [0, 1]) expect(rows.reduce((sum, _, i) => sum + points[2 * i + axis], 0)).toBeCloseTo(0, 6);
        for (let i = 1; i < rows.length; i++) {
          expect(distance(points, 2, 0, i)).toBeLessThanOrEqual(distance(rows.flat(), 4, 0, i) + 1e-6);
        }
      }),
    );
  });

  it("knows where the zero of the space falls", () => {
    const rows = [0, 0, 0, 8, 1, 0, 9, -1, 3, 7, 2, -3, 5, 5, 1];
    const { points, zero } = principalComponents(rows, 3);
    expect(zero[0]).toBeCloseTo(points[0], 9);
    expect(zero[1]).toBeCloseTo(points[1], 9);
  });

  it("gives places, and no share, to points that do not differ", () => {
    for (const [rows, dimensions] of [[[7], 1], [[1, 2, 3], 3], [[1, 2, 1, 2, 1, 2], 2]] as const) {
      const { points, shares } = principalComponents(rows, dimensions);
      expect(shares).toEqual([0, 0]);
      expect(Array.from(points)).toEqual(new Array<number>((rows.length / dimensions) * 2).fill(0));
    }
  });

  it("stands one dimension, two points, and numbers of any size", () => {
    expect(principalComponents([1, 4], 1)).toEqual({ points: Float64Array.of(-1.5, 0, 1.5, 0), shares: [1, 0], zero: [-2.5, 0] });
    for (const size of [1e-200, 3e38, 1e200]) {
      const { points, shares } = principalComponents([0, size, 0, 0, 0, 0], 2);
      expect(shares[0]).toBeCloseTo(1, 9);
      expect(Math.abs(points[0] - points[2]) / size).toBeCloseTo(1, 9);
    }
  });
});
