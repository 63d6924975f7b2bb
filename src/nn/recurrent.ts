// Recurrent layers over time: what they share, and the three cells that differ.

import { add, concat, fixed, lstmCell, matmul, mul, recurrentSequence, reshape, sigmoid, split, sub, tanh, type Tensor } from "../tensor/index.js";
import { constantValue, inPieces, uniform } from "./initializer.js";
import { Module, Parameter } from "./module.js";
import type { TraceContext } from "./trace_context.js";

/** Tensors (B, H) that a layer carries from one step to the next: `h`, and for an LSTM `c`. */
export type RecurrentState = Readonly<Record<string, Tensor>>;

export type CellKind = "rnn" | "lstm" | "gru";

/** A cell: how many gates its weights hold, what it carries, and one step of it. */
interface Cell {
  readonly gates: number;
  readonly carries: readonly string[];
  /** One step from the input's share of the gates, weights and biases applied (B, gates·H). */
  step(fromInput: Tensor, state: RecurrentState, weight: Tensor, bias: Tensor): RecurrentState;
  /** Whether the hidden bias may be added to the input's share beforehand, over all time at once. */
  readonly biasFirst: boolean;
}

/** Elman network: h' = tanh(Wx + b + Uh + c) (Elman 1990). */
const rnnCell: Cell = {
  gates: 1,
  carries: ["h"],
  biasFirst: true,
  step: (fromInput, { h }, weight) => ({ h: tanh(add(fromInput, matmul(h, weight, { transposeB: true }))) }),
};

const longShortTermCell: Cell = {
  gates: 4,
  carries: ["h", "c"],
  biasFirst: true,
  step: (fromInput, { h, c }, weight) => ({ ...lstmCell(add(fromInput, matmul(h, weight, { transposeB: true })), c) }),
};

/** Gated recurrent unit (Cho et al. 2014) in PyTorch's form: the reset gate acts after the hidden product. */
const gruCell: Cell = {
  gates: 3,
  carries: ["h"],
  biasFirst: false,
  step: (fromInput, { h }, weight, bias) => {
    const hidden = h.shape[1] as number;
    const fromHidden = add(matmul(h, weight, { transposeB: true }), bias);
    const [inputGates, inputCandidate] = split(fromInput, 1, [2 * hidden, hidden]);
    const [hiddenGates, hiddenCandidate] = split(fromHidden, 1, [2 * hidden, hidden]);
    const [reset, update] = split(sigmoid(add(inputGates, hiddenGates)), 1, 2);
    const candidate = tanh(add(inputCandidate, mul(reset, hiddenCandidate)));
    return { h: add(candidate, mul(update, sub(h, candidate))) };
  },
};

const CELLS: Readonly<Record<CellKind, Cell>> = { rnn: rnnCell, lstm: longShortTermCell, gru: gruCell };

/** What stands at each of T steps (B, H) as one tensor (T, B, H). */
const inTime = (steps: readonly Tensor[]): Tensor => concat(steps.map((step) => reshape(step, [1, ...step.shape])), 0);

/**
 * A stack of recurrent layers with dropout between them. Parameters are named and ordered as in torch.nn.RNN, LSTM and
 * GRU: weight_ih_l0 (gates·H, input), weight_hh_l0 (gates·H, H), bias_ih_l0, bias_hh_l0.
 */
export class RecurrentStack extends Module {
  readonly [name: `${"weight" | "bias"}_${"ih" | "hh"}_l${number}`]: Parameter;

  constructor(
    readonly kind: CellKind,
    inputWidth: number,
    readonly hidden: number,
    readonly layers: number,
    readonly dropout: number,
  ) {
    super();
    const { gates } = CELLS[kind];
    const bound = 1 / Math.sqrt(hidden);
    const inputBias = kind === "lstm" ? inPieces([uniform(bound), constantValue(1), uniform(bound), uniform(bound)]) : uniform(bound);
    for (let layer = 0; layer < layers; layer++) {
      const width = layer === 0 ? inputWidth : hidden;
      const parameters = {
        [`weight_ih_l${layer}`]: new Parameter([gates * hidden, width], uniform(bound)),
        [`weight_hh_l${layer}`]: new Parameter([gates * hidden, hidden], uniform(bound)),
        [`bias_ih_l${layer}`]: new Parameter([gates * hidden], inputBias),
        [`bias_hh_l${layer}`]: new Parameter([gates * hidden], kind === "lstm" ? constantValue(0) : uniform(bound)),
      };
      Object.assign(this, parameters);
    }
  }

  /** Names of the carried tensors, each (B, H): "h0", "c0", "h1", … */
  get stateNames(): string[] {
    return Array.from({ length: this.layers }, (_, layer) => CELLS[this.kind].carries.map((name) => `${name}${layer}`)).flat();
  }

