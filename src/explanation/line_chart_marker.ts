// How the series of a chart are told apart: hues that the colour-blind tell apart too, and a shape for each.

import type { ChartSeries, ChartStyle } from "./line_chart.js";
import { place } from "./latent_svg_text.js";

/** For a dark page: hues of Okabe and Ito (2008). */
export const darkHues: readonly string[] = "#0072b2 #d55e00 #009e73 #cc79a7 #56b4e9 #e69f00".split(" ");
/** For a light page: the nearest to these that thin lines are seen in (contrast of 3 and more) and that stay as far apart. */
export const lightHues: readonly string[] = "#0172b0 #c65013 #01916c #cc79a8 #229be3 #ca8514".split(" ");

/** Colours by class, so that a page's light or dark choice reaches them: selectors and declarations of a style sheet. */
export const hueRules = (hues: readonly string[]): (readonly [string, string])[] => hues.map((hue, i) => [`.hue${i}`, `color:${hue}`] as const);

/** Outlines about (0, 0) that cover about as much as a circle of radius 1. */
const SHAPES: readonly (readonly [number, number][])[] = [
  [], // a circle
  [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  [[0, -1.25], [1.2, 0.85], [-1.2, 0.85]],
  [[0, 1.25], [1.2, -0.85], [-1.2, -0.85]],
  [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
];

export const MARKER_RADIUS = 4;

/** What a style, "line" where none is given, consists of. */
export const hasLine = (style: ChartStyle | undefined): boolean => style !== "points";
export const hasMarkers = (style: ChartStyle | undefined): boolean => style === "points" || style === "line and points";
export const dashes = (style: ChartStyle | undefined): string => (style === "dashed" ? ' stroke-dasharray="6 4"' : "");

/** Hue and shape of a series. */
export interface SeriesLook {
  /** The class of its colour. */
  readonly hue: string;
  readonly shape: number;
}

/** The look of a rank, counted from 0. Of more than six, hues come again with other shapes. */
export const lookOf = (rank: number): SeriesLook => ({ hue: `hue${rank % lightHues.length}`, shape: (rank + Math.floor(rank / lightHues.length)) % SHAPES.length });

/** A look for each series: its own, else one for each group, the next for each series without a group. */
export function seriesLooks(series: readonly ChartSeries[]): SeriesLook[] {
  const ranks = new Map<string | ChartSeries, number>();
  return series.map((one) => {
    const key = one.group ?? one;
    const rank = ranks.get(key) ?? ranks.size;
    ranks.set(key, rank);
    return lookOf(one.look ?? rank);
  });
}

/** A marker of the current colour as an element; `inside` is its content. */
export function marker(shape: number, x: number, y: number, radius: number, inside = ""): string {
  const outline = SHAPES[shape];
  const attributes = outline.length === 0 ? `cx="${place(x)}" cy="${place(y)}" r="${place(radius)}"` : `points="${outline.map(([dx, dy]) => `${place(x + radius * dx)},${place(y + radius * dy)}`).join(" ")}"`;
  const name = outline.length === 0 ? "circle" : "polygon";
  return `<${name} class="marker" ${attributes}>${inside}</${name}>`;
}
