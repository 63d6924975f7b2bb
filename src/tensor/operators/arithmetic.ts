// Element-by-element arithmetic with broadcasting.

import { operator, type Operator } from "../operator.js";
import { broadcastShapes, ShapeError, type TensorType } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./logic.js";
import { unbroadcast } from "./reduction.js";
import { constant } from "./source.js";

/** A tensor, or a number that becomes a scalar of the other operand's type. */
export type Operand = Tensor | number;

/** Turns numbers into scalars of the type of the operand that is a tensor. */
export function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  const dtype = typeof a === "number" ? (typeof b === "number" ? "float32" : b.dtype) : a.dtype;
  return [typeof a === "number" ? constant(a, [], dtype) : a, typeof b === "number" ? constant(b, [], dtype) : b];
}

/** The shape rule of two broadcast operands of one type. */
export function broadcastOutput([a, b]: readonly Tensor[]): TensorType {
  if (a.dtype !== b.dtype) throw new ShapeError("both operands need one type");
  return { shape: broadcastShapes(a.shape, b.shape), dtype: a.dtype };
}

type Derivative = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/** A broadcast operator from the derivatives for its two sides, each only computed where it is needed. */
function binary(onnx: string, left: Derivative, right: Derivative): (a: Operand, b: Operand) => Tensor {
  const apply: Operator = operator({
    onnx,
    output: broadcastOutput,
    gradient: (dy, { inputs: [a, b], outputs: [y], needed }) => [
      needed[0] ? unbroadcast(left(dy, a, b, y), a.shape) : null,
      needed[1] ? unbroadcast(right(dy, a, b, y), b.shape) : null,
    ],
  });
  return (a, b) => apply(operands(a, b));
}

/** a + b */
export const add = binary("Add", (dy) => dy, (dy) => dy);
/** a − b */
export const sub = binary("Sub", (dy) => dy, (dy) => neg(dy));
/** a · b, element by element */
export const mul = binary("Mul", (dy, _, b) => mul(dy, b), (dy, a) => mul(dy, a));
/** a / b */
export const div = binary("Div", (dy, _, b) => div(dy, b), (dy, _, b, y) => neg(div(mul(dy, y), b)));
/** The larger of the two; where they are equal the gradient goes to b. */
export const maximum = binary(
  "Max",
  (dy, a, b) => mul(dy, cast(greaterThan(a, b), dy.dtype)),
  (dy, a, b) => mul(dy, sub(1, cast(greaterThan(a, b), dy.dtype))),
);
/** The smaller of the two; where they are equal the gradient goes to b. */
export const minimum = binary(
  "Min",
  (dy, a, b) => mul(dy, cast(greaterThan(b, a), dy.dtype)),
  (dy, a, b) => mul(dy, sub(1, cast(greaterThan(b, a), dy.dtype))),
);

const greaterOperator = operator({
  onnx: "Greater",
  output: (inputs) => ({ ...broadcastOutput(inputs), dtype: "bool" }),
});
function greaterThan(a: Tensor, b: Tensor): Tensor {
  return greaterOperator([a, b]);
}
/** a > b, as bool */
export const greater = (a: Operand, b: Operand): Tensor => greaterThan(...operands(a, b));
/** a < b, as bool */
export const less = (a: Operand, b: Operand): Tensor => greater(b, a);

/** An operator of one operand from its derivative. */
function unary(onnx: string, gradient: (dy: Tensor, x: Tensor, y: Tensor) => Tensor): (x: Tensor) => Tensor {
  const apply: Operator = operator({
    onnx,
    output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
    gradient: (dy, { inputs: [x], outputs: [y] }) => [gradient(dy, x, y)],
  });
  return (x) => apply([x]);
}

/** −x */
export const neg = unary("Neg", (dy) => neg(dy));
/** √x */
export const sqrt = unary("Sqrt", (dy, _, y) => div(mul(dy, 0.5), y));
/** eˣ */
export const exp = unary("Exp", (dy, _, y) => mul(dy, y));
/** Natural logarithm */
export const log = unary("Log", (dy, x) => div(dy, x));
/** tanh x */
export const tanh = unary("Tanh", (dy, _, y) => mul(dy, sub(1, mul(y, y))));
/** 1 / (1 + e⁻ˣ) */
export const sigmoid = unary("Sigmoid", (dy, _, y) => mul(dy, mul(y, sub(1, y))));
/** max(x, 0) */
export const relu = unary("Relu", (dy, x) => mul(dy, cast(greater(x, 0), dy.dtype)));
/** The error function; ONNX Runtime has no float64 kernel for it on the CPU. */
export const erf = unary("Erf", (dy, x) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))));
/** sin x */
export const sin = unary("Sin", (dy, x) => mul(dy, cos(x)));
/** cos x */
export const cos = unary("Cos", (dy, x) => neg(mul(dy, sin(x))));
/** |x| */
export const abs = unary("Abs", (dy, x) => mul(dy, sign(x)));
/** −1, 0 or 1 */
export const sign = unary("Sign", (dy) => mul(dy, 0));
/** x² */
export const square = (x: Tensor): Tensor => mul(x, x);
