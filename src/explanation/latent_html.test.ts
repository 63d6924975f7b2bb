// The page: closed to the network and to its texts, its data whole, and its script's sums those of the library.

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colourAt, colourStops } from "./colour_scale.js";
import { latentHtml } from "./latent_html.js";
import type { LatentMap } from "./latent_map.js";
import { latentJson } from "./latent_json.js";
import { nearestNeighbours } from "./latent_neighbours.js";
import { axisTicks, colourRange, formatNumber } from "./latent_numbers.js";
import { type LatentPageData, packNumbers } from "./latent_page_data.js";
import { LATENT_PAGE_MODEL } from "./latent_page_model.js";
import { LATENT_PAGE_STYLE } from "./latent_page_style.js";
import { shown } from "./latent_texts.js";
import { activityHeight } from "./latent_units.js";
import { hostileLabels } from "./testing/example_maps.js";
import { anyLatentMap, clusteredMap } from "./testing/latent_maps.js";

type Passes = (index: number) => boolean;

interface PageModel {
  readonly unpackNumbers: (text: string) => Float32Array;
  readonly formatNumber: typeof formatNumber;
  readonly axisTicks: typeof axisTicks;
  readonly colourRange: typeof colourRange;
  readonly colourAt: (stops: readonly string[], fraction: number) => string;
  readonly activityHeight: typeof activityHeight;
  readonly fitPoints: (points: ArrayLike<number>, width: number, height: number, margins: object) => { scale: number; x: number; y: number };
  readonly nearestInDirection: (places: ArrayLike<number>, from: number, key: string, passes: Passes) => number;
  readonly nearestTo: (places: ArrayLike<number>, x: number, y: number, reach: number, passes: Passes) => number;
  readonly distanceBetween: (means: ArrayLike<number>, size: number, a: number, b: number) => number;
  readonly nearestTexts: (means: ArrayLike<number>, size: number, from: number, count: number) => { index: number; distance: number }[];
  readonly foldCase: (text: string) => string;
}

const names = [...LATENT_PAGE_MODEL.matchAll(/^function (\w+)/gm)].map(([, name]) => name);
const model = runInNewContext(`${LATENT_PAGE_MODEL};({ ${names.join(", ")} })`, { atob }) as PageModel;
/** Without the other context's prototypes. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const all = (): boolean => true;

/** The scripts of a page as an HTML parser finds them: each ends at the first `</script`. */
function scriptsOf(html: string): { readonly attributes: string; readonly content: string }[] {
  return [...html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script/gi)].map(([, attributes, content]) => ({ attributes, content }));
}
const dataOf = (html: string): LatentPageData => JSON.parse(scriptsOf(html)[0].content) as LatentPageData;
/** The page without its data. */
const shellOf = (html: string): string => html.replace(scriptsOf(html)[0].content, "");

