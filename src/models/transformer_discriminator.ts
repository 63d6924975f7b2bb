// The Transformer discriminator: every word of a text looks at every other before the text is judged.

import { add, div, mean, mul, reshape, sub, sum, transpose, type Tensor } from "../tensor/index.js";
import { asRows, MASKED_SCORE } from "../nn/attention.js";
import { uniform } from "../nn/initializer.js";
import { Linear } from "../nn/layers.js";
import type { TraceContext } from "../nn/trace_context.js";
import { Discriminator, type DiscriminatorSizes } from "./discriminator.js";
import { sinusoids, TransformerEncoder, type TransformerLayerSizes } from "./transformer_sequence_to_sequence_layers.js";

export interface TransformerDiscriminatorConfig extends DiscriminatorSizes, TransformerLayerSizes {
  readonly layers: number;
}

/** An encoder of self-attention (Vaswani et al. 2017, section 3.1); the features are the mean of its outputs over the text. */
export class TransformerDiscriminator extends Discriminator {
  /** From embedded words to the width of the stream. */
  readonly input_layer: Linear;
  readonly encoder: TransformerEncoder;

  /** @throws WordloomError "invalid_argument" for a width that is no multiple of heads */
  constructor(private readonly config: TransformerDiscriminatorConfig) {
    super(config, config.width);
    const { embeddingWidth, width, layers } = config;
    this.input_layer = new Linear(embeddingWidth, width, uniform(Math.sqrt(3 / embeddingWidth)), true);
    this.encoder = new TransformerEncoder(config, layers);
  }

  protected features(embedded: Tensor, mask: Tensor | null, context: TraceContext): Tensor {
    const { width, dropout } = this.config;
    const [rows, length] = embedded.shape as readonly number[];
    const frame = { shape: [length, rows], timeFirst: true };
    const placed = add(this.input_layer.forward(transpose(embedded, [1, 0, 2])), reshape(sinusoids(length, width, embedded.dtype), [length, 1, width]));
    const hidden = mask && reshape(mul(sub(1, mask), MASKED_SCORE), [rows, 1, 1, length]);
    const outputs = reshape(this.encoder.forward(asRows(context.dropout(placed, dropout)), frame, hidden, context), [length, rows, width]);
    if (!mask) return mean(outputs, [0]);
    const counted = reshape(transpose(mask, [1, 0]), [length, rows, 1]);
    return div(sum(mul(outputs, counted), [0]), sum(counted, [0]));
  }
}
