// Pairs as sources with references: nothing is lost, and each source is there once.

import fc from "fast-check";
import { expect, it } from "vitest";
import { groupBySource } from "./group_by_source.js";

it("gathers the different targets of a source, in order", () => {
  const pairs = [["b", "1"], ["a", "2"], ["b", "3"], ["b", "1"]].map(([source, target]) => ({ source, target }));
  expect(groupBySource(pairs)).toEqual([
    { source: "b", references: ["1", "3"] },
    { source: "a", references: ["2"] },
  ]);
});

it("tells languages apart, and a language from a source that looks like its tag", () => {
  const pairs = [
    { source: "a", target: "1", language: "de" },
    { source: "a", target: "2", language: "zh" },
    { source: "<2de> a", target: "3" },
    { source: "a", target: "4" },
    { source: "a", target: "5", language: "de" },
  ];
  expect(groupBySource(pairs)).toEqual([
    { source: "a", language: "de", references: ["1", "5"] },
    { source: "a", language: "zh", references: ["2"] },
    { source: "<2de> a", references: ["3"] },
    { source: "a", references: ["4"] },
  ]);
});

it("keeps every pair, and no source twice", () => {
  const pair = fc.record({ source: fc.constantFrom("a", "b", "__proto__", ""), target: fc.constantFrom("x", "y", "z") });
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      const groups = groupBySource(pairs);
      expect(new Set(groups.map(({ source }) => source)).size).toBe(groups.length);
      const written = groups.flatMap(({ source, references }) => references.map((target) => JSON.stringify([source, target])));
      expect(written.length).toBe(new Set(written).size);
      expect(new Set(written)).toEqual(new Set(pairs.map(({ source, target }) => JSON.stringify([source, target]))));
    }),
  );
});
