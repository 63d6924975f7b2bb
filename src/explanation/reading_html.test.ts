// The page of a reading: closed to the network and to its labels, its data whole, and its script's sums those of the library.

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PAGE_DRAWING } from "./attention_page_drawing.js";
import { PAGE_MODEL } from "./attention_page_model.js";
import { inkOn, signedColourAt, signedStops } from "./colour_scale.js";
import { inBits, type Reading, surprisal } from "./reading.js";
import { readingHtml } from "./reading_html.js";
import { type ReadingPageData, readingPageData } from "./reading_page_data.js";
import { READING_PAGE_MODEL } from "./reading_page_model.js";
import { READING_PAGE_STYLE } from "./reading_page_style.js";
import { READING_PAGE_VIEW } from "./reading_page_view.js";
import { hostileLabels } from "./testing/example_maps.js";
import { anyReading, exampleReading } from "./testing/example_readings.js";
import { tokenLabel } from "./token_label.js";

interface Shown {
  readonly values: (number | null)[];
  readonly signed: boolean;
  readonly largest: number;
}

interface PageModel {
  readonly palette: (stops: readonly string[]) => Uint8Array;
  readonly colourOf: (colours: Uint8Array, fraction: number) => string;
  readonly inkFor: (colours: Uint8Array, fraction: number) => string;
  readonly number: (value: number) => string;
  readonly createReading: (data: ReadingPageData) => {
    readonly surprisal: () => Shown;
    readonly saliency: (token: number, method: "integrated" | "gradient") => Shown | null;
    readonly attention: (token: number, layer: number | "mean", head: number | "mean") => Shown | null;
    readonly unit: (layer: number, unit: number) => Shown;
    readonly saliencyMatrix: (method: string) => { readonly weights: Float32Array; readonly rows: number; readonly columns: number };
  };
}

const model = runInNewContext(`${PAGE_MODEL}${READING_PAGE_MODEL};({ palette, colourOf, inkFor, number, createReading })`, { atob }) as PageModel;

const scriptsOf = (html: string): { readonly attributes: string; readonly content: string }[] =>
  [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script/gi)].map(([, attributes, content]) => ({ attributes, content }));
const dataOf = (html: string): ReadingPageData => JSON.parse(scriptsOf(html)[0].content) as ReadingPageData;
const shellOf = (html: string): string => html.replace(scriptsOf(html)[0].content, "");

