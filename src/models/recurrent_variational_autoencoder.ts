// A variational autoencoder of sentences with recurrent encoder and decoder: a sentence becomes a point, a point a sentence.

import { add, cast, concat, expand, mul, not, equal, constant, reshape, slice, split, sum, tanh, type Tensor } from "../tensor/index.js";
import { BidirectionalEncoder } from "../nn/bidirectional_encoder.js";
import type { DecoderGraph, StatePart, StepInputs, TracedStep } from "../nn/decoder_graph.js";
import { divergenceFromPrior, reparameterise, withFreeBits, type Gaussian } from "../nn/gaussian.js";
import { normal, uniform } from "../nn/initializer.js";
import { Embedding, Linear } from "../nn/layers.js";
import { RecurrentStack, type CellKind, type RecurrentState } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { WordloomError } from "../errors.js";
import { transposeTokens } from "./language_model.js";
import { isToken, SequenceToSequenceModel } from "./sequence_to_sequence.js";
import type { BatchTensors, TracedLoss } from "./text_model.js";

export interface RecurrentVariationalAutoencoderConfig {
  readonly cell: CellKind;
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** Layers of the encoder and of the decoder. */
  readonly layers: number;
  /** Width of the decoder's state and of the encoder's summary, half of it from each direction; even. */
  readonly width: number;
  readonly embeddingWidth: number;
  /** Dimensions of the latent space. */
  readonly latentWidth: number;
  readonly dropout: number;
  /** Share of the words that the decoder does not get to see while training (Bowman et al. 2016, section 3.1). */
  readonly wordDropout: number;
  /** Nats that each latent dimension may hold for nothing (Kingma et al. 2016, appendix C.8); 0 for none. */
  readonly freeBits: number;
}

/** The coefficient of the divergence in the loss: β, and what is annealed. */
export const DIVERGENCE_WEIGHT = "divergence";

/**
 * Bowman et al. 2016, "Generating sentences from a continuous space": an encoder's summary becomes a Gaussian, whose
 * sample is the decoder's first state and stands beside each of its inputs. Sources are the sentences themselves.
 */
export class RecurrentVariationalAutoencoder extends SequenceToSequenceModel {
  readonly embedding: Embedding;
  readonly encoder: BidirectionalEncoder;
  /** From the summary to means and log-variances, side by side. */
  readonly posterior_layer: Linear;
  /** The decoder's first state from a point: a map for each of its carried tensors. */
  readonly bridge: readonly Linear[];
  readonly decoder_stack: RecurrentStack;
  readonly head: Linear;

  /** @throws WordloomError "invalid_argument" for an odd width */
  constructor(private readonly config: RecurrentVariationalAutoencoderConfig) {
    super({ ...config, sourceVocabularySize: config.vocabularySize, labelSmoothing: 0 });
    const { cell, layers, width, embeddingWidth, latentWidth, dropout, vocabularySize } = config;
    if (width % 2 !== 0) throw new WordloomError("invalid_argument", `The width ${width} cannot be divided among the encoder's two directions; choose an even one.`);
    const initializer = uniform(1 / Math.sqrt(width));
    this.embedding = new Embedding(vocabularySize, embeddingWidth, normal(0.1));
    this.encoder = new BidirectionalEncoder({ cell, layers, inputWidth: embeddingWidth, width, dropout });
    this.posterior_layer = new Linear(width, 2 * latentWidth, initializer, true);
    this.decoder_stack = new RecurrentStack(cell, embeddingWidth + latentWidth, width, layers, dropout);
    this.bridge = this.decoder_stack.stateNames.map(() => new Linear(latentWidth, width, uniform(1 / Math.sqrt(latentWidth)), true));
    this.head = new Linear(width, vocabularySize, initializer, true);
  }

  /** The approximate posterior of sentences int64 (B, S), padding behind them. */
  posterior(sources: Tensor, context: TraceContext): Gaussian {
    const embedded = context.dropout(this.embedding.forward(transposeTokens(sources)), this.config.dropout);
    const { summary } = this.encoder.forward(embedded, isToken(sources), context);
    const [mean, logVariance] = split(this.posterior_layer.forward(context.dropout(summary, this.config.dropout)), 1, 2);
    return { mean, logVariance };
  }

