// Sums, means and maxima over axes.

import { checked, operator, type Emitter, type Operator } from "../operator.js";
import { fixed, normalAxis, sameShape, ShapeError, type Dimension, type Shape, sizeOf } from "../shape.js";
import type { Attributes, GraphNode, Tensor } from "../tensor.js";
import { div, mul } from "./arithmetic.js";
import { cast, equal } from "./logic.js";
import { expand, reshape } from "./movement.js";

function reducedShape(shape: Shape, attributes: Attributes): Dimension[] {
  const axes = attributes.axes as readonly number[];
  if (attributes.keepDimensions) return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Puts back the axes that a reduction dropped, as ones. */
function restoreAxes(value: Tensor, input: Tensor, attributes: Attributes): Tensor {
  return reshape(value, reducedShape(input.shape, { ...attributes, keepDimensions: true }));
}

function reduction(onnx: string, gradient: (dy: Tensor, x: Tensor, y: Tensor) => Tensor): Operator {
  return operator({
    onnx,
    output: ([x], attributes) => ({ shape: reducedShape(x.shape, attributes), dtype: x.dtype }),
    gradient: (dy, { inputs: [x], outputs: [y], attributes }) => [
      gradient(restoreAxes(dy, x, attributes), x, restoreAxes(y, x, attributes)),
    ],
    lower: (emitter, inputs, node) => {
      if (onnx === "ReduceSum" && sumsRows(node)) return lowerRowSum(emitter, inputs[0], node);
      const width = onnx === "ReduceSumSquare" ? pieceWidth(node) : 0;
      if (width > 1) return lowerLongSumSquare(emitter, inputs[0], node, width);
      return lowerReduction(emitter, onnx, inputs[0], node);
    },
  });
}

function lowerReduction(emitter: Emitter, onnx: string, x: string, { attributes }: GraphNode): string[] {
  return emitter.emit(onnx, [x, emitter.integers(attributes.axes as readonly number[])], { keepdims: attributes.keepDimensions ? 1 : 0 });
}

/** Whether a node adds up the rows of a floating-point matrix of known size, as the gradient of every bias does. */
function sumsRows({ inputs: [x], attributes }: GraphNode): boolean {
  return x.dtype.startsWith("float") && x.rank === 2 && String(attributes.axes) === "0" && attributes.keepDimensions !== true && x.shape.every((size) => typeof size === "number");
}

/** 1ᵀx: a product runs on all threads and in vectors, where ONNX Runtime's ReduceSum over rows does neither. */
function lowerRowSum(emitter: Emitter, x: string, { inputs: [input] }: GraphNode): string[] {
  const [rows] = input.shape as readonly number[];
  return emitter.emit("MatMul", [emitter.vector(new Array<number>(rows).fill(1), input), x]);
}

/** Elements from which a whole vector is summed in pieces. */
const LONG_VECTOR = 65536;
const LONGEST_PIECE = 4096;

/** How long the pieces of a long vector may be, a power of two that divides it; 0 for anything else. */
function pieceWidth({ inputs: [x], attributes }: GraphNode): number {
  const [size] = x.shape;
  if (x.rank !== 1 || typeof size !== "number" || size < LONG_VECTOR || attributes.keepDimensions) return 0;
  let width = 1;
  while (width < LONGEST_PIECE && size % (2 * width) === 0) width *= 2;
  return width;
}

/** Σx² of a long vector: the squares of pieces on all threads, then one short sum. ONNX Runtime reduces a single vector on one. */
function lowerLongSumSquare(emitter: Emitter, x: string, { inputs: [like] }: GraphNode, width: number): string[] {
  const [pieces] = emitter.emit("Reshape", [x, emitter.integers([(like.shape[0] as number) / width, width])]);
  const [squares] = emitter.emit("ReduceSumSquare", [pieces, emitter.integers([1])], { keepdims: 0 });
  return emitter.emit("ReduceSum", [squares], { keepdims: 0 });
}

export const reduceSumOperator = reduction("ReduceSum", (dy, x) => expand(dy, x.shape));
const reduceMaxOperator = reduction("ReduceMax", (dy, x, y) => {
  const chosen = cast(equal(x, y), dy.dtype);
  return mul(div(dy, sum(chosen, sharedAxes(x, y), true)), chosen);
});
const reduceMeanOperator = reduction("ReduceMean", (dy, x) => expand(mul(dy, sizeOf(dy.shape) / sizeOf(x.shape)), x.shape));
const reduceSumSquareOperator = reduction("ReduceSumSquare", (dy, x) => mul(dy, mul(x, 2)));

function sharedAxes(x: Tensor, y: Tensor): number[] {
  return x.shape.flatMap((dimension, axis) => (y.shape[axis] === 1 && dimension !== 1 ? [axis] : []));
}

function reduce(op: Operator, x: Tensor, axes: readonly number[] | undefined, keepDimensions: boolean): Tensor {
  const all = checked(op.onnx, [x], () => {
    const normal = (axes ?? [...x.shape.keys()]).map((axis) => normalAxis(axis, x.rank));
    if (new Set(normal).size < normal.length) throw new ShapeError(`the axes [${normal.join(", ")}] repeat`);
    return normal;
  });
  return all.length === 0 ? x : op([x], { axes: all, keepDimensions });
}

/** Sum over the axes (all by default). */
export function sum(x: Tensor, axes?: readonly number[], keepDimensions = false): Tensor {
  return reduce(reduceSumOperator, x, axes, keepDimensions);
}

/** Mean over the axes (all by default), whose sizes must be known. */
export function mean(x: Tensor, axes?: readonly number[], keepDimensions = false): Tensor {
  const all = axes ?? x.shape.map((_, axis) => axis);
  checked("Mean", [x], () => all.forEach((axis) => fixed(x.shape[normalAxis(axis, x.rank)])));
  return reduce(reduceMeanOperator, x, axes, keepDimensions);
}

/** Maximum over the axes (all by default); equal maxima share the gradient. */
export function max(x: Tensor, axes?: readonly number[], keepDimensions = false): Tensor {
  return reduce(reduceMaxOperator, x, axes, keepDimensions);
}

const argmaxOperator = operator({
  onnx: "ArgMax",
  output: ([x], attributes) => ({ shape: reducedShape(x.shape, { axes: [attributes.axis as number] }), dtype: "int64" }),
  lower: (emitter, [x], { attributes }) => emitter.emit("ArgMax", [x], { axis: attributes.axis as number, keepdims: 0 }),
});

/** Where along an axis the maximum stands, the first of equal ones: int64, without that axis. No gradient. */
export function argmax(x: Tensor, axis: number): Tensor {
  return argmaxOperator([x], { axis: checked("ArgMax", [x], () => normalAxis(axis, x.rank)) });
}

/** Sum of squares over the axes (all by default). */
export function sumSquare(x: Tensor, axes?: readonly number[], keepDimensions = false): Tensor {
  return axes?.length === 0 || x.rank === 0 ? mul(x, x) : reduce(reduceSumSquareOperator, x, axes, keepDimensions);
}

/** Sums a gradient over the axes along which its operand was broadcast, back to the operand's shape. */
export function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < gradient.rank; axis++) {
    if (axis < lead || (shape[axis - lead] === 1 && gradient.shape[axis] !== 1)) axes.push(axis);
  }
  // Leading axes are folded into one first, so that a bias over (B, T, D) is one row sum of a matrix.
  const leading = axes.every((axis) => axis < lead) && lead > 1;
  if (leading) {
    const rows = gradient.shape.slice(0, lead).reduce<number>((product, dimension) => product * fixed(dimension), 1);
    return sum(reshape(gradient, [rows, ...shape]), [0]);
  }
  return reshape(sum(gradient, axes), shape);
}

const cumulativeSumOperator = operator({
  onnx: "CumSum",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  lower: (emitter, [x], { attributes }) => {
    const [axis] = emitter.emit("Squeeze", [emitter.integers([attributes.axis as number])]);
    return emitter.emit("CumSum", [x, axis]);
  },
});

/** Running sums along an axis: element i becomes the sum of elements 0…i. Forward only. */
export function cumulativeSum(x: Tensor, axis: number): Tensor {
  return cumulativeSumOperator([x], { axis: checked("CumSum", [x], () => normalAxis(axis, x.rank)) });
}
