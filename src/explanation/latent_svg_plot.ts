// The points of a latent space in a picture: one scale for both axes, each group in its colour, a text under each point.

import { escapeMarkup } from "./markup.js";
import { axisTicks, formatNumber } from "./latent_numbers.js";
import { PRIOR_RADIUS } from "./latent_words.js";
import type { LatentView } from "./latent_views.js";
import { place, svgText } from "./latent_svg_text.js";

/** A frame to draw in, its upper left corner at (0, 0). */
export interface PlotFrame {
  readonly width: number;
  readonly height: number;
}

/** What is drawn. */
export interface Plot {
  readonly view: LatentView;
  /** Of every text of the map, in any order of the view. */
  readonly colourOf: (row: number) => string;
  readonly captionOf: (row: number) => string;
}

const MARGIN = 14;
/** More points than this say no text of their own: a file for them would be slow to open. */
const MOST_CAPTIONS = 2500;
/** So many points of all colours lie in one layer, under the next. */
const LAYER = 500;

/** From a view's coordinates to pixels. */
interface Placing {
  readonly scale: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function placePoints(points: ArrayLike<number>, { width, height }: PlotFrame): Placing {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < points.length; i++) {
    low[i % 2] = Math.min(low[i % 2], points[i]);
    high[i % 2] = Math.max(high[i % 2], points[i]);
  }
  const across = (width - 2 * MARGIN) / (high[0] - low[0]);
  const down = (height - 2 * MARGIN) / (high[1] - low[1]);
  const fit = Math.min(across, down);
  const scale = Number.isFinite(fit) ? fit : Math.min(width, height) / 4;
  const x = (value: number): number => width / 2 + scale * (value - (low[0] + high[0]) / 2);
  const y = (value: number): number => height / 2 - scale * (value - (low[1] + high[1]) / 2);
  return { scale, x, y };
}

/** The radius of a point where there are so many: they thin out as their number grows, and stay visible. */
export function pointRadius(count: number): number {
  return Math.min(5, Math.max(1.3, 56 / Math.sqrt(count)));
}

function axes(frame: PlotFrame, { scale, x, y }: Placing): string[] {
  const across = axisTicks(-x(0) / scale, (frame.width - x(0)) / scale, 7);
  const up = axisTicks((y(0) - frame.height) / scale, y(0) / scale, 5);
  return [
    ...across.flatMap((tick) => [
      `<path class="grid" d="M${place(x(tick))} 0V${frame.height}"/>`,
      svgText(x(tick), frame.height + 15, formatNumber(tick), { type: 11, anchor: "middle", more: ' class="quiet"' }),
    ]),
    ...up.flatMap((tick) => [
      `<path class="grid" d="M0 ${place(y(tick))}H${frame.width}"/>`,
      svgText(-6, y(tick) + 4, formatNumber(tick), { type: 11, anchor: "end", more: ' class="quiet"' }),
    ]),
  ];
}

/** An order that mixes the texts: of data sorted by label the last label would else lie on top of all others. */
function mixed(count: number): number[] {
  const rank = (i: number): number => Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => rank(a) - rank(b));
}

/** Many points of one colour in one path: lines of no length with round ends. */
function dots(places: readonly string[], colour: string, radius: number): string {
  return `<path class="dots" stroke="${colour}" stroke-width="${place(2 * radius)}" d="${places.map((at) => `M${at}h0`).join("")}"/>`;
}

/** Draws a view. Up to 2500 points tell their texts when pointed at. */
export function drawPlot({ view, colourOf, captionOf }: Plot, frame: PlotFrame): string[] {
  const placing = placePoints(view.points, frame);
  const radius = pointRadius(view.rows.length);
  const at = (i: number): [string, string] => [place(placing.x(view.points[2 * i])), place(placing.y(view.points[2 * i + 1]))];
  const drawn: string[] = [];
  const order = mixed(view.rows.length);
  if (order.length <= MOST_CAPTIONS) {
    for (const i of order) {
      const [x, y] = at(i);
      const row = view.rows[i];
      drawn.push(`<circle cx="${x}" cy="${y}" r="${place(radius)}" fill="${colourOf(row)}"><title>${escapeMarkup(captionOf(row))}</title></circle>`);
    }
  }
  for (let start = 0; order.length > MOST_CAPTIONS && start < order.length; start += LAYER) {
    const byColour = new Map<string, string[]>();
    for (const i of order.slice(start, start + LAYER)) {
      const colour = colourOf(view.rows[i]);
      byColour.set(colour, [...(byColour.get(colour) ?? []), at(i).join(" ")]);
    }
    for (const [colour, places] of byColour) drawn.push(dots(places, colour, radius));
  }
  const { zero } = view;
  const prior = zero && `<circle class="prior" cx="${place(placing.x(zero[0]))}" cy="${place(placing.y(zero[1]))}" r="${place(PRIOR_RADIUS * placing.scale)}"/>`;
  const [across, up] = view.axes;
  return [
    `<rect class="frame" width="${frame.width}" height="${frame.height}"/>`,
    ...(zero === null ? [] : axes(frame, placing)),
    // An inner svg cuts off what is outside it.
    ...(prior === null ? [] : [`<svg width="${frame.width}" height="${frame.height}">${prior}</svg>`]),
    `<g class="points">`,
    ...drawn,
    "</g>",
    svgText(frame.width, frame.height + (zero === null ? 17 : 33), `${across} →`, { anchor: "end" }),
    svgText(0, 0, `${up} →`, { anchor: "end", more: ` transform="translate(${zero === null ? -8 : -44} 0) rotate(-90)"` }),
  ];
}
