// Looking rows up, and adding rows back where they came from.

import { checked, operator } from "../operator.js";
import { fixed, normalAxis, sameShape, ShapeError, showShape, sizeOf, type DataType, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { cast, equal } from "./logic.js";
import { matmul } from "./matmul.js";
import { expand, reshape } from "./movement.js";
import { constant, filled } from "./source.js";

function requireIndices(indices: Tensor): void {
  if (indices.dtype !== "int64") throw new ShapeError("indices must be int64");
}

/** Up to this many rows a one-hot product adds gradients up faster than a scatter does. */
const ONE_HOT_ROWS = 512;

const gatherOperator = operator({
  onnx: "Gather",
  output: ([x, indices]) => {
    requireIndices(indices);
    if (x.rank === 0) throw new ShapeError("a scalar has no rows");
    return { shape: [...indices.shape, ...x.shape.slice(1)], dtype: x.dtype };
  },
  gradient: (dy, { inputs: [x, indices] }) => {
    const rows = fixed(x.shape[0]);
    const count = sizeOf(indices.shape);
    const width = sizeOf(x.shape.slice(1));
    const flat = reshape(dy, [count, width]);
    const flatIndices = reshape(indices, [count]);
    if (rows <= ONE_HOT_ROWS) {
      return [reshape(matmul(oneHot(flatIndices, rows, dy.dtype), flat, { transposeA: true }), x.shape), null];
    }
    const positions = expand(reshape(flatIndices, [count, 1]), [count, width]);
    return [reshape(scatterAdd(filled(0, [rows, width], dy.dtype), positions, flat), x.shape), null];
  },
});

/** Rows of x (V, ...) at the indices (...), an int64 tensor: an embedding lookup. */
export function gather(x: Tensor, indices: Tensor): Tensor {
  return gatherOperator([x, indices]);
}

const gatherElementsOperator = operator({
  onnx: "GatherElements",
  output: ([x, indices]) => {
    requireIndices(indices);
    if (indices.rank !== x.rank) throw new ShapeError("indices need as many dimensions as the data");
    return { shape: indices.shape, dtype: x.dtype };
  },
  gradient: (dy, { inputs: [x, indices], attributes }) => [scatterAdd(filled(0, x.shape, dy.dtype), indices, dy, attributes.axis as number), null],
  lower: (emitter, inputs, { attributes }) => emitter.emit("GatherElements", inputs, { axis: attributes.axis as number }),
});

/** For each index the element of x at that position of `axis`, all other positions equal. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  return gatherElementsOperator([x, indices], { axis: checked("GatherElements", [x, indices], () => normalAxis(axis, x.rank)) });
}

// ScatterElements, not ScatterND: on several threads ScatterND silently loses additions to the same row.
const scatterOperator = operator({
  onnx: "ScatterElements",
  output: ([x, indices, updates]) => {
    requireIndices(indices);
    if (indices.rank !== x.rank) throw new ShapeError("data and indices need one number of dimensions");
    if (!sameShape(indices.shape, updates.shape) || x.dtype !== updates.dtype) throw new ShapeError(`it needs updates of shape ${showShape(indices.shape)} and of the data's type`);
    return { shape: x.shape, dtype: x.dtype };
  },
  gradient: (dy, { inputs: [, indices], attributes }) => [dy, null, gatherElements(dy, indices, attributes.axis as number)],
  lower: (emitter, inputs, { attributes }) => emitter.emit("ScatterElements", inputs, { axis: attributes.axis as number, reduction: "add" }),
});

/** x with every update added at its index along `axis`; indices may repeat. */
export function scatterAdd(x: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  return scatterOperator([x, indices, updates], { axis: checked("ScatterElements", [x, indices, updates], () => normalAxis(axis, x.rank)) });
}

/** Indices (...) as vectors (..., depth) of zeros with a one; indices outside 0…depth−1 give zeros. */
export function oneHot(indices: Tensor, depth: number, dtype: DataType = "float32"): Tensor {
  const shape: Shape = [...indices.shape, 1];
  const classes = constant(Array.from({ length: depth }, (_, i) => i), [depth], "int64");
  return cast(equal(reshape(indices, shape), classes), dtype);
}
