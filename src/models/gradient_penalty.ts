// Penalties on how steep a discriminator is in the space of embedded words; training differentiates them once more.

import { add, exp, grad, mul, neg, reshape, slice, sqrt, square, sub, sum, sumSquare, type Tensor } from "../tensor/index.js";
import type { TraceContext } from "../nn/trace_context.js";

/** r1: at real texts (Mescheder et al. 2018, eq. 9); interpolated: between real and made ones, towards 1 (Gulrajani et al. 2017, eq. 3). */
export const PENALTIES = ["r1", "interpolated"] as const;

export interface GradientPenalty {
  readonly kind: (typeof PENALTIES)[number];
  /** γ of R1, which counts half of it; λ of the interpolated penalty. */
  readonly weight: number;
}

/** The square of how long each row's gradient is: logits (B), embedded (B, T, E) that they were computed from → (B). */
function squaredSteepness(logits: Tensor, embedded: Tensor): Tensor {
  const [gradient] = grad(sum(logits), [embedded]);
  return sumSquare(gradient, [1, 2]);
}

/** ½‖∇D‖² at real texts: logits (B) that were computed from embedded texts (B, T, E) → (B). */
export const steepnessAtData = (logits: Tensor, embedded: Tensor): Tensor => mul(squaredSteepness(logits, embedded), 0.5);

/** Keeps the root's derivative finite where a gradient is 0. */
const EPSILON = 1e-12;

/** (‖∇D‖ − 1)² at texts between real and made ones: logits (B) that were computed from them, embedded (B, T, E) → (B). */
export const steepnessFromOne = (logits: Tensor, embedded: Tensor): Tensor => square(sub(sqrt(add(squaredSteepness(logits, embedded), EPSILON)), 1));

/** A point on the line from each fake (B, …) to its real text (B, …), evenly drawn. */
export function interpolate(real: Tensor, fake: Tensor, context: TraceContext): Tensor {
  const [rows] = real.shape;
  const noise = context.normal([rows, 2], real.dtype);
  // exp(−(x² + y²)/2) of two numbers of N(0, 1) is even in (0, 1): Box and Muller 1958 the other way round.
  const share = exp(neg(mul(add(square(slice(noise, 1, 0, 1)), square(slice(noise, 1, 1, 2))), 0.5)));
  return add(fake, mul(sub(real, fake), reshape(share, [rows, ...real.shape.slice(1).map(() => 1)])));
}
