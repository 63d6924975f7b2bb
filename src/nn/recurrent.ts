// Recurrent layers over time: what they share, and the three cells that differ.

import { add, concat, lstmCell, matmul, mul, reshape, sigmoid, split, sub, tanh, type Tensor } from "../tensor/index.js";
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
    const cell = CELLS[this.kind];
    const [time] = x.shape;
    const finalState: Record<string, Tensor> = {};
    let sequence = x;
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0) sequence = context.dropout(sequence, this.dropout);
      const weight = this[`weight_hh_l${layer}`].tensor;
      const hiddenBias = this[`bias_hh_l${layer}`].tensor;
      let fromInput = add(matmul(sequence, this[`weight_ih_l${layer}`].tensor, { transposeB: true }), this.inputBias(layer, cell));
      let current: RecurrentState = Object.fromEntries(cell.carries.map((name) => [name, state[`${name}${layer}`]]));
      const { shape } = current.h;
      const width = cell.gates * this.hidden;
      // The input's share of all time steps is one product; each step then takes its piece.
      fromInput = reshape(fromInput, [time, shape[0], width]);
      const outputs: Tensor[] = [];
      for (const piece of split(fromInput, 0, time as number)) {
        current = cell.step(reshape(piece, [shape[0], width]), current, weight, hiddenBias);
        outputs.push(reshape(current.h, [1, ...shape]));
      }
      sequence = concat(outputs, 0);
      for (const name of cell.carries) finalState[`${name}${layer}`] = current[name];
    }
    return { outputs: sequence, state: finalState };
  }

  private inputBias(layer: number, cell: Cell): Tensor {
    const bias = this[`bias_ih_l${layer}`].tensor;
    return cell.biasFirst ? add(bias, this[`bias_hh_l${layer}`].tensor) : bias;
  }
}
