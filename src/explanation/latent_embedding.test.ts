// The embedding: the same each time, equal points at one place, clusters apart, and left out where it cannot be.

import { describe, expect, it } from "vitest";
import { neighbourEmbedding } from "./latent_embedding.js";
import { sameLabelShare } from "./latent_neighbours.js";
import { clusteredMap } from "./testing/latent_maps.js";

describe("neighbourEmbedding", () => {
  const map = clusteredMap({ count: 60, dimensions: 5, clusters: 3, edge: 8 });

  it("gives the same rows the same places, and others to others", () => {
    const first = neighbourEmbedding(map.means, 5)!;
    expect(first).toHaveLength(120);
    expect(first.every(Number.isFinite)).toBe(true);
    expect(neighbourEmbedding(map.means, 5)).toEqual(first);
    expect(neighbourEmbedding(clusteredMap({ count: 60, dimensions: 5, clusters: 3, edge: 8, seed: 2 }).means, 5)).not.toEqual(first);
  });

  it("keeps clusters apart that two axes would lay over each other", () => {
    expect(sameLabelShare(neighbourEmbedding(map.means, 5)!, 2, map.labels)).toBe(1);
  });

  it("puts equal points at one place, however many they are", () => {
    const rows = Array.from({ length: 80 }, (_, i) => [i % 20, (i % 20) ** 2 / 20]);
    const points = neighbourEmbedding(rows.flat(), 2)!;
    for (let i = 20; i < 80; i++) expect([points[2 * i], points[2 * i + 1]]).toEqual([points[2 * (i % 20)], points[2 * (i % 20) + 1]]);
    expect(new Set(Array.from({ length: 20 }, (_, i) => points[2 * i])).size).toBe(20);
  });

  it("takes points of one dimension, and far ones", () => {
    const line = Array.from({ length: 20 }, (_, i) => (i < 19 ? i : 1e6));
    expect(neighbourEmbedding(line, 1)!.every(Number.isFinite)).toBe(true);
  });

  it("is left out with 15 different points or fewer", () => {
    expect(neighbourEmbedding([1], 1)).toBeNull();
    expect(neighbourEmbedding(new Float32Array(200), 2)).toBeNull();
    const different = (count: number): number[] => Array.from({ length: 60 }, (_, i) => i % count);
    expect(neighbourEmbedding(different(15), 1)).toBeNull();
    expect(neighbourEmbedding(different(16), 1)).not.toBeNull();
  });
});
