// The looks of series: seen on their page, told apart in every sight, shared within a group.

import { describe, expect, it } from "vitest";
import { darkHues, lightHues, marker, seriesLooks } from "./line_chart_marker.js";
import { contrast, leastDistance, sights } from "./testing/colour_sight.js";
import { parseMarkup } from "./testing/parse_markup.js";

describe.each([["light", lightHues, "#ffffff"], ["dark", darkHues, "#161616"]])("hues of a %s page", (_, hues, page) => {
  it.each(sights)("are far apart in %s sight", (sight) => {
    expect(leastDistance(hues, sight)).toBeGreaterThan(0.07);
  });

  it("stand out from it as graphics have to (WCAG 2.2, 1.4.11)", () => {
    for (const hue of hues) expect(contrast(hue, page)).toBeGreaterThanOrEqual(3);
  });
});

describe("seriesLooks", () => {
  const series = (name: string, group?: string): { name: string; points: []; group?: string } => ({ name, points: [], ...(group === undefined ? {} : { group }) });

  it("gives one look to a group, and another to every series without one, whatever its name", () => {
    const [a, b, c, d, e] = seriesLooks([series("1", "a"), series("x"), series("2", "a"), series("x"), series("3", "b")]);
    expect(c).toEqual(a);
    expect(new Set([a, b, d, e].map(({ hue }) => hue)).size).toBe(4);
    expect(new Set([a, b, d, e].map(({ shape }) => shape)).size).toBe(4);
  });

  it("gives 36 series 36 looks", () => {
    const looks = seriesLooks(Array.from({ length: 36 }, (_, i) => series(`${i}`)));
    expect(new Set(looks.map(({ hue, shape }) => `${hue} ${shape}`)).size).toBe(36);
  });
});

it("a marker of every shape is one element around its place, of about a circle's size", () => {
  for (let shape = 1; shape < 6; shape++) {
    const { name, attributes } = parseMarkup(marker(shape, 100, 50, 10));
    expect(name).toBe("polygon");
    const corners = attributes["points"].split(" ").map((corner) => corner.split(",").map(Number));
    const area = Math.abs(corners.reduce((sum, [x, y], i) => sum + x * corners[(i + 1) % corners.length][1] - y * corners[(i + 1) % corners.length][0], 0)) / 2;
    expect(area).toBeGreaterThan(200);
    expect(area).toBeLessThan(400);
    for (const [x, y] of corners) expect(Math.hypot(x - 100, y - 50)).toBeLessThan(15);
  }
  expect(parseMarkup(marker(0, 100, 50, 10)).attributes).toEqual({ class: "marker", cx: "100", cy: "50", r: "10" });
});
