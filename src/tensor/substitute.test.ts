// Graphs with some of their tensors exchanged: values, gradients, and what must stay the very same.

import { expect, it } from "vitest";
import { add, constant, grad, input, matmul, mul, split, sum, tanh } from "./index.js";
import { substitute } from "./substitute.js";
import { evaluate, toHost } from "./testing/evaluate.js";

const x = input("x", [2], "float64");
const w = input("w", [2], "float64");
const feeds = { x: toHost({ shape: [2], data: [1, -2] }, "float64"), w: toHost({ shape: [2], data: [3, 5] }, "float64") };

it("computes the same with other values, whatever the replacement is made of", async () => {
  const doubled = mul(w, 2); // contains what it stands in for, and keeps it
  const [first, second] = split(add(mul(x, w), w), 0, 2);
  const replaced = substitute(mul(first, second), new Map([[w, doubled]]));
  const { values } = await evaluate({ values: replaced }, feeds);
  expect(values.data).toEqual([(1 * 6 + 6) * (-2 * 10 + 10)]);
});

it("lets gradients flow to what is replaced through what replaces it, and to what lies before", async () => {
  const before = tanh(x);
  const output = substitute(sum(mul(before, w)), new Map([[w, mul(w, w)]]));
  const [toWeight, toBefore] = grad(output, [w, before]);
  const { weight, inner } = await evaluate({ weight: toWeight, inner: toBefore }, feeds);
  expect(weight.data).toEqual([1, -2].map((value, i) => Math.tanh(value) * 2 * [3, 5][i]));
  expect(inner.data).toEqual([9, 25]);
});

it("leaves alone what depends on nothing that is replaced", () => {
  const output = sum(mul(x, x));
  expect(substitute(output, new Map([[w, x]]))).toBe(output);
  expect(substitute(w, new Map([[w, x]]))).toBe(x);
});

it("refuses a replacement of another shape", () => {
  expect(() => substitute(matmul(input("a", [2, 2]), input("b", [2, 2])), new Map([[w, constant([1, 2, 3], [3], "float64")]]))).toThrow("a replacement must be of the shape [2]");
});
