// Values of the operators through which no gradient flows, and of the ways values enter a graph.

import { describe, expect, it } from "vitest";
import { evaluate, toHost } from "./testing/evaluate.js";
import { argmax, cast, constant, cumulativeSum, equal, filled, greater, input, last, less, max, not, oneHot, stopGradient, sum, sumSquare, targetsCounted, where, window } from "./index.js";

const x = input("x", [4], "float64");
const feeds = { x: toHost({ shape: [4], data: [-1.5, 0, 2, 3] }, "float64") };

describe("comparisons", () => {
  it("compare element by element", async () => {
    const y = constant([-1.5, 1, 2, -3], [4], "float64");
    const results = await evaluate({ equal: equal(x, y), greater: greater(x, y), less: less(x, y), not: not(equal(x, y)), number: greater(x, 0) }, feeds);
    expect(results.equal.data).toEqual([1, 0, 1, 0]);
    expect(results.greater.data).toEqual([0, 0, 0, 1]);
    expect(results.less.data).toEqual([0, 1, 0, 0]);
    expect(results.not.data).toEqual([0, 1, 0, 1]);
    expect(results.number.data).toEqual([0, 0, 1, 1]);
  });

  it("give bool", async () => {
    expect([equal(x, x), greater(x, 0), not(greater(x, 0)), targetsCounted(input("t", [2], "int64"))].map(({ dtype }) => dtype)).toEqual(["bool", "bool", "bool", "bool"]);
  });

  it("broadcast", async () => {
    const { table } = await evaluate({ table: greater(constant([1, 2, 3], [3, 1]), constant([0, 2], [2])) });
    expect(table).toEqual({ shape: [3, 2], data: [1, 0, 1, 0, 1, 1] });
  });
});

describe("indices", () => {
  it("become one-hot vectors, zeros outside the classes", async () => {
    const indices = input("indices", [2, 2], "int64");
    const { vectors } = await evaluate({ vectors: oneHot(indices, 3, "float64") }, { indices: toHost({ shape: [2, 2], data: [2, 0, -1, 3] }, "int64") });
    expect(vectors).toEqual({ shape: [2, 2, 3], data: [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0] });
  });

  it("count as targets unless they are −1", async () => {
    const { counted } = await evaluate({ counted: targetsCounted(constant([0, -1, 5], [3], "int64")) });
    expect(counted.data).toEqual([1, 0, 1]);
  });

  it("cut pieces out of a pool of noise", async () => {
    const pool = input("pool", ["pool"], "float64");
    const offsets = input("offsets", ["sites"], "int64");
    const results = await evaluate(
      { first: window(pool, offsets, 0, [2, 2]), second: window(pool, offsets, 1, [3]) },
      { pool: toHost({ shape: [6], data: [0, 1, 2, 3, 4, 5] }, "float64"), offsets: toHost({ shape: [2], data: [2, 0] }, "int64") },
    );
    expect(results.first).toEqual({ shape: [2, 2], data: [2, 3, 4, 5] });
    expect(results.second).toEqual({ shape: [3], data: [0, 1, 2] });
  });
});

describe("long vectors", () => {
  it.each([70_000, 65_536, 65_537, 3 * 4096 * 7])("of %i numbers have their sum of squares", async (size) => {
    const data = Array.from({ length: size }, (_, i) => (i % 7) - 3);
    const { result } = await evaluate({ result: sumSquare(input("long", [size], "float64")) }, { long: toHost({ shape: [size], data }, "float64") });
    expect(result).toEqual({ shape: [], data: [data.reduce((total, value) => total + value * value, 0)] });
  });
});

describe("values that enter", () => {
  it("are constants of every type", async () => {
    const results = await evaluate({
      float32: constant(0.1),
      float64: constant(0.1, [], "float64"),
      int64: constant([2 ** 40, -1], [2], "int64"),
      bool: constant([1, 0], [2, 1], "bool"),
    });
    expect(results.float32).toEqual({ shape: [], data: [Math.fround(0.1)] });
    expect(results.float64).toEqual({ shape: [], data: [0.1] });
    expect(results.int64.data).toEqual([2 ** 40, -1]);
    expect(results.bool).toEqual({ shape: [2, 1], data: [1, 0] });
  });

  it("fill a shape", async () => {
    const results = await evaluate({ float: filled(1.5, [2, 2]), whole: filled(-7, [3], "int64"), bool: filled(1, [2], "bool") });
    expect(results.float).toEqual({ shape: [2, 2], data: [1.5, 1.5, 1.5, 1.5] });
    expect(results.whole.data).toEqual([-7, -7, -7]);
    expect(results.bool.data).toEqual([1, 1]);
  });

  it("change type", async () => {
    const results = await evaluate({ whole: cast(x, "int64"), bool: cast(x, "bool"), single: cast(x, "float32") }, feeds);
    expect(results.whole.data).toEqual([-1, 0, 2, 3]);
    expect(results.bool.data).toEqual([1, 0, 1, 1]);
    expect(results.single.data).toEqual([-1.5, 0, 2, 3]);
  });
});

