// The numbers of a latent space, as other programs read them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latentJson } from "./latent_json.js";
import { anyLatentMap, clusteredMap } from "./testing/latent_maps.js";

describe("latentJson", () => {
  it("has the form that its type promises", () => {
    const map = clusteredMap({ count: 20, dimensions: 3 });
    const json = latentJson(map);
    expect(Object.keys(json)).toEqual(["format", "version", "run", "data", "texts", "labels", "means", "units", "activeUnits", "mutualInformation", "projections", "sameLabel"]);
    expect([json.format, json.version, json.run, json.data, json.activeUnits]).toEqual(["wordloom-latent", 1, "a run", "texts.csv", 3]);
    expect(json.means[7][2]).toBeCloseTo(map.means[7 * 3 + 2], 5);
    expect(json.projections.pca.points).toHaveLength(20);
    expect(json.projections.umap!.rows).toEqual(json.texts.map((_, i) => i));
    expect(json.sameLabel!.latent).toBe(1);
  });

  it("keeps texts and labels as they were given, and every mean to single precision", () => {
    fc.assert(
      fc.property(anyLatentMap, (map) => {
        const json = JSON.parse(JSON.stringify(latentJson(map))) as ReturnType<typeof latentJson>;
        expect([json.texts, json.labels]).toEqual([map.texts, map.labels]);
        // Seven digits of eight or nine.
        json.means.flat().forEach((mean, i) => expect(Math.abs(mean - map.means[i])).toBeLessThanOrEqual(Math.abs(map.means[i]) * 1e-6 + 1e-44));
        for (const point of json.projections.pca.points.flat()) expect(point).not.toBeNull();
      }),
    );
  });
});
