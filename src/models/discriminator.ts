// What every discriminator shares: it reads embedded words, hard or soft, and says how real a text looks.

import { add, cast, constant, cumulativeSum, equal, filled, matmul, mul, reshape, slice, sub, sum, type DataType, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import { uniform } from "../nn/initializer.js";
import { Embedding, Linear } from "../nn/layers.js";
import { Module, parametersOf } from "../nn/module.js";
import { withSpectralNorm } from "../nn/spectral_normalization.js";
import type { TraceContext } from "../nn/trace_context.js";

/** What every discriminator is described by. */
export interface DiscriminatorSizes {
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  /** How many labels texts may have; 0 for a discriminator that knows none. */
  readonly labelCount: number;
  /** Share of the features zeroed before the last layer while training. */
  readonly dropout: number;
  /** Whether every matrix but the words' embedding is taken over its largest singular value (Miyato et al. 2018). */
  readonly spectralNorm: boolean;
}

/**
 * A network that tells real texts from made ones. Its logit is positive for a text that looks real. With labels it judges
 * whether a text looks real for its label, by the inner product of the features with the label's vector (Miyato and Koyama
 * 2018, "cGANs with projection discriminator", eq. 3).
 */
export abstract class Discriminator extends Module {
  readonly embedding: Embedding;
  readonly label_embedding: Embedding | null;
  readonly head: Linear;
  readonly vocabularySize: number;
  readonly labelCount: number;
  private readonly dropout: number;
  private readonly spectralNorm: boolean;

  /** @param featureWidth how many features `features` gives */
  constructor({ vocabularySize, embeddingWidth, labelCount, dropout, spectralNorm }: DiscriminatorSizes, featureWidth: number) {
    super();
    this.vocabularySize = vocabularySize;
    this.labelCount = labelCount;
    this.dropout = dropout;
    this.spectralNorm = spectralNorm;
    this.embedding = new Embedding(vocabularySize, embeddingWidth, uniform(1));
    const start = uniform(1 / Math.sqrt(featureWidth));
    this.label_embedding = labelCount > 0 ? new Embedding(labelCount, featureWidth, start) : null;
    this.head = new Linear(featureWidth, 1, start, true);
  }

  /** int64 (B, T) → (B, T, E) */
  embedTokens(tokens: Tensor): Tensor {
    return this.embedding.forward(tokens);
  }

  /**
   * A distribution over the vocabulary at each position, such as a Gumbel-softmax sample: (B, T, V) → (B, T, E). One over
   * more classes, (B, T, V + …), is that of a generator that knows labels too, behind the words, and never writes them.
   */
  embedDistribution(distribution: Tensor): Tensor {
    return matmul(slice(distribution, 2, 0, this.vocabularySize), this.embedding.weight.tensor);
  }

  /**
   * What the network makes of texts, before its last layer.
   * @param embedded (B, T, E), zero behind a text's end, and @param mask as in `score`
   * @returns (B, featureWidth)
   */
  protected abstract features(embedded: Tensor, mask: Tensor | null, context: TraceContext): Tensor;

  /**
   * @param embedded (B, T, E); what stands behind a text's end makes no difference
   * @param mask (B, T) in floating point: 1 where a word of the text stands, its end included, and 0 behind; at least one 1 a
   * row; null where all texts fill all T
   * @param labels int64 (B), for a discriminator that knows labels
   * @returns logits (B)
   * @throws WordloomError "invalid_argument" if labels are missing, or given to a discriminator that knows none
   */
  score(embedded: Tensor, mask: Tensor | null, labels: Tensor | undefined, context: TraceContext): Tensor {
    if ((labels !== undefined) !== (this.label_embedding !== null)) {
      throw new WordloomError("invalid_argument", this.label_embedding ? "The discriminator knows labels, but the texts came without; give a label for each." : "The discriminator knows no labels, but the texts came with some; leave them out, or build it with a label count.");
    }
    const logits = this.logits(embedded, mask, labels, context);
    if (!this.spectralNorm) return logits;
    const matrices = parametersOf(this).filter((parameter) => parameter.shape.length === 2 && parameter !== this.embedding.weight);
    return withSpectralNorm(logits, matrices);
  }

  /** What `score` gives, with the parameters as they are. */
  private logits(embedded: Tensor, mask: Tensor | null, labels: Tensor | undefined, context: TraceContext): Tensor {
    const [rows, length] = embedded.shape;
    const counted = mask ? mul(embedded, reshape(mask, [rows, length, 1])) : embedded;
    const features = context.dropout(this.features(counted, mask, context), this.dropout);
    const logits = reshape(this.head.forward(features), [rows]);
    return this.label_embedding && labels ? add(logits, sum(mul(features, this.label_embedding.forward(labels)), [1])) : logits;
  }
}

/**
 * Where the words of texts stand: 1 up to each row's first end-of-text token, it included, and 0 behind; 1 everywhere in a row
 * that has none. No gradient flows through it.
 * @param tokens int64 (B, T), @param endId the end-of-text token; null where texts have no end
 * @returns (B, T) in floating point
 */
export function textMask(tokens: Tensor, endId: number | null, dtype: DataType = "float32"): Tensor {
  if (endId === null) return filled(1, tokens.shape, dtype);
  const ends = cast(equal(tokens, constant(endId, [], "int64")), "int64");
  const endsBefore = sub(cumulativeSum(ends, 1), ends);
  return cast(equal(endsBefore, constant(0, [], "int64")), dtype);
}