describe("latentHtml", () => {
  const html = latentHtml(clusteredMap({ count: 20 }));

  it("reaches for nothing outside itself, and forbids it", () => {
    // The name of a namespace is no address that is asked.
    const shell = shellOf(latentHtml({ ...clusteredMap({ count: 3 }), run: "https://example.org/" })).replaceAll(/https:\/\/example.org\/|http:\/\/www.w3.org\/2000\/svg/g, "");
    expect(shell).not.toMatch(/https?:|\/\/[a-z]|\bsrc=|href=|@import|url\((?!#)|fetch\(|XMLHttpRequest|import\(|innerHTML|insertAdjacentHTML|document\.write/i);
    expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; /);
  });

  it("has elements of every name that its script asks for", () => {
    const shell = shellOf(html);
    const asked = new Set([...scriptsOf(html)[1].content.matchAll(/element\("(\w+)"\)/g)].map(([, id]) => id));
    expect(asked.size).toBeGreaterThan(20);
    for (const id of asked) expect(shell.split(` id="${id}"`), id).toHaveLength(2);
  });

  it("has scripts that are JavaScript, and a style sheet for dark screens, small ones and paper", () => {
    const [data, script] = scriptsOf(html);
    expect(data.attributes).toContain("application/json");
    expect(() => runInNewContext(`() => {${script.content}}`)).not.toThrow();
    for (const rule of ["prefers-color-scheme: dark", "max-width: 820px", "@media print"]) expect(LATENT_PAGE_STYLE).toContain(rule);
    expect(LATENT_PAGE_STYLE.split("{")).toHaveLength(LATENT_PAGE_STYLE.split("}").length);
  });

  it("carries every text, and none of them can leave its place", () => {
    const check = (map: LatentMap): void => {
      const page = latentHtml(map);
      expect(scriptsOf(page)).toHaveLength(2);
      expect(scriptsOf(page)[0].content).not.toMatch(/[<>&\u007F-\uFFFF]/);
      // Beside its data, a page of these texts is the page of any others.
      const { run, data: file } = map;
      const shell = shellOf(latentHtml({ ...map, texts: map.texts.map(() => "t"), run, data: file }));
      expect(shellOf(page)).toBe(shell);
      expect(shell).not.toMatch(/<(?:img|b>|!--|!\[CDATA)/);
      const data = dataOf(page);
      expect(data.texts).toEqual(map.texts.map(shown));
      expect(data.labelOf.map((label) => (label < 0 ? null : data.labels[label]))).toEqual(map.labels.map((label) => (label === null ? null : shown(label))));
    };
    const hostile = ['</script><img src=x onerror="alert(1)">', ...hostileLabels.slice(0, 11)];
    const map = clusteredMap({ count: 12 });
    check({ ...map, texts: hostile, labels: hostile, run: hostile[0], data: hostile[0] });
    fc.assert(fc.property(anyLatentMap, check), { numRuns: 100 });
  });

  it("carries the places of all texts, to single precision", () => {
    const map = clusteredMap({ count: 20, dimensions: 3 });
    const data = dataOf(latentHtml(map));
    expect(Array.from(model.unpackNumbers(data.means))).toEqual(Array.from(map.means));
    const json = latentJson(map);
    const points = Array.from(model.unpackNumbers(data.views[0].points));
    json.projections.pca.points.flat().forEach((value, i) => expect(points[i]).toBeCloseTo(value, 4));
    expect(data.views.map(({ name }) => name)).toEqual(["PCA", "UMAP"]);
    expect(data.views[0].rows).toBeNull();
  });

  it("refuses more than a browser opens", () => {
    const count = 100_001;
    const texts = new Array<string>(count).fill("a");
    const map = { texts, labels: new Array<null>(count).fill(null), means: new Float32Array(count), units: [{ activity: 0, divergence: 0 }] };
    expect(() => latentHtml(map)).toThrow(/100,001 texts in 1 units are too much/);
  });
});

describe("the page's model", () => {
  it("unpacks what was packed", () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), (numbers) => {
        expect(Array.from(model.unpackNumbers(packNumbers(numbers)))).toEqual(Array.from(numbers));
      }),
    );
  });

  it("has the numbers, ticks, ranges, colours and heights of the library", () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 120 }), number, fc.integer({ min: 2, max: 9 }), (values, other, about) => {
        expect(model.formatNumber(values[0])).toBe(formatNumber(values[0]));
        expect(plain(model.axisTicks(values[0], other, about))).toEqual(axisTicks(values[0], other, about));
        expect(plain(model.colourRange(values))).toEqual(plain(colourRange(values)));
        const axes = { lowDecade: -4, highDecade: 1, highDivergence: 1 };
        expect(model.activityHeight(values[0], axes)).toBe(activityHeight(values[0], axes));
        const fraction = values[0] / 1e9;
        expect(model.colourAt(colourStops.viridis, fraction)).toBe(colourAt("viridis", fraction));
      }),
    );
  });

  it("fits points into the frame with one scale, also where they do not differ", () => {
    const margins = { left: 10, right: 20, top: 5, bottom: 15 };
    expect(plain(model.fitPoints([0, 0, 7, 3.5], 100, 100, margins))).toEqual({ scale: 10, x: 10, y: 62.5 });
    const { scale, x, y } = model.fitPoints([4, 4], 100, 100, margins);
    expect([x + scale * 4, y - scale * 4]).toEqual([45, 45]);
  });

  it("walks by arrows to the nearest point in their quarter of all directions", () => {
    //   3
    // 1 0 2   (x to the right, y downwards)
    const places = [0, 0, -2, 0, 3, 0.5, 0.2, -4];
    const go = (from: number, key: string, passes: Passes = all, of: readonly number[] = places): number => model.nearestInDirection(of, from, key, passes);
    expect([go(0, "ArrowLeft"), go(0, "ArrowRight"), go(0, "ArrowUp"), go(0, "ArrowDown")]).toEqual([1, 2, 3, -1]);
    expect(go(1, "ArrowRight")).toBe(0);
    expect(go(1, "ArrowRight", (i) => i !== 0)).toBe(2);
    const place = fc.integer({ min: -9, max: 9 });
    const keys = fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight");
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 15 }), keys, (points, key) => {
        // Turned so that the key points to the right.
        const turned = points.map(([x, y]) => ({ ArrowRight: [x, y], ArrowLeft: [-x, y], ArrowDown: [y, x], ArrowUp: [-y, x] })[key]!);
        const offsets = turned.map(([x, y]) => [x - turned[0][0], y - turned[0][1]]);
        const distances = offsets.map(([x, y]) => (x > 0 && Math.abs(y) <= x ? x * x + y * y : Infinity));
        const nearest = Math.min(...distances);
        expect(go(0, key, all, points.flat())).toBe(nearest === Infinity ? -1 : distances.indexOf(nearest));
      }),
    );
  });

  it("finds the point under the pointer, among those shown, within reach", () => {
    const places = [0, 0, 10, 0, NaN, NaN];
    expect(model.nearestTo(places, 6, 0, 28, all)).toBe(1);
    expect(model.nearestTo(places, 6, 0, 28, (i) => i !== 1)).toBe(0);
    expect(model.nearestTo(places, 60, 0, 28, all)).toBe(-1);
  });

  it("measures in the latent space as the library does", () => {
    const { means } = clusteredMap({ count: 15, dimensions: 3 });
    const { indices, distances } = nearestNeighbours(means, 3, 6);
    for (let from = 0; from < 15; from++) {
      const nearest = model.nearestTexts(means, 3, from, 6);
      expect(plain(nearest.map(({ index }) => index))).toEqual(indices[from]);
      nearest.forEach(({ index, distance }, i) => {
        expect(distance).toBeCloseTo(distances[from][i], 10);
        expect(distance).toBe(model.distanceBetween(means, 3, from, index));
      });
    }
    expect(model.nearestTexts([1, 2], 1, 0, 6)).toHaveLength(1);
  });

  it("searches letters of either case and width", () => {
    expect(model.foldCase("ＦOX Été")).toBe(model.foldCase("fox ÉTÉ"));
  });
});
