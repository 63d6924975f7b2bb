// The count of matrix-product work, against counts made by hand.

import { expect, it } from "vitest";
import { gather, grad, input, matmul, sum, tanh } from "../tensor/index.js";
import { countMatmulFlops } from "./flops.js";

const x = input("x", [5, 7, 3]);
const w = input("w", [3, 4]);

it("counts a multiply–add as two", () => {
  expect(countMatmulFlops([matmul(x, w)])).toBe(2 * 5 * 7 * 3 * 4);
  expect(countMatmulFlops([matmul(w, input("v", [6, 3]), { transposeA: true, transposeB: true })])).toBe(2 * 4 * 3 * 6);
});

it("counts a product that two outputs share once, and the backward pass as twice the forward", () => {
  const y = matmul(x, w);
  expect(countMatmulFlops([tanh(y), sum(y)])).toBe(2 * 5 * 7 * 3 * 4);
  expect(countMatmulFlops([y, ...grad(sum(tanh(y)), [x, w])])).toBe(3 * 2 * 5 * 7 * 3 * 4);
});

it("counts no one-hot product that only adds up an embedding's gradient", () => {
  const table = input("table", [10, 4]);
  const indices = input("indices", [6], "int64");
  expect(countMatmulFlops(grad(sum(tanh(gather(table, indices))), [table]))).toBe(0);
});

it("counts only the head's part where an embedding is tied to it", () => {
  const table = input("table", [10, 4]);
  const hidden = tanh(gather(table, input("indices", [6], "int64")));
  const logits = tanh(matmul(hidden, table, { transposeB: true }));
  expect(countMatmulFlops([logits, ...grad(sum(logits), [table])])).toBeCloseTo(3 * 2 * 6 * 4 * 10, 6);
});
