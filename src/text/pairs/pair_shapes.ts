// The choice of a few fixed sizes that many pairs of different lengths fit into with little padding.

/** Lengths in positions, both sides' ends included. */
export interface PairLengths {
  readonly count: number;
  sourceLength(pair: number): number;
  targetLength(pair: number): number;
}

/** What a pair must fit into. */
export type PairSize = { readonly sourceLength: number; readonly targetLength: number };

/** The most different lengths a side that sizes are chosen from; the choice is exact for fewer. */
const mostLengths = 32;

/** A further size must save this share of all positions: it costs a compilation and, each epoch, nothing else. */
const worthwhileSaving = 0.01;

/**
 * The sizes, at most `most` and each no smaller than the one before on either side, that need the fewest positions when
 * each pair takes the first one it fits into. Found by dynamic programming over the grid of the sides' lengths: the best
 * k sizes that end in a grid point are the best k - 1 that end in a smaller one, and it. Fewer are taken where more would
 * hardly save anything. The last holds every pair.
 */
export function choosePairSizes(lengths: PairLengths, most: number): PairSize[] {
  const sources = gridOf(lengths.count, (pair) => lengths.sourceLength(pair));
  const targets = gridOf(lengths.count, (pair) => lengths.targetLength(pair));
  const fitting = countFitting(lengths, sources, targets);
  const columns = targets.length;
  const points = sources.length * columns;
  const area = (point: number): number => sources[Math.floor(point / columns)] + targets[point % columns];

  let best = Float64Array.from({ length: points }, (_, point) => fitting[point] * area(point));
  let total = best[points - 1];
  let chosen = [points - 1];
  const before: Int32Array[] = [];
  for (let k = 2; k <= most; k++) {
    const next = new Float64Array(points).fill(Number.POSITIVE_INFINITY);
    const from = new Int32Array(points).fill(-1);
    for (let point = 0; point < points; point++) {
      const column = point % columns;
      for (let smaller = 0; smaller < point; smaller++) {
        if (smaller % columns > column) continue;
        const cost = best[smaller] + (fitting[point] - fitting[smaller]) * area(point);
        if (cost < next[point]) {
          next[point] = cost;
          from[point] = smaller;
        }
      }
    }
    before.push(from);
    best = next;
    if (best[points - 1] < total * (1 - worthwhileSaving)) {
      total = best[points - 1];
      chosen = trace(before, points - 1);
    }
  }
  return chosen.map((point) => ({
    sourceLength: sources[Math.floor(point / columns)],
    targetLength: targets[point % columns],
  }));
}

/** From the last point back to the first. */
function trace(before: readonly Int32Array[], last: number): number[] {
  const points = [last];
  for (let k = before.length - 1; k >= 0; k--) points.unshift(before[k][points[0]]);
  return points;
}

/**
 * A side's lengths in ascending order, the longest always among them: all if there are few, else half at equal shares of
 * the pairs, which serve the many, and half at equal steps, which serve the long tail.
 */
function gridOf(count: number, lengthOf: (pair: number) => number): number[] {
  const sorted = Float64Array.from({ length: count }, (_, pair) => lengthOf(pair)).sort();
  const distinct = new Set(sorted);
  if (distinct.size <= mostLengths) return [...distinct];
  const taken = new Set<number>();
  const half = mostLengths / 2;
  const longest = sorted[count - 1];
  for (let i = 1; i <= half; i++) {
    taken.add(sorted[Math.ceil((i * count) / half) - 1]);
    taken.add(Math.ceil(sorted[0] + (i * (longest - sorted[0])) / half));
  }
  return [...taken].sort((a, b) => a - b);
}

/** (sources x targets), row by row: how many pairs fit into each grid point. */
function countFitting(lengths: PairLengths, sources: readonly number[], targets: readonly number[]): Float64Array {
  const columns = targets.length;
  const fitting = new Float64Array(sources.length * columns);
  for (let pair = 0; pair < lengths.count; pair++) {
    const row = firstAtLeast(sources, lengths.sourceLength(pair));
    fitting[row * columns + firstAtLeast(targets, lengths.targetLength(pair))]++;
  }
  for (let row = 0; row < sources.length; row++) {
    let left = 0;
    for (let column = 0; column < columns; column++) {
      left += fitting[row * columns + column];
      fitting[row * columns + column] = left + (row > 0 ? fitting[(row - 1) * columns + column] : 0);
    }
  }
  return fitting;
}

function firstAtLeast(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
