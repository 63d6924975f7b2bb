// How far a measure would move with other samples of the same generator: without it no two figures can be compared.

import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { quantile } from "./length_distribution.js";

export interface BootstrapOptions {
  /** The same seed gives the same interval. */
  readonly seed?: number;
  /** How often samples are drawn anew. */
  readonly resamples?: number;
  /** How much of the drawn values the interval covers, above 0 and below 1. */
  readonly confidence?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

function checkOptions(count: number, { seed, resamples, confidence }: Required<BootstrapOptions>): void {
  const refuse = (problem: string) => new WordloomError("invalid_argument", `No interval can be drawn ${problem}.`);
  if (!Number.isInteger(count) || count < 1) throw refuse("of no samples; give at least one");
  if (!Number.isInteger(seed) || seed < 0) throw refuse(`with the seed ${seed}; give a whole number from 0 on`);
  if (!Number.isInteger(resamples) || resamples < 1) throw refuse(`from ${resamples} resamples; give a whole number from 1 on, 1000 as a rule`);
  if (!(confidence > 0 && confidence < 1)) throw refuse(`with a confidence of ${confidence}; give a number between 0 and 1, 0.95 as a rule`);
}

/**
 * The percentile bootstrap interval of a measure: samples are drawn with replacement, as many as there are, and the measure is
 * taken of them, again and again; the interval holds the middle `confidence` of what came out.
 *
 * A measure that compares samples with each other (Self-BLEU, distinct-n, duplicates) sees the same sample several times in
 * a draw and so comes out wrong: draw from the values of the single samples instead, with `meanInterval`.
 *
 * Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"; Koehn 2004, "Statistical Significance Tests for
 * Machine Translation Evaluation", section 3.
 * @param count how many samples there are
 * @param statistic the measure of the samples with these indices, which hold only during the call
 * @throws WordloomError `invalid_argument` for no samples and for a wrong option
 */
export function bootstrapInterval(count: number, statistic: (indices: Uint32Array) => number, options: BootstrapOptions = {}): Interval {
  const { seed = 0, resamples = 1000, confidence = 0.95 } = options;
  checkOptions(count, { seed, resamples, confidence });
  const random = new RandomStream(seed, "bootstrap");
  const indices = new Uint32Array(count);
  const values = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < count; i++) indices[i] = random.integer(count);
    return statistic(indices);
  }).sort();
  return { low: quantile(values, (1 - confidence) / 2), high: quantile(values, (1 + confidence) / 2) };
}

/**
 * The percentile bootstrap interval of a mean of one value a sample, such as `samples` of a `SampleMeasure` or of a BLEU.
 * @throws WordloomError `invalid_argument` for no values and for a wrong option
 */
export function meanInterval(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  const mean = (indices: Uint32Array) => {
    let sum = 0;
    for (const index of indices) sum += values[index];
    return sum / indices.length;
  };
  return bootstrapInterval(values.length, mean, options);
}
