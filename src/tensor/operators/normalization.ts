// Normalisations and softmax: operators that ONNX Runtime computes in one pass, with derivatives from their outputs.

import { operator } from "../operator.js";
import { ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add, exp, mul, sub } from "./arithmetic.js";
import { mean, sum, unbroadcast } from "./reduction.js";

const softmaxOperator = operator({
  onnx: "Softmax",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { outputs: [y] }) => {
    const weighted = mul(dy, y);
    return [sub(weighted, mul(y, sum(weighted, [-1], true)))];
  },
  lower: (emitter, inputs) => emitter.emit("Softmax", inputs, { axis: -1 }),
});

/** Softmax over the last axis. */
export const softmax = (x: Tensor): Tensor => softmaxOperator([x]);

const logSoftmaxOperator = operator({
  onnx: "LogSoftmax",
  output: ([x]) => ({ shape: x.shape, dtype: x.dtype }),
  gradient: (dy, { outputs: [y] }) => [sub(dy, mul(exp(y), sum(dy, [-1], true)))],
  lower: (emitter, inputs) => emitter.emit("LogSoftmax", inputs, { axis: -1 }),
});

/** Logarithm of the softmax over the last axis. */
export const logSoftmax = (x: Tensor): Tensor => logSoftmaxOperator([x]);

function requireFeatures(x: Tensor, parameters: readonly Tensor[]): void {
  for (const parameter of parameters) {
    if (parameter.rank !== 1 || parameter.shape[0] !== x.shape[x.rank - 1]) throw new ShapeError("gain and bias must be vectors as long as the last axis");
  }
}

const layerNormOperator = operator({
  onnx: "LayerNormalization",
  output: ([x, gain, bias]) => {
    requireFeatures(x, [gain, bias]);
    const statistics = { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, statistics, statistics];
  },
  gradient: (dy, { inputs: [x, gain, bias], outputs: [, average, inverseDeviation], needed }) => {
    const normal = mul(sub(x, average), inverseDeviation);
    const scaled = mul(dy, gain);
    // dx = (s − mean(s) − n·mean(s·n)) / σ with s = dy·gain and n the normalised input
    const dx = (): Tensor =>
      mul(sub(sub(scaled, mean(scaled, [-1], true)), mul(normal, mean(mul(scaled, normal), [-1], true))), inverseDeviation);
    return [
      needed[0] ? dx() : null,
      needed[1] ? unbroadcast(mul(dy, normal), gain.shape) : null,
      needed[2] ? unbroadcast(dy, bias.shape) : null,
    ];
  },
  lower: (emitter, inputs, { attributes }) =>
    emitter.emit("LayerNormalization", inputs, { axis: -1, epsilon: { float: attributes.epsilon as number } }, { outputs: 3 }),
});

/** Layer normalisation over the last axis (Ba et al. 2016, eq. 4) with gain and bias. */
export function layerNormalization(x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  return layerNormOperator([x, gain, bias], { epsilon });
}

const rmsNormOperator = operator({
  onnx: "SimplifiedLayerNormalization",
  output: ([x, gain]) => {
    requireFeatures(x, [gain]);
    return [
      { shape: x.shape, dtype: x.dtype },
      { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype },
    ];
  },
  gradient: (dy, { inputs: [x, gain], outputs: [, inverse], needed }) => {
    const normal = mul(x, inverse);
    const scaled = mul(dy, gain);
    return [
      needed[0] ? mul(sub(scaled, mul(normal, mean(mul(scaled, normal), [-1], true))), inverse) : null,
      needed[1] ? unbroadcast(mul(dy, normal), gain.shape) : null,
    ];
  },
  lower: (emitter, inputs, { attributes }) =>
    emitter.emit("SimplifiedLayerNormalization", inputs, { axis: -1, epsilon: { float: attributes.epsilon as number }, stash_type: 1 }, { outputs: 2 }),
});

/** Root-mean-square normalisation over the last axis (Zhang and Sennrich 2019, eq. 4) with gain. */
export function rmsNormalization(x: Tensor, gain: Tensor, epsilon = 1e-5): Tensor {
  return rmsNormOperator([x, gain], { epsilon });
}

/** log Σ eˣ over the last axis, kept as size 1. */
export function logSumExp(x: Tensor): Tensor {
  // x − logSoftmax(x) is the same at every position; its mean keeps the derivative exact.
  return mean(add(x, mul(logSoftmax(x), -1)), [-1], true);
}
