// Matrices whose largest singular value is 1: with them a discriminator cannot be steeper than its other parts make it.

import { RandomStream } from "../runtime/random.js";
import { constant, div, matmul, maximum, mul, sqrt, stopGradient, substitute, sum, sumSquare, type Tensor } from "../tensor/index.js";
import type { Parameter } from "./module.js";

/**
 * Steps of the power iteration in each evaluation. They start from the same vector every time, not from where the last
 * training step ended, so that nothing has to be carried. Where the largest singular values lie close to each other, as in
 * random matrices, what they find is a little below the largest.
 */
export const POWER_STEPS = 8;

/** Keeps a matrix of zeros what it is. */
const SMALLEST = 1e-12;

/** x over its length. */
const unit = (x: Tensor): Tensor => div(x, maximum(sqrt(sumSquare(x)), SMALLEST));

/**
 * The largest singular value of a matrix (rows, columns) by power iteration (Miyato et al. 2018, "Spectral normalization for
 * generative adversarial networks", appendix A); a scalar. Gradients flow only through the matrix, as if the singular
 * vectors did not depend on it; at the true vectors that is exact.
 */
export function largestSingularValue(weight: Tensor, steps = POWER_STEPS): Tensor {
  const [, columns] = weight.shape as readonly number[];
  const random = new RandomStream(1, "power iteration");
  let right = unit(constant(Float64Array.from({ length: columns }, () => random.normal()), [columns, 1], weight.dtype));
  let left = unit(matmul(weight, right));
  for (let step = 0; step < steps; step++) {
    right = unit(matmul(weight, left, { transposeA: true }));
    left = unit(matmul(weight, right));
  }
  return sum(mul(stopGradient(left), matmul(weight, stopGradient(right))));
}

/** A matrix over its largest singular value (Miyato et al. 2018, eq. 8). */
export const spectrallyNormalized = (weight: Tensor): Tensor => div(weight, maximum(largestSingularValue(weight), SMALLEST));

/** The output as it would be if each of the parameters were a matrix over its largest singular value. */
export function withSpectralNorm(output: Tensor, parameters: readonly Parameter[]): Tensor {
  return substitute(output, new Map(parameters.map(({ tensor }) => [tensor, spectrallyNormalized(tensor)])));
}
