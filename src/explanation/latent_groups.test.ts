// Labels as colours: the most frequent first, none lost, hues that stay apart also for the colour-blind.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryColours, latentGroups, NO_LABEL_COLOUR, OTHER_COLOUR } from "./latent_groups.js";

describe("latentGroups", () => {
  it("gives the most frequent labels the first colours, equals in order", () => {
    const { groups, groupOf } = latentGroups(["b", "c", "a", "c", "b", "c"]);
    expect(groups.map(({ name, count }) => [name, count])).toEqual([["c", 3], ["b", 2], ["a", 1]]);
    expect(groups.map(({ colour }) => colour)).toEqual(categoryColours.slice(0, 3));
    expect(groupOf).toEqual([1, 0, 2, 0, 1, 0]);
    expect(latentGroups(["b", "a"]).groups.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("gathers what is left in grey, and texts without a label apart from it", () => {
    const labels = [...Array.from({ length: 9 }, (_, i) => `${i}`), null, null, "0"];
    const { groups, groupOf } = latentGroups(labels);
    expect(groups.slice(7)).toEqual([
      { name: "2 other labels", colour: OTHER_COLOUR, count: 2 },
      { name: "no label", colour: NO_LABEL_COLOUR, count: 2 },
    ]);
    expect([groupOf[8], groupOf[9]]).toEqual([7, 8]);
  });

  it("counts each text once, and has no groups without labels", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ maxLength: 1 }))), (labels) => {
        const { groups, groupOf } = latentGroups(labels);
        if (labels.every((label) => label === null)) expect(groups).toEqual([]);
        else groups.forEach(({ count }, group) => expect(groupOf.filter((of) => of === group)).toHaveLength(count));
        labels.forEach((label, i) => expect(groupOf[i]).toBe(groupOf[labels.indexOf(label)]));
        expect(new Set(groups.map(({ colour }) => colour)).size).toBe(groups.length);
      }),
    );
  });

  it("shows labels that could not be seen", () => {
    expect(latentGroups(["", "\u202E"]).groups.map(({ name }) => name)).toEqual(["∅", "<U+202E>"]);
  });
});

describe("categoryColours", () => {
  const linear = (hex: string): number[] =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
    matrix.map((row) => row.reduce((sum, weight, i) => sum + weight * vector[i], 0));
  // Machado et al. 2009, table 1, severity 1; then Oklab (Ottosson 2020).
  const sights = {
    usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  };
  const toCones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
  const toLab = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
  const seen = (hex: string, sight: readonly (readonly number[])[]): number[] =>
    times(toLab, times(toCones, times(sight, linear(hex)).map((v) => Math.max(0, v))).map(Math.cbrt));

  it.each(Object.entries(sights))("are far apart in %s sight", (_, sight) => {
    const colours = [...categoryColours, OTHER_COLOUR, NO_LABEL_COLOUR].map((colour) => seen(colour, sight));
    for (const [i, one] of colours.entries()) {
      for (const other of colours.slice(i + 1)) expect(Math.hypot(...one.map((v, k) => v - other[k]))).toBeGreaterThan(0.07);
    }
  });
});
