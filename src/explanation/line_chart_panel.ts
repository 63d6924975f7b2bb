// One chart's plot: axes, marks, lines and points, and the names of all of them beside what they name.

import { shown } from "./latent_texts.js";
import { place, svgText } from "./latent_svg_text.js";
import type { ChartPoint, ChartSeries, LineChart } from "./line_chart.js";
import { type ColumnEntry, drawColumn } from "./line_chart_column.js";
import { type Box, LABEL_LINE, LABEL_TYPE, labelText, labelWidth, placeBesidePoint, type Taken } from "./line_chart_labels.js";
import { dashes, hasLine, hasMarkers, marker, MARKER_RADIUS, type SeriesLook, seriesLooks } from "./line_chart_marker.js";
import { drawMarks } from "./line_chart_marks.js";
import { axisRange, chartScale, type ChartScale, chartTicks, exactNumber, plotWidth } from "./line_chart_scale.js";
import { escapeMarkup } from "./markup.js";

/** A drawn panel, its plot's upper left corner at (0, 0). */
export interface DrawnPanel {
  readonly elements: readonly string[];
  /** Pixels above the plot, of the plot itself, and below it with its axis. */
  readonly above: number;
  readonly height: number;
  readonly below: number;
  /** Pixels right of the plot. */
  readonly right: number;
}

const LEAST_HEIGHT = 340;
const BELOW = 44;
/** Pixels of a number below the axis. */
const TICK_ROOM = 80;
const SMALL = 11;
const END_RADIUS = 3;
/** Series that end in this last part of the plot are named in the column beside it. */
const COLUMN_FROM = 0.85;
/** Points that a name is tried at. */
const MOST_TRIED = 40;
const FARTHEST = 1e5;

type Place = readonly [number, number];

/** A point and where it stands. */
interface PlacedPoint {
  readonly point: ChartPoint;
  readonly at: Place;
}

interface PlacedSeries {
  readonly series: ChartSeries;
  /** Of all its points. */
  readonly places: readonly Place[];
  /** Those that the plot shows. */
  readonly inside: readonly PlacedPoint[];
}

interface DrawnSeries {
  /** Empty for one of points alone. */
  readonly line: string;
  readonly markers: readonly string[];
}

const boxAround = ([x, y]: Place, radius: number): Box => [x - radius, y - radius, x + radius, y + radius];
/** A place that a renderer of any precision can go to; far outside of the plot it matters no more where. */
const near = (pixels: number): number => Math.min(FARTHEST, Math.max(-FARTHEST, pixels));

/** Boxes along a line, close enough that no label slips through. */
function boxesAlong(places: readonly Place[]): Box[] {
  return places.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = places[i];
    const pieces = Math.min(200, Math.ceil(Math.hypot(x - fromX, y - fromY) / 5));
    return Array.from({ length: pieces }, (_, piece) => boxAround([fromX + ((x - fromX) * piece) / pieces, fromY + ((y - fromY) * piece) / pieces], 2));
  });
}

/** Where a series may be named: at its end, at its beginning, then anywhere between. */
function placesToTry(points: readonly PlacedPoint[]): readonly PlacedPoint[] {
  const every = Math.ceil(points.length / MOST_TRIED);
  return [...points.slice(-1), ...points.filter((_, i) => i % every === 0)];
}

function axes(chart: LineChart, x: ChartScale, y: ChartScale, height: number): string[] {
  const width = plotWidth(chart);
  return [
    ...chartTicks(x, Math.min(8, Math.ceil(width / TICK_ROOM))).flatMap(({ value, text }) => [
      `<path class="grid" d="M${place(x.at(value))} 0V${height}"/>`,
      svgText(x.at(value), height + 16, text, { type: SMALL, anchor: "middle", more: ' class="quiet"' }),
    ]),
    ...chartTicks(y, 6).flatMap(({ value, text }) => [
      `<path class="grid" d="M0 ${place(y.at(value))}H${width}"/>`,
      svgText(-6, y.at(value) + 4, text, { type: SMALL, anchor: "end", more: ' class="quiet"' }),
    ]),
    svgText(width, height + 36, `${shown(chart.x.label)} →`, { anchor: "end" }),
    svgText(0, 0, `${shown(chart.y.label)} →`, { anchor: "end", more: ' transform="translate(-48 0) rotate(-90)"' }),
  ];
}

