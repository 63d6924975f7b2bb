// A latent space flattened so that neighbours stay neighbours, for clusters that no shadow on two axes can tell apart.

import { UMAP } from "umap-js";
import { RandomStream } from "../runtime/random.js";
import { principalComponents } from "./latent_components.js";
import { nearestNeighbours } from "./latent_neighbours.js";

/** How many neighbours of a point are kept near it: the usual number (McInnes et al. 2018, section 4.3). */
export const EMBEDDING_NEIGHBOURS = 15;

// The start fills the space that forces of this method act in, as the authors' own program has it.
const START_SIZE = 10;
const JITTER = 1e-3;

/** The first row of each kind, and for every row the place of its kind among them. */
function distinctRows(rows: ArrayLike<number>, dimensions: number): { readonly firsts: readonly number[]; readonly kindOf: readonly number[] } {
  const kinds = new Map<string, number>();
  const firsts: number[] = [];
  const kindOf = Array.from({ length: rows.length / dimensions }, (_, row) => {
    const key = Array.from({ length: dimensions }, (_, i) => rows[row * dimensions + i]).join(" ");
    const known = kinds.get(key);
    if (known !== undefined) return known;
    kinds.set(key, firsts.length);
    firsts.push(row);
    return firsts.length - 1;
  });
  return { firsts, kindOf };
}

/**
 * UMAP (McInnes et al. 2018), from exact neighbours, equal points at one place. It starts from the principal components:
 * from a random start the clusters' places to each other would be chance (Kobak and Linderman 2021). The same rows give
 * the same points. About 5 s for 2,000 points.
 * @param rows (N × L) row by row, finite
 * @returns (N × 2) row by row; null if there are not more than 15 different points
 */
export function neighbourEmbedding(rows: ArrayLike<number>, dimensions: number): Float64Array | null {
  const { firsts, kindOf } = distinctRows(rows, dimensions);
  if (firsts.length <= EMBEDDING_NEIGHBOURS) return null;
  const points = firsts.map((row) => Array.from({ length: dimensions }, (_, i) => rows[row * dimensions + i]));
  const flat = points.flat();
  const random = new RandomStream(1, "embedding");
  const umap = new UMAP({ nNeighbors: EMBEDDING_NEIGHBOURS, random: () => random.uniform() });
  // A point is the first of its own neighbours here.
  const { indices, distances } = nearestNeighbours(flat, dimensions, EMBEDDING_NEIGHBOURS - 1);
  umap.setPrecomputedKNN(indices.map((list, i) => [i, ...list]), distances.map((list) => [0, ...list]));
  const epochs = umap.initializeFit(points);

  const start = principalComponents(flat, dimensions).points;
  const extent = start.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const places = umap.getEmbedding();
  for (const [i, place] of places.entries()) {
    for (const axis of [0, 1]) place[axis] = (START_SIZE * start[i * 2 + axis]) / extent + JITTER * random.normal();
  }
  for (let epoch = 0; epoch < epochs; epoch++) umap.step();
  return Float64Array.from(kindOf.flatMap((kind) => places[kind]));
}
