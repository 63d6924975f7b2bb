// Moving values without changing them: shapes, axes, pieces.

import { checked, operator } from "../operator.js";
import { broadcastShapes, fixed, normalAxis, sameShape, ShapeError, showShape, sizeOf, type Dimension, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { unbroadcast } from "./reduction.js";
import { filled } from "./source.js";

/** ONNX's form of a target shape: 0 copies the input's dimension, one −1 is inferred. */
function reshapeTarget(from: Shape, to: Shape): number[] {
  let inferred = false;
  return to.map((dimension, axis) => {
    if (typeof dimension === "number") return dimension;
    if (from[axis] === dimension) return 0;
    if (inferred) throw new ShapeError(`more than one dimension of ${showShape(to)} would have to be inferred`);
    inferred = true;
    return -1;
  });
}

const reshapeOperator = operator({
  onnx: "Reshape",
  output: ([x], { to }) => {
    const shape = JSON.parse(to as string) as Dimension[];
    if (shape.some((d) => typeof d === "number" && (!Number.isInteger(d) || d < 0))) throw new ShapeError(`${showShape(shape)} is no shape that it can take`);
    reshapeTarget(x.shape, shape);
    const known = (list: Shape): number => list.reduce<number>((product, d) => (typeof d === "number" ? product * d : product), 1);
    const names = (list: Shape): string => list.filter((d) => typeof d === "string").sort().join();
    if (names(x.shape) === names(shape) && known(x.shape) !== known(shape)) {
      throw new ShapeError(`it has ${known(x.shape)} elements, but ${showShape(shape)} holds ${known(shape)}`);
    }
    return { shape, dtype: x.dtype };
  },
  gradient: (dy, { inputs: [x] }) => [reshape(dy, x.shape)],
  lower: (emitter, [x], node) => emitter.emit("Reshape", [x, emitter.integers(reshapeTarget(node.inputs[0].shape, node.outputs[0].shape))]),
});

/** The same elements in row-major order under another shape; one dimension may be −1 and is worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  let to = shape;
  if (shape.includes(-1)) {
    const others = shape.filter((dimension) => dimension !== -1);
    const inferred = checked("Reshape", [x], () => sizeOf(x.shape) / sizeOf(others));
    to = shape.map((dimension) => (dimension === -1 ? inferred : dimension));
  }
  if (sameShape(x.shape, to)) return x;
  const source = x.node.operator === reshapeOperator ? x.node.inputs[0] : x; // a reshape of a reshape is one reshape
  if (sameShape(source.shape, to)) return source;
  return reshapeOperator([source.shape.every((d) => typeof d === "number") ? source : x], { to: JSON.stringify(to) });
}

const transposeOperator = operator({
  onnx: "Transpose",
  output: ([x], { perm }) => {
    const axes = perm as readonly number[];
    if (axes.length !== x.rank || new Set(axes).size !== x.rank) throw new ShapeError(`[${axes.join(", ")}] is no order of its axes`);
    return { shape: axes.map((axis) => x.shape[axis]), dtype: x.dtype };
  },
  gradient: (dy, { attributes }) => {
    const perm = attributes.perm as readonly number[];
    return [transpose(dy, perm.map((_, axis) => perm.indexOf(axis)))];
  },
  lower: (emitter, inputs, { attributes }) => emitter.emit("Transpose", inputs, { perm: attributes.perm as readonly number[] }),
});

/** Reorders the axes: axis i of the result is axis `order[i]` of x. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  return order.every((axis, i) => axis === i) ? x : transposeOperator([x], { perm: order });
}

const expandOperator = operator({
  onnx: "Expand",
  output: ([x], { to }) => {
    const shape = to as readonly number[];
    if (!sameShape(broadcastShapes(x.shape, shape), shape)) throw new ShapeError(`it cannot be expanded to ${showShape(shape)}`);
    return { shape, dtype: x.dtype };
  },
  gradient: (dy, { inputs: [x] }) => [unbroadcast(dy, x.shape)],
  lower: (emitter, [x], { attributes }) => emitter.emit("Expand", [x, emitter.integers(attributes.to as readonly number[])]),
});

/** Repeats along axes of size 1 (and new leading axes) up to the given shape. */
export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : expandOperator([x], { to: checked("Expand", [x], () => shape.map(fixed)) });
}

const sliceOperator = operator({
  onnx: "Slice",
  output: ([x], attributes) => {
    const { axis, start, end } = attributes as { axis: number; start: number; end: number };
    const size = fixed(x.shape[axis]);
    if (start < 0 || end > size || start >= end) throw new ShapeError(`${start} to ${end} is no piece of axis ${axis} of size ${size}`);
    return { shape: x.shape.map((dimension, i) => (i === axis ? end - start : dimension)), dtype: x.dtype };
  },
  gradient: (dy, { inputs: [x], attributes }) => {
    const { axis, start, end } = attributes as { axis: number; start: number; end: number };
    const zeros = (size: number): Tensor[] =>
      size > 0 ? [filled(0, x.shape.map((dimension, i) => (i === axis ? size : dimension)), x.dtype)] : [];
    return [concat([...zeros(start), dy, ...zeros(fixed(x.shape[axis]) - end)], axis)];
  },
  lower: (emitter, [x], { attributes }) => {
    const { axis, start, end } = attributes as { axis: number; start: number; end: number };
    return emitter.emit("Slice", [x, emitter.integers([start]), emitter.integers([end]), emitter.integers([axis])]);
  },
});

