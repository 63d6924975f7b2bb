// A whole recurrent layer over a sequence of unknown length, forward only: ONNX Runtime's RNN, LSTM and GRU operators.

import { operator, type Emitter } from "../operator.js";
import { fixed, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";

export type RecurrentKind = "rnn" | "lstm" | "gru";

/** Where PyTorch's gate i stands in ONNX's order: LSTM (i, f, g, o) → (i, o, f, g), GRU (r, z, n) → (z, r, n). */
const ONNX_ORDER: Readonly<Record<RecurrentKind, readonly number[]>> = { rnn: [0], lstm: [0, 3, 1, 2], gru: [1, 0, 2] };
const ONNX_NAMES = { rnn: "RNN", lstm: "LSTM", gru: "GRU" } as const;
/** ONNX's number for the 32-bit integers that the operators want lengths in. */
const INT32 = 6;

/** The gates of a weight or bias (gates·H, …) in ONNX's order, with a leading axis for the one direction. */
function reordered(emitter: Emitter, name: string, kind: RecurrentKind, hidden: number): string {
  const order = ONNX_ORDER[kind];
  const gates = order.length === 1 ? [name] : emitter.emit("Split", [name, emitter.integers(order.map(() => hidden))], { axis: 0 }, { outputs: order.length });
  const joined = order.length === 1 ? name : emitter.emit("Concat", order.map((gate) => gates[gate]), { axis: 0 })[0];
  return emitter.emit("Unsqueeze", [joined, emitter.integers([0])])[0];
}

const recurrentOperator = operator({
  onnx: "RecurrentSequence",
  output: ([x, inputWeight, hiddenWeight, inputBias, hiddenBias, lengths], { kind }) => {
    const gates = ONNX_ORDER[kind as RecurrentKind].length;
    if (x.rank !== 3 || lengths.rank !== 1 || lengths.dtype !== "int64") throw new ShapeError("it needs inputs (T, B, D) and int64 lengths (B)");
    const hidden = fixed(hiddenWeight.shape[1]);
    const wide = [inputWeight, hiddenWeight, inputBias, hiddenBias].every((parameter) => parameter.shape[0] === gates * hidden);
    if (!wide || inputWeight.shape[1] !== x.shape[2]) throw new ShapeError(`its weights and biases must be ${gates}·${hidden} long and as wide as the input`);
    return [
      { shape: [x.shape[0], x.shape[1], hidden], dtype: x.dtype },
      { shape: [x.shape[1], hidden], dtype: x.dtype },
    ];
  },
  lower: (emitter, [x, inputWeight, hiddenWeight, inputBias, hiddenBias, lengths], { inputs: [, , like], attributes }) => {
    const kind = attributes.kind as RecurrentKind;
    const hidden = fixed(like.shape[1]);
    const [weight, recurrence, ...biases] = [inputWeight, hiddenWeight, inputBias, hiddenBias].map((name) => reordered(emitter, name, kind, hidden));
    const [bias] = emitter.emit("Concat", biases, { axis: 1 });
    const [count] = emitter.emit("Cast", [lengths], { to: INT32 });
    const settings = { hidden_size: hidden, direction: attributes.reading === "backward" ? "reverse" : "forward", ...(kind === "gru" ? { linear_before_reset: 1 } : {}) };
    const [all, last] = emitter.emit(ONNX_NAMES[kind], [x, weight, recurrence, bias, count], settings, { outputs: 2 });
    return [emitter.emit("Squeeze", [all, emitter.integers([1])])[0], emitter.emit("Squeeze", [last, emitter.integers([0])])[0]];
  },
});

/**
 * Runs a recurrent layer from an empty state over sequences of different lengths. Forward only.
 * @param x inputs (T, B, D)
 * @param parameters PyTorch's weight_ih (gates·H, D), weight_hh (gates·H, H), bias_ih and bias_hh (gates·H)
 * @param lengths int64 (B): how many steps of each row count
 * @param reading "backward" begins with each row's last step that counts
 * @returns outputs (T, B, H), zero where nothing counts, and each row's last state h (B, H)
 */
export function recurrentSequence(kind: RecurrentKind, x: Tensor, parameters: readonly Tensor[], lengths: Tensor, reading: "forward" | "backward"): { outputs: Tensor; last: Tensor } {
  const [outputs, last] = recurrentOperator.all([x, ...parameters, lengths], { kind, reading });
  return { outputs, last };
}
