// A measured number with the interval that it would move in with other samples: what every report shows.

import { bootstrapInterval, meanInterval, type BootstrapOptions, type Interval } from "./bootstrap_interval.js";

/** A value and its percentile bootstrap interval, of 95 % unless asked otherwise. */
export interface Figure extends Interval {
  readonly value: number;
}

/** The mean of one value a sample. */
export function meanFigure(values: ArrayLike<number>, options?: BootstrapOptions): Figure {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return { value: sum / values.length, ...meanInterval(values, options) };
}

/** The sum of the first over the sum of the second, of which each sample has a part: a loss, over targets. */
export function ratioFigure(parts: ArrayLike<number>, wholes: ArrayLike<number>, options?: BootstrapOptions): Figure {
  const ratio = (indices: ArrayLike<number>): number => {
    let [part, whole] = [0, 0];
    for (let i = 0; i < indices.length; i++) {
      part += parts[indices[i]];
      whole += wholes[indices[i]];
    }
    return whole === 0 ? 0 : part / whole;
  };
  return { value: ratio(Array.from({ length: parts.length }, (_, i) => i)), ...bootstrapInterval(parts.length, ratio, options) };
}

/** The figure in another unit. @param change grows with its argument */
export const mapFigure = ({ value, low, high }: Figure, change: (value: number) => number): Figure => ({ value: change(value), low: change(low), high: change(high) });
