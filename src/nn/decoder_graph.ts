// How a family describes its decoding: graphs over a state whose every part is replaced or appended to.

import type { Tensor } from "../tensor/tensor.js";

/**
 * A part of the state. "replaced": the step's output takes the input's place (a hidden state, (rows, ...)).
 * "appended": the output is one more position on the part's `axis` (keys and values, of `capacity` positions).
 */
export type StatePart =
  | { readonly kind: "replaced"; readonly shape: readonly number[] }
  | { readonly kind: "appended"; readonly shape: readonly number[]; readonly axis: number };

export interface TracedStep {
  /** (rows, V) */
  readonly logits: Tensor;
  /** New values of the state's parts, by name. */
  readonly state: Readonly<Record<string, Tensor>>;
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
  /** One token a row: tokens (rows, 1), mask (1, capacity + 1) for a state with appended parts. */
  step(inputs: StepInputs): TracedStep;
  /** Several tokens a row from an empty state: tokens (rows, count), mask (count, count); absent where only `step` exists. */
  prefill?(inputs: StepInputs): TracedStep;
}

