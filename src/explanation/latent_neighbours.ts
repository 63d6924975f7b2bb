// Which points of a space lie nearest to which: what a picture in two dimensions should keep.

/** Of every point its nearest others, nearest first. */
export interface Neighbours {
  /** Indices of points. */
  readonly indices: readonly (readonly number[])[];
  /** Euclidean distances. */
  readonly distances: readonly (readonly number[])[];
}

function squaredDistance(rows: ArrayLike<number>, dimensions: number, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) {
    const difference = rows[a * dimensions + i] - rows[b * dimensions + i];
    sum += difference * difference;
  }
  return sum;
}

/**
 * Exact nearest neighbours, each pair measured: time grows with N² · L. Of equally near ones the earlier stand first.
 * @param rows (N × L) row by row
 * @param count how many of each, below N
 */
export function nearestNeighbours(rows: ArrayLike<number>, dimensions: number, count: number): Neighbours {
  const points = rows.length / dimensions;
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let point = 0; point < points; point++) {
    const nearest: number[] = [];
    const squares: number[] = [];
    for (let other = 0; other < points; other++) {
      if (other === point) continue;
      const square = squaredDistance(rows, dimensions, point, other);
      if (nearest.length === count && square >= squares[count - 1]) continue;
      let at = Math.min(nearest.length, count - 1);
      for (; at > 0 && squares[at - 1] > square; at--) {
        squares[at] = squares[at - 1];
        nearest[at] = nearest[at - 1];
      }
      squares[at] = square;
      nearest[at] = other;
    }
    indices.push(nearest);
    distances.push(squares.map(Math.sqrt));
  }
  return { indices, distances };
}

/**
 * The share of points whose nearest other point has the same label: the accuracy of the nearest-neighbour rule, each
 * point left out in turn (Cover and Hart 1967). Points without a label are passed over.
 * @param rows (N × L) row by row, of points with these labels
 * @returns from 0 to 1; null if there are fewer than two labels
 */
export function sameLabelShare(rows: ArrayLike<number>, dimensions: number, labels: readonly (string | null)[]): number | null {
  const labelled = labels.flatMap((label, i) => (label === null ? [] : [i]));
  if (new Set(labelled.map((i) => labels[i])).size < 2) return null;
  const kept = labelled.flatMap((i) => Array.from({ length: dimensions }, (_, j) => rows[i * dimensions + j]));
  const { indices } = nearestNeighbours(kept, dimensions, 1);
  return indices.filter(([nearest], i) => labels[labelled[nearest]] === labels[labelled[i]]).length / labelled.length;
}

/** The share that chance alone would give `sameLabelShare`: that two different points drawn blindly have one label. */
export function sameLabelChance(labels: readonly (string | null)[]): number {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sizes = [...counts.values()];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.reduce((sum, size) => sum + size * (size - 1), 0) / (total * (total - 1));
}
