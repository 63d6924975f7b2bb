// One step of an LSTM as one operator: its derivative written out needs half the nodes that composing it would.

import { operator } from "../operator.js";
import { fixed, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add, mul, sub } from "./arithmetic.js";
import { concat } from "./movement.js";
import { constant, filled } from "./source.js";

/** A factor for each gate over the four gates' 4H columns, in PyTorch's order: input, forget, candidate, output. */
const perGate = (factors: readonly number[], hidden: number, like: Tensor): Tensor =>
  constant(factors.flatMap((factor) => Array.from({ length: hidden }, () => factor)), [4 * hidden], like.dtype);

/** The sum of the contributions that there are; null where there is none. */
const total = (...contributions: readonly (Tensor | null)[]): Tensor | null =>
  contributions.reduce((partial, next) => (partial && next ? add(partial, next) : (partial ?? next)), null);

const lstmCellOperator = operator({
  onnx: "LstmCell",
  output: ([gates, cell]) => {
    const fits = gates.rank === 2 && cell.rank === 2 && gates.shape[0] === cell.shape[0] && gates.shape[1] === 4 * fixed(cell.shape[1]);
    if (!fits || gates.dtype !== cell.dtype) throw new ShapeError("it needs gates (B, 4H) and cell (B, H) of one type");
    const state = { shape: cell.shape, dtype: cell.dtype };
    // h, c', then what the derivative needs: σ of all gates, the input, forget, output gates, the candidate
    return [state, state, { shape: gates.shape, dtype: gates.dtype }, state, state, state, state, state];
  },
  differentiableOutputs: Infinity,
  gradient: (_, { inputs: [, cell], outputs: [h, , activations, i, f, o, candidate, tanhCell], gradients }) => {
    const [dh, dNext, dActivations, dInput, dForget, dOwnOutput, dCandidate, dTanhCell] = gradients;
    const hidden = fixed(cell.shape[1]);
    // dc' += dh·o·(1 − tanh²c') = dh·o − (dh·tanh c')·h
    const fromHidden = dh && mul(dh, tanhCell);
    const dCell = total(dNext, dh && fromHidden && sub(mul(dh, o), mul(fromHidden, h)), dTanhCell && mul(dTanhCell, sub(1, mul(tanhCell, tanhCell))));
    // Only the derivative's own derivative asks for gates, candidate and tanh c' on their own.
    const perGateGradients = [
      total(dCell && mul(dCell, candidate), dInput),
      total(dCell && mul(dCell, cell), dForget),
      total(dCell && mul(dCell, i), dCandidate),
      total(fromHidden, dOwnOutput),
    ];
    const nothing = filled(0, cell.shape, cell.dtype);
    const joined = perGateGradients.some((gradient) => gradient !== null) ? concat(perGateGradients.map((gradient) => gradient ?? nothing), 1) : null;
    // candidate = 2σ(2x) − 1, so its derivative is 4σ(1 − σ); the other gates' is σ(1 − σ)
    const derivative = mul(activations, sub(1, activations));
    const viaGates = joined && mul(joined, mul(derivative, perGate([1, 1, 4, 1], hidden, cell)));
    const viaActivations = dActivations && mul(dActivations, mul(derivative, perGate([1, 1, 2, 1], hidden, cell)));
    return [total(viaGates, viaActivations), dCell && mul(dCell, f)];
  },
  lower: (emitter, [gates, cell], node) => {
    const like = node.outputs[0];
    const hidden = fixed(like.shape[1]);
    const one = (onnx: string, ...inputs: string[]): string => emitter.emit(onnx, inputs)[0];
    const doubled = emitter.vector([1, 1, 2, 1].flatMap((factor) => Array.from({ length: hidden }, () => factor)), like);
    const activations = one("Sigmoid", one("Mul", gates, doubled));
    const [i, f, g, o] = emitter.emit("Split", [activations, emitter.integers([hidden, hidden, hidden, hidden])], { axis: 1 }, { outputs: 4 });
    const candidate = one("Sub", one("Add", g, g), emitter.scalar(1, like));
    const next = one("Add", one("Mul", f, cell), one("Mul", i, candidate));
    const tanhCell = one("Tanh", next);
    return [one("Mul", o, tanhCell), next, activations, i, f, o, candidate, tanhCell];
  },
});

/**
 * One LSTM step (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 * @param gates pre-activations (B, 4H) in the order input, forget, candidate, output
 * @param cell the cell state (B, H)
 * @returns the hidden state h' = o·tanh(c') and the cell state c' = f·c + i·g, both (B, H)
 */
export function lstmCell(gates: Tensor, cell: Tensor): { h: Tensor; c: Tensor } {
  const [h, c] = lstmCellOperator.all([gates, cell]);
  return { h, c };
}
