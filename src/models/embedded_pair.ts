// A pair of texts with vectors in place of its tokens: how explanations enter a model that reads one text and writes another.

import type { Tensor } from "../tensor/index.js";
import type { TraceContext } from "../nn/trace_context.js";

/** Pairs as a model reads them. */
export interface EmbeddedPair {
  /** int64 (B, S): where there is PADDING_TOKEN, the source has no token, whatever its vectors are. */
  readonly sources: Tensor;
  /** What is read in place of the source's tokens: (S, B, E), time first. */
  readonly sourceVectors: Tensor;
  /** What is read in place of `<bos>` and the target's tokens: (T, B, E), time first. */
  readonly targetVectors: Tensor;
  /** int64 (B), of a model that knows labels. */
  readonly labels?: Tensor;
}

/** A model that reads one text and writes another, or the same again. */
export interface EmbeddedPairModel {
  readonly vocabularySize: number;
  /** The most positions that a source or a target may have. */
  readonly contextLength: number;
  /** The vectors (S, B, E), time first, of source tokens int64 (B, S), before positions and dropout. */
  embedSources(sources: Tensor): Tensor;
  /** The vectors (T, B, E), time first, of target tokens int64 (B, T), before positions and dropout. */
  embedTargets(tokens: Tensor): Tensor;
  /** Logits (T·B, V), time first: position (t, b) is row t·B + b. A variational autoencoder writes from its posterior's mean. */
  write(pair: EmbeddedPair, context: TraceContext): Tensor;
}
