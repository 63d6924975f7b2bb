// The picture, read back: well formed whatever the labels, each weight in its cell, right-to-left sources reversed.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AttentionMap, attentionWeights } from "./attention_map.js";
import { attentionSvg } from "./attention_svg.js";
import { colourAt } from "./colour_scale.js";
import { anyMap, exampleMap, hostileLabels } from "./testing/example_maps.js";
import { findAll, type MarkupElement, parseMarkup } from "./testing/parse_markup.js";
import { shortenLabel, tokenLabel } from "./token_label.js";

function group(root: MarkupElement, name: string): MarkupElement {
  return findAll(root, ({ attributes }) => attributes["class"] === name)[0];
}

function labels(root: MarkupElement, name: "source" | "target"): string[] {
  return group(root, name).children.map(({ text }) => text);
}

/** Where a label of a level, slanted or upright source stands. */
function placeOf(label: MarkupElement): number {
  const moved = /translate\(([\d.]+)/.exec(label.attributes["transform"] ?? "");
  return Number(moved === null ? label.attributes["x"] : moved[1]);
}

function sizeOf(root: MarkupElement): [number, number] {
  return [Number(root.attributes["width"]), Number(root.attributes["height"])];
}

/** Colours by pixel of cell, of the form with words or the one of runs. */
function coloursOf(root: MarkupElement, rows: number, columns: number): string[][] {
  const cells = group(root, "cells");
  const colours = Array.from({ length: rows }, () => new Array<string>(columns).fill("none"));
  const rectangles = findAll(cells, ({ name }) => name === "rect");
  if (rectangles.length > 0) {
    const step = Number(group(root, "frame").attributes["width"]) / columns;
    for (const { attributes } of rectangles) colours[Number(attributes["y"]) / step][Number(attributes["x"]) / step] = attributes["fill"];
  }
  for (const { attributes } of findAll(cells, ({ name }) => name === "path")) {
    for (const [, x, y, length] of attributes["d"].matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      for (let i = 0; i < Number(length); i++) {
        expect(colours[Number(y)][Number(x) + i]).toBe("none");
        colours[Number(y)][Number(x) + i] = attributes["stroke"];
      }
    }
  }
  return colours;
}

describe("attentionSvg", () => {
  it("has a label a token, a cell a pair, a title, a description and a scale", () => {
    const root = parseMarkup(attentionSvg(exampleMap(["le", " chat", "\n"], ["the", " cat"], { title: "A & B" })));
    expect([root.name, root.attributes["xmlns"], root.attributes["role"]]).toEqual(["svg", "http://www.w3.org/2000/svg", "img"]);
    expect(root.children.slice(0, 2).map(({ name }) => name)).toEqual(["title", "desc"]);
    expect(root.children[0].text).toBe("A & B, layer 1");
    expect(root.children[1].text).toMatch(/2 rows, 3 columns. Largest weight: output “\u2068.*\u2069”, source “\u2068.*\u2069”: [\d.]+\u00A0%\.$/);
    expect(labels(root, "source")).toEqual(["le", "␣chat", "↵"]);
    expect(labels(root, "target")).toEqual(["the", "␣cat"]);
    expect(findAll(group(root, "cells"), ({ name }) => name === "rect")).toHaveLength(6);
    expect(findAll(root, ({ text }) => text === "0\u00A0%")).toHaveLength(1);
  });

  it("colours each pair by its weight, from the first source token at the left", () => {
    const map = exampleMap(["a", "b", "c"], ["x", "y"], { heads: 2 });
    for (const head of [0, 1, "mean"] as const) {
      const weights = Array.from(attentionWeights(map, { layer: 0, head }));
      const largest = Math.max(...weights);
      const expected = [0, 1].map((row) => [0, 1, 2].map((column) => colourAt("blue", weights[row * 3 + column] / largest)));
      const root = parseMarkup(attentionSvg(map, { layer: 0, head, colours: "blue" }));
      expect(coloursOf(root, 2, 3)).toEqual(expected);
    }
  });

  it("tells each pair its percentage", () => {
    const map: AttentionMap = { ...exampleMap(["a", "b"], ["x"]), layers: [{ name: "l", heads: [Float32Array.of(0.875, 0.125)] }] };
    const root = parseMarkup(attentionSvg(map));
    const words = findAll(group(root, "cells"), ({ name }) => name === "title").map(({ text }) => text.replace(/[\u2068\u2069]/g, ""));
    expect(words).toEqual(["output “x”, source “a”: 87.5\u00A0%", "output “x”, source “b”: 12.5\u00A0%"]);
  });

  it("scales to the largest weight, or to 1 to compare pictures", () => {
    const map: AttentionMap = { ...exampleMap(["a", "b"], ["x"]), layers: [{ name: "l", heads: [Float32Array.of(0.5, 0.5)] }] };
    expect(coloursOf(parseMarkup(attentionSvg(map)), 1, 2)[0][0]).toBe(colourAt("viridis", 1));
    expect(coloursOf(parseMarkup(attentionSvg(map, { scale: "one" })), 1, 2)[0][0]).toBe(colourAt("viridis", 0.5));
  });

  it("sets a right-to-left source from right to left, and says so", () => {
    const map = exampleMap(["ذهب", " الولد", ".", "ok"], ["the", "boy", "went"]);
    const svg = attentionSvg(map);
    const root = parseMarkup(svg);
    const source = group(root, "source").children;
    expect(source.map(({ text }) => text)).toEqual(["ذهب", "␣الولد", ".", "ok"]);
    const places = source.map(placeOf);
    expect(places).toEqual([...places].sort((a, b) => b - a));
    expect(new Set(places).size).toBe(4);
    expect(source.map(({ attributes }) => attributes["direction"])).toEqual(["rtl", "rtl", "rtl", undefined]);
    const weights = Array.from(attentionWeights(map));
    const largest = Math.max(...weights);
    const colours = coloursOf(root, 3, 4);
    weights.forEach((weight, i) => expect(colours[Math.floor(i / 4)][3 - (i % 4)]).toBe(colourAt("viridis", weight / largest)));
    expect(svg).toContain("from right to left");
    expect(svg).toContain("← source");
    expect(attentionSvg(exampleMap(["the"], ["ذهب"]))).not.toContain("from right to left");
  });

  it("ends every target label at the cells, whichever way it runs", () => {
    const root = parseMarkup(attentionSvg(exampleMap(["a"], ["fox", "שלום"])));
    const anchors = group(root, "target").children.map(({ attributes }) => [attributes["direction"], attributes["text-anchor"]]);
    expect(anchors).toEqual([
      [undefined, "end"],
      ["rtl", "start"],
    ]);
  });

  it("lays single Chinese characters level, long words slanted, many words upright", () => {
    const transforms = (source: string[]): string => group(parseMarkup(attentionSvg(exampleMap(source, ["x"]))), "source").children[0].attributes["transform"] ?? "";
    expect(transforms([..."小狐狸找到了灯"])).toBe("");
    expect(transforms(["fox", "lantern"])).toContain("rotate(-45)");
    expect(transforms(new Array<string>(60).fill("lantern"))).toContain("rotate(-90)");
  });

  it("is well formed and shows every label, whatever the labels, the title and the names", () => {
    const check = (map: AttentionMap): void => {
      const svg = attentionSvg(map, { layer: 0 });
      const root = parseMarkup(svg);
      expect(labels(root, "source")).toEqual(map.source.map((token) => shortenLabel(tokenLabel(token), 24)));
      expect(labels(root, "target")).toEqual(map.target.map((token) => shortenLabel(tokenLabel(token), 24)));
      expect(coloursOf(root, map.target.length, map.source.length).flat()).not.toContain("none");
      expect(svg).not.toMatch(/<script|<!|NaN|undefined|Infinity/);
      for (const edge of sizeOf(root)) expect(edge).toBeLessThan(1400);
    };
    check(exampleMap(hostileLabels, hostileLabels, { title: hostileLabels[0] }));
    fc.assert(fc.property(anyMap, check), { numRuns: 200 });
  });

  it("draws 512 × 512 tokens cell for cell in a file of moderate size", () => {
    const tokens = Array.from({ length: 512 }, (_, i) => `t${i}`);
    const map = exampleMap(tokens, tokens, { kind: "self" });
    const svg = attentionSvg(map);
    expect(svg.length).toBeLessThan(4e6);
    const weights = map.layers[0].heads[0];
    const largest = weights.reduce((most, weight) => Math.max(most, weight));
    const colours = coloursOf(parseMarkup(svg), 512, 512);
    const wrong = colours.flat().findIndex((colour, i) => colour !== colourAt("viridis", Math.round((255 * weights[i]) / largest) / 255));
    expect(wrong).toBe(-1);
  });

  it("has room for all it draws", () => {
    const [width, height] = sizeOf(parseMarkup(attentionSvg(exampleMap(["a"], ["b"]))));
    expect(width).toBeGreaterThan(400);
    expect(height).toBeGreaterThan(150);
    const tokens = Array.from({ length: 40 }, (_, i) => `word${i}`);
    const large = sizeOf(parseMarkup(attentionSvg(exampleMap(tokens, tokens))));
    for (const edge of large) expect(edge).toBeGreaterThan(720);
    for (const edge of large) expect(edge).toBeLessThan(1100);
  });

  it("says the same for the same map", () => {
    const map = exampleMap(["a", "b"], ["x"]);
    expect(attentionSvg(map)).toBe(attentionSvg(map));
  });
});
