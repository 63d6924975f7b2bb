// A measure that each sample has a value of: the mean to be read, and the values to draw an interval from.

export interface SampleMeasure {
  readonly mean: number;
  /** In the order of the samples. */
  readonly samples: Float64Array;
}

/** The values with their mean; there must be at least one. */
export const sampleMeasure = (samples: Float64Array): SampleMeasure => ({ mean: samples.reduce((sum, value) => sum + value, 0) / samples.length, samples });
