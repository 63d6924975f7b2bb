// Small latent spaces for tests: clusters whose places are known, and maps of any texts.

import fc from "fast-check";
import { RandomStream } from "../../runtime/random.js";
import type { LatentMap, LatentUnit } from "../latent_map.js";
import { anyLabel } from "./example_maps.js";

/** Variances of the columns, and divergences that are as large. */
export function unitsOf(means: ArrayLike<number>, dimensions: number): LatentUnit[] {
  const count = means.length / dimensions;
  return Array.from({ length: dimensions }, (_, unit) => {
    const column = Array.from({ length: count }, (_, row) => means[row * dimensions + unit]);
    const mean = column.reduce((sum, value) => sum + value / count, 0);
    const activity = column.reduce((sum, value) => sum + (value - mean) ** 2 / count, 0);
    return { activity, divergence: activity };
  });
}

/** Texts in clusters, one label each, around corners of a cube of this edge: cluster c lies at `edge` in unit c. */
export function clusteredMap({ count = 40, dimensions = 4, clusters = 2, edge = 10, seed = 1 } = {}): LatentMap {
  const random = new RandomStream(seed, "clusters");
  const means = new Float32Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    for (let unit = 0; unit < dimensions; unit++) means[row * dimensions + unit] = random.normal() + (row % clusters === unit ? edge : 0);
  }
  return {
    run: "a run",
    data: "texts.csv",
    texts: Array.from({ length: count }, (_, row) => `text ${row + 1}`),
    labels: Array.from({ length: count }, (_, row) => `label ${row % clusters}`),
    means,
    units: unitsOf(means, dimensions),
  };
}

/** Maps of any texts and labels at any places, some of them the same; too few points for UMAP, which takes its time. */
export const anyLatentMap: fc.Arbitrary<LatentMap> = fc
  .record({
    rows: fc.array(fc.record({ text: anyLabel, label: fc.option(anyLabel), place: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }) }), { minLength: 1, maxLength: 12 }),
    dimensions: fc.integer({ min: 1, max: 3 }),
    run: fc.option(anyLabel, { nil: undefined }),
    data: fc.option(anyLabel, { nil: undefined }),
  })
  .map(({ rows, dimensions, run, data }): LatentMap => {
    const means = Float32Array.from(rows.flatMap(({ place }) => place.slice(0, dimensions)));
    return { run, data, texts: rows.map(({ text }) => text), labels: rows.map(({ label }) => label), means, units: unitsOf(means, dimensions) };
  });
