// Lines and points over an axis as a picture: learning curves, trade-offs, in an SVG file that needs nothing else.

import { shown } from "./latent_texts.js";
import { place, svgText, wrapLines } from "./latent_svg_text.js";
import { checkLineChart, type LineChart } from "./line_chart.js";
import { darkHues, hueRules, lightHues } from "./line_chart_marker.js";
import { drawPanel } from "./line_chart_panel.js";
import { exactNumber, plotWidth } from "./line_chart_scale.js";
import { escapeMarkup } from "./markup.js";

const PADDING = 16;
const LEFT = 66;
const TITLE = 30;
const LINE = 18;
const BETWEEN = 24;

/** Selectors and what they look like. */
type Rules = readonly (readonly [string, string])[];

const LIGHT: Rules = [
  ["text", "font-family:system-ui,'Noto Sans',sans-serif;fill:#1b1b1b"],
  [".page", "fill:#fff"],
  [".quiet,.label", "fill:#5a5a5a"],
  [".frame", "fill:none;stroke:#8a8a8a"],
  [".grid", "stroke:#e6e6e6"],
  [".line", "fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round"],
  [".marker", "fill:currentColor;stroke:#fff"],
  [".mark", "stroke:#5a5a5a;stroke-dasharray:2 3"],
  [".band", "fill:#5a5a5a;fill-opacity:.22"],
  [".lead", "fill:none;stroke:#a8a8a8;stroke-width:.75"],
  [".name,.label", "paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round"],
  [".name", "font-weight:600"],
  ...hueRules(lightHues),
];
const DARK: Rules = [
  ["text", "fill:#ececec"],
  [".page", "fill:#161616"],
  [".quiet,.label", "fill:#a8a8a8"],
  [".grid", "stroke:#2e2e2e"],
  [".marker,.name,.label", "stroke:#161616"],
  [".mark", "stroke:#a8a8a8"],
  [".band", "fill:#a8a8a8"],
  [".lead", "stroke:#6a6a6a"],
  ...hueRules(darkHues),
];

const written = (rules: Rules, within: string): string => rules.map(([selectors, look]) => `${selectors.split(",").map((selector) => within + selector).join(",")}{${look}}`).join("");

/**
 * The style sheet of charts, in a page's own sheet for charts that are `embedded` in it.
 * @param within a selector with a blank behind it, as ".chart ", so that nothing else in the page is reached
 */
export const lineChartStyle = (within = ""): string => `${written(LIGHT, within)}@media screen and (prefers-color-scheme:dark){${written(DARK, within)}}`;

export interface LineChartSvgOptions {
  /** Leave out the style sheet, since the page that the picture is put into has `lineChartStyle`. */
  readonly embedded?: boolean;
}

/** Each series in words: where it begins and where it ends. */
function inWords({ title, x, y, series }: LineChart): string {
  const lines = series.map(({ name, points }) => {
    const ends = points.length === 1 ? points : [points[0], points[points.length - 1]];
    return `${shown(name)}: ${ends.map((point) => `${exactNumber(point.y)} at ${exactNumber(point.x)}`).join(" to ")}`;
  });
  return `${shown(title)} (${shown(y.label)} by ${shown(x.label)}). ${lines.join("; ")}.`;
}

/**
 * Draws a chart, or several below each other, as a standalone SVG document. Series are named beside their ends; points
 * tell their numbers when pointed at. It follows the reader's light or dark background.
 * @throws WordloomError as `checkLineChart` does
 * @example
 * lineChartSvg({
 *   title: "Validation loss", x: { label: "step" }, y: { label: "nats a token" },
 *   series: [{ name: "LSTM", points: [{ x: 0, y: 4.2 }, { x: 1000, y: 1.6 }] }],
 *   marks: [{ y: 1.5, label: "published" }],
 * });
 */
export function lineChartSvg(charts: LineChart | readonly LineChart[], { embedded = false }: LineChartSvgOptions = {}): string {
  const list: readonly LineChart[] = "series" in charts ? [charts] : charts;
  for (const chart of list) checkLineChart(chart);
  const panels = list.map((chart) => ({ chart, drawn: drawPanel(chart) }));
  const plots = panels.reduce((most, { chart, drawn }) => Math.max(most, plotWidth(chart) + drawn.right), 0);
  const width = PADDING + LEFT + plots + PADDING;
  const body: string[] = [];
  let top = PADDING;
  for (const { chart, drawn } of panels) {
    const notes = chart.note === undefined ? [] : wrapLines(shown(chart.note), plotWidth(chart));
    const plotY = top + TITLE + drawn.above;
    const notesY = plotY + drawn.height + drawn.below + LINE;
    body.push(
      svgText(PADDING, top + 14, shown(chart.title), { type: 16, more: ' font-weight="600"' }),
      `<g transform="translate(${PADDING + LEFT} ${plotY})">`,
      ...drawn.elements,
      "</g>",
      ...notes.map((line, i) => svgText(PADDING + LEFT, notesY + i * LINE, line, { more: ' class="quiet"' })),
    );
    top = (notes.length > 0 ? notesY + LINE * (notes.length - 1) + 6 : plotY + drawn.height + drawn.below) + BETWEEN;
  }
  const height = place(top - BETWEEN + PADDING);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeMarkup(list.map(({ title }) => shown(title)).join("; "))}</title>`,
    `<desc>${escapeMarkup(list.map(inWords).join(" "))}</desc>`,
    ...(embedded ? [] : [`<style>${lineChartStyle()}</style>`]),
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}
