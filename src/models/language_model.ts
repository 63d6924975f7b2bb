// The interface of every family that predicts the next token.

import { crossEntropy, input, reshape, sum, transpose, type Shape, type Tensor } from "../tensor/index.js";
import type { DecoderGraph } from "../nn/decoder_graph.js";
import { Module } from "../nn/module.js";
import type { TraceContext } from "../nn/trace_context.js";

/** Symbolic inputs of one batch. */
export interface LanguageModelBatch {
  /** int64 (B, T) */
  readonly tokens: Tensor;
  /** int64 (B, T); −1 where nothing is to be predicted */
  readonly targets: Tensor;
  /** (B): 1 where a row's carried state must be forgotten first */
  readonly restart: Tensor;
}

export interface TracedLoss {
  /** Sum over the counted targets of −ln p, in nats; a scalar. */
  readonly lossSum: Tensor;
  /** Carried tensors after the batch, by name. */
  readonly carried: Readonly<Record<string, Tensor>>;
}

/** The inputs of a batch of `rows` by `length`. */
export function batchInputs(rows: number, length: number, dtype: "float32" | "float64" = "float32"): LanguageModelBatch {
  return {
    tokens: input("tokens", [rows, length], "int64"),
    targets: input("targets", [rows, length], "int64"),
    restart: input("restart", [rows], dtype),
  };
}

/** A model of text, one token after another. */
export abstract class LanguageModel extends Module {
  abstract readonly vocabularySize: number;
  /** The most positions a window may have; Infinity for a recurrent model. */
  abstract readonly contextLength: number;

  /** Shapes of the tensors that pass from one batch to the next, for `rows` rows; empty for a Transformer. */
  carried(_rows: number): Readonly<Record<string, Shape>> {
    return {};
  }

  /**
   * @param tokens int64 (B, T)
   * @param restart (B) in floating point, @param carried tensors of the shapes of `carried`
   * @returns logits (T·B, V), time first: position (t, b) is row t·B + b
   */
  abstract logits(
    tokens: Tensor,
    restart: Tensor,
    carried: Readonly<Record<string, Tensor>>,
    context: TraceContext,
  ): { logits: Tensor; carried: Readonly<Record<string, Tensor>> };

  /** The cross-entropy of a batch. */
  loss(batch: LanguageModelBatch, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss {
    const traced = this.logits(batch.tokens, batch.restart, carried, context);
    const count = traced.logits.shape[0];
    const targets = transposeTokens(batch.targets);
    return { lossSum: sum(crossEntropy(traced.logits, reshape(targets, [count]))), carried: traced.carried };
  }

  abstract decoder(): DecoderGraph;
}

/** (B, T) → (T, B) */
export const transposeTokens = (tokens: Tensor): Tensor => transpose(tokens, [1, 0]);
