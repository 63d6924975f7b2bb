// A recurrent decoder's attention to its source, with the scores of Bahdanau and of Luong.

import { add, concat, matmul, reshape, tanh, type Tensor } from "../tensor/index.js";
import { attentionWeights } from "./attention.js";
import { uniform } from "./initializer.js";
import { Linear } from "./layers.js";
import { Module, Parameter } from "./module.js";
import type { TraceContext } from "./trace_context.js";

/** additive: v·tanh(Ws + Uh) (Bahdanau et al. 2015, section 3.1); dot: s·h; general: s·Wh (Luong et al. 2015, section 3.1). */
export const SCORES = ["additive", "dot", "general"] as const;
export type ScoreKind = (typeof SCORES)[number];

/** What a decoder knows of its source. */
export interface SourceMemory {
  /** Encoder outputs (B, S, width) */
  readonly values: Tensor;
  /** What scores are computed with: (B, S, width) */
  readonly keys: Tensor;
  /** Added to the scores: (B, 1, S) */
  readonly mask: Tensor;
}

/** Attention in Luong's order, whatever the score: from the decoder's present state, after its step (Luong et al. 2015, section 3). */
export class SourceAttention extends Module {
  /** general: W; additive: U */
  readonly key: Linear | null;
  /** additive: W, with its bias */
  readonly query: Linear | null;
  /** additive: v */
  readonly score: Parameter | null;
  /** W_c in tanh(W_c[c; s]) (Luong et al. 2015, eq. 5) */
  readonly combine: Linear;

  constructor(kind: ScoreKind, width: number) {
    super();
    const initializer = uniform(1 / Math.sqrt(width));
    this.key = kind === "dot" ? null : new Linear(width, width, initializer, false);
    this.query = kind === "additive" ? new Linear(width, width, initializer, true) : null;
    this.score = kind === "additive" ? new Parameter([width], initializer) : null;
    this.combine = new Linear(2 * width, width, uniform(1 / Math.sqrt(2 * width)), true);
  }

  /** The keys of encoder outputs (B, S, width), computed once a source. */
  keys(values: Tensor): Tensor {
    return this.key ? this.key.forward(values) : values;
  }

  /**
   * @param states decoder states (B, T, width)
   * @returns attentional vectors (B, T, width) and weights (B, T, S)
   */
  forward(states: Tensor, { keys, values, mask }: SourceMemory, context: TraceContext): { vectors: Tensor; weights: Tensor } {
    const weights = attentionWeights(this.scores(states, keys), mask, context);
    return { vectors: tanh(this.combine.forward(concat([matmul(weights, values), states], 2))), weights };
  }

  /** (B, T, S) */
  private scores(states: Tensor, keys: Tensor): Tensor {
    if (!this.query || !this.score) return matmul(states, keys, { transposeB: true });
    const [rows, time, width] = states.shape;
    const length = keys.shape[1];
    const hidden = tanh(add(reshape(this.query.forward(states), [rows, time, 1, width]), reshape(keys, [rows, 1, length, width])));
    return reshape(matmul(hidden, reshape(this.score.tensor, [width, 1])), [rows, time, length]);
  }
}
