// How a family describes its decoding: graphs over a state whose parts are replaced, appended to, or only read.

import type { Tensor } from "../tensor/tensor.js";

/** The name of the size in a part's shape that is the length of the batch's longest source. */
export const SOURCE_LENGTH = "source";

/**
 * A part of the state; shapes are without the leading rows. "replaced": the step's output takes the input's place (a
 * hidden state). "appended": the step's output is one more position along `axis` (keys and values); the sizes around it
 * are fixed, and the graph is traced with the axis's own size known only at run time. "context": made once by `encode`
 * from the source and only read by the steps; may have the size `SOURCE_LENGTH`.
 */
export type StatePart =
  | { readonly kind: "replaced"; readonly shape: readonly number[] }
  | { readonly kind: "appended"; readonly shape: readonly number[]; readonly axis: number }
  | { readonly kind: "context"; readonly shape: readonly (number | typeof SOURCE_LENGTH)[] };

export interface TracedStep {
  /** (rows, V) */
  readonly logits: Tensor;
  /** New values of the state's parts by name; none for parts of kind "context". */
  readonly state: Readonly<Record<string, Tensor>>;
  /**
   * How the next token's prediction attended to the source: (rows, SOURCE_LENGTH), each row shared out among the source's
   * tokens, none for padding; absent in a model without such attention. Computed only where a program gives it.
   */
  readonly attention?: Tensor;
}

/** Inputs of a step that the host computes from how many tokens have been read. */
export interface StepInputs {
  /** int64 (rows, n) */
  readonly tokens: Tensor;
  /** int64 (n): positions of these tokens; null for a family that has none */
  readonly positions: Tensor;
  /** Added to attention scores: (n, keys) */
  readonly mask: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
}

/** A family's decoder. `rows` is known only at run time. */
export interface DecoderGraph {
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** Parts of the state; shapes without the leading rows. */
  readonly state: Readonly<Record<string, StatePart>>;
  /** One token a row: tokens (rows, 1), mask (1, past + 1) for a state with appended parts. */
  step(inputs: StepInputs): TracedStep;
  /** Several tokens a row from an empty state: tokens (rows, count), mask (count, count); absent where only `step` exists. */
  prefill?(inputs: StepInputs): TracedStep;
  /** Numbers of a source that is no text but a point of a latent space; absent where sources are texts. */
  readonly pointWidth?: number;
  /**
   * For a model that reads a source: the first values of all parts but the appended ones.
   * @param sources int64 (rows, SOURCE_LENGTH), each row's tokens and then padding, id 0; of points float32 (rows, pointWidth)
   */
  encode?(sources: Tensor): Readonly<Record<string, Tensor>>;
}
