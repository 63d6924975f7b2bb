// The recurrent discriminator: it reads a text word by word, in both directions, and judges what it remembers.

import { filled, greater, transpose, type Tensor } from "../tensor/index.js";
import { BidirectionalEncoder } from "../nn/bidirectional_encoder.js";
import type { CellKind } from "../nn/recurrent.js";
import type { TraceContext } from "../nn/trace_context.js";
import { Discriminator, type DiscriminatorSizes } from "./discriminator.js";

export interface RecurrentDiscriminatorConfig extends DiscriminatorSizes {
  readonly cell: CellKind;
  readonly layers: number;
  /** Width of what is remembered, half of it from each direction; even. */
  readonly width: number;
}

/** The features are the last states of the last layer's two directions. */
export class RecurrentDiscriminator extends Discriminator {
  readonly encoder: BidirectionalEncoder;

  /** @throws WordloomError "invalid_argument" for an odd width */
  constructor(config: RecurrentDiscriminatorConfig) {
    super(config, config.width);
    const { cell, layers, width, embeddingWidth, dropout } = config;
    this.encoder = new BidirectionalEncoder({ cell, layers, inputWidth: embeddingWidth, width, dropout });
  }

  protected features(embedded: Tensor, mask: Tensor | null, context: TraceContext): Tensor {
    const [rows, length] = embedded.shape;
    const counted = mask ? greater(mask, 0) : filled(1, [rows, length], "bool");
    return this.encoder.forward(transpose(embedded, [1, 0, 2]), counted, context).summary;
  }
}
