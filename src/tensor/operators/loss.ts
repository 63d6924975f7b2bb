// Cross-entropy from logits: log-softmax, choice of the target and label smoothing, with a derivative from the probabilities.

import { operator } from "../operator.js";
import { fixed, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { exp, maximum, mul, sub } from "./arithmetic.js";
import { oneHot, scatterAdd } from "./indexing.js";
import { cast, equal, not } from "./logic.js";
import { reshape } from "./movement.js";
import { constant } from "./source.js";

/** Targets with this value count for nothing: padding. */
export const IGNORED_TARGET = -1;

/** Up to this many classes, one-hot targets cost less than a scatter of one number a row. */
const ONE_HOT_CLASSES = 512;

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
  gradient: (dy, { inputs: [logits, targets], outputs: [, logProbabilities], attributes }) => {
    // (p − target distribution) · dy, the latter (1 − ε)·one-hot + ε/V
    const smoothing = attributes.smoothing as number;
    const [rows, classes] = logits.shape.map(fixed);
    const scale = reshape(mul(dy, cast(targetsCounted(targets), dy.dtype)), [rows, 1]);
    const probabilities = exp(logProbabilities);
    const off = smoothing > 0 ? sub(probabilities, smoothing / classes) : probabilities;
    if (classes <= ONE_HOT_CLASSES) {
      const chosen = oneHot(targets, classes, dy.dtype);
      return [mul(sub(off, smoothing > 0 ? mul(chosen, 1 - smoothing) : chosen), scale), null];
    }
    const positions = reshape(maximum(targets, 0), [rows, 1]);
    return [scatterAdd(mul(off, scale), positions, mul(scale, smoothing - 1), 1), null];
  },
  lower: (emitter, [logits, targets], { inputs: [like, index], attributes }) => {
    const smoothing = attributes.smoothing as number;
    const [logProbabilities] = emitter.emit("LogSoftmax", [logits], { axis: -1 });
    const [position] = emitter.emit("Max", [targets, emitter.scalar(0, index)]);
    const [column] = emitter.emit("Reshape", [position, emitter.integers([-1, 1])]);
    let [chosen] = emitter.emit("GatherElements", [logProbabilities, column], { axis: 1 });
    if (smoothing > 0) {
      const [average] = emitter.emit("ReduceMean", [logProbabilities, emitter.integers([-1])], { keepdims: 1 });
      const parts = [[chosen, 1 - smoothing], [average, smoothing]] as const;
      const weighted = parts.map(([value, weight]) => emitter.emit("Mul", [value, emitter.scalar(weight, like)])[0]);
      [chosen] = emitter.emit("Add", weighted);
    }
    const [loss] = emitter.emit("Neg", emitter.emit("Reshape", [chosen, emitter.integers([-1])]));
    const [ignored] = emitter.emit("Equal", [targets, emitter.scalar(IGNORED_TARGET, index)]);
    return [emitter.emit("Where", [ignored, emitter.scalar(0, like), loss])[0], logProbabilities];
  },
});

/** Which targets are not IGNORED_TARGET, as bool. */
export function targetsCounted(targets: Tensor): Tensor {
  return not(equal(targets, constant(IGNORED_TARGET, [], "int64")));
}

/**
 * −log softmax(logits)[target] of each row in nats: logits (N, V), targets (N) → (N); 0 where the target is ignored.
 * @param smoothing ε: the target's probability is 1 − ε + ε/V, every other class's ε/V (Szegedy et al. 2016, section 7)
 */
export function crossEntropy(logits: Tensor, targets: Tensor, smoothing = 0): Tensor {
  return crossEntropyOperator([logits, targets], { smoothing });
}
