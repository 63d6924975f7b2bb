// A shape mistake is one sentence that names the operator, the shapes and the line on which it was made.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import {
  add, cast, concat, constant, crossEntropy, equal, expand, filled, gather, gatherElements, input, last, layerNormalization, lstmCell, matmul, max, mean, not,
  reshape, scatterAdd, slice, softmax, split, sum, transpose, where, window, type Tensor,
} from "./index.js";

const a = input("a", [2, 3]);
const b = input("b", [4, 5]);
const vector = input("vector", [3]);
const double = input("double", [2, 3], "float64");
const whole = input("whole", [2], "int64");
const rows = input("rows", ["rows", 3]);

/** The line of this file from which it is called. */
function lineHere(): number {
  const [, caller] = [...(new Error().stack ?? "").matchAll(/shape_errors\.test\.ts:(\d+):/g)];
  return Number(caller[1]);
}

type Mistake = readonly [make: () => unknown, line: number, call: string, complaint: string];

const MISTAKES: readonly Mistake[] = [
  [() => matmul(a, b), lineHere(), "MatMul(float32 [2, 3], float32 [4, 5])", "the inner dimensions 3 and 4 differ"],
  [() => matmul(a, b, { transposeA: true }), lineHere(), "MatMul(float32 [2, 3], float32 [4, 5])", "the inner dimensions 2 and 4 differ"],
  [() => matmul(a, vector), lineHere(), "MatMul(float32 [2, 3], float32 [3])", "both operands need at least 2 dimensions"],
  [() => matmul(a, double), lineHere(), "MatMul(float32 [2, 3], float64 [2, 3])", "both operands need one type"],
  [() => add(a, b), lineHere(), "Add(float32 [2, 3], float32 [4, 5])", "[2, 3] and [4, 5] cannot be broadcast together"],
  [() => add(a, double), lineHere(), "Add(float32 [2, 3], float64 [2, 3])", "both operands need one type"],
  [() => add(a, rows), lineHere(), "Add(float32 [2, 3], float32 [rows, 3])", "[2, 3] and [rows, 3] cannot be broadcast together"],
  [() => equal(a, double), lineHere(), "Equal(float32 [2, 3], float64 [2, 3])", "both operands need one type"],
  [() => not(a), lineHere(), "Not(float32 [2, 3])", "it needs a bool"],
  [() => where(a, a, a), lineHere(), "Where(float32 [2, 3], float32 [2, 3], float32 [2, 3])", "the condition must be bool"],
  [() => where(cast(a, "bool"), a, double), lineHere(), "Where(bool [2, 3], float32 [2, 3], float64 [2, 3])", "both choices need one type"],
  [() => reshape(a, [4, 2]), lineHere(), "Reshape(float32 [2, 3])", "it has 6 elements, but [4, 2] holds 8"],
  [() => reshape(a, [4, -1]), lineHere(), "Reshape(float32 [2, 3])", "[4, 1.5] is no shape that it can take"],
  [() => reshape(rows, [3, -1]), lineHere(), "Reshape(float32 [rows, 3])", "the size of [rows, 3] is known only at run time"],
  [() => transpose(a, [1, 1]), lineHere(), "Transpose(float32 [2, 3])", "[1, 1] is no order of its axes"],
  [() => expand(a, [2, 6]), lineHere(), "Expand(float32 [2, 3])", "[2, 3] and [2, 6] cannot be broadcast together"],
  [() => expand(a, ["rows", 2, 3]), lineHere(), "Expand(float32 [2, 3])", 'the dimension "rows" is known only at run time'],
  [() => slice(a, 1, 2, 4), lineHere(), "Slice(float32 [2, 3])", "2 to 4 is no piece of axis 1 of size 3"],
  [() => slice(a, 2, 0, 1), lineHere(), "Slice(float32 [2, 3])", "axis 2 does not exist in a tensor of 2 dimensions"],
  [() => split(a, 1, 2), lineHere(), "Split(float32 [2, 3])", "pieces of 1.5 + 1.5 do not make up axis 1 of size 3"],
  [() => split(a, 1, [2]), lineHere(), "Split(float32 [2, 3])", "pieces of 2 do not make up axis 1 of size 3"],
  [() => split(a, 1, [4, -1]), lineHere(), "Split(float32 [2, 3])", "pieces of 4 + -1 do not make up axis 1 of size 3"],
  [() => split(a, -3, 1), lineHere(), "Split(float32 [2, 3])", "axis -3 does not exist in a tensor of 2 dimensions"],
  [() => concat([a, b], 0), lineHere(), "Concat(float32 [2, 3], float32 [4, 5])", "only axis 0 of the pieces may differ"],
  [() => concat([a, double], 0), lineHere(), "Concat(float32 [2, 3], float64 [2, 3])", "only axis 0 of the pieces may differ"],
  [() => concat([], 0), lineHere(), "Concat()", "it needs at least one piece"],
  [() => sum(a, [2]), lineHere(), "ReduceSum(float32 [2, 3])", "axis 2 does not exist in a tensor of 2 dimensions"],
  [() => max(a, [-3]), lineHere(), "ReduceMax(float32 [2, 3])", "axis -3 does not exist in a tensor of 2 dimensions"],
  [() => sum(a, [0, -2]), lineHere(), "ReduceSum(float32 [2, 3])", "the axes [0, 0] repeat"],
  [() => mean(rows), lineHere(), "Mean(float32 [rows, 3])", 'the dimension "rows" is known only at run time'],
  [() => gather(a, a), lineHere(), "Gather(float32 [2, 3], float32 [2, 3])", "indices must be int64"],
  [() => gather(input("s", []), whole), lineHere(), "Gather(float32 [], int64 [2])", "a scalar has no rows"],
  [() => gatherElements(a, whole, 0), lineHere(), "GatherElements(float32 [2, 3], int64 [2])", "indices need as many dimensions as the data"],
  [() => scatterAdd(vector, whole, vector), lineHere(), "ScatterElements(float32 [3], int64 [2], float32 [3])", "it needs updates of shape [2] and of the data's type"],
  [() => layerNormalization(a, vector, whole), lineHere(), "LayerNormalization(float32 [2, 3], float32 [3], int64 [2])", "gain and bias must be vectors as long as the last axis, of its type"],
  [() => crossEntropy(a, vector), lineHere(), "SoftmaxCrossEntropyLoss(float32 [2, 3], float32 [3])", "it needs logits (N, V) and int64 targets (N)"],
  [() => crossEntropy(b, whole), lineHere(), "SoftmaxCrossEntropyLoss(float32 [4, 5], int64 [2])", "logits and targets need the same number of rows"],
  [() => lstmCell(a, a), lineHere(), "LstmCell(float32 [2, 3], float32 [2, 3])", "it needs gates (B, 4H) and cell (B, H) of one type"],
  [() => last(a, 5), lineHere(), "Last(float32 [2, 3])", "axis 5 does not exist in a tensor of 2 dimensions"],
  [() => window(a, whole, 0, [2]), lineHere(), "Window(float32 [2, 3], int64 [2])", "it needs a pool of one axis and int64 offsets"],
  [() => constant([1, 2, 3], [2]), lineHere(), "Constant()", "3 values do not fill the shape [2]"],
  [() => add(whole, 0.5), lineHere(), "Constant()", "0.5 is not a whole number, which int64 needs"],
  [() => filled(0, ["rows"]), lineHere(), "ConstantOfShape()", "a filled tensor needs a shape known now"],
];

function caught(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return null;
}

describe("shape mistakes", () => {
  it.each(MISTAKES.map((mistake) => [`${mistake[2]}: ${mistake[3]}`, mistake] as const))("%s", (_, [make, line, call, complaint]) => {
    const error = caught(make);
    expect(error).toBeInstanceOf(WordloomError);
    const { code, message } = error as WordloomError;
    expect(code).toBe("shape_mismatch");
    expect(message.replace(/ at \S*shape_errors\.test\.ts:(\d+):\d+: /, " at line $1: ")).toBe(`${call} at line ${line}: ${complaint}.`);
  });

  it("names the caller's line, not one inside an operator that is made of others", () => {
    const layer = (x: Tensor): Tensor => softmax(add(x, vector));
    expect(() => layer(b)).toThrow(/^Add\(.*\) at \S*shape_errors\.test\.ts:\d+:\d+: /);
  });
});
