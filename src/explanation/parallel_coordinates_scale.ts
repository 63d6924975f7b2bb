// Where values stand on the axes of parallel coordinates.

import type { CoordinateAxis, CoordinateLine, CoordinateValue } from "./parallel_coordinates.js";
import { type ChartScale, chartScale } from "./line_chart_scale.js";

/** Steps from value to value, as logarithms, may differ by so much where values are taken for geometric: 1, 3, 10, 30. */
const NEARLY_EQUAL = 1.5;
/** Room at both ends of an axis of results, as a share of what it shows. */
const MARGIN = 0.04;
/** And as a share of the best result, so that ticks beside equal ones differ. */
const LEAST_ROOM = 1e-3;
/** A result this many times as far from the median as the best one stands at the end of the axis. */
const FAR = 4;

/** The steps between ascending positive numbers as logarithms, where these are about equal; else null. */
function geometricSteps(ascending: readonly number[]): number[] | null {
  if (ascending.length < 3 || ascending[0] <= 0) return null;
  const steps = ascending.slice(1).map((value, i) => Math.log(value / ascending[i]));
  return Math.max(...steps) <= NEARLY_EQUAL * Math.min(...steps) ? steps : null;
}

/**
 * Places of an axis' values, from 0 at its lower end to 1: numbers upwards, by their logarithms where they are geometric,
 * else at equal distances; all else downwards in the order given.
 */
export function axisPlaces({ values }: CoordinateAxis): ReadonlyMap<CoordinateValue, number> {
  const numbers = values.filter((value) => typeof value === "number");
  const ascending: readonly CoordinateValue[] = numbers.length === values.length ? numbers.sort((a, b) => a - b) : values.toReversed();
  const steps = numbers.length === values.length ? geometricSteps(numbers) : null;
  const total = steps?.reduce((sum, step) => sum + step, 0) ?? values.length - 1;
  let at = 0;
  return new Map(
    ascending.map((value, i) => {
      const place = values.length === 1 ? 0.5 : at / total;
      at += steps?.[i] ?? 1;
      return [value, place];
    }),
  );
}

/** The axis of all results. A few far worse ones would leave no room to the others: they stand at its end. */
export interface ResultScale extends ChartScale {
  /** Results above it stand at the end of the axis; infinite where none does. */
  readonly limit: number;
}

/** @param pixels from the best result's end to the other, the best at the bottom */
export function resultScale(lines: readonly CoordinateLine[], pixels: number): ResultScale {
  const results = lines.flatMap((line) => line.results.filter((result) => result !== null)).sort((a, b) => a - b);
  const [low = 0] = results;
  const median = results[results.length >> 1] ?? 0;
  const farthest = median > low ? median + FAR * (median - low) : Infinity;
  const within = results.filter((result) => result <= farthest);
  const high = within.at(-1) ?? 1;
  const room = Math.max(MARGIN * (high - low), LEAST_ROOM * Math.abs(low)) || 1;
  const scale = chartScale({ low: low - room, high: high + room }, pixels, true);
  return { ...scale, limit: within.length < results.length ? high : Infinity, at: (value) => scale.at(Math.min(value, scale.high)) };
}
