// A recurrent encoder that reads a source in both directions (Schuster and Paliwal 1997).

import { cast, concat, filled, mul, reshape, split, sub, sum, transpose, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { Module } from "./module.js";
import { RecurrentStack, type CellKind } from "./recurrent.js";
import type { TraceContext } from "./trace_context.js";

export interface BidirectionalEncoderConfig {
  readonly cell: CellKind;
  readonly layers: number;
  readonly inputWidth: number;
  /** Width of the outputs, half of it from each direction; even. */
  readonly width: number;
  readonly dropout: number;
}

/** What a source was read as. */
export interface Encoded {
  /** (S, B, width); behind a row's last token they mean nothing */
  readonly outputs: Tensor;
  /** The forward state after the last token beside the backward one at the first: (B, width) */
  readonly summary: Tensor;
}

type ReadLayer = (layer: number, x: Tensor) => Encoded;

/** A stack of layers, each a pair of directions that both feed the next. */
export class BidirectionalEncoder extends Module {
  readonly forwards: readonly RecurrentStack[];
  readonly backwards: readonly RecurrentStack[];

  /** @throws WordloomError "invalid_argument" for an odd width */
  constructor(private readonly config: BidirectionalEncoderConfig) {
    super();
    const { cell, width, inputWidth, layers } = config;
    if (width % 2 !== 0) throw new WordloomError("invalid_argument", `The width ${width} cannot be divided among the encoder's two directions; choose an even one.`);
    const stacks = (): RecurrentStack[] => Array.from({ length: layers }, (_, layer) => new RecurrentStack(cell, layer === 0 ? inputWidth : width, width / 2, 1, 0));
    this.forwards = stacks();
    this.backwards = stacks();
  }

  /**
   * @param x embedded tokens (S, B, inputWidth); no gradient flows where S is known only at run time
   * @param counted bool (B, S): true for a token, false for padding behind it
   */
  forward(x: Tensor, counted: Tensor, context: TraceContext): Encoded {
    const read = typeof x.shape[0] === "number" ? this.unrolled(cast(counted, x.dtype)) : this.fused(cast(counted, "int64"));
    let encoded = read(0, x);
    for (let layer = 1; layer < this.config.layers; layer++) encoded = read(layer, context.dropout(encoded.outputs, this.config.dropout));
    return encoded;
  }

  /** Layers as graphs of a fixed length, through which gradients flow; counted (B, S) as 1 and 0. */
  private unrolled(counted: Tensor): ReadLayer {
    const [rows, length] = counted.shape as readonly number[];
    const keep = reshape(transpose(counted, [1, 0]), [length, rows, 1]);
    const [, ...following] = split(keep, 0, length);
    const last = sub(keep, concat([...following, filled(0, [1, rows, 1], counted.dtype)], 0)); // 1 at each row's last token
    return (layer, x) => {
      const empty = Object.fromEntries(this.forwards[layer].stateNames.map((name) => [name, filled(0, [rows, this.config.width / 2], x.dtype)]));
      const forward = this.forwards[layer].runLayer(0, x, empty); // behind a row's last token nothing looks at it
      const backward = this.backwards[layer].runLayer(0, x, empty, { reading: "backward", keep });
      return {
        outputs: concat([forward.outputs, backward.outputs], 2),
        summary: concat([sum(mul(forward.outputs, last), [0]), backward.state.h0], 1),
      };
    };
  }

  /** Layers over sources of any length, for a model in use; counted (B, S) as int64. */
  private fused(counted: Tensor): ReadLayer {
    const lengths = sum(counted, [1]);
    return (layer, x) => {
      const forward = this.forwards[layer].readLayer(0, x, lengths, "forward");
      const backward = this.backwards[layer].readLayer(0, x, lengths, "backward");
      return { outputs: concat([forward.outputs, backward.outputs], 2), summary: concat([forward.last, backward.last], 1) };
    };
  }
}
