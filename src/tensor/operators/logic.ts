// Types, comparisons and choices: operators through which no gradient flows, or flows only along the chosen side.

import { operator } from "../operator.js";
import { broadcastShapes, ShapeError, type DataType } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { unbroadcast } from "./reduction.js";
import { filled } from "./source.js";

/** ONNX's numbers for element types (onnx.proto, TensorProto.DataType). */
export const onnxDataType: Readonly<Record<DataType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };

const castOperator = operator({
  onnx: "Cast",
  output: ([x], { to }) => ({ shape: x.shape, dtype: to as DataType }),
  gradient: (dy, { inputs: [x] }) => [cast(dy, x.dtype)],
  lower: (emitter, [x], node) => emitter.emit("Cast", [x], { to: onnxDataType[node.attributes.to as DataType] }),
});

/** The same values in another type. */
export function cast(x: Tensor, to: DataType): Tensor {
  return x.dtype === to ? x : castOperator([x], { to });
}

const equalOperator = operator({
  onnx: "Equal",
  output: ([a, b]) => {
    if (a.dtype !== b.dtype) throw new ShapeError("both operands need one type");
    return { shape: broadcastShapes(a.shape, b.shape), dtype: "bool" };
  },
});

/** a = b, as bool */
export const equal = (a: Tensor, b: Tensor): Tensor => equalOperator([a, b]);

const notOperator = operator({
  onnx: "Not",
  output: ([x]) => {
    if (x.dtype !== "bool") throw new ShapeError("it needs a bool");
    return { shape: x.shape, dtype: "bool" };
  },
});

/** Not x */
export const not = (x: Tensor): Tensor => notOperator([x]);

const whereOperator = operator({
  onnx: "Where",
  output: ([condition, a, b]) => {
    if (condition.dtype !== "bool") throw new ShapeError("the condition must be bool");
    if (a.dtype !== b.dtype) throw new ShapeError("both choices need one type");
    return { shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape)), dtype: a.dtype };
  },
  gradient: (dy, { inputs: [condition, a, b], needed }) => {
    const zero = filled(0, [], dy.dtype);
    return [
      null,
      needed[1] ? unbroadcast(where(condition, dy, zero), a.shape) : null,
      needed[2] ? unbroadcast(where(condition, zero, dy), b.shape) : null,
    ];
  },
});

/** a where the condition holds, b elsewhere */
export const where = (condition: Tensor, a: Tensor, b: Tensor): Tensor => whereOperator([condition, a, b]);

const stopOperator = operator({ onnx: "Identity", output: ([x]) => ({ shape: x.shape, dtype: x.dtype }) });

/** The same value; no gradient flows back through it. */
export const stopGradient = (x: Tensor): Tensor => stopOperator([x]);
