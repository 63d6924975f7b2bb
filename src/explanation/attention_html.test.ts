// The page: closed to the network and to its labels, its data whole, and its script's sums those of the library.

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attentionHtml } from "./attention_html.js";
import { type AttentionMap, attentionWeights, describeChoice } from "./attention_map.js";
import { type AttentionPageData, attentionPageData, packWeights } from "./attention_page_data.js";
import { PAGE_MODEL } from "./attention_page_model.js";
import { PAGE_STYLE } from "./attention_page_style.js";
import { PAGE_VIEW } from "./attention_page_view.js";
import { colourAt, colourSchemes, colourStops } from "./colour_scale.js";
import { jsonForScript } from "./markup.js";
import { formatPercent } from "./percent.js";
import { anyMap, exampleMap, exampleWeights, hostileLabels } from "./testing/example_maps.js";
import { tokenLabel } from "./token_label.js";

interface Cell {
  readonly row: number;
  readonly column: number;
}

interface PageModel {
  readonly unpack: (text: string) => Float32Array;
  readonly createAttention: (data: unknown) => {
    readonly matrix: (layer: number | "mean", head: number | "mean") => Float32Array;
    readonly describe: (layer: number | "mean", head: number | "mean") => string;
  };
  readonly percent: (weight: number) => string;
  readonly palette: (stops: readonly string[]) => Uint8Array;
  readonly paint: (weights: Float32Array, largest: number, colours: Uint8Array, columns: number, reversed: boolean) => Uint8ClampedArray;
  readonly move: (cell: Cell, key: string, rows: number, columns: number, reversed: boolean) => Cell | null;
  readonly strongest: (weights: Float32Array, start: number, columns: number, count: number) => number[];
}

const names = ["unpack", "createAttention", "percent", "palette", "paint", "move", "strongest"];
const model = runInNewContext(`${PAGE_MODEL};({ ${names.join(", ")} })`, { atob }) as PageModel;

/** The scripts of a page as an HTML parser finds them: each ends at the first `</script`. */
function scriptsOf(html: string): { readonly attributes: string; readonly content: string }[] {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script/gi)].map(([, attributes, content]) => ({ attributes, content }));
}

function dataOf(html: string): AttentionPageData {
  return JSON.parse(scriptsOf(html)[0].content) as AttentionPageData;
}

/** The page without its data. */
function shellOf(html: string): string {
  return html.replace(scriptsOf(html)[0].content, "");
}

