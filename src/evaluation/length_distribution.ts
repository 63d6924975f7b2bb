// Whether samples are as long as the texts they should be like, which says at once where a generator breaks off or never ends.

import { WordloomError } from "../errors.js";

/** Lengths in whatever they were counted in: tokens or characters. */
export interface LengthSummary {
  readonly count: number;
  readonly mean: number;
  readonly shortest: number;
  /** Interpolated linearly between neighbours, as NumPy does. */
  readonly quartiles: readonly [number, number, number];
  readonly longest: number;
}

export interface LengthComparison {
  readonly samples: LengthSummary;
  readonly data: LengthSummary;
  /**
   * The Wasserstein-1 (earth mover's) distance: by how much a length has to change on average until samples are as long as
   * the data. It is 0 only where both have the same lengths equally often, and at least the difference of the means.
   */
  readonly distance: number;
}

function sortedLengths(lengths: ArrayLike<number>, what: string): Float64Array {
  const sorted = Float64Array.from(lengths).sort();
  if (sorted.length === 0) throw new WordloomError("invalid_argument", `There are no lengths of the ${what} to compare; give at least one.`);
  if (!sorted.every((length) => length >= 0 && length < Infinity)) {
    throw new WordloomError("invalid_argument", `The lengths of the ${what} must be numbers of 0 or more; give the number of tokens of each.`);
  }
  return sorted;
}

/** The value that the share of the sorted values lies below, between two of them in proportion (Hyndman and Fan 1996, type 7). */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

const summaryOf = (sorted: Float64Array): LengthSummary => ({
  count: sorted.length,
  mean: sorted.reduce((sum, length) => sum + length, 0) / sorted.length,
  shortest: sorted[0],
  quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)],
  longest: sorted[sorted.length - 1],
});

/** The area between the two distribution functions: the integral of |F - G|. */
function areaBetween(a: Float64Array, b: Float64Array): number {
  let [i, j, area] = [0, 0, 0];
  let last = Math.min(a[0], b[0]);
  while (i < a.length || j < b.length) {
    const next = Math.min(i < a.length ? a[i] : Infinity, j < b.length ? b[j] : Infinity);
    area += Math.abs(i / a.length - j / b.length) * (next - last);
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
    last = next;
  }
  return area;
}

/**
 * The lengths of samples beside those of the data.
 * @param samples the length of each sample, in tokens or characters
 * @param data the length of each text of the data, in the same unit
 * @throws WordloomError `invalid_argument` for no lengths and for what is no length
 */
export function compareLengths(samples: ArrayLike<number>, data: ArrayLike<number>): LengthComparison {
  const [a, b] = [sortedLengths(samples, "samples"), sortedLengths(data, "data")];
  return { samples: summaryOf(a), data: summaryOf(b), distance: areaBetween(a, b) };
}
