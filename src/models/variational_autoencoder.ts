// What every variational autoencoder of sentences shares: the point between its halves, its objective, what it tells of itself.

import { add, cast, concat, constant, equal, expand, mul, not, reshape, slice, split, sum, type Tensor } from "../tensor/index.js";
import type { DecoderGraph, StatePart } from "../nn/decoder_graph.js";
import { divergenceFromPrior, reparameterise, withFreeBits, type FreeBits, type Gaussian } from "../nn/gaussian.js";
import { normal, uniform } from "../nn/initializer.js";
import { Embedding, Linear } from "../nn/layers.js";
import { TraceContext } from "../nn/trace_context.js";
import type { EmbeddedPair, EmbeddedPairModel } from "./embedded_pair.js";
import { checkPairLengths, PAIR_FIELDS, targetCrossEntropy } from "./pair_loss.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

/** What every variational autoencoder is described by. */
export interface VariationalAutoencoderConfig {
  readonly vocabularySize: number;
  /** The most positions that a sentence may have, its end included. */
  readonly contextLength: number;
  /** Layers of the encoder and of the decoder. */
  readonly layers: number;
  /** Width of the decoder's state and of the encoder's summary. */
  readonly width: number;
  /** Dimensions of the latent space. */
  readonly latentWidth: number;
  /** How many labels sentences may have; 0 for a model that knows none. */
  readonly labelCount: number;
  readonly dropout: number;
  /** Share of the words that the decoder does not get to see while training (Bowman et al. 2016, section 3.1). */
  readonly wordDropout: number;
  /** Nats that cost nothing while training, in each dimension and in all together. */
  readonly freeBits: FreeBits;
}

/** The coefficient of the divergence in the loss: β, and what is annealed. */
export const DIVERGENCE_WEIGHT = "divergence";

/** Width of a label's embedding. */
const LABEL_WIDTH = 16;

/**
 * Kingma and Welling 2014 for sentences (Bowman et al. 2016): an encoder's summary becomes a Gaussian, from whose sample the
 * decoder writes the sentence again. With labels, encoder and decoder are told the sentence's (Sohn et al. 2015, eq. 5). In
 * a batch, sources are the sentences themselves, and `labels` their labels, from 0.
 */
export abstract class VariationalAutoencoder extends TextModel implements EmbeddedPairModel {
  readonly batchFields: Readonly<Record<string, BatchField>>;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly latentWidth: number;
  readonly labelCount: number;
  /** One for what is read and what is written. */
  abstract readonly embedding: Embedding;
  readonly label_embedding: Embedding | null;
  /** From the summary to means and log-variances, side by side. */
  readonly posterior_layer: Linear;
  private readonly wordDropout: number;
  private readonly freeBits: FreeBits;

  constructor({ vocabularySize, contextLength, width, latentWidth, labelCount, wordDropout, freeBits }: VariationalAutoencoderConfig) {
    super();
    this.batchFields = labelCount > 0 ? { ...PAIR_FIELDS, labels: { dtype: "int64", sizes: ["rows"] } } : PAIR_FIELDS;
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
    this.latentWidth = latentWidth;
    this.labelCount = labelCount;
    this.wordDropout = wordDropout;
    this.freeBits = freeBits;
    this.label_embedding = labelCount > 0 ? new Embedding(labelCount, LABEL_WIDTH, normal(1)) : null;
    this.posterior_layer = new Linear(width + (labelCount > 0 ? LABEL_WIDTH : 0), 2 * latentWidth, uniform(1 / Math.sqrt(width)), true);
  }

  /** The width of what the decoder is told at each step: the point, and the label's embedding behind it. */
  protected get conditionWidth(): number {
    return this.latentWidth + (this.label_embedding ? LABEL_WIDTH : 0);
  }

  /** What the encoder makes of sentences int64 (B, S), padding behind them, by their vectors (S, B, E): (B, width). */
  protected abstract summary(sources: Tensor, vectors: Tensor, context: TraceContext): Tensor;

  /** Logits (T·B, V), time first, behind tokens' vectors (T, B, E) that are written from conditions (B, conditionWidth). */
  protected abstract writeFrom(conditions: Tensor, vectors: Tensor, context: TraceContext): Tensor;

  /** The decoder's state besides "condition", and its step; `begin` gives the first values of all but the appended parts. */
  protected abstract decoderParts(): {
    readonly state: Readonly<Record<string, StatePart>>;
    readonly begin: (conditions: Tensor) => Readonly<Record<string, Tensor>>;
    readonly step: DecoderGraph["step"];
  };

  /** The approximate posterior of sentences int64 (B, S) with labels int64 (B), where the model knows labels. */
  posterior(sources: Tensor, labels: Tensor | undefined, context: TraceContext): Gaussian {
    return this.posteriorOf(sources, this.embedSources(sources), labels, context);
  }

  private posteriorOf(sources: Tensor, vectors: Tensor, labels: Tensor | undefined, context: TraceContext): Gaussian {
    const summary = this.withLabels(this.summary(sources, vectors, context), labels);
    const [mean, logVariance] = split(this.posterior_layer.forward(summary), 1, 2);
    return { mean, logVariance };
  }

