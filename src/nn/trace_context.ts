// What tracing a model needs to know beyond its inputs: whether it trains, and where its randomness comes from.

import type { PooledNoise } from "../runtime/mask_feeds.js";
import { mul } from "../tensor/operators/arithmetic.js";
import { window } from "../tensor/operators/noise.js";
import { constant, input } from "../tensor/operators/source.js";
import { sizeOf, type DataType, type Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Pieces of prepared noise that a traced program wants to be fed: a pool, and an offset into it for each place of use. */
export interface MaskPool {
  /** What the pool holds; a number is a dropout rate. */
  readonly rate: PooledNoise;
  /** Elements that each site takes, in the order of the offsets. */
  readonly sites: readonly number[];
}

/** Names of the inputs through which a pool's pieces are fed: the pool (P) and the int64 offsets (sites). */
export const maskInputs = (rate: PooledNoise): { pool: string; offsets: string } => ({ pool: `dropout.${rate}.pool`, offsets: `dropout.${rate}.offsets` });

/** Noise of N(0, 1) that a traced program wants to be fed. */
export interface NoiseSite {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The name of the scalar input through which a coefficient of the loss is fed. */
export const coefficientInput = (name: string): string => `coefficient.${name}`;

/** One trace of a model. With `training` false dropout is the identity and every coefficient 1; latent variables are still drawn. */
export class TraceContext {
  private readonly sites = new Map<PooledNoise, number[]>();
  private readonly noise: NoiseSite[] = [];

  /** Attention weights by name, in the order of the graph, where the trace records them. */
  readonly attention: { readonly name: string; readonly weights: Tensor }[] = [];

  /** Hidden states by name, likewise, time first: (T, B, H) or (T·B, H). */
  readonly states: { readonly name: string; readonly states: Tensor }[] = [];

  constructor(readonly training: boolean, readonly recording = false) {}

  /** Notes attention weights, to be shown; nothing where the trace does not record. */
  record(name: string, weights: Tensor): void {
    if (this.recording) this.attention.push({ name, weights });
  }

  /** Notes hidden states, likewise. */
  recordStates(name: string, states: Tensor): void {
    if (this.recording) this.states.push({ name, states });
  }

  /** The masks and other pooled noise that the program traced so far needs. */
  maskPools(): MaskPool[] {
    return [...this.sites].map(([rate, sites]) => ({ rate, sites }));
  }

  /** The noise that the program traced so far needs. */
  noiseSites(): readonly NoiseSite[] {
    return this.noise;
  }

  /** Fresh noise of N(0, 1) in the given shape, of sizes that are known. */
  normal(shape: Shape, dtype: DataType = "float32"): Tensor {
    const site = { name: `noise.${this.noise.length}`, shape: shape as readonly number[] };
    this.noise.push(site);
    return input(site.name, shape, dtype);
  }

  /** A factor in the loss that training changes from step to step: a scalar. */
  coefficient(name: string, dtype: DataType = "float32"): Tensor {
    return this.training ? input(coefficientInput(name), [], dtype) : constant(1, [], dtype);
  }

  /** Fresh noise of the standard Gumbel distribution, also where nothing is trained. */
  gumbel(shape: Shape, dtype: DataType = "float32"): Tensor {
    return this.pooled("gumbel", shape, dtype);
  }

  /** Inverted dropout (Srivastava et al. 2014, section 4): zeroes a share of the elements and scales up the others. */
  dropout(x: Tensor, rate: number): Tensor {
    return this.training && rate > 0 ? mul(x, this.pooled(rate, x.shape, x.dtype)) : x;
  }

  private pooled(rate: PooledNoise, shape: Shape, dtype: DataType): Tensor {
    const sites = this.sites.get(rate) ?? [];
    this.sites.set(rate, sites);
    const site = sites.push(sizeOf(shape)) - 1;
    const names = maskInputs(rate);
    return window(input(names.pool, ["pool"], dtype), input(names.offsets, ["sites"], "int64"), site, shape);
  }
}
