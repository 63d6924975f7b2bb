// The views of a map: what each shows, when a sample is taken, and which one a single picture gets.

import { describe, expect, it } from "vitest";
import { chooseView, LARGEST_SAMPLE, type LatentViews, latentViews } from "./latent_views.js";
import { latentWords } from "./latent_words.js";
import { clusteredMap, unitsOf } from "./testing/latent_maps.js";

describe("latentViews", () => {
  it("shows all texts in both views, with the share of each axis in words", () => {
    const views = latentViews(clusteredMap({ count: 40, clusters: 2 }));
    expect([views.pca.rows.length, views.umap!.rows.length]).toEqual([40, 40]);
    expect(views.pca.axes[0]).toMatch(/^first component, [\d.]+\u00A0% of the variance$/);
    expect(views.pca.sameLabel).toBe(1);
    expect(views.umap!.note).not.toContain("drawn at random");
    expect(views.sameLabel).toEqual({ latent: 1, chance: (2 * 20 * 19) / (40 * 39) });
  });

  it("says that there is no UMAP of few points, and nothing of labels where there are none", () => {
    const few = clusteredMap({ count: 5 });
    const views = latentViews({ ...few, labels: few.labels.map(() => null) });
    expect(views.umap).toBeNull();
    expect(views.pca.note).toContain("more than 15 different points");
    expect([views.sameLabel, views.pca.sameLabel]).toEqual([null, null]);
    expect(latentWords(few, views).labels).toBe("");
  });

  it("samples more than 2,000 texts for UMAP, the same ones each time, and says so", () => {
    const count = LARGEST_SAMPLE + 100;
    const means = Float32Array.from({ length: count }, (_, i) => i % 20);
    const map = { texts: Array.from({ length: count }, (_, i) => String(i)), labels: new Array<null>(count).fill(null), means, units: unitsOf(means, 1) };
    const { pca, umap } = latentViews(map);
    expect(pca.rows).toHaveLength(count);
    expect(umap!.rows).toHaveLength(LARGEST_SAMPLE);
    expect(umap!.points).toHaveLength(2 * LARGEST_SAMPLE);
    expect(new Set(umap!.rows).size).toBe(LARGEST_SAMPLE);
    expect(umap!.rows).toEqual([...umap!.rows].sort((a, b) => a - b));
    expect(umap!.rows[LARGEST_SAMPLE - 1]).toBeGreaterThan(LARGEST_SAMPLE);
    expect(umap!.note).toContain("2,000 of the 2,100 texts");
    expect(latentViews(map).umap!.rows).toEqual(umap!.rows);
    // Each sampled point is its own text's: equal means stand at one place.
    const place = new Map<number, number>();
    umap!.rows.forEach((row, i) => {
      if (!place.has(row % 20)) place.set(row % 20, umap!.points[2 * i]);
      expect(umap!.points[2 * i]).toBe(place.get(row % 20));
    });
  });
});

it("a picture shows PCA, unless UMAP finds clearly more neighbours of one label", () => {
  const views = latentViews(clusteredMap({ count: 30 }));
  const withShares = (pca: number | null, umap: number | null): LatentViews => ({
    ...views,
    pca: { ...views.pca, sameLabel: pca },
    umap: { ...views.umap!, sameLabel: umap },
  });
  expect(chooseView(withShares(null, null)).name).toBe("PCA");
  expect(chooseView(withShares(0.9, 0.9)).name).toBe("PCA");
  expect(chooseView(withShares(0.9, 0.94)).name).toBe("PCA");
  expect(chooseView(withShares(0.9, 0.96)).name).toBe("UMAP");
  expect(chooseView({ ...withShares(0.1, 0.9), umap: null }).name).toBe("PCA");
});

describe("latentWords", () => {
  it("counts texts, units and nats", () => {
    const map = clusteredMap({ count: 4, dimensions: 3, edge: 0 });
    const units = [{ activity: 1, divergence: 1.5 }, { activity: 0.002, divergence: 0.25 }, { activity: 0, divergence: -1e-4 }];
    const words = latentWords({ ...map, units }, latentViews(map));
    expect(words.title).toBe("Latent space of \u2068a run\u2069");
    expect(words.about).toBe("4 texts of \u2068texts.csv\u2069, each at the mean of its posterior in 3 units.");
    expect(words.units).toBe("1 of 3 units is active: above 0.01, the dashed line. A text's divergence from the prior is 1.75 nats.");
    expect(latentWords({ ...map, units, mutualInformation: 0.25 }, latentViews(map)).units).toContain("A text's divergence from the prior is 1.75 nats, and its point says 0.25 nats of it.");
    expect(latentWords({ ...map, units, mutualInformation: -0.01 }, latentViews(map)).units).toContain("its point says 0 nats of it."); // an estimate
  });

  it("says where the posterior has collapsed, of more than one text", () => {
    const map = clusteredMap({ count: 4 });
    const dead = { ...map, units: map.units.map(() => ({ activity: 1e-4, divergence: 0 })) };
    expect(latentWords(dead, latentViews(map)).units).toContain("the posterior has collapsed");
    const one = clusteredMap({ count: 1 });
    expect(latentWords(one, latentViews(one)).units).not.toContain("collapsed");
  });
});
