// Pictures of readings: well formed whatever the tokens are, complete, and refused where there is nothing to draw.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colourAt, inkOn, luminance, signedColourAt } from "./colour_scale.js";
import type { Reading } from "./reading.js";
import { readingSvg, readingViews, type ReadingView } from "./reading_svg.js";
import { hostileLabels } from "./testing/example_maps.js";
import { anyReading, exampleReading } from "./testing/example_readings.js";
import { findAll, parseMarkup } from "./testing/parse_markup.js";

const viewsOf = (reading: Reading): ReadingView[] =>
  readingViews.filter((view) => (view === "saliency" ? reading.saliency.length > 0 : view === "units" ? reading.properties.length > 0 : view === "surprisal" || reading.attention.length > 0));

describe("readingSvg", () => {
  it("is well formed and stays within its edges for any tokens, in every view", () => {
    const check = (reading: Reading): void => {
      for (const view of viewsOf(reading)) {
        const svg = readingSvg(reading, view);
        const root = parseMarkup(svg);
        expect(root.name).toBe("svg");
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        if (view === "attention") continue;
        const [width, height] = [Number(root.attributes["width"]), Number(root.attributes["height"])];
        const rects = findAll(root, ({ name, attributes }) => name === "rect" && "x" in attributes && "y" in attributes);
        for (const { attributes } of rects) {
          expect(Number(attributes["x"]) + Number(attributes["width"])).toBeLessThanOrEqual(width - 16);
          expect(Number(attributes["y"]) + Number(attributes["height"])).toBeLessThanOrEqual(height);
        }
      }
    };
    check(exampleReading(hostileLabels));
    check(exampleReading(hostileLabels, { recurrent: true, marked: true }));
    fc.assert(fc.property(anyReading, check), { numRuns: 25 });
  });

  it("has every token in order, with its surprisal in bits and what was likelier", () => {
    const root = parseMarkup(readingSvg(exampleReading(["The", " sea", " was"])));
    const texts = findAll(root, ({ name }) => name === "text").map(({ text }) => text);
    expect(texts.filter((text) => ["␣sea", "␣was"].includes(text)).slice(0, 2)).toEqual(["␣sea", "␣was"]);
    expect(texts).toContain("The");
    expect(texts).toContain("2.0");
    expect(texts).toContain("3.0");
    const told = findAll(root, ({ name }) => name === "title").map(({ text }) => text);
    expect(told.some((text) => text.includes("25\u00A0%, 1.39 nats (2 bits), rank 2."))).toBe(true);
    expect(told.some((text) => text.includes("nothing stands before it"))).toBe(true);
  });

  it("tells of the last explained token what the others add", () => {
    const reading = exampleReading(["a", "b", "c"]);
    const root = parseMarkup(readingSvg(reading, "saliency"));
    expect(findAll(root, ({ attributes }) => attributes["class"] === "marked")).toHaveLength(1);
    const fills = findAll(root, ({ name, attributes }) => name === "rect" && attributes["height"] === "22").map(({ attributes }) => attributes["fill"]);
    const largest = Math.max(Math.abs(Math.sin(2)), Math.abs(Math.sin(3)));
    expect(fills).toEqual([signedColourAt(Math.fround(Math.sin(2)) / Math.fround(largest)), signedColourAt(Math.fround(Math.sin(3)) / Math.fround(largest)), undefined]);
  });

  it("begins a target below its source, whose tokens are in frames, and counts each by itself", () => {
    const reading = exampleReading(["a", "b", "<bos>", "c", "d"], { source: 2, marked: true });
    for (const view of ["surprisal", "saliency"] as const) {
      const boxes = findAll(parseMarkup(readingSvg(reading, view)), ({ name, attributes }) => name === "rect" && attributes["height"] === "22").map(({ attributes }) => attributes);
      const lines = boxes.map(({ y }) => Number(y));
      expect(lines[1]).toBe(lines[0]);
      expect(lines.slice(2)).toEqual([lines[2], lines[2], lines[2]]);
      expect(lines[2]).toBeGreaterThan(lines[0]);
      if (view === "surprisal") expect(boxes.map(({ class: frame }) => frame === "frame")).toEqual([true, true, true, false, false]);
    }
    const told = findAll(parseMarkup(readingSvg(reading)), ({ name }) => name === "title").map(({ text }) => text);
    expect(told.some((text) => /^Source token 2, .*: it is read, and nothing predicts it\.$/.test(text))).toBe(true);
    expect(told.some((text) => /^Token 2, .*d.* rank 2\.$/.test(text))).toBe(true);
  });

  it("refuses a view of what a reading does not have", () => {
    const recurrent = exampleReading(["a", "b"], { recurrent: true });
    expect(() => readingSvg(recurrent, "attention")).toThrow("This reading has no attention to draw; choose another view.");
    expect(() => readingSvg(recurrent, "lens")).toThrow("no layers of a Transformer");
    expect(() => readingSvg(exampleReading(["a"]), "saliency")).toThrow("no saliency");
    expect(() => readingSvg(exampleReading(["a", "b"]), "units")).toThrow("no recurrent units");
    expect(() => readingSvg({ ...recurrent, properties: [] }, "units")).toThrow("short or plain");
    expect(() => readingSvg({ ...recurrent, tokens: [], read: 0 })).toThrow("There is no token to explain");
    expect(() => readingSvg({ ...recurrent, source: 2 })).toThrow("does not fit its 2 tokens");
    expect(() => readingSvg({ ...recurrent, units: [{ name: "x", width: 3, values: new Float32Array(5) }] })).toThrow("does not fit its 2 tokens");
  });
});

describe("colours of signed numbers", () => {
  it("are light in the middle, darken evenly to both sides, and differ in more than lightness", () => {
    const light = Array.from({ length: 21 }, (_, i) => luminance(signedColourAt((i - 10) / 10)));
    for (let i = 0; i < 10; i++) {
      expect(light[i]).toBeLessThan(light[i + 1]);
      expect(light[20 - i]).toBeLessThan(light[19 - i]);
    }
    // Orange has more red than blue, and blue more blue than red, wherever they are not nearly white.
    for (const size of [0.2, 0.5, 1]) {
      const [orange, blue] = [signedColourAt(-size), signedColourAt(size)].map((colour) => Number.parseInt(colour.slice(1, 3), 16) - Number.parseInt(colour.slice(5, 7), 16));
      expect(orange).toBeGreaterThan(30);
      expect(blue).toBeLessThan(-30);
    }
  });

  it("can be written on, as those of the other scale", () => {
    for (let i = 0; i <= 100; i++) {
      for (const colour of [signedColourAt(i / 50 - 1), colourAt("blue", i / 100)]) {
        const [dark, light] = [luminance(colour), luminance(inkOn(colour))].sort((a, b) => a - b);
        expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
      }
    }
  });
});