/** A line, and markers: of all points or, of a line alone, of its end. */
function drawSeries({ series: { name, style }, places, inside }: PlacedSeries, { hue, shape }: SeriesLook): DrawnSeries {
  const told = shown(name);
  const title = (text: string): string => `<title>${escapeMarkup(text)}</title>`;
  const way = places.map((at) => at.map(place).join(" ")).join("L");
  const line = hasLine(style) ? `<path class="line ${hue}" d="M${way}"${dashes(style)}>${title(told)}</path>` : "";
  const all = hasMarkers(style);
  const markers = (all ? inside : inside.slice(-1)).map(({ point, at: [x, y] }) => {
    const label = point.label === undefined ? "" : `, ${shown(point.label)}`;
    const text = title(`${told}${label}: ${exactNumber(point.x)}, ${exactNumber(point.y)}`);
    return `<g class="${hue}">${marker(all ? shape : 0, x, y, all ? MARKER_RADIUS : END_RADIUS, text)}</g>`;
  });
  return { line, markers };
}

/** Draws a chart that `checkLineChart` has passed. */
export function drawPanel(chart: LineChart): DrawnPanel {
  const looks = seriesLooks(chart.series);
  const width = plotWidth(chart);
  const names = chart.series.filter(({ unnamed }) => !unnamed).length + (chart.marks ?? []).length;
  const plotHeight = Math.max(LEAST_HEIGHT, names * LABEL_LINE);
  const x = chartScale(axisRange(chart, "x"), width, false, chart.x.log);
  const y = chartScale(axisRange(chart, "y"), plotHeight, true, chart.y.log);
  const marks = drawMarks(chart, x, y, plotHeight);
  const frame: Box = [2, 2, width - 2, plotHeight - 2];

  const drawn: DrawnSeries[] = [];
  const labels: string[] = [];
  const entries: ColumnEntry[] = [...marks.entries];
  const taken: Taken[] = [];
  const takeDrawings = (boxes: readonly Box[]): void => void taken.push(...boxes.map((box) => ({ box, kind: "drawing" }) as const));
  takeDrawings(marks.boxes);
  const placed = chart.series.map((series): PlacedSeries => {
    const all = series.points.map((point): PlacedPoint => ({ point, at: [near(x.at(point.x)), near(y.at(point.y))] }));
    return { series, places: all.map(({ at }) => at), inside: all.filter(({ point }) => x.contains(point.x) && y.contains(point.y)) };
  });
  for (const { series: { style }, inside, places } of placed) {
    if (hasLine(style)) takeDrawings(boxesAlong(places));
    if (hasMarkers(style)) takeDrawings(inside.map(({ at }) => boxAround(at, MARKER_RADIUS + 2)));
  }
  /** Writes beside a point, if that covers at most so much. */
  const writeBeside = (at: Place, text: string, type: number, kind: string, most: number): boolean => {
    const found = placeBesidePoint(at, [labelWidth(text, type), type + 3], frame, taken);
    if (found === null || found.covers > most) return false;
    taken.push({ box: found.box, kind: "label" });
    labels.push(svgText(found.x, found.y + type * 0.35, text, { type, anchor: found.anchor, more: ` class="${kind}"` }));
    return true;
  };
  for (const { inside } of placed) {
    for (const { at, point } of inside) if (point.label !== undefined) writeBeside(at, labelText(point.label), SMALL, "label", Infinity);
  }
  placed.forEach((one, i) => {
    const { inside, places } = one;
    const { name, style, points, unnamed } = one.series;
    drawn.push(drawSeries(one, looks[i]));
    if (unnamed) return;
    const [endX, endY] = places[places.length - 1];
    const atEnd = points[points.length - 1].x <= x.high && endX >= COLUMN_FROM * width;
    const shortName = labelText(name);
    if (!atEnd && placesToTry(inside).some(({ at }) => writeBeside(at, shortName, LABEL_TYPE, "name", 0))) return;
    const height = Math.min(plotHeight, Math.max(0, endY));
    entries.push({ name: shortName, y: height, look: looks[i], style, end: atEnd ? [endX + END_RADIUS, height] : null });
  });
  const column = drawColumn(entries, width, plotHeight);
  return {
    elements: [
      ...axes(chart, x, y, plotHeight),
      ...marks.elements,
      `<rect class="frame" width="${width}" height="${plotHeight}"/>`,
      `<svg width="${width}" height="${plotHeight}">${drawn.map(({ line }) => line).join("")}</svg>`, // it cuts off what is outside
      `<g class="points">`,
      ...drawn.flatMap(({ markers }) => markers),
      "</g>",
      ...labels,
      ...column.elements,
    ],
    above: marks.rows * LABEL_LINE,
    height: plotHeight,
    below: BELOW,
    right: column.right,
  };
}