describe("readingHtml", () => {
  it("reaches for nothing outside itself, and forbids it", () => {
    const html = readingHtml(exampleReading(["a", "b"], { title: "https://example.org/" }));
    expect(shellOf(html).replaceAll("https://example.org/", "")).not.toMatch(/https?:|\/\/[a-z]|\bsrc=|href=|@import|url\(|fetch\(|XMLHttpRequest|import\(/i);
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; /);
  });

  it("has elements of every name that its script asks for", () => {
    const html = shellOf(readingHtml(exampleReading(["a", "b"])));
    const asked = [...READING_PAGE_VIEW.matchAll(/(?:element|getElementById|value)\("(\w+)"\)/g)].map(([, id]) => id);
    expect(new Set(asked).size).toBeGreaterThan(20);
    for (const id of new Set(asked)) expect(html.split(` id="${id}"`), id).toHaveLength(2);
  });

  it("has scripts that are JavaScript, and a style sheet for dark screens, small ones and paper", () => {
    const [data, script] = scriptsOf(readingHtml(exampleReading(["a", "b"], { recurrent: true })));
    expect(data.attributes).toContain("application/json");
    expect(() => runInNewContext(`() => {${script.content}}`)).not.toThrow();
    expect(script.content).toContain(PAGE_DRAWING);
    for (const rule of ["prefers-color-scheme: dark", "max-width: 820px", "@media print"]) expect(READING_PAGE_STYLE).toContain(rule);
    expect(READING_PAGE_STYLE.split("{")).toHaveLength(READING_PAGE_STYLE.split("}").length);
  });

  it("carries every token, and none of them can leave its place", () => {
    const check = (reading: Reading): void => {
      const html = readingHtml(reading);
      expect(scriptsOf(html)).toHaveLength(2);
      expect(scriptsOf(html)[0].content).not.toMatch(/[<>&\u007F-\uFFFF]/);
      const untitled = (page: string): string => page.replace(/<title>[^<]*<\/title>/, "").replace(/<h1 dir="auto">[^<]*<\/h1>/, "");
      const plain = { ...reading, title: "t", tokens: reading.tokens.map((token) => ({ ...token, text: "a" })) };
      expect(untitled(shellOf(html))).toBe(untitled(shellOf(readingHtml(plain))));
      expect(dataOf(html).tokens.map(({ text }) => text)).toEqual(reading.tokens.map(({ text }) => tokenLabel(text)));
    };
    check(exampleReading(hostileLabels));
    check(exampleReading(hostileLabels, { recurrent: true, marked: true }));
    fc.assert(fc.property(anyReading, check), { numRuns: 60 });
  });

  it("tells a source's tokens from those written of it", () => {
    const data = dataOf(readingHtml(exampleReading(["a", "<bos>", "b"], { source: 1, marked: true })));
    expect(data.begin).toBe(1);
    expect(data.tokens.map(({ name, surprisal: nats }) => [name, nats === null])).toEqual([["source token 1", true], ["token 0", true], ["token 1", false]]);
  });

  it("refuses more than a browser opens", () => {
    const reading = exampleReading(["a"]);
    const texts = new Array<string>(4096).fill("a");
    const weights = new Float32Array(4096 * 4096);
    const large: Reading = {
      ...reading,
      tokens: texts.map((text) => ({ ...reading.tokens[0], text })),
      read: 4096,
      lens: [],
      saliency: [],
      attention: [{ name: "l", heads: Array.from({ length: 5 }, () => weights) }],
    };
    expect(() => readingHtml(large)).toThrow(/A reading of 4096 tokens by this model has 83,886,080 weights and values, more than the 67,108,864 of a page/);
  });
});

describe("the page's sums", () => {
  const reading = exampleReading(["The", " sea", " was", "\n", "calm"]);
  const page = model.createReading(readingPageData(reading));

  it("are the reading's surprisal, saliency and attention", () => {
    page.surprisal().values.forEach((value, i) => {
      const { logProbability } = reading.tokens[i];
      if (logProbability === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(inBits(surprisal(logProbability)), 3);
    });
    const saliency = page.saliency(3, "integrated")!;
    expect(saliency.signed).toBe(true);
    saliency.values.forEach((value, i) => (i < 3 ? expect(value).toBeCloseTo(reading.saliency[2].integratedGradients[i], 4) : expect(value).toBeNull()));
    expect(page.saliency(0, "gradient")).toBeNull();
    // Token 3 is predicted from where token 2 was read.
    const attention = page.attention(3, 1, 0)!;
    attention.values.forEach((value, i) => (i <= 2 ? expect(value).toBeCloseTo(reading.attention[1].heads[0][2 * 5 + i], 4) : expect(value).toBeNull()));
    expect(page.attention(0, 1, 0)).toBeNull();
    const { weights, rows, columns } = page.saliencyMatrix("integrated");
    expect([rows, columns, weights.length]).toEqual([4, 5, 20]);
    expect(weights[4]).toBe(0.5);
    expect([...weights].every((weight) => weight >= 0 && weight <= 1)).toBe(true);
  });

  it("are the units' values", () => {
    const recurrent = exampleReading(["a", "b", "c"], { recurrent: true });
    const { values } = model.createReading(readingPageData(recurrent)).unit(0, 1);
    values.forEach((value, i) => expect(value).toBeCloseTo(recurrent.units[0].values[3 * i + 1], 3));
  });

  it("colour and set numbers as the library does", () => {
    const colours = model.palette(signedStops);
    for (let level = 0; level <= 255; level += 15) {
      const colour = signedColourAt((2 * level) / 255 - 1);
      const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
      expect(model.colourOf(colours, level / 255)).toBe(`rgb(${parts.join(",")})`);
      expect(model.inkFor(colours, level / 255)).toBe(inkOn(colour) === "#000000" ? "#000" : "#fff");
    }
    expect([-0.25, 1234, 0.000123, 0].map((value) => model.number(value))).toEqual(["−0.25", "1,230", "1.23e−4", "0"]);
  });
});