describe("attentionHtml", () => {
  it("reaches for nothing outside itself, and forbids it", () => {
    const html = attentionHtml(exampleMap(["a"], ["b"], { title: "https://example.org/" }));
    const shell = shellOf(html).replaceAll("https://example.org/", "");
    expect(shell).not.toMatch(/https?:|\/\/[a-z]|\bsrc=|href=|@import|url\(|fetch\(|XMLHttpRequest|import\(/i);
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; /);
  });

  it("has elements of every name that its script asks for", () => {
    const html = shellOf(attentionHtml(exampleMap(["a"], ["b"])));
    const asked = [...PAGE_VIEW.matchAll(/(?:element|chosen|getElementById)\("(\w+)"\)/g)].map(([, id]) => id);
    expect(new Set(asked).size).toBeGreaterThan(10);
    for (const id of new Set(asked)) expect(html.split(` id="${id}"`)).toHaveLength(2);
  });

  it("has scripts that are JavaScript, and a style sheet for dark screens, small ones and paper", () => {
    const [data, script] = scriptsOf(attentionHtml(exampleMap(["a"], ["b"])));
    expect(data.attributes).toContain("application/json");
    expect(() => runInNewContext(`() => {${script.content}}`)).not.toThrow();
    for (const rule of ["prefers-color-scheme: dark", "max-width: 600px", "@media print"]) expect(PAGE_STYLE).toContain(rule);
    expect(PAGE_STYLE.split("{")).toHaveLength(PAGE_STYLE.split("}").length);
  });

  it("carries every label, and none of them can leave its place", () => {
    const check = (map: AttentionMap): void => {
      const html = attentionHtml(map);
      expect(scriptsOf(html)).toHaveLength(2);
      expect(scriptsOf(html)[0].content).not.toMatch(/[<>&\u007F-\uFFFF]/);
      // Beside its data and title, a page of these labels is the page of any other.
      const untitled = (page: string): string => page.replace(/<title>[^<]*<\/title>/, "").replace(/<h1 dir="auto">[^<]*<\/h1>/, "");
      const plain = { ...map, title: "t", source: map.source.map(() => "a"), target: map.target.map(() => "b") };
      if (!dataOf(html).reversed) expect(untitled(shellOf(html))).toBe(untitled(shellOf(attentionHtml(plain))));
      const data = dataOf(html);
      expect(data.source.map(({ text }) => text)).toEqual(map.source.map(tokenLabel));
      expect(data.target.map(({ text }) => text)).toEqual(map.target.map(tokenLabel));
    };
    check(exampleMap(hostileLabels, hostileLabels, { title: hostileLabels[0] }));
    fc.assert(fc.property(anyMap, check), { numRuns: 100 });
  });

  it("turns the columns of a right-to-left source, and says so", () => {
    const html = attentionHtml(exampleMap(["שלום", ",", "עולם"], ["hello", ",", "world"]));
    const data = dataOf(html);
    expect(data.reversed).toBe(true);
    expect(data.source.map(({ direction }) => direction)).toEqual(["rtl", "rtl", "rtl"]);
    expect(data.target.map(({ direction }) => direction)).toEqual(["ltr", "ltr", "ltr"]);
    expect(shellOf(html)).toContain("reads from right to left");
    expect(shellOf(html)).toContain("← source");
    expect(shellOf(attentionHtml(exampleMap(["hello"], ["שלום"])))).not.toContain("right to left");
  });

  it("refuses more than a browser opens", () => {
    const tokens = new Array<string>(4096).fill("a");
    const weights = new Float32Array(4096 * 4096).fill(1 / 4096);
    const layers = [{ name: "l", heads: new Array<Float32Array>(5).fill(weights) }];
    // The limit is on what is written, so the check comes before the writing.
    expect(() => attentionHtml({ source: tokens, target: tokens, kind: "self", layers })).toThrow(
      /5 heads over 4096 × 4096 tokens is too much, a page holds 67,108,864 weights/,
    );
  });
});

it("data for a script keep their values", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonForScript(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(jsonForScript("</script>é\u2028\uD800")).toBe('"\\u003c/script\\u003e\\u00e9\\u2028\\ud800"');
});

describe("the page's model", () => {
  it("unpacks what was packed, to half of 1/65535, with zero apart from all else", () => {
    const weight = fc.float({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(weight, { maxLength: 50 }), (values) => {
        const weights = Float32Array.from(values);
        const unpacked = model.unpack(packWeights(weights));
        expect(unpacked).toHaveLength(weights.length);
        weights.forEach((value, i) => {
          expect(unpacked[i] === 0).toBe(value === 0);
          expect(Math.abs(unpacked[i] - value)).toBeLessThanOrEqual(value < 1 / 131070 ? 1 / 65535 : 0.5001 / 65535 + 1e-7);
        });
      }),
    );
    const many = exampleWeights(300, 100);
    expect(model.unpack(packWeights(many))[29_999]).toBeCloseTo(many[29_999], 4);
  });

  it("has the matrices, means and words of the library", () => {
    const map = exampleMap(["a", "b", "c"], ["x", "y"], { layers: 3, heads: 2 });
    const uneven = { ...map, layers: [map.layers[0], { name: "one", heads: [map.layers[1].heads[0]] }] };
    const attention = model.createAttention(attentionPageData(uneven));
    const choices = [["mean", "mean"], [0, "mean"], [0, 0], [0, 1], [1, "mean"], [1, 0]] as const;
    for (const [layer, head] of choices) {
      const expected = attentionWeights(uneven, { layer, head });
      const actual = attention.matrix(layer, head);
      for (let i = 0; i < 6; i++) expect(actual[i]).toBeCloseTo(expected[i], 4);
      expect(attention.describe(layer, head)).toBe(describeChoice(uneven, { layer, head }));
    }
  });

  it("writes percentages as the library does", () => {
    const weights = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(weights, (weight) => {
        expect(model.percent(weight)).toBe(formatPercent(weight));
      }),
    );
    for (const weight of [0, 0.0005, 1]) expect(model.percent(weight)).toBe(formatPercent(weight));
  });

  it("has the colours of the library", () => {
    for (const scheme of colourSchemes) {
      const colours = model.palette(colourStops[scheme]);
      for (let level = 0; level < 256; level++) {
        const hex = Buffer.from(colours.slice(level * 3, level * 3 + 3)).toString("hex");
        expect(`#${hex}`).toBe(colourAt(scheme, level / 255));
      }
    }
  });

  it("paints a pixel a cell, right-to-left ones from the right", () => {
    const grey = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
    const weights = Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1);
    const levels = (reversed: boolean): number[] => Array.from(model.paint(weights, 1, grey, 3, reversed)).filter((_, i) => i % 4 === 1);
    expect(levels(false)).toEqual([0, 51, 102, 153, 204, 255]);
    expect(levels(true)).toEqual([102, 51, 0, 255, 204, 153]);
    expect(Array.from(model.paint(Float32Array.of(0.5), 0.25, grey, 1, false))).toEqual([255, 255, 255, 255]);
  });

  it("moves as arrows look, and stays inside", () => {
    const from = { row: 1, column: 1 };
    expect(model.move(from, "ArrowRight", 3, 3, false)).toEqual({ row: 1, column: 2 });
    expect(model.move(from, "ArrowRight", 3, 3, true)).toEqual({ row: 1, column: 0 });
    expect(model.move(from, "ArrowLeft", 3, 3, true)).toEqual({ row: 1, column: 2 });
    expect(model.move(from, "ArrowUp", 3, 3, false)).toEqual({ row: 0, column: 1 });
    expect(model.move(from, "PageDown", 30, 3, false)).toEqual({ row: 11, column: 1 });
    expect(model.move(from, "Home", 3, 3, true)).toEqual({ row: 1, column: 0 });
    expect(model.move(from, "End", 3, 3, true)).toEqual({ row: 1, column: 2 });
    for (const other of ["Tab", "a", "toString", "__proto__"]) expect(model.move(from, other, 3, 3, false)).toBeNull();
    const keys = fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown");
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(size, size, fc.boolean(), fc.array(keys, { maxLength: 30 }), (rows, columns, reversed, pressed) => {
        let cell: Cell = { row: 0, column: 0 };
        for (const key of pressed) {
          cell = model.move(cell, key, rows, columns, reversed)!;
          expect(cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns).toBe(true);
        }
      }),
    );
  });

  it("finds the strongest of a row, equals in order, zeros left out", () => {
    const weights = Float32Array.of(1, 0, 0, 0, 0.1, 0.3, 0.3, 0.3);
    expect(Array.from(model.strongest(weights, 4, 4, 3))).toEqual([1, 2, 3]);
    expect(Array.from(model.strongest(weights, 0, 4, 3))).toEqual([0]);
  });
});
