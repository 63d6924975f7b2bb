// The picture, read back: well formed whatever is drawn, every point in its place, every name written once.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import type { ChartStyle, LineChart } from "./line_chart.js";
import { lineChartStyle, lineChartSvg } from "./line_chart_svg.js";
import { findAll, type MarkupElement, parseMarkup } from "./testing/parse_markup.js";

const ofClass = (root: MarkupElement, name: string): MarkupElement[] => findAll(root, ({ attributes }) => (attributes["class"] ?? "").split(" ").includes(name));
const textsOf = (root: MarkupElement): string[] => findAll(root, ({ name }) => name === "text").map(({ text }) => text);
const placesOf = (line: MarkupElement): number[][] => line.attributes["d"].slice(1).split("L").map((place) => place.split(" ").map(Number));

const curves: LineChart = {
  title: "Loss",
  x: { label: "step" },
  y: { label: "nats" },
  series: [
    { name: "one", points: [{ x: 0, y: 9 }, { x: 50, y: 5 }, { x: 100, y: 4 }] },
    { name: "two", style: "dashed", points: [{ x: 0, y: 8 }, { x: 100, y: 4 }] },
  ],
  marks: [{ x: 50, label: "begins" }, { y: [4.2, 4.4], label: "published" }, { y: 4.1, label: "best" }],
  note: "A note.",
};

