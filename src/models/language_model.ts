// The interface of every family that predicts the next token.

import { crossEntropy, reshape, sum, transpose, type DataType, type Tensor } from "../tensor/index.js";
import type { DecoderGraph } from "../nn/decoder_graph.js";
import type { TraceContext } from "../nn/trace_context.js";
import { TextModel, type BatchField, type BatchTensors, type TracedLoss } from "./text_model.js";

/** Logits, and the carried tensors behind the last position. */
export interface TracedLogits {
  readonly logits: Tensor;
  readonly carried: Readonly<Record<string, Tensor>>;
}

/** A model of text, one token after another. */
export abstract class LanguageModel extends TextModel {
  readonly batchFields: Readonly<Record<string, BatchField>> = {
    tokens: { dtype: "int64", sizes: ["rows", "length"] },
    /** −1 where nothing is to be predicted */
    targets: { dtype: "int64", sizes: ["rows", "length"] },
    /** 1 where a row's carried state must be forgotten first */
    restart: { dtype: "float32", sizes: ["rows"] },
  };
  abstract readonly vocabularySize: number;
  /** The most positions a window may have; Infinity for a recurrent model. */
  abstract readonly contextLength: number;

  /** What the model reads in place of tokens int64 (...): their vectors (..., E), before positions and dropout. */
  abstract embed(tokens: Tensor, dtype: DataType): Tensor;

  /**
   * Logits from embeddings, whatever they were made of.
   * @param embedded (T, B, E), time first, as `embed` gives them
   * @param restart (B) in floating point, @param carried tensors of the shapes of `carried`
   * @returns logits (T·B, V), time first: position (t, b) is row t·B + b
   */
  abstract read(embedded: Tensor, restart: Tensor, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLogits;

  /** As `read`, of tokens int64 (B, T). */
  logits(tokens: Tensor, restart: Tensor, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLogits {
    return this.read(this.embed(transposeTokens(tokens), restart.dtype), restart, carried, context);
  }

  /** The cross-entropy of a batch. */
  loss(batch: BatchTensors, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    const traced = this.logits(batch.tokens, batch.restart, carried, context);
    const count = traced.logits.shape[0];
    const targets = transposeTokens(batch.targets);
    return { lossSum: sum(crossEntropy(traced.logits, reshape(targets, [count]))), carried: traced.carried };
  }

  abstract decoder(): DecoderGraph;
}

/** (B, T) → (T, B) */
export const transposeTokens = (tokens: Tensor): Tensor => transpose(tokens, [1, 0]);
