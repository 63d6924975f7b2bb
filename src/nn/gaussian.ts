// A Gaussian latent variable: its sample as a differentiable function of noise, and how far it is from the prior.

import { add, exp, maximum, mul, sub, sum, type Tensor } from "../tensor/index.js";

/** Independent Gaussians, one a row and dimension: both (B, L). */
export interface Gaussian {
  readonly mean: Tensor;
  /** log σ² */
  readonly logVariance: Tensor;
}

/** z = μ + σ·ε (Kingma and Welling 2014, section 2.4): noise ε (B, L) of N(0, 1) → (B, L). */
export const reparameterise = ({ mean: centre, logVariance }: Gaussian, noise: Tensor): Tensor => add(centre, mul(exp(mul(logVariance, 0.5)), noise));

/** KL(N(μ, σ²) ‖ N(0, 1)) of each row and dimension in nats, ½(μ² + σ² − 1 − log σ²) (Kingma and Welling 2014, appendix B): (B, L). */
export function divergenceFromPrior({ mean: centre, logVariance }: Gaussian): Tensor {
  return mul(sub(add(mul(centre, centre), exp(logVariance)), add(logVariance, 1)), 0.5);
}

/** Nats of divergence that cost nothing; 0 for none. */
export interface FreeBits {
  /** λ in each dimension. */
  readonly perDimension: number;
  /** λ in all dimensions together. */
  readonly total: number;
}

/**
 * What a sum of divergences costs with free bits: Σ over dimensions of max(λ, the mean over rows), times the rows (Kingma
 * et al. 2016, appendix C.8), and at least the free total. A dimension below λ nats costs the same whatever it says, so
 * nothing pulls it to the prior.
 * @param divergence (B, L) in nats, @param rows how many rows count; the others must be 0
 */
export function withFreeBits(divergence: Tensor, rows: Tensor, { perDimension, total }: FreeBits): Tensor {
  const cost = perDimension === 0 ? sum(divergence) : sum(maximum(sum(divergence, [0]), mul(rows, perDimension)));
  return total === 0 ? cost : maximum(cost, mul(rows, total));
}
