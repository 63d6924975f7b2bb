// How long samples are in tokens: what a context length is chosen by.
import type { TokenizedSamples } from "./tokenized.js";

/** Lengths in positions: a sample's tokens and one for its end. */
export interface LengthStatistics {
  readonly count: number;
  readonly shortest: number;
  readonly longest: number;
  readonly mean: number;
  /** The shortest length that at least the given share of the samples (0 to 1) does not exceed. */
  percentile(share: number): number;
}

/** Measures samples, of which there must be at least one. */
export function lengthStatistics(samples: TokenizedSamples): LengthStatistics {
  const lengths = Float64Array.from({ length: samples.count }, (_, i) => samples.positions(i)).sort();
  return {
    count: samples.count,
    shortest: lengths[0],
    longest: lengths[lengths.length - 1],
    mean: samples.totalPositions / samples.count,
    percentile: (share) => lengths[Math.max(0, Math.ceil(share * lengths.length) - 1)],
  };
}
