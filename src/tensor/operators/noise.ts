// Pieces of a pool of prepared noise: randomness whose every draw is one offset that a checkpoint can hold.

import { checked, operator } from "../operator.js";
import { ShapeError, sizeOf, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./movement.js";

const windowOperator = operator({
  onnx: "Window",
  output: ([pool, offsets], { length }) => {
    if (pool.rank !== 1 || offsets.dtype !== "int64") throw new ShapeError("it needs a pool of one axis and int64 offsets");
    return { shape: [length as number], dtype: pool.dtype };
  },
  lower: (emitter, [pool, offsets], { attributes }) => {
    const [start] = emitter.emit("Slice", [offsets, emitter.integers([attributes.site as number]), emitter.integers([(attributes.site as number) + 1]), emitter.integers([0])]);
    const [end] = emitter.emit("Add", [start, emitter.integers([attributes.length as number])]);
    return emitter.emit("Slice", [pool, start, end, emitter.integers([0])]);
  },
});

/** Consecutive elements of `pool` (P) from offset `offsets[site]` on, in the given shape. No gradient. */
export function window(pool: Tensor, offsets: Tensor, site: number, shape: Shape): Tensor {
  return reshape(windowOperator([pool, offsets], { site, length: checked("Window", [pool, offsets], () => sizeOf(shape)) }), shape);
}