describe("whole numbers", () => {
  it("add up over any axes", async () => {
    const table = constant([2 ** 40, 1, 2, 3, 4, 5], [3, 2], "int64");
    const results = await evaluate({ rows: sum(table, [0]), columns: sum(table, [1]), all: sum(table), largest: max(table, [0]) });
    expect(results.rows.data).toEqual([2 ** 40 + 6, 9]);
    expect(results.columns.data).toEqual([2 ** 40 + 1, 5, 9]);
    expect(results.all.data).toEqual([2 ** 40 + 15]);
    expect(results.largest.data).toEqual([2 ** 40, 5]);
  });
});

describe("where the maximum stands", () => {
  it("is said along any axis, the first of equal ones", async () => {
    for (const dtype of ["float32", "float64"] as const) {
      const table = constant([1, 4, 4, -2, -3, -1], [2, 3], dtype);
      const places = { rows: argmax(table, 1), columns: argmax(table, 0), last: argmax(table, -1) };
      expect(Object.values(places).map((place) => place.dtype)).toEqual(["int64", "int64", "int64"]);
      const results = await evaluate(places);
      expect(results.rows).toEqual({ shape: [2], data: [1, 2] });
      expect(results.columns).toEqual({ shape: [3], data: [0, 0, 0] });
      expect(results.last).toEqual(results.rows);
    }
    expect(() => argmax(x, 1)).toThrow("axis 1 does not exist in a tensor of 1 dimensions");
  });
});

describe("running sums", () => {
  it("go along any axis, in every type", async () => {
    const table = constant([1, 2, 3, 4, 5, 2 ** 40], [2, 3], "int64");
    const results = await evaluate({ rows: cumulativeSum(table, 1), columns: cumulativeSum(table, 0), last: cumulativeSum(table, -1), float: cumulativeSum(x, 0) }, feeds);
    expect(results.rows).toEqual({ shape: [2, 3], data: [1, 3, 6, 4, 9, 2 ** 40 + 9] });
    expect(results.columns).toEqual({ shape: [2, 3], data: [1, 2, 3, 5, 7, 2 ** 40 + 3] });
    expect(results.last).toEqual(results.rows);
    expect(results.float.data).toEqual([-1.5, -1.5, 0.5, 3.5]);
  });

  it("go along an axis of any length, and no axis that there is not", async () => {
    const sums = cumulativeSum(input("sequence", ["rows", "length"], "int64"), 1);
    expect(sums.shape).toEqual(["rows", "length"]);
    for (const length of [1, 4]) {
      const sequence = toHost({ shape: [2, length], data: new Array<number>(2 * length).fill(1) }, "int64");
      const counted = Array.from({ length }, (_, i) => i + 1);
      expect((await evaluate({ sums }, { sequence })).sums.data).toEqual([...counted, ...counted]);
    }
    expect(() => cumulativeSum(x, 1)).toThrow("axis 1 does not exist in a tensor of 1 dimensions");
  });
});

describe("values that pass", () => {
  it("through stopGradient unchanged", async () => {
    expect((await evaluate({ same: stopGradient(x) }, feeds)).same.data).toEqual([-1.5, 0, 2, 3]);
  });

  it("by choice", async () => {
    const { chosen } = await evaluate({ chosen: where(greater(x, 0), x, constant(9, [], "float64")) }, feeds);
    expect(chosen.data).toEqual([9, 9, 2, 3]);
  });

  it("as the last position of an axis, however long", async () => {
    const sequence = input("sequence", [2, "length", 2], "float64");
    const end = last(sequence, 1);
    expect(end.shape).toEqual([2, 1, 2]);
    for (const length of [1, 3]) {
      const data = Array.from({ length: 4 * length }, (_, i) => i);
      const { values } = await evaluate({ values: end }, { sequence: toHost({ shape: [2, length, 2], data }, "float64") });
      expect(values).toEqual({ shape: [2, 1, 2], data: [2 * length - 2, 2 * length - 1, 4 * length - 2, 4 * length - 1] });
    }
  });
});
