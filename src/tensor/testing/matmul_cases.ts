// The table's entries for matrix products: every transposition, scale and way of broadcasting, and an LSTM's step.

import { lstmCell, matmul, type MatmulOptions } from "../index.js";
import { at, combine, fill, type PlainArray } from "./arrays.js";
import type { OperatorCase } from "./check_derivative.js";

/** alpha · op(a) · op(b) in plain loops. */
function plainMatmul(a: PlainArray, b: PlainArray, { transposeA, transposeB, alpha = 1 }: MatmulOptions): PlainArray {
  const turn = (x: PlainArray, swap: boolean | undefined): { matrix: readonly number[]; at: (place: number[], i: number, j: number) => number } => {
    const [rows, columns] = x.shape.slice(-2);
    return {
      matrix: swap ? [columns, rows] : [rows, columns],
      at: (place, i, j) => at(x, [...place.slice(place.length - (x.shape.length - 2)), ...(swap ? [j, i] : [i, j])]),
    };
  };
  const left = turn(a, transposeA);
  const right = turn(b, transposeB);
  const batch = combine(ofShape(a.shape.slice(0, -2)), ofShape(b.shape.slice(0, -2)), () => 0).shape;
  return fill([...batch, left.matrix[0], right.matrix[1]], (place) => {
    const [i, j] = place.slice(-2);
    const where = place.slice(0, -2);
    let total = 0;
    for (let k = 0; k < left.matrix[1]; k++) total += left.at(where, i, k) * right.at(where, k, j);
    return alpha * total;
  });
}

const ofShape = (shape: readonly number[]): PlainArray => fill(shape, () => 0);

/** Axes before the last two of each operand. */
const BATCHES: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ["two matrices", [], []],
  ["a stack by a matrix", [2], []],
  ["a deep stack by a matrix", [2, 3], []],
  ["a matrix by a stack", [], [2]],
  ["two stacks", [3], [3]],
  ["two deep stacks", [2, 3], [2, 3]],
  ["a stack of one by a stack", [1], [3]],
  ["a stack by a stack of one", [3], [1]],
  ["two stacks that both repeat", [2, 1], [1, 3]],
  ["stacks of different depth", [3], [2, 1]],
  ["a stack of one by a matrix", [1], []],
];

const OPTIONS: readonly MatmulOptions[] = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) => [1, -0.5].map((alpha) => ({ transposeA, transposeB, alpha }))),
);

const products: readonly OperatorCase[] = BATCHES.flatMap(([variant, batchA, batchB]) =>
  OPTIONS.map((options): OperatorCase => ({
    name: "matmul",
    variant: `${variant}${options.transposeA ? ", aᵀ" : ""}${options.transposeB ? ", bᵀ" : ""}${options.alpha === 1 ? "" : `, scaled`}`,
    draw: (draw) => {
      const [rows, inner, columns] = draw.shape(3);
      return {
        inputs: [
          draw.uniform([...batchA, ...(options.transposeA ? [inner, rows] : [rows, inner])]),
          draw.uniform([...batchB, ...(options.transposeB ? [columns, inner] : [inner, columns])]),
        ],
        build: (a, b) => matmul(a, b, options),
        reference: (a, b) => plainMatmul(a, b, options),
      };
    },
  })),
);

const plainSigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** c' = f·c + i·g and h' = o·tanh(c') in plain loops. */
function plainLstm(gates: PlainArray, cell: PlainArray): { h: PlainArray; c: PlainArray } {
  const hidden = cell.shape[1];
  const gate = (place: readonly number[], index: number): number => at(gates, [place[0], index * hidden + place[1]]);
  const c = fill(cell.shape, (place) => plainSigmoid(gate(place, 1)) * at(cell, place) + plainSigmoid(gate(place, 0)) * Math.tanh(gate(place, 2)));
  return { c, h: fill(cell.shape, (place) => plainSigmoid(gate(place, 3)) * Math.tanh(at(c, place))) };
}

const lstm: readonly OperatorCase[] = ([["h", "c"], ["h"], ["c"]] as const).map((used) => ({
  name: "lstmCell",
  variant: `with ${used.join(" and ")} used`,
  draw: (draw): ReturnType<OperatorCase["draw"]> => {
    const [rows, hidden] = draw.shape(2);
    return {
      inputs: [draw.uniform([rows, 4 * hidden]), draw.uniform([rows, hidden])],
      build: (gates, cell) => used.map((name) => lstmCell(gates, cell)[name]),
      reference: (gates, cell) => used.map((name) => plainLstm(gates, cell)[name]),
    };
  },
}));

export const matmulCases: readonly OperatorCase[] = [...products, ...lstm];
