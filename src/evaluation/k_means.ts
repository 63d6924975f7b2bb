// Sorts points into groups of near ones: what makes a histogram out of features without end.

import type { RandomStream } from "../runtime/random.js";

export interface Clustering {
  /** For each point the number of its cluster. */
  readonly labels: Int32Array;
  /** The sum of all points' squared distances to the middle of their cluster. */
  readonly inertia: number;
}

/** A point seldom changes its cluster after ten rounds; this many only stop what would never end. */
const MOST_ROUNDS = 300;

/** The product of two vectors of the width, in four sums, which a processor adds up side by side. */
function product(a: Float64Array, from: number, b: Float64Array, to: number, width: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let j = 0;
  for (; j + 3 < width; j += 4) {
    first += a[from + j] * b[to + j];
    second += a[from + j + 1] * b[to + j + 1];
    third += a[from + j + 2] * b[to + j + 2];
    fourth += a[from + j + 3] * b[to + j + 3];
  }
  for (; j < width; j++) first += a[from + j] * b[to + j];
  return first + second + (third + fourth);
}

/** Vectors one after the other: points, or the middles of clusters. */
class Vectors {
  readonly count: number;

  constructor(
    readonly values: Float64Array,
    readonly width: number,
  ) {
    this.count = values.length / width;
  }

  vector(i: number): Float64Array {
    return this.values.subarray(i * this.width, (i + 1) * this.width);
  }

  product(i: number, other: Vectors, k: number): number {
    return product(this.values, i * this.width, other.values, k * this.width, this.width);
  }

  /** Each one's squared length. */
  squares(): Float64Array {
    return Float64Array.from({ length: this.count }, (_, i) => this.product(i, this, i));
  }
}

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007, "k-means++: The Advantages of Careful Seeding"): each further middle is a
 * point drawn with its squared distance to the nearest middle so far, the best of 2 + ln k of them.
 */
function firstMiddles(points: Vectors, squares: Float64Array, clusters: number, random: RandomStream): Vectors {
  const middles = new Vectors(new Float64Array(clusters * points.width), points.width);
  const trials = 2 + Math.floor(Math.log(clusters));
  let distances = new Float64Array(points.count).fill(Infinity);
  const distancesWith = (chosen: number) => distances.map((distance, i) => Math.min(distance, Math.max(0, squares[i] + squares[chosen] - 2 * points.product(i, points, chosen))));
  for (let k = 0; k < clusters; k++) {
    let [chosen, least, nearest] = [0, Infinity, distances];
    for (let trial = 0; trial < (k === 0 ? 1 : trials); trial++) {
      const candidate = k === 0 ? random.integer(points.count) : random.choose(distances);
      const tried = distancesWith(candidate);
      const sum = tried.reduce((total, distance) => total + distance, 0);
      if (sum < least) [chosen, least, nearest] = [candidate, sum, tried];
    }
    middles.vector(k).set(points.vector(chosen));
    distances = nearest;
  }
  return middles;
}

/** Puts each point to the nearest middle, the first of several; returns whether any changed. */
function assign(points: Vectors, middles: Vectors, labels: Int32Array): boolean {
  const halves = middles.squares().map((square) => square / 2);
  let changed = false;
  for (let i = 0; i < points.count; i++) {
    let nearest = 0;
    let least = Infinity;
    for (let k = 0; k < middles.count; k++) {
      const distance = halves[k] - points.product(i, middles, k); // half the squared distance, less what all have in common
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    if (labels[i] !== nearest) changed = true;
    labels[i] = nearest;
  }
  return changed;
}

/** Moves each middle to the mean of its points; one without points stays. */
function moveMiddles(points: Vectors, middles: Vectors, labels: Int32Array): void {
  const counts = new Int32Array(middles.count);
  for (const label of labels) counts[label]++;
  for (const [k, count] of counts.entries()) if (count > 0) middles.vector(k).fill(0);
  for (const [i, label] of labels.entries()) {
    const [middle, point] = [middles.vector(label), points.vector(i)];
    for (let j = 0; j < point.length; j++) middle[j] += point[j] / counts[label];
  }
}

function inertiaOf(points: Vectors, middles: Vectors, labels: Int32Array): number {
  let sum = 0;
  for (const [i, label] of labels.entries()) {
    const [middle, point] = [middles.vector(label), points.vector(i)];
    for (let j = 0; j < point.length; j++) sum += (point[j] - middle[j]) ** 2;
  }
  return sum;
}

/**
 * Lloyd's algorithm from a greedy k-means++ beginning, until no point changes its cluster: the same stream gives the same
 * clusters. Where points coincide some clusters may stay empty. Time grows with points × clusters × width.
 *
 * Source: Lloyd 1982, "Least Squares Quantization in PCM".
 * @param values the points one after the other, `width` numbers each; at least one point
 * @param clusters from 1 on
 */
export function kMeans(values: Float64Array, width: number, clusters: number, random: RandomStream): Clustering {
  const points = new Vectors(values, width);
  const middles = firstMiddles(points, points.squares(), clusters, random);
  const labels = new Int32Array(points.count).fill(-1);
  for (let round = 0; round < MOST_ROUNDS && assign(points, middles, labels); round++) moveMiddles(points, middles, labels);
  return { labels, inertia: inertiaOf(points, middles, labels) };
}
