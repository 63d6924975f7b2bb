// How far two histograms are apart in both directions at once: what one has and the other lacks, and the area that sums it up.

import { WordloomError } from "../errors.js";

/** What a curve's mixtures leave out at both ends, where a divergence may be infinite. */
const EDGE = 1e-6;
/** Mixtures on a curve. */
const MIXTURES = 25;
/** The constant c of the paper. */
const SCALE = 5;

/** exp(-c KL(q ‖ r)) and exp(-c KL(p ‖ r)), each from 0 to 1. */
export type FrontierPoint = readonly [number, number];

/**
 * The shares of what was counted, each count with a half more (Krichevsky–Trofimov): (n_i + ½) / (n + k/2) over k bins. A bin
 * that happens to be empty is rare instead of impossible.
 *
 * Source: Pillutla et al. 2023, "MAUVE Scores for Generative Models: Theory and Practice".
 * @param counts how many fell into each bin; there must be at least one bin
 */
export function smoothedHistogram(counts: ArrayLike<number>): Float64Array {
  const raised = Float64Array.from(counts, (count) => count + 0.5);
  const total = raised.reduce((sum, count) => sum + count, 0);
  return raised.map((count) => count / total);
}

/** KL(p ‖ r) in nats; r has whatever p has. */
function divergence(p: ArrayLike<number>, r: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum += p[i] * Math.log(p[i] / r[i]);
  return sum;
}

function checkHistogram(histogram: ArrayLike<number>, bins: number): void {
  const shares = Array.from(histogram);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (bins > 0 && shares.length === bins && shares.every((share) => share >= 0) && Math.abs(total - 1) < 1e-6) return;
  throw new WordloomError("invalid_argument", "A divergence frontier lies between two histograms of the same bins, whose shares are 0 or more and sum to 1; divide the counts by their sum.");
}

/**
 * The divergence frontier of two histograms: the points (exp(-c KL(q ‖ r)), exp(-c KL(p ‖ r))) of the mixtures
 * r = λp + (1 - λ)q, for 25 values of λ from 10⁻⁶ to 1 - 10⁻⁶ with the same distance, and c = 5. It begins with (1, 0) and ends
 * with (0, 1); the first number falls along it and the second rises.
 *
 * Source: Pillutla et al. 2021, "MAUVE: Measuring the Gap Between Neural Text and Human Text using Divergence Frontiers",
 * section 2; the number of mixtures and c are their package's, mauve-text 0.4.0.
 * @param p the shares of each bin, which sum to 1
 * @param q the same for the same bins
 * @throws WordloomError `invalid_argument` where these are no such histograms
 */
export function divergenceFrontier(p: ArrayLike<number>, q: ArrayLike<number>): FrontierPoint[] {
  for (const histogram of [p, q]) checkHistogram(histogram, p.length);
  const mixture = new Float64Array(p.length);
  const points: FrontierPoint[] = [[1, 0]];
  for (let m = 0; m < MIXTURES; m++) {
    const weight = EDGE + ((1 - 2 * EDGE) * m) / (MIXTURES - 1);
    for (let i = 0; i < mixture.length; i++) mixture[i] = weight * p[i] + (1 - weight) * q[i];
    points.push([Math.exp(-SCALE * divergence(q, mixture)), Math.exp(-SCALE * divergence(p, mixture))]);
  }
  return [...points, [0, 1]];
}

/**
 * The area between a divergence frontier and the axes: MAUVE, 1 for equal histograms and near 0 for those that share nothing.
 * It is the trapezoidal rule; over either axis it gives the same, for the ends of the frontier lie on both.
 */
export function frontierArea(frontier: readonly FrontierPoint[]): number {
  let area = 0;
  for (let i = 1; i < frontier.length; i++) area += ((frontier[i - 1][0] - frontier[i][0]) * (frontier[i - 1][1] + frontier[i][1])) / 2;
  return area;
}
