// From a chart's numbers to pixels: what its axes reach over, and the numbers written at them.

import { axisTicks, formatNumber } from "./latent_numbers.js";
import { extentEnds, type LineChart } from "./line_chart.js";

const PLOT_WIDTH = 640;
/** Pixels across a chart's plot. */
export const plotWidth = ({ width = PLOT_WIDTH }: LineChart): number => width;
/** Room left at both ends of an axis, as a share of what it shows. */
const MARGIN = 0.04;
/** Longer numbers are written with a power of ten. */
const LARGEST_PLAIN = 1e7;
const SMALLEST_PLAIN = 1e-4;

/** One axis. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Pixels from the left or the top of the plot. */
  readonly at: (value: number) => number;
  readonly contains: (value: number) => boolean;
}

/** An axis of so many pixels; `upwards` has its low end at the bottom, `log` the same distance for the same factor. */
export function chartScale({ low, high }: { readonly low: number; readonly high: number }, pixels: number, upwards: boolean, log = false): ChartScale {
  const at = (value: number): number => {
    const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return pixels * (upwards ? 1 - share : share);
  };
  return { low, high, log, at, contains: (value) => value >= low && value <= high };
}

/** What an axis reaches over: its own range, else all of its points and marks and a little more. */
export function axisRange(chart: LineChart, axis: "x" | "y"): { readonly low: number; readonly high: number } {
  const { range, log } = chart[axis];
  if (range) return { low: range[0], high: range[1] };
  let low = Infinity;
  let high = -Infinity;
  const include = (value: number): void => {
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { points } of chart.series) for (const point of points) include(point[axis]);
  for (const mark of chart.marks ?? []) {
    if (axis === "x" && "x" in mark) extentEnds(mark.x).forEach(include);
    if (axis === "y" && "y" in mark) extentEnds(mark.y).forEach(include);
  }
  if (log) {
    const factor = Math.max(high / low, 1 + 1e-6) ** MARGIN;
    return { low: low / factor, high: high * factor };
  }
  const middle = low / 2 + high / 2;
  // Numbers that hardly differ would else be drawn far apart, and their ticks be told by no digit.
  const half = Math.max(high / 2 - low / 2, 1e-6 * Math.abs(middle)) * (1 + 2 * MARGIN) || 1;
  return { low: middle - half, high: middle + half };
}

/** A number with at most six digits that count. */
export function exactNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) return formatNumber(value);
  return (Number(value.toPrecision(6)) + 0).toLocaleString("en-US", { maximumFractionDigits: 10 }).replace("-", "−");
}

/** Powers of ten, with their doubles and fivefolds where there is room for these; not many more than `about`. */
function logTicks({ low, high }: ChartScale, about: number): number[] {
  const decades = Math.log10(high / low);
  const factors = 3 * decades < 1.3 * about ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  const every = Math.max(1, Math.ceil(decades / (1.3 * about)));
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    if (power % every === 0) ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Round values along an axis with their texts, which all have the same number of decimals, unless the axis is logarithmic. */
export function chartTicks(scale: ChartScale, about: number): { readonly value: number; readonly text: string }[] {
  const { low, high } = scale;
  const powers = scale.log ? logTicks(scale, about) : [];
  if (powers.length > 1) return powers.map((value) => ({ value, text: exactNumber(value) }));
  const ticks = axisTicks(low, high, about);
  const largest = Math.max(...ticks.map(Math.abs));
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : largest;
  if (largest >= LARGEST_PLAIN || step < SMALLEST_PLAIN) return ticks.map((value) => ({ value, text: formatNumber(value) }));
  const decimals = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return ticks.map((value) => ({ value, text: value.toLocaleString("en-US", digits).replace("-", "−") }));
}
