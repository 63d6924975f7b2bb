// The picture, read back: every training a line through its settings to its results, told in words, seen on both pages.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { luminance } from "./colour_scale.js";
import { labelWidth } from "./line_chart_labels.js";
import type { CoordinateLine, ParallelCoordinates } from "./parallel_coordinates.js";
import { axisPlaces, resultScale } from "./parallel_coordinates_scale.js";
import { darkLevels, lightLevels, parallelCoordinatesSvg } from "./parallel_coordinates_svg.js";
import { findAll, type MarkupElement, parseMarkup } from "./testing/parse_markup.js";

const ofClass = (root: MarkupElement, name: string): MarkupElement[] => findAll(root, ({ attributes }) => (attributes["class"] ?? "").split(" ").includes(name));
const placesOf = (line: MarkupElement): number[][] => line.attributes["d"].slice(1).split("L").map((place) => place.split(" ").map(Number));
const lineOf = (root: MarkupElement, name: string): MarkupElement => ofClass(root, "line").find(({ children }) => children[0]?.text.startsWith(name))!;

const picture: ParallelCoordinates = {
  title: "3 trainings",
  axes: [{ label: "lr", values: [0.001, 0.01, 0.1] }, { label: "family", values: ["lstm", "gru"] }],
  stages: ["20 steps", "60 steps"],
  result: "loss",
  lines: [
    { name: "first", values: [0.01, "gru"], results: [3, 1], end: "complete" },
    { name: "second", values: [0.1, "gru"], results: [4, null], end: "pruned" },
    { name: "third", values: [0.001, "lstm"], results: [null, null], end: "failed" },
  ],
};
const root = parseMarkup(parallelCoordinatesSvg(picture));

