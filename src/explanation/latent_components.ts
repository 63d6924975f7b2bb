// A latent space seen from where its points spread most: a shadow on two axes, in which lengths keep their meaning.

import { PCA } from "ml-pca";

/** Points on their first two principal components. */
export interface PrincipalComponents {
  /** (N × 2) row by row, in the units of the latent space, from the mean of all points. */
  readonly points: Float64Array;
  /** The share of the variance on each axis, from 0 to 1. */
  readonly shares: readonly [number, number];
  /** Where the latent space's zero falls, the prior's mean. */
  readonly zero: readonly [number, number];
}

/** The component with its largest entry above 0: which of two opposite directions is up would else be chance. */
function upright(component: number[]): number[] {
  const largest = component.reduce((best, entry) => (Math.abs(entry) > Math.abs(best) + 1e-12 ? entry : best), 0);
  return largest < 0 ? component.map((entry) => -entry) : component;
}

/**
 * Principal component analysis (Pearson 1901; Hotelling 1933) by the covariance's eigenvectors: its cost grows with the
 * number of points, not with its square. A direction along which nothing varies has no share and leaves all points at 0.
 * @param rows (N × L) row by row, finite
 */
export function principalComponents(rows: ArrayLike<number>, dimensions: number): PrincipalComponents {
  const count = rows.length / dimensions;
  const centre = new Float64Array(dimensions);
  for (let i = 0; i < rows.length; i++) centre[i % dimensions] += rows[i] / count;
  // Numbers of any size, even those whose squares are beyond double precision.
  let scale = 0;
  for (let i = 0; i < rows.length; i++) scale = Math.max(scale, Math.abs(rows[i] - centre[i % dimensions]));
  const points = new Float64Array(count * 2);
  if (count < 2 || scale === 0) return { points, shares: [0, 0], zero: [0, 0] };

  const centred = Array.from({ length: count }, (_, row) =>
    Array.from(centre, (middle, i) => (rows[row * dimensions + i] - middle) / scale),
  );
  const pca = new PCA(centred, { method: "covarianceMatrix" });
  const explained = pca.getExplainedVariance();
  const directions = pca.getEigenvectors();
  const share = (axis: number): number => (axis < dimensions ? Math.min(1, Math.max(0, explained[axis])) : 0);
  const shares = [share(0), share(1)] as const;
  const zero: [number, number] = [0, 0];
  for (const axis of [0, 1]) {
    if (shares[axis] < 1e-12) continue;
    const direction = upright(directions.getColumn(axis));
    centred.forEach((row, at) => (points[at * 2 + axis] = scale * row.reduce((sum, value, i) => sum + value * direction[i], 0)));
    zero[axis] = -direction.reduce((sum, entry, i) => sum + entry * centre[i], 0);
  }
  return { points, shares, zero };
}
