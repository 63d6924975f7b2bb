// Normalisations and softmax: operators that ONNX Runtime computes in one pass, with derivatives from their outputs.

import { operator, type Emitter } from "../operator.js";
import { fixed, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add, exp, log, mul, sub } from "./arithmetic.js";
import { stopGradient } from "./logic.js";
import { matmul } from "./matmul.js";
import { reshape } from "./movement.js";
import { max, sum, unbroadcast } from "./reduction.js";

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
    const fits = parameter.rank === 1 && parameter.shape[0] === x.shape[x.rank - 1] && parameter.dtype === x.dtype;
    if (!fits) throw new ShapeError("gain and bias must be vectors as long as the last axis, of its type");
  }
}

/** 1/√(mean of squares + ε) of each row, for types whose fused kernel would keep only float32 statistics. */
function inverseDeviation(emitter: Emitter, x: string, like: Tensor, epsilon: number): string {
  const [meanSquare] = emitter.emit("ReduceMean", [emitter.emit("Mul", [x, x])[0], emitter.integers([-1])], { keepdims: 1 });
  return emitter.emit("Reciprocal", [emitter.emit("Sqrt", [emitter.emit("Add", [meanSquare, emitter.scalar(epsilon, like)])[0]])[0]])[0];
}

function layerNormInSteps(emitter: Emitter, [x, gain, bias]: readonly string[], like: Tensor, epsilon: number): string[] {
  const [average] = emitter.emit("ReduceMean", [x, emitter.integers([-1])], { keepdims: 1 });
  const [centred] = emitter.emit("Sub", [x, average]);
  const inverse = inverseDeviation(emitter, centred, like, epsilon);
  const [scaled] = emitter.emit("Mul", [emitter.emit("Mul", [centred, inverse])[0], gain]);
  return [emitter.emit("Add", [scaled, bias])[0], average, inverse];
}

function rmsNormInSteps(emitter: Emitter, [x, gain]: readonly string[], like: Tensor, epsilon: number): string[] {
  const inverse = inverseDeviation(emitter, x, like, epsilon);
  return [emitter.emit("Mul", [emitter.emit("Mul", [x, inverse])[0], gain])[0], inverse];
}

/** The mean of each row of x·gain, as a product with the gain: (..., D) → (..., 1). */
function gainedMean(x: Tensor, gain: Tensor): Tensor {
  const width = fixed(gain.shape[0]);
  const rows = [sizeOf(x.shape.slice(0, -1)), width];
  return reshape(matmul(reshape(x, rows), reshape(mul(gain, 1 / width), [width, 1])), [...x.shape.slice(0, -1), 1]);
}

const layerNormOperator = operator({
  onnx: "LayerNormalization",
  output: ([x, gain, bias]) => {
    requireFeatures(x, [gain, bias]);
    const statistics = { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, statistics, statistics];
  },
  differentiableOutputs: 3,
  gradient: (dy, { inputs: [x, gain, bias], outputs: [, average, inverse], gradients: [, dAverage, dInverse], needed }) => {
    const normal = mul(sub(x, average), inverse);
    const weighted = mul(dy, normal);
    // dx = (s − mean(s) − n·mean(s·n)) / σ with s = dy·gain and n the normalised input
    const dx = (): Tensor => {
      const common = add(mul(normal, gainedMean(weighted, gain)), gainedMean(dy, gain));
      return mul(sub(mul(dy, gain), common), inverse);
    };
    // The statistics are asked for only by the derivative's own derivative: both are of single elements, so 1/D of theirs.
    const width = fixed(gain.shape[0]);
    const ofStatistics = [dAverage && mul(dAverage, 1 / width), dInverse && mul(normal, mul(mul(dInverse, mul(inverse, inverse)), -1 / width))];
    return [
      needed[0] ? ofStatistics.reduce<Tensor>((total, part) => (part ? add(total, part) : total), dx()) : null,
      needed[1] ? unbroadcast(weighted, gain.shape) : null,
      needed[2] ? unbroadcast(dy, bias.shape) : null,
    ];
  },
  lower: (emitter, inputs, { attributes, outputs: [y] }) => {
    if (y.dtype === "float64") return layerNormInSteps(emitter, inputs, y, attributes.epsilon as number);
    return emitter.emit("LayerNormalization", inputs, { axis: -1, epsilon: { float: attributes.epsilon as number } }, { outputs: 3 });
  },
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
    const weighted = mul(dy, normal);
    return [
      needed[0] ? mul(sub(mul(dy, gain), mul(normal, gainedMean(weighted, gain))), inverse) : null,
      needed[1] ? unbroadcast(weighted, gain.shape) : null,
    ];
  },
  lower: (emitter, inputs, { attributes, outputs: [y] }) => {
    if (y.dtype === "float64") return rmsNormInSteps(emitter, inputs, y, attributes.epsilon as number);
    return emitter.emit("SimplifiedLayerNormalization", inputs, { axis: -1, epsilon: { float: attributes.epsilon as number }, stash_type: 1 }, { outputs: 2 });
  },
});

/** Root-mean-square normalisation over the last axis (Zhang and Sennrich 2019, eq. 4) with gain. */
export function rmsNormalization(x: Tensor, gain: Tensor, epsilon = 1e-5): Tensor {
  return rmsNormOperator([x, gain], { epsilon });
}

/** log Σ eˣ over the last axis, kept as size 1. */
export function logSumExp(x: Tensor): Tensor {
  const largest = stopGradient(max(x, [-1], true));
  return add(log(sum(exp(sub(x, largest)), [-1], true)), largest);
}
