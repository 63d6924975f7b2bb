// Cross-entropy as ONNX Runtime fuses it: log-softmax, choice of the target and sum in one operator.

import { operator } from "../operator.js";
import { fixed, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { exp, mul, sub } from "./arithmetic.js";
import { oneHot } from "./indexing.js";
import { cast, equal, not } from "./logic.js";
import { reshape } from "./movement.js";
import { constant } from "./source.js";

/** Targets with this value count for nothing: padding. */
export const IGNORED_TARGET = -1;

const crossEntropyOperator = operator({
  onnx: "SoftmaxCrossEntropyLoss",
  output: ([logits, targets]) => {
    if (logits.rank !== 2 || targets.rank !== 1 || targets.dtype !== "int64") throw new ShapeError("it needs logits (N, V) and int64 targets (N)");
    if (logits.shape[0] !== targets.shape[0]) throw new ShapeError("logits and targets need the same number of rows");
    return [
      { shape: targets.shape, dtype: logits.dtype },
      { shape: logits.shape, dtype: logits.dtype },
    ];
  },
  gradient: (dy, { inputs: [logits, targets], outputs: [, logProbabilities] }) => {
    const classes = fixed(logits.shape[1]);
    const counted = cast(targetsCounted(targets), dy.dtype);
    const scale = reshape(mul(dy, counted), [fixed(targets.shape[0]), 1]);
    return [mul(sub(exp(logProbabilities), oneHot(targets, classes, dy.dtype)), scale), null];
  },
  lower: (emitter, inputs) =>
    emitter.emit("SoftmaxCrossEntropyLoss", inputs, { reduction: "none", ignore_index: IGNORED_TARGET }, { outputs: 2 }),
});

/** Which targets are not IGNORED_TARGET, as bool. */
export function targetsCounted(targets: Tensor): Tensor {
  return not(equal(targets, constant(IGNORED_TARGET, [], "int64")));
}

/** −log softmax(logits)[target] of each row in nats: logits (N, V), targets (N) → (N); 0 where the target is ignored. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return crossEntropyOperator([logits, targets]);
}
