// A variational autoencoder of sentences with recurrent encoder and decoder: a sentence becomes a point, a point a sentence.

import { concat, reshape, tanh, type Tensor } from "../tensor/index.js";
import { BidirectionalEncoder } from "../nn/bidirectional_encoder.js";
import type { StatePart, StepInputs, TracedStep } from "../nn/decoder_graph.js";
import { normal, uniform } from "../nn/initializer.js";
import { Embedding, Linear } from "../nn/layers.js";
import { RecurrentStack, type CellKind, type RecurrentState } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { isToken } from "./sequence_to_sequence.js";
import { atEachPosition, VariationalAutoencoder, type VariationalAutoencoderConfig } from "./variational_autoencoder.js";

/** The width is the decoder's state's, and half of it each of the encoder's directions': even. */
export interface RecurrentVariationalAutoencoderConfig extends VariationalAutoencoderConfig {
  readonly cell: CellKind;
  readonly embeddingWidth: number;
}

/**
 * Bowman et al. 2016, "Generating sentences from a continuous space": the summary is the last state of a bidirectional
 * encoder's last layer; the point gives the decoder its first state and stands beside each of its inputs.
 */
export class RecurrentVariationalAutoencoder extends VariationalAutoencoder {
  readonly embedding: Embedding;
  readonly encoder: BidirectionalEncoder;
  /** The decoder's first state from what it is told: a map for each of its carried tensors. */
  readonly bridge: readonly Linear[];
  readonly decoder_stack: RecurrentStack;
  readonly head: Linear;

  /** @throws WordloomError "invalid_argument" for an odd width */
  constructor(private readonly config: RecurrentVariationalAutoencoderConfig) {
    super(config);
    const { cell, layers, width, embeddingWidth, dropout, vocabularySize } = config;
    this.embedding = new Embedding(vocabularySize, embeddingWidth, normal(0.1));
    this.encoder = new BidirectionalEncoder({ cell, layers, inputWidth: embeddingWidth, width, dropout });
    this.decoder_stack = new RecurrentStack(cell, embeddingWidth + this.conditionWidth, width, layers, dropout);
    this.bridge = this.decoder_stack.stateNames.map(() => new Linear(this.conditionWidth, width, uniform(1 / Math.sqrt(this.conditionWidth)), true));
    this.head = new Linear(width, vocabularySize, uniform(1 / Math.sqrt(width)), true);
  }

  protected summary(sources: Tensor, vectors: Tensor, context: TraceContext): Tensor {
    const { dropout } = this.config;
    const embedded = context.dropout(vectors, dropout);
    return context.dropout(this.encoder.forward(embedded, isToken(sources), context).summary, dropout);
  }

  private firstState(conditions: Tensor): RecurrentState {
    return Object.fromEntries(this.decoder_stack.stateNames.map((name, i) => [name, tanh(this.bridge[i].forward(conditions))]));
  }

  protected writeFrom(conditions: Tensor, vectors: Tensor, context: TraceContext): Tensor {
    const { dropout, width } = this.config;
    const [length, rows] = vectors.shape as readonly number[];
    const embedded = this.withoutWords(context.dropout(vectors, dropout), context);
    const inputs = concat([embedded, atEachPosition(conditions, length)], 2);
    const { outputs } = this.decoder_stack.forward(inputs, this.firstState(conditions), context);
    return this.head.forward(reshape(context.dropout(outputs, dropout), [length * rows, width]));
  }

  protected decoderParts(): ReturnType<VariationalAutoencoder["decoderParts"]> {
    const part: StatePart = { kind: "replaced", shape: [this.config.width] };
    return {
      state: Object.fromEntries(this.decoder_stack.stateNames.map((name) => [name, part])),
      begin: (conditions) => this.firstState(conditions),
      step: (inputs) => this.step(inputs),
    };
  }

  private step({ tokens, state: { condition, ...recurrent } }: StepInputs): TracedStep {
    const [rows] = tokens.shape;
    const embedded = reshape(this.embedding.forward(tokens), [rows, this.config.embeddingWidth]);
    const inputs = concat([embedded, condition], 1);
    const { output, state } = this.decoder_stack.step(this.decoder_stack.fromInput(0, inputs), recurrent, new TraceContext(false));
    return { logits: this.head.forward(output), state };
  }
}