describe("lineChartSvg", () => {
  it("joins each series' points in their order, at their places", () => {
    const root = parseMarkup(lineChartSvg(curves));
    const [one, two] = findAll(root, ({ name, children }) => name === "path" && children.length === 1);
    const places = placesOf(one);
    expect(places).toHaveLength(3);
    expect(places[1][0] - places[0][0]).toBeCloseTo(places[2][0] - places[1][0], 1);
    expect((places[1][1] - places[0][1]) / (places[2][1] - places[1][1])).toBeCloseTo(4, 1);
    expect(one.attributes["stroke-dasharray"]).toBeUndefined();
    expect(two.attributes["stroke-dasharray"]).toBeDefined();
    expect(placesOf(two)[1]).toEqual(places[2]);
  });

  it("names series, marks, axes, title and note once, those in the column apart", () => {
    const root = parseMarkup(lineChartSvg(curves));
    for (const text of ["Loss", "one", "two", "begins", "published", "best", "step →", "nats →", "A note."]) expect(textsOf(root).filter((other) => other === text)).toHaveLength(1);
    const column = findAll(root, ({ name, text }) => name === "text" && ["one", "two", "published", "best"].includes(text)).map(({ attributes }) => Number(attributes["y"])).sort((a, b) => a - b);
    for (const [i, y] of column.slice(1).entries()) expect(y - column[i]).toBeGreaterThan(16.9);
    expect(ofClass(root, "mark")).toHaveLength(2);
    expect(ofClass(root, "band")).toHaveLength(1);
    expect(root.children.find(({ name }) => name === "desc")?.text).toContain("one: 9 at 0 to 4 at 100");
  });

  it("writes points' labels and the names of series that end inside beside them", () => {
    const points = [{ x: 0, y: 0, label: "T = 1" }, { x: 1, y: 1, label: "T = 2" }];
    const series = [{ name: "a", style: "points", points }, { name: "b", points: [{ x: 10, y: 0 }, { x: 2, y: 0.1 }] }] as const;
    const root = parseMarkup(lineChartSvg({ ...curves, series, marks: [] }));
    expect(ofClass(root, "label").map(({ text }) => text)).toEqual(["T = 1", "T = 2"]);
    expect(ofClass(root, "name").map(({ text }) => text)).toEqual(["a", "b"]);
    expect(ofClass(root, "marker").map(({ children }) => children[0].text)).toEqual(["a, T = 1: 0, 0", "a, T = 2: 1, 1", "b: 2, 0.1"]);
  });

  it("cuts off what a range leaves out", () => {
    const root = parseMarkup(lineChartSvg({ ...curves, y: { label: "nats", range: [3, 6] }, marks: [{ y: 9, label: "outside" }, { y: [5, 9], label: "half" }] }));
    expect(ofClass(root, "marker")).toHaveLength(2);
    const clip = findAll(root, ({ name }) => name === "svg")[0];
    expect(placesOf(clip.children[0])[0][1]).toBeLessThan(0);
    expect(textsOf(root)).not.toContain("outside");
    expect(ofClass(root, "band")[0].attributes["y"]).toBe("0");
  });

  it("leaves out the style sheet for a page that has it, scoped to its charts", () => {
    expect(findAll(parseMarkup(lineChartSvg(curves)), ({ name }) => name === "style")).toHaveLength(1);
    expect(findAll(parseMarkup(lineChartSvg(curves, { embedded: true })), ({ name }) => name === "style")).toHaveLength(0);
    const selectors = lineChartStyle(".chart ").replace(/@media[^{]*\{/, "").match(/[^{}]+(?=\{)/g)!.flatMap((list) => list.split(","));
    expect(selectors.length).toBeGreaterThan(20);
    expect(selectors.filter((selector) => !selector.startsWith(".chart "))).toEqual([]);
  });

  it("draws a series without a name, and one in a look of its own", () => {
    const points = [{ x: 0, y: 1 }, { x: 100, y: 2 }];
    const root = parseMarkup(lineChartSvg({ ...curves, series: [{ name: "first", points, look: 3 }, { name: "second", points, look: 3, unnamed: true }], marks: [] }));
    expect(textsOf(root)).toContain("first");
    expect(textsOf(root)).not.toContain("second");
    expect(ofClass(root, "line").filter(({ attributes }) => attributes["class"] === "line hue3")).toHaveLength(2);
  });

  it("is as wide as it is told, with fewer numbers below a narrow plot and the same names beside it", () => {
    const [wide, narrow] = [curves, { ...curves, width: 200 }].map((chart) => parseMarkup(lineChartSvg(chart)));
    expect(ofClass(narrow, "frame")[0].attributes["width"]).toBe("200");
    expect(Number(wide.attributes["width"]) - Number(narrow.attributes["width"])).toBe(440);
    expect(ofClass(narrow, "grid").length).toBeLessThan(ofClass(wide, "grid").length);
    for (const text of ["one", "two", "begins", "published", "best"]) expect(textsOf(narrow)).toContain(text);
    expect(placesOf(findAll(narrow, ({ name, children }) => name === "path" && children.length === 1)[0]).every(([x]) => x >= 0 && x <= 200)).toBe(true);
  });

  it("puts several charts below each other", () => {
    const root = parseMarkup(lineChartSvg([curves, { ...curves, title: "Other" }]));
    const [first, second] = findAll(root, ({ name, attributes }) => name === "text" && attributes["font-size"] === "16").map(({ attributes }) => Number(attributes["y"]));
    expect(second - first).toBeGreaterThan(340);
    expect(Number(root.attributes["height"])).toBeGreaterThan(2 * 340);
    expect(ofClass(root, "frame")).toHaveLength(2);
  });

  it("is well formed, and keeps its points in the frame, whatever the chart", () => {
    const number = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: -1e100, max: 1e100, noNaN: true }), fc.constantFrom(0, 5e-324, 1e-300));
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const point = fc.record({ x: number, y: number, label: text }, { requiredKeys: ["x", "y"] });
    const style = fc.constantFrom<ChartStyle>("line", "dashed", "points", "line and points");
    const series = fc.record({ name: text, points: fc.array(point, { minLength: 1, maxLength: 8 }), style, group: fc.constantFrom("a", "b") }, { requiredKeys: ["name", "points"] });
    const extent = fc.oneof(number, fc.tuple(number, number));
    const mark = fc.oneof(fc.record({ x: extent, label: text }), fc.record({ y: extent, label: text }));
    const axis = fc.record({ label: text });
    const charts = fc.record({ title: text, x: axis, y: axis, series: fc.array(series, { minLength: 1, maxLength: 9 }), marks: fc.array(mark, { maxLength: 4 }), note: text }, { requiredKeys: ["title", "x", "y", "series"] });
    fc.assert(
      fc.property(charts, (chart) => {
        const svg = lineChartSvg(chart);
        const root = parseMarkup(svg);
        expect(svg).not.toMatch(/NaN|Infinity"/);
        const { width, height } = ofClass(root, "frame")[0].attributes;
        for (const { attributes } of ofClass(root, "marker").filter(({ name }) => name === "circle")) {
          if (attributes["cx"] === undefined || Number(attributes["cx"]) > Number(width)) continue; // a sample beside a name
          expect(Number(attributes["cx"]) >= 0 && Number(attributes["cy"]) >= 0 && Number(attributes["cy"]) <= Number(height)).toBe(true);
        }
        const marked = chart.series.flatMap((one) => (one.style?.includes("points") ? one.points : one.points.slice(-1)));
        expect(ofClass(root, "points")[0].children).toHaveLength(marked.length);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, Partial<LineChart>, RegExp]>([
    ["no series", { series: [] }, /"Loss" cannot be drawn: it has no series/],
    ["a series without points", { series: [{ name: "s", points: [] }] }, /"s" has no points/],
    ["a score that diverged", { series: [{ name: "s", points: [{ x: 0, y: 1 }, { x: 1, y: NaN }] }] }, /point 2 of the series "s" is \(1, NaN\)/],
    ["an infinite mark", { marks: [{ y: [0, Infinity], label: "m" }] }, /"m" stands at 0 to Infinity/],
    ["zero on a logarithmic axis", { x: { label: "step", log: true } }, /"step" is logarithmic and has no place for 0/],
    ["an empty range", { x: { label: "step", range: [2, 2] } }, /"step" is 2 to 2/],
  ])("refuses %s", (_, change, message) => {
    const draw = (): string => lineChartSvg({ ...curves, ...change });
    expect(draw).toThrow(WordloomError);
    expect(draw).toThrow(message);
  });
});
