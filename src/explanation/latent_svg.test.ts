// The picture, read back: well formed whatever the texts, every point in its colour and inside the frame.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryColours } from "./latent_groups.js";
import type { LatentMap } from "./latent_map.js";
import { latentSvg } from "./latent_svg.js";
import { wrapLines } from "./latent_svg_text.js";
import { unitsOf, anyLatentMap, clusteredMap } from "./testing/latent_maps.js";
import { findAll, type MarkupElement, parseMarkup } from "./testing/parse_markup.js";

const ofClass = (root: MarkupElement, name: string): MarkupElement[] => findAll(root, ({ attributes }) => attributes["class"] === name);
const pointsOf = (root: MarkupElement): readonly MarkupElement[] => ofClass(root, "points")[0].children;
const textsOf = (root: MarkupElement): string[] => findAll(root, ({ name }) => name === "text").map(({ text }) => text);

describe("latentSvg", () => {
  it("has a point a text with its text and label, in the colour of its label", () => {
    const map = clusteredMap({ count: 10 });
    const root = parseMarkup(latentSvg(map));
    const points = pointsOf(root);
    expect(points.map(({ children }) => children[0].text).sort()).toEqual(map.texts.map((text, i) => `${text}\n${map.labels[i]}`).sort());
    for (const { attributes, children } of points) {
      expect(attributes["fill"]).toBe(categoryColours[children[0].text.endsWith("label 0") ? 0 : 1]);
    }
    expect(textsOf(root)).toEqual(expect.arrayContaining(["label 0", "label 1", "5", "Latent space of \u2068a run\u2069"]));
  });

  it("has two bars a unit, active ones apart, and the threshold", () => {
    const map = clusteredMap({ count: 6, dimensions: 3 });
    const units = [{ activity: 0.5, divergence: 1 }, { activity: 0.001, divergence: 0 }, { activity: 2, divergence: 2 }];
    const root = parseMarkup(latentSvg({ ...map, units }));
    expect(ofClass(root, "active").map(({ children }) => children[0].text)).toEqual([
      "unit 3: activity 2, divergence 2 nats",
      "unit 1: activity 0.5, divergence 1 nats",
    ]);
    expect(ofClass(root, "inactive")).toHaveLength(1);
    for (const bar of [...ofClass(root, "active"), ...ofClass(root, "inactive")]) {
      const heights = findAll(bar, ({ name }) => name === "rect").map(({ attributes }) => Number(attributes["height"]));
      expect(heights).toHaveLength(2);
      expect(heights[0]).toBeGreaterThan(0);
    }
    expect(ofClass(root, "threshold")).toHaveLength(1);
  });

  it("colours by length where there are no labels", () => {
    const map = clusteredMap({ count: 3 });
    const root = parseMarkup(latentSvg({ ...map, texts: ["a", "狐狸", "abc"], labels: [null, null, null] }));
    expect(new Map(pointsOf(root).map(({ attributes, children }) => [children[0].text, attributes["fill"]]))).toEqual(
      new Map([["a", "#440154"], ["狐狸", "#21918c"], ["abc", "#fde725"]]),
    );
    expect(textsOf(root)).toEqual(expect.arrayContaining(["Length in characters"]));
  });

  it("is well formed, and keeps its points in the frame, whatever the map", () => {
    fc.assert(
      fc.property(anyLatentMap, (map) => {
        const root = parseMarkup(latentSvg(map));
        const frame = ofClass(root, "frame")[0].attributes;
        expect(pointsOf(root)).toHaveLength(map.texts.length);
        for (const { attributes } of pointsOf(root)) {
          const [x, y] = [Number(attributes["cx"]), Number(attributes["cy"])];
          expect(x >= 0 && x <= Number(frame["width"]) && y >= 0 && y <= Number(frame["height"])).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("draws many points as few paths, none of them lost", () => {
    const count = 3000;
    const means = Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(i));
    const map: LatentMap = { texts: new Array<string>(count).fill("a"), labels: new Array<null>(count).fill(null), means: means.map((mean) => Math.round(mean * 1.4)), units: unitsOf(means, 2) };
    const paths = pointsOf(parseMarkup(latentSvg(map)));
    expect(paths.length).toBeLessThan(20);
    const dots = paths.flatMap(({ attributes }) => [...attributes["d"].matchAll(/M[\d.]+ [\d.]+h0/g)]);
    expect(dots).toHaveLength(count);
  });

  it("sets right-to-left names from the right", () => {
    const map = clusteredMap({ count: 4 });
    const root = parseMarkup(latentSvg({ ...map, labels: ["سعيد", "حزين", "سعيد", "sad"] }));
    const set = findAll(root, ({ attributes }) => attributes["direction"] === "rtl").map(({ text }) => text);
    expect(set).toEqual(["سعيد", "حزين"]);
  });
});

it("wrapLines keeps every word, and long ones whole", () => {
  const sentence = `one two ${"W".repeat(90)} three`;
  const lines = wrapLines(sentence, 60);
  expect(lines.join(" ")).toBe(sentence);
  expect(lines.length).toBeGreaterThan(2);
});
