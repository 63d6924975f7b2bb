// Labels as colours: the most frequent first, none lost, hues that stay apart also for the colour-blind.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryColours, latentGroups, NO_LABEL_COLOUR, OTHER_COLOUR } from "./latent_groups.js";
import { leastDistance, sights } from "./testing/colour_sight.js";

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
  it.each(sights)("are far apart in %s sight", (sight) => {
    expect(leastDistance([...categoryColours, OTHER_COLOUR, NO_LABEL_COLOUR], sight)).toBeGreaterThan(0.07);
  });
});
