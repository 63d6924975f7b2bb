// The column right of a chart's plot: names of series that end there and of values to compare with, each near what it names.

import { place, svgText } from "./latent_svg_text.js";
import type { ChartStyle } from "./line_chart.js";
import { LABEL_LINE, LABEL_TYPE, labelWidth, spreadLabels } from "./line_chart_labels.js";
import { dashes, hasLine, hasMarkers, marker, MARKER_RADIUS, type SeriesLook } from "./line_chart_marker.js";

const COLUMN = 26;
const SWATCH = 26;

/** A name in the column at the right. */
export interface ColumnEntry {
  readonly name: string;
  readonly y: number;
  readonly look: SeriesLook | null;
  readonly style: ChartStyle | undefined;
  /** From where a thin line leads to it. */
  readonly end: readonly [number, number] | null;
}

/** Draws the names beside a plot of the given size; @returns the room that they take, in pixels */
export function drawColumn(entries: readonly ColumnEntry[], width: number, height: number): { elements: string[]; right: number } {
  const places = spreadLabels(entries.map(({ y }) => y), LABEL_LINE, 6, height - 6);
  const elements = entries.flatMap(({ name, look, style, end }, i) => {
    const y = places[i];
    const at = width + COLUMN;
    const lead = end === null ? [] : [`<path class="lead" d="M${place(end[0])} ${place(end[1])}L${at - 4} ${place(y)}"/>`];
    const line = look === null || !hasLine(style) ? "" : `<path class="line" d="M${at} ${place(y)}h${SWATCH - 6}"${dashes(style)}/>`;
    const swatch = look === null ? "" : `<g class="${look.hue}">${line}${hasMarkers(style) ? marker(look.shape, at + (SWATCH - 6) / 2, y, MARKER_RADIUS) : ""}</g>`;
    return [...lead, swatch, svgText(at + (look === null ? 0 : SWATCH), y + 4, name, { more: look === null ? ' class="quiet"' : "" })].filter(Boolean);
  });
  const right = entries.reduce((most, { name, look }) => Math.max(most, COLUMN + (look === null ? 0 : SWATCH) + labelWidth(name, LABEL_TYPE)), 0);
  return { elements, right: Math.ceil(right) };
}