  /**
   * Runs over T time steps.
   * @param x inputs (T, B, width)
   * @param state carried tensors by the names of `stateNames`
   * @returns outputs of the last layer (T, B, H) and the state after the last step
   */
  forward(x: Tensor, state: RecurrentState, context: TraceContext): { outputs: Tensor; state: RecurrentState } {
    const finalState: Record<string, Tensor> = {};
    let sequence = x;
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0) sequence = context.dropout(sequence, this.dropout);
      const run = this.runLayer(layer, sequence, state);
      sequence = run.outputs;
      if (context.recording) for (const name of CELLS[this.kind].carries) context.recordStates(`${name}${layer}`, inTime(run.steps.map((step) => step[name])));
      Object.assign(finalState, run.state);
    }
    return { outputs: sequence, state: finalState };
  }

  /**
   * Runs one layer over T time steps.
   * @param x inputs (T, B, width)
   * @param state carried tensors (B, H) by the names of `stateNames`; those of other layers are not looked at
   * @param reading "backward" begins with the last step; the outputs stay in the order of the inputs
   * @param keep (T, B, 1), 1 where a step counts and 0 where the state is to be emptied; null where all count
   * @returns outputs (T, B, H), this layer's state after the step that was read last, and its carried tensors after each
   *   step of the text
   */
  runLayer(
    layer: number,
    x: Tensor,
    state: RecurrentState,
    { reading = "forward", keep = null }: { readonly reading?: "forward" | "backward"; readonly keep?: Tensor | null } = {},
  ): { outputs: Tensor; state: RecurrentState; steps: readonly RecurrentState[] } {
    const { carries } = CELLS[this.kind];
    const time = x.shape[0] as number;
    let current: RecurrentState = Object.fromEntries(carries.map((name) => [name, state[`${name}${layer}`]]));
    const { shape } = current.h;
    // The input's share of all time steps is one product; each step then takes its piece.
    const fromInput = this.fromInput(layer, x);
    const width = fixed(fromInput.shape[fromInput.rank - 1]);
    const pieces = split(reshape(fromInput, [time, shape[0], width]), 0, time);
    const kept = keep ? split(keep, 0, time) : null;
    const steps: RecurrentState[] = [];
    for (let step = 0; step < time; step++) {
      const at = reading === "forward" ? step : time - 1 - step;
      current = this.stepLayer(layer, reshape(pieces[at], [shape[0], width]), current);
      if (kept) {
        const counts = reshape(kept[at], [shape[0], 1]);
        current = Object.fromEntries(Object.entries(current).map(([name, value]) => [name, mul(value, counts)]));
      }
      steps[at] = current;
    }
    return { outputs: inTime(steps.map(({ h }) => h)), steps, state: Object.fromEntries(carries.map((name) => [`${name}${layer}`, current[name]])) };
  }

  /**
   * One layer over a sequence of a length known only at run time, by ONNX Runtime's own recurrent operator: what reads a
   * source when a model is used. No gradient flows through it.
   * @param x inputs (T, B, width), @param lengths int64 (B), how many steps of each row count
   * @returns outputs (T, B, H), zero where nothing counts, and the last state h (B, H)
   */
  readLayer(layer: number, x: Tensor, lengths: Tensor, reading: "forward" | "backward"): { outputs: Tensor; last: Tensor } {
    const parameters = [`weight_ih_l${layer}`, `weight_hh_l${layer}`, `bias_ih_l${layer}`, `bias_hh_l${layer}`] as const;
    return recurrentSequence(this.kind, x, parameters.map((name) => this[name].tensor), lengths, reading);
  }

  /**
   * One time step through all layers.
   * @param fromInput the input's share of the first layer's gates (B, gates·H), as `fromInput(0, x)` gives it
   * @returns the last layer's output (B, H) and the new state
   */
  step(fromInput: Tensor, state: RecurrentState, context: TraceContext): { output: Tensor; state: RecurrentState } {
    const next: Record<string, Tensor> = {};
    let share = fromInput;
    for (let layer = 0; ; layer++) {
      const { carries } = CELLS[this.kind];
      const stepped = this.stepLayer(layer, share, Object.fromEntries(carries.map((name) => [name, state[`${name}${layer}`]])));
      for (const name of carries) next[`${name}${layer}`] = stepped[name];
      if (layer === this.layers - 1) return { output: stepped.h, state: next };
      share = this.fromInput(layer + 1, context.dropout(stepped.h, this.dropout));
    }
  }

  /** The input's share of a layer's gates: x (..., width) → (..., gates·H). */
  fromInput(layer: number, x: Tensor): Tensor {
    return add(matmul(x, this[`weight_ih_l${layer}`].tensor, { transposeB: true }), this.inputBias(layer));
  }

  private stepLayer(layer: number, fromInput: Tensor, state: RecurrentState): RecurrentState {
    return CELLS[this.kind].step(fromInput, state, this[`weight_hh_l${layer}`].tensor, this[`bias_hh_l${layer}`].tensor);
  }

  private inputBias(layer: number): Tensor {
    const bias = this[`bias_ih_l${layer}`].tensor;
    return CELLS[this.kind].biasFirst ? add(bias, this[`bias_hh_l${layer}`].tensor) : bias;
  }
}