  /** Points (B, L) and labels int64 (B) as the decoder is told them: (B, conditionWidth). */
  private withLabels(points: Tensor, labels: Tensor | undefined): Tensor {
    return this.label_embedding && labels ? concat([points, this.label_embedding.forward(labels)], 1) : points;
  }

  /** Logits (T·B, V), time first, of tokens int64 (B, T) written from points (B, L). */
  decode(points: Tensor, labels: Tensor | undefined, tokens: Tensor, context: TraceContext): Tensor {
    return this.writeFrom(this.withLabels(points, labels), this.embedTargets(tokens), context);
  }

  embedSources(sources: Tensor): Tensor {
    return this.embedding.timeFirst(sources);
  }

  embedTargets(tokens: Tensor): Tensor {
    return this.embedding.timeFirst(tokens);
  }

  write({ sources, sourceVectors, targetVectors, labels }: EmbeddedPair, context: TraceContext): Tensor {
    const { mean } = this.posteriorOf(sources, sourceVectors, labels, context);
    return this.writeFrom(this.withLabels(mean, labels), targetVectors, context);
  }

  /**
   * Cross-entropy in nats of each sentence when it is written from a given point: points (B, L), labels int64 (B), tokens
   * and targets int64 (B, T) → (B).
   */
  reconstructionNats(points: Tensor, labels: Tensor | undefined, tokens: Tensor, targets: Tensor): Tensor {
    const logits = this.decode(points, labels, tokens, new TraceContext(false));
    const [rows, length] = targets.shape;
    return sum(reshape(targetCrossEntropy(logits, targets), [length, rows]), [0]);
  }

  /**
   * −ELBO (Kingma and Welling 2014, eq. 3) with free bits, the divergence weighted by a coefficient while training. What is
   * shown has full weight always, and free bits too: without them the lowest −ELBO is that of a space which is hardly used
   * yet. The plain terms are the measures.
   */
  loss({ sources, tokens, targets, labels }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    checkPairLengths(this.contextLength, sources, tokens);
    const posterior = this.posterior(sources, labels, context);
    const { dtype } = posterior.mean;
    const points = reparameterise(posterior, context.normal(posterior.mean.shape, dtype));
    const reconstruction = sum(targetCrossEntropy(this.decode(points, labels, tokens, context), targets));
    // Rows that only fill up a batch have no target.
    const [rows] = targets.shape as readonly number[];
    const counted = cast(not(equal(slice(targets, 1, 0, 1), constant(-1, [], "int64"))), dtype);
    const divergence = mul(divergenceFromPrior(posterior), reshape(counted, [rows, 1]));
    const total = sum(divergence);
    const samples = sum(counted);
    const measures = { samples, sums: { divergence: total, reconstruction } };
    const cost = withFreeBits(divergence, samples, this.freeBits);
    const natsSum = add(reconstruction, cost);
    if (!context.training) return { lossSum: natsSum, carried: {}, measures };
    return { lossSum: add(reconstruction, mul(cost, context.coefficient(DIVERGENCE_WEIGHT, dtype))), natsSum, carried: {}, measures };
  }

  /** Writes from points: (rows, L), with a column behind them that holds the label where the model knows labels. */
  decoder(): DecoderGraph {
    const { latentWidth, label_embedding } = this;
    const { state, begin, step } = this.decoderParts();
    return {
      vocabularySize: this.vocabularySize,
      contextLength: this.contextLength,
      pointWidth: latentWidth + (label_embedding ? 1 : 0),
      state: { condition: { kind: "context", shape: [this.conditionWidth] }, ...state },
      encode: (sources) => {
        const points = slice(sources, 1, 0, latentWidth);
        const labels = label_embedding ? reshape(cast(slice(sources, 1, latentWidth, latentWidth + 1), "int64"), [sources.shape[0]]) : undefined;
        const condition = this.withLabels(points, labels);
        return { condition, ...begin(condition) };
      },
      step,
    };
  }

  /** Embeddings (T, B, E) of which some are zero, whole words at a time, all but the first, which only says that a text begins. */
  protected withoutWords(embedded: Tensor, context: TraceContext): Tensor {
    const { wordDropout } = this;
    const [length, rows] = embedded.shape as readonly number[];
    if (!context.training || wordDropout === 0 || length < 2) return embedded;
    const ones = constant(new Float64Array((length - 1) * rows).fill(1), [length - 1, rows, 1], embedded.dtype);
    const kept = mul(context.dropout(ones, wordDropout), 1 - wordDropout); // what is left is not scaled up
    const first = slice(embedded, 0, 0, 1);
    return concat([first, mul(slice(embedded, 0, 1, length), kept)], 0);
  }
}

/** Conditions (B, C) once for each of the positions of a sentence: (T, B, C). */
export function atEachPosition(conditions: Tensor, length: number): Tensor {
  const [rows, width] = conditions.shape;
  return expand(reshape(conditions, [1, rows, width]), [length, rows, width]);
}