  /** The decoder's first state at points (B, L). */
  private firstState(points: Tensor): RecurrentState {
    return Object.fromEntries(this.decoder_stack.stateNames.map((name, i) => [name, tanh(this.bridge[i].forward(points))]));
  }

  /** Logits (T·B, V), time first, of tokens int64 (B, T) written from points (B, L). */
  decode(points: Tensor, tokens: Tensor, context: TraceContext): Tensor {
    const { dropout, width, latentWidth } = this.config;
    const [rows, length] = tokens.shape as readonly number[];
    const embedded = this.withoutWords(context.dropout(this.embedding.forward(transposeTokens(tokens)), dropout), context);
    const beside = expand(reshape(points, [1, rows, latentWidth]), [length, rows, latentWidth]);
    const { outputs } = this.decoder_stack.forward(concat([embedded, beside], 2), this.firstState(points), context);
    return this.head.forward(reshape(context.dropout(outputs, dropout), [length * rows, width]));
  }

  /** Embeddings (T, B, E) of which some are zero, whole words at a time, all but the first, which only says that a text begins. */
  private withoutWords(embedded: Tensor, context: TraceContext): Tensor {
    const { wordDropout } = this.config;
    const [length, rows] = embedded.shape as readonly number[];
    if (!context.training || wordDropout === 0 || length < 2) return embedded;
    const ones = constant(new Float64Array((length - 1) * rows).fill(1), [length - 1, rows, 1], embedded.dtype);
    const kept = mul(context.dropout(ones, wordDropout), 1 - wordDropout); // what is left is not scaled up
    const first = slice(embedded, 0, 0, 1);
    return concat([first, mul(slice(embedded, 0, 1, length), kept)], 0);
  }

  logits(sources: Tensor, tokens: Tensor, context: TraceContext): Tensor {
    this.checkLengths(sources, tokens);
    const posterior = this.posterior(sources, context);
    return this.decode(reparameterise(posterior, context.normal(posterior.mean.shape, posterior.mean.dtype)), tokens, context);
  }

  /** −ELBO (Kingma and Welling 2014, eq. 3), the divergence weighted by a coefficient and with free bits while training. */
  override loss({ sources, tokens, targets }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    this.checkLengths(sources, tokens);
    const posterior = this.posterior(sources, context);
    const { dtype } = posterior.mean;
    const points = reparameterise(posterior, context.normal(posterior.mean.shape, dtype));
    const reconstruction = this.crossEntropyOf(this.decode(points, tokens, context), targets);
    // Rows that only fill up a batch have no target.
    const [rows] = targets.shape as readonly number[];
    const counted = cast(not(equal(slice(targets, 1, 0, 1), constant(-1, [], "int64"))), dtype);
    const divergence = mul(divergenceFromPrior(posterior), reshape(counted, [rows, 1]));
    const total = sum(divergence);
    const samples = sum(counted);
    const measures = { samples, sums: { divergence: total, reconstruction } };
    const natsSum = add(reconstruction, total);
    if (!context.training) return { lossSum: natsSum, carried: {}, measures };
    const weighted = mul(withFreeBits(divergence, samples, this.config.freeBits), context.coefficient(DIVERGENCE_WEIGHT, dtype));
    return { lossSum: add(reconstruction, weighted), natsSum, carried: {}, measures };
  }

  decoder(): DecoderGraph {
    const { width, latentWidth } = this.config;
    const state: Record<string, StatePart> = { point: { kind: "context", shape: [latentWidth] } };
    for (const name of this.decoder_stack.stateNames) state[name] = { kind: "replaced", shape: [width] };
    return {
      vocabularySize: this.vocabularySize,
      contextLength: this.contextLength,
      state,
      encode: (sources) => this.from(this.posterior(sources, new TraceContext(false)).mean),
      step: (inputs) => this.step(inputs),
    };
  }

  /** A decoder's first state at points (B, L). */
  from(points: Tensor): Record<string, Tensor> {
    return { point: points, ...this.firstState(points) };
  }

  private step({ tokens, state: { point, ...recurrent } }: StepInputs): TracedStep {
    const [rows] = tokens.shape;
    const embedded = reshape(this.embedding.forward(tokens), [rows, this.config.embeddingWidth]);
    const inputs = concat([embedded, point], 1);
    const { output, state } = this.decoder_stack.step(this.decoder_stack.fromInput(0, inputs), recurrent, new TraceContext(false));
    return { logits: this.head.forward(output), state };
  }
}
