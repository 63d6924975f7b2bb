// Round numbers for the axes of a plot that is only a few lines high.

/** A round value on an axis, and how it is written: with as many decimals as tell neighbours apart. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** A vertical axis of `rows` lines with a tick at every second of them. */
export interface RowScale {
  /** The values at the lower edge of the lowest line and the upper edge of the highest. */
  readonly low: number;
  readonly high: number;
  /** The tick in the middle of each line, from the highest down; null where there is none. */
  readonly ticks: readonly (Tick | null)[];
}

const TICK_FACTORS = [1, 2, 5];
// Finer than usual, so that little height is lost: the ticks must be whole numbers of lines apart.
const ROW_TICK_FACTORS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/**
 * The tightest scale with round ticks that holds the values from `low` to `high`.
 * @param low at most `high`; a range of no height is opened a little
 * @param rows at least 2
 */
export function rowScale(low: number, high: number, rows: number): RowScale {
  const smallest = Math.max(high - low, Math.abs(high) * 1e-3, 1e-6);
  for (let power = Math.floor(Math.log10(smallest / rows)); ; power += 1) {
    for (const factor of ROW_TICK_FACTORS) {
      const gap = factor * 10 ** power; // between ticks, two lines
      if (rows * gap < 2 * smallest) continue;
      // The lowest line reaches half a line, a quarter of a gap, below its tick.
      const first = Math.floor(low / gap + 0.25 + 1e-9);
      const top = (first - 0.25 + rows / 2) * gap;
      if (top < high) continue;
      const ticks = Array.from({ length: rows }, (_, row) => {
        const line = rows - 1 - row;
        return line % 2 === 0 ? tick(first + line / 2, factor, power) : null;
      });
      return { low: (first - 0.25) * gap, high: top, ticks };
    }
  }
}

/**
 * The fewest round whole numbers from `low` to `high` that are at least `least`, or as many as there are.
 * @param low whole or not, below `high`
 */
export function wholeTicks(low: number, high: number, least: number): Tick[] {
  for (let power = Math.max(0, Math.ceil(Math.log10(high - low))); power >= 0; power -= 1) {
    for (const factor of TICK_FACTORS.toReversed()) {
      const gap = factor * 10 ** power;
      const first = Math.ceil(low / gap);
      const count = Math.floor(high / gap) - first + 1;
      if (count >= least || gap === 1)
        return Array.from({ length: Math.max(0, count) }, (_, index) => tick(first + index, factor, power));
    }
  }
  return [];
}

/** The tick at `count` times `factor` times ten to the `power`. */
function tick(count: number, factor: number, power: number): Tick {
  const decimals = Math.max(0, (Number.isInteger(factor) ? 0 : 1) - power);
  const label = (count * factor * 10 ** power).toFixed(decimals);
  return { value: Number(label), label };
}
