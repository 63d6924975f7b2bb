// Caches hold what was written into them, whatever they are copied to.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostTensor } from "../runtime/backend.js";
import { appendPositions, copyPositions, grownCapacity } from "./cache_growth.js";

describe("grownCapacity", () => {
  it("suffices, doubles, and never exceeds the limit", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 300 }), (capacity, length, limit) => {
        const grown = grownCapacity(Math.min(capacity, limit), Math.min(length, limit), limit);
        expect(grown).toBeGreaterThanOrEqual(Math.min(Math.max(capacity, length), limit));
        expect(grown).toBeLessThanOrEqual(limit);
      }),
    );
    expect([grownCapacity(0, 1, 256), grownCapacity(16, 17, 256), grownCapacity(16, 200, 256), grownCapacity(128, 129, 200)]).toEqual([16, 32, 256, 200]);
    expect(grownCapacity(0, 0, 8)).toBe(8);
  });
});

describe("a cache (rows, 2, capacity, 3)", () => {
  const positions = (rows: number, count: number, first: number) =>
    hostTensor(Float32Array.from({ length: rows * 2 * count * 3 }, (_, i) => first + i), [rows, 2, count, 3]);
  const at = (tensor: { data: unknown; shape: readonly number[] }, row: number, head: number, position: number): number[] => {
    const offset = ((row * 2 + head) * tensor.shape[2] + position) * 3;
    return Array.from((tensor.data as Float32Array).subarray(offset, offset + 3));
  };

  it("keeps the filled positions of the chosen rows when it is copied, and takes further ones", () => {
    const cache = hostTensor(new Float32Array(3 * 2 * 4 * 3), [3, 2, 4, 3]);
    const [first, second] = [positions(3, 2, 100), positions(3, 1, 500)];
    appendPositions(cache, 2, first, 0, 2);
    appendPositions(cache, 2, second, 2, 1);
    const rows = [2, 0, 2, 1];
    for (const [chosen, expected] of [[Int32Array.from(rows), rows], [null, [0, 1, 2]]] as const) {
      const copy = copyPositions(cache, 2, chosen, 3, 5);
      expect(copy.shape).toEqual([expected.length, 2, 5, 3]);
      expected.forEach((row, i) => {
        for (const head of [0, 1]) {
          for (const position of [0, 1]) expect(at(copy, i, head, position)).toEqual(at(first, row, head, position));
          expect(at(copy, i, head, 2)).toEqual(at(second, row, head, 0));
          for (const position of [3, 4]) expect(at(copy, i, head, position)).toEqual([0, 0, 0]);
        }
      });
    }
  });
});