/** Positions `start` up to, not including, `end` of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const normal = checked("Slice", [x], () => normalAxis(axis, x.rank));
  return start === 0 && end === x.shape[normal] ? x : sliceOperator([x], { axis: normal, start, end });
}

const splitOperator = operator({
  onnx: "Split",
  output: ([x], attributes) => {
    const { axis, sizes } = attributes as { axis: number; sizes: readonly number[] };
    const whole = fixed(x.shape[axis]);
    const fits = sizes.every((size) => Number.isInteger(size) && size > 0) && sizes.reduce((total, size) => total + size, 0) === whole;
    if (!fits) throw new ShapeError(`pieces of ${sizes.join(" + ")} do not make up axis ${axis} of size ${whole}`);
    return sizes.map((size) => ({ shape: x.shape.map((dimension, i) => (i === axis ? size : dimension)), dtype: x.dtype }));
  },
  differentiableOutputs: Infinity,
  gradient: (_, { gradients, outputs, attributes }) => [
    concat(gradients.map((gradient, i) => gradient ?? filled(0, outputs[i].shape, outputs[i].dtype)), attributes.axis as number),
  ],
  lower: (emitter, [x], { attributes, outputs }) => {
    const { axis, sizes } = attributes as { axis: number; sizes: readonly number[] };
    return emitter.emit("Split", [x, emitter.integers(sizes)], { axis }, { outputs: outputs.length });
  },
});

/** Cuts an axis into pieces: of the given sizes, or into so many equal ones. */
export function split(x: Tensor, axis: number, pieces: number | readonly number[]): readonly Tensor[] {
  const [normal, sizes] = checked("Split", [x], () => {
    const found = normalAxis(axis, x.rank);
    return [found, typeof pieces === "number" ? Array.from({ length: pieces }, () => fixed(x.shape[found]) / pieces) : pieces];
  });
  return sizes.length === 1 && sizes[0] === x.shape[normal] ? [x] : splitOperator.all([x], { axis: normal, sizes });
}

const concatOperator = operator({
  onnx: "Concat",
  output: (inputs, { axis }) => {
    const [first] = inputs;
    for (const x of inputs) {
      const fits = x.rank === first.rank && x.dtype === first.dtype && x.shape.every((d, i) => i === axis || d === first.shape[i]);
      if (!fits) throw new ShapeError(`only axis ${axis} of the pieces may differ`);
    }
    let total: Dimension = 0;
    for (const x of inputs) {
      const size: Dimension = x.shape[axis as number];
      total = typeof size === "number" && typeof total === "number" ? total + size : `${total}+${size}`;
    }
    return { shape: first.shape.map((dimension, i) => (i === axis ? total : dimension)), dtype: first.dtype };
  },
  gradient: (dy, { inputs, attributes }) => {
    const axis = attributes.axis as number;
    return split(dy, axis, inputs.map((x) => fixed(x.shape[axis])));
  },
  lower: (emitter, inputs, { attributes }) => emitter.emit("Concat", inputs, { axis: attributes.axis as number }),
});

/** Joins pieces along an axis; pieces that are a whole split, in order, give back what was split. */
export function concat(pieces: readonly Tensor[], axis: number): Tensor {
  if (pieces.length === 1) return pieces[0];
  const normal = checked("Concat", pieces, () => {
    if (pieces.length === 0) throw new ShapeError("it needs at least one piece");
    return normalAxis(axis, pieces[0].rank);
  });
  const { node } = pieces[0];
  const whole =
    node.operator === splitOperator &&
    node.attributes.axis === normal &&
    node.outputs.length === pieces.length &&
    pieces.every((piece, i) => piece === node.outputs[i]);
  return whole ? node.inputs[0] : concatOperator(pieces, { axis: normal });
}

const lastOperator = operator({
  onnx: "Last",
  output: ([x], { axis }) => ({ shape: x.shape.map((dimension, i) => (i === axis ? 1 : dimension)), dtype: x.dtype }),
  lower: (emitter, [x], { attributes }) =>
    emitter.emit("Slice", [x, emitter.integers([-1]), emitter.integers([Number.MAX_SAFE_INTEGER]), emitter.integers([attributes.axis as number])]),
});

/** The last position of an axis, kept as size 1, however long the axis turns out to be. Forward only. */
export function last(x: Tensor, axis: number): Tensor {
  return lastOperator([x], { axis: checked("Last", [x], () => normalAxis(axis, x.rank)) });
}
