// What all encoder–decoders share: their batch, their loss, and the attention that they can show.

import { constant, equal, not, sum, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import type { DecoderGraph } from "../nn/decoder_graph.js";
import type { Initializer } from "../nn/initializer.js";
import { Embedding } from "../nn/layers.js";
import { TraceContext } from "../nn/trace_context.js";
import type { EmbeddedPair, EmbeddedPairModel } from "./embedded_pair.js";
import { checkPairLengths, PAIR_FIELDS, targetCrossEntropy } from "./pair_loss.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

/** The token that fills up sources; it is attended to by nobody. */
export const PADDING_TOKEN = 0;

/** Sizes that every encoder–decoder has. */
export interface SequenceToSequenceSizes {
  readonly sourceVocabularySize: number;
  readonly vocabularySize: number;
  /** The most positions that a source or a target may have. */
  readonly contextLength: number;
  /** ε of label smoothing, in training only (Szegedy et al. 2016, section 7). */
  readonly labelSmoothing: number;
}

/** Attention of one layer to the source: weights (B, heads, T, S), of an encoder's layer to itself (B, heads, S, S). */
export interface RecordedAttention {
  readonly name: string;
  readonly weights: Tensor;
}

/** A model that reads one text and writes another. */
export abstract class SequenceToSequenceModel extends TextModel implements EmbeddedPairModel {
  readonly batchFields: Readonly<Record<string, BatchField>> = PAIR_FIELDS;
  /** How many ids sources have. */
  readonly sourceVocabularySize: number;
  /** How many ids targets have. */
  readonly vocabularySize: number;
  readonly contextLength: number;
  private readonly labelSmoothing: number;

  constructor({ sourceVocabularySize, vocabularySize, contextLength, labelSmoothing }: SequenceToSequenceSizes) {
    super();
    this.sourceVocabularySize = sourceVocabularySize;
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
    this.labelSmoothing = labelSmoothing;
  }

  abstract embedSources(sources: Tensor): Tensor;

  abstract embedTargets(tokens: Tensor): Tensor;

  abstract write(pair: EmbeddedPair, context: TraceContext): Tensor;

  /**
   * @param sources int64 (B, S), @param tokens int64 (B, T)
   * @returns logits (T·B, V), time first: position (t, b) is row t·B + b
   * @throws WordloomError "shape_mismatch" for a batch that the model cannot hold
   */
  logits(sources: Tensor, tokens: Tensor, context: TraceContext): Tensor {
    checkPairLengths(this.contextLength, sources, tokens);
    return this.write({ sources, sourceVectors: this.embedSources(sources), targetVectors: this.embedTargets(tokens) }, context);
  }

  loss({ sources, tokens, targets }: BatchTensors, _carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    const logits = this.logits(sources, tokens, context);
    const natsSum = sum(targetCrossEntropy(logits, targets));
    if (!context.training || this.labelSmoothing === 0) return { lossSum: natsSum, carried: {} };
    return { lossSum: sum(targetCrossEntropy(logits, targets, this.labelSmoothing)), natsSum, carried: {} };
  }

  /** The attention paid to the source while it and the given target are read; empty for a model without attention. */
  attention(sources: Tensor, tokens: Tensor): readonly RecordedAttention[] {
    const context = new TraceContext(false, true);
    this.logits(sources, tokens, context);
    return context.attention;
  }

  abstract decoder(): DecoderGraph;
}

/** Which of the sources int64 (B, S) are tokens and not padding: bool (B, S). */
export const isToken = (sources: Tensor): Tensor => not(equal(sources, constant(PADDING_TOKEN, [], "int64")));

/**
 * The embeddings of sources and of targets; joint ones are one and the same.
 * @throws WordloomError "invalid_argument" for joint embeddings of vocabularies of different sizes
 */
export function createEmbeddings(
  { sourceVocabularySize, vocabularySize, jointEmbeddings }: { sourceVocabularySize: number; vocabularySize: number; jointEmbeddings: boolean },
  width: number,
  initializer: Initializer,
): { source: Embedding; target: Embedding } {
  if (jointEmbeddings && vocabularySize !== sourceVocabularySize) {
    throw new WordloomError(
      "invalid_argument",
      `Joint embeddings need one vocabulary, but sources have ${sourceVocabularySize} ids and targets ${vocabularySize}; use one tokenizer for both, or an embedding for each.`,
    );
  }
  const source = new Embedding(sourceVocabularySize, width, initializer);
  return { source, target: jointEmbeddings ? source : new Embedding(vocabularySize, width, initializer) };
}
