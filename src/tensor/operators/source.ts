// Where values enter a graph: program inputs and constants.

import { checked, operator } from "../operator.js";
import { showShape, sizeOf, ShapeError, type DataType, type Shape } from "../shape.js";
import { GraphNode, type Tensor, type TensorData } from "../tensor.js";

const none = { output: (): never => { throw new ShapeError("inputs and constants are made by `input` and `constant`"); } };

export const inputOperator = operator({ onnx: "Input", ...none });
export const constantOperator = operator({ onnx: "Constant", ...none });

/** A value that the caller feeds at each run. */
export function input(name: string, shape: Shape, dtype: DataType = "float32"): Tensor {
  return new GraphNode(inputOperator, [], {}, [{ shape, dtype }], name).outputs[0];
}

/** A typed array for `size` elements of the type; bool is bytes 0 and 1. */
export function allocate(dtype: DataType, size: number): TensorData {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int64":
      return new BigInt64Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

/** A constant from numbers in row-major order (a single number makes a scalar unless a shape is given). */
export function constant(values: number | ArrayLike<number>, shape?: Shape, dtype: DataType = "float32"): Tensor {
  const list = typeof values === "number" ? [values] : values;
  const realShape = shape ?? (typeof values === "number" ? [] : [list.length]);
  const size = checked("Constant", [], () => {
    const needed = sizeOf(realShape);
    if (list.length !== needed) throw new ShapeError(`${list.length} values do not fill the shape ${showShape(realShape)}`);
    if (dtype === "int64") for (let i = 0; i < needed; i++) if (!Number.isInteger(list[i])) throw new ShapeError(`${list[i]} is not a whole number, which int64 needs`);
    return needed;
  });
  const data = allocate(dtype, size);
  if (data instanceof BigInt64Array) for (let i = 0; i < size; i++) data[i] = BigInt(list[i]);
  else for (let i = 0; i < size; i++) data[i] = list[i];
  return new GraphNode(constantOperator, [], {}, [{ shape: realShape, dtype }], data).outputs[0];
}

/** One number expanded to a shape; costs no memory in the file. */
export function filled(value: number, shape: Shape, dtype: DataType = "float32"): Tensor {
  if (shape.length === 0) return constant(value, [], dtype);
  return filledOperator([], { value, dtype, shape: shape.map(Number) });
}

const filledOperator = operator({
  onnx: "ConstantOfShape",
  output: (_, { shape, dtype }) => {
    const dimensions = shape as readonly number[];
    if (dimensions.some((dimension) => !Number.isInteger(dimension))) throw new ShapeError("a filled tensor needs a shape known now");
    return { shape: dimensions, dtype: dtype as DataType };
  },
  lower: (emitter, _, node) => {
    const value = emitter.scalar(node.attributes.value as number, node.outputs[0]);
    return emitter.emit("Expand", [value, emitter.integers(node.attributes.shape as readonly number[])]);
  },
});
