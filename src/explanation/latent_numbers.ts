// Numbers beside a latent space's axes and scales: round ones, few digits, a true minus sign.

/**
 * Numbers of 1, 2 or 5 times a power of ten from one end of an axis to the other, about so many of them.
 * @returns ascending; empty if the ends are not apart, or hardly for numbers of their size
 */
export function axisTicks(low: number, high: number, about: number): number[] {
  const span = high - low;
  if (!(span > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / about));
  if (!(power > 1e-300)) return [];
  const factor = span / about / power;
  const step = power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++) ticks.push(Number((i * step).toPrecision(12)) + 0);
  return ticks;
}

/** A number with at most three digits that count: "−0.25", "1,200", "3.1e−7". */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(3)) + 0;
  const size = Math.abs(rounded);
  const small = size !== 0 && (size < 1e-3 || size >= 1e6);
  const text = small ? rounded.toExponential().replace("e+", "e") : rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return text.replaceAll("-", "−");
}

/** The ends of a scale of colours; what lies outside has the colour of the nearer end. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
  /** Whether there are values outside: the end is then written "≤" or "≥". */
  readonly below: boolean;
  readonly above: boolean;
}

// A few outliers would else leave one colour to all others.
const OUTSIDE = 0.02;

/** The range of a scale for numbers, at least one: all but the lowest and the highest 2 %. */
export function colourRange(values: ArrayLike<number>): ColourRange {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const low = sorted[Math.floor(last * OUTSIDE)];
  const high = sorted[Math.ceil(last * (1 - OUTSIDE))];
  return { low, high, below: sorted[0] < low, above: sorted[last] > high };
}
