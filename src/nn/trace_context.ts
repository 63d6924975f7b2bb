// What tracing a model needs to know beyond its inputs: whether it trains, and where its randomness comes from.

import { mul } from "../tensor/operators/arithmetic.js";
import { window } from "../tensor/operators/noise.js";
import { input } from "../tensor/operators/source.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Dropout masks that a traced program wants to be fed: a pool, and an offset into it for each place of use. */
export interface MaskPool {
  /** The share of the pool's elements that are zero; the others are 1 / (1 − rate). */
  readonly rate: number;
  /** Elements that each site takes, in the order of the offsets. */
  readonly sites: readonly number[];
}

/** Names of the inputs through which a rate's masks are fed: the pool (P) and the int64 offsets (sites). */
export const maskInputs = (rate: number): { pool: string; offsets: string } => ({ pool: `dropout.${rate}.pool`, offsets: `dropout.${rate}.offsets` });

/** One trace of a model. With `training` false every stochastic layer is the identity. */
export class TraceContext {
  private readonly sites = new Map<number, number[]>();

  /** Attention weights by name, in the order of the graph, where the trace records them. */
  readonly attention: { readonly name: string; readonly weights: Tensor }[] = [];

  constructor(readonly training: boolean, private readonly recording = false) {}

  /** Notes attention weights, to be shown; nothing where the trace does not record. */
  record(name: string, weights: Tensor): void {
    if (this.recording) this.attention.push({ name, weights });
  }

  /** The masks that the program traced so far needs. */
  maskPools(): MaskPool[] {
    return [...this.sites].map(([rate, sites]) => ({ rate, sites }));
  }

  /** Inverted dropout (Srivastava et al. 2014, section 4): zeroes a share of the elements and scales up the others. */
  dropout(x: Tensor, rate: number): Tensor {
    if (!this.training || rate === 0) return x;
    const sites = this.sites.get(rate) ?? [];
    this.sites.set(rate, sites);
    const site = sites.push(sizeOf(x.shape)) - 1;
    const names = maskInputs(rate);
    const pool = input(names.pool, ["pool"], x.dtype);
    const offsets = input(names.offsets, ["sites"], "int64");
    return mul(x, window(pool, offsets, site, x.shape));
  }
}