describe("parallelCoordinatesSvg", () => {
  it("leads each training from setting to setting to its results, on one scale", () => {
    const [first, second] = ["first", "second"].map((name) => placesOf(lineOf(root, name)));
    expect(first).toHaveLength(4);
    expect(second).toHaveLength(3);
    expect(first.map(([x]) => x).slice(0, 3)).toEqual(second.map(([x]) => x));
    expect(first[0][1]).toBeGreaterThan(second[0][1]); // 0.01 below 0.1
    expect(first[2][1]).toBeGreaterThan(second[2][1]); // 3 below 4
    expect((first[3][1] - second[2][1]) / (first[2][1] - second[2][1])).toBeCloseTo(3, 1);
    expect(placesOf(lineOf(root, "third"))).toHaveLength(2);
  });

  it("sets lines through one value apart, in their order", () => {
    const [first, second] = ["first", "second"].map((name) => placesOf(lineOf(root, name))[1][1]);
    expect(second - first).toBeCloseTo(3, 5);
  });

  it("draws the best thick and named, pruned ones dashed up to a mark, failed ones up to a cross", () => {
    expect(lineOf(root, "first").attributes["class"]).toBe("line best");
    expect(lineOf(root, "second").attributes["class"]).toBe("line pruned");
    expect(ofClass(root, "name").map(({ text }) => text)).toEqual(["first: 1"]);
    const diamond = ofClass(root, "marker").find(({ name }) => name === "polygon")!;
    const [x, y] = placesOf(lineOf(root, "second")).at(-1)!;
    expect(diamond.attributes["points"]).toContain(`${x},${Math.round((y - 5) * 100) / 100}`);
    expect(ofClass(root, "failed").filter(({ children }) => children.some(({ attributes }) => attributes["class"] === "cross"))).not.toHaveLength(0);
  });

  it("tells all of it in words", () => {
    const words = root.children.find(({ name }) => name === "desc")!.text;
    for (const part of ["1 complete, 1 pruned, 1 failed", "The best: first (lr 0.01, family gru): 1 at 60 steps", "second (lr 0.1, family gru): 4 at 20 steps, pruned", "third (lr 0.001, family lstm), failed"]) expect(words).toContain(part);
  });

  it("colours equal results alike, by rank from the first level to the last", () => {
    const results = [1, 1, 2, 3];
    const lines = results.map((result, i): CoordinateLine => ({ name: `t${i}`, values: [0.01, "gru"], results: [null, result], end: "complete" }));
    const levels = findAll(parseMarkup(parallelCoordinatesSvg({ ...picture, lines })), ({ name, attributes }) => name === "g" && (attributes["class"] ?? "").startsWith("level")).map(({ attributes }) => attributes["class"]);
    expect(levels).toEqual(["level7", "level5", "level0", "level0"]); // drawn from worst to best
  });

  it("is seen on a light and on a dark page: a contrast of 2.9 or more", () => {
    const contrast = (a: string, b: string): number => {
      const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (high + 0.05) / (low + 0.05);
    };
    for (const colour of lightLevels) expect(contrast(colour, "#ffffff")).toBeGreaterThan(2.9);
    for (const colour of darkLevels) expect(contrast(colour, "#161616")).toBeGreaterThan(2.9);
  });

  it("is well formed whatever is drawn, with no two names of axes over each other", () => {
    const label = fc.string({ unit: "binary", maxLength: 40 });
    const axis = fc.record({ label, values: fc.uniqueArray(fc.oneof(label, fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 5 }) });
    const arbitrary = fc.tuple(fc.array(axis, { minLength: 1, maxLength: 8 }), fc.array(label, { minLength: 1, maxLength: 3 })).chain(([axes, stages]) =>
      fc.record({
        title: label,
        axes: fc.constant(axes),
        stages: fc.constant(stages),
        result: label,
        lines: fc.array(
          fc.record({
            name: label,
            values: fc.tuple(...axes.map(({ values }) => fc.constantFrom(...values))),
            results: fc.tuple(...stages.map(() => fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })))),
            end: fc.constantFrom("complete" as const, "pruned" as const, "failed" as const),
          }),
          { minLength: 1, maxLength: 12 },
        ),
      }),
    );
    fc.assert(
      fc.property(arbitrary, (drawn) => {
        const svg = parallelCoordinatesSvg(drawn);
        const page = parseMarkup(svg);
        expect(svg).not.toMatch(/="[^"]*(?:NaN|Infinity|undefined)/);
        const width = Number(page.attributes["width"]);
        for (const line of ofClass(page, "line")) for (const [x] of line.children.length > 0 ? placesOf(line) : []) expect(x).toBeLessThan(width);
        const heads = findAll(page, ({ name, attributes }) => name === "text" && attributes["y"] === "-10").map(({ text, attributes }) => ({ x: Number(attributes["x"]), half: labelWidth(text, 12) / 2 }));
        for (const [i, { x, half }] of heads.entries()) expect(x - half).toBeGreaterThan(i === 0 ? -16 : heads[i - 1].x + heads[i - 1].half);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses what does not fit", () => {
    const drawn = (changes: Partial<ParallelCoordinates>) => () => parallelCoordinatesSvg({ ...picture, ...changes });
    expect(drawn({ lines: [] })).toThrow(/no lines/);
    expect(drawn({ axes: [] })).toThrow(/no axis/);
    expect(drawn({ lines: [{ ...picture.lines[0], values: [0.5, "gru"] }] })).toThrow('The picture "3 trainings" cannot be drawn: the value 0.5 of "first" is not on the axis "lr"; add it there.');
    expect(drawn({ lines: [{ ...picture.lines[0], results: [1] }] })).toThrow(/1 results/);
    expect(drawn({ lines: [{ ...picture.lines[0], results: [1, NaN] }] })).toThrow(/not finite/);
  });
});

describe("places on axes", () => {
  const places = (values: readonly (string | number | boolean)[]) => [...axisPlaces({ label: "", values })].map(([value, place]) => [value, Number(place.toFixed(3))]);

  it("are logarithmic where numbers are geometric, else by rank, and of all else in their order from above", () => {
    expect(places([0.01, 0.001, 0.1])).toEqual([[0.001, 0], [0.01, 0.5], [0.1, 1]]);
    expect(places([1, 3, 10])).toEqual([[1, 0], [3, 0.477], [10, 1]]);
    expect(places([0, 1, 2])).toEqual([[0, 0], [1, 0.5], [2, 1]]);
    expect(places([16, 32, 48, 400])).toEqual([[16, 0], [32, 0.333], [48, 0.667], [400, 1]]);
    expect(places(["lstm", "gru", "rnn"])).toEqual([["rnn", 0], ["gru", 0.5], ["lstm", 1]]);
    expect(places([2, "b"])).toEqual([["b", 0], [2, 1]]);
    expect(places([true])).toEqual([[true, 0.5]]);
  });

  it("of results that are far worse are the axis' end", () => {
    const of = (...results: number[]) => resultScale(results.map((result) => ({ name: "", values: [], results: [result], end: "complete" })), 100);
    const far = of(1, 1.2, 1.4, 1.5, 90);
    expect(far.limit).toBe(1.5);
    expect(far.at(90)).toBeCloseTo(0, 5);
    expect(far.at(1)).toBeGreaterThan(90);
    expect(of(1, 2, 3).limit).toBe(Infinity);
    expect(of(2, 2, 2).at(2)).toBeCloseTo(50, 5);
  });
});
