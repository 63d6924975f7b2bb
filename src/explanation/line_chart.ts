// What a chart of lines or points shows, as plain data, and the refusal of what cannot be drawn.

import { WordloomError } from "../errors.js";

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Written beside the point, as the temperature that a sample was drawn at. */
  readonly label?: string;
}

/** How a series is drawn: its points joined in their order, or marked, or both. */
export type ChartStyle = "line" | "dashed" | "points" | "line and points";

/** Points that belong together, drawn in one colour and named beside their end. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** "line" unless given. */
  readonly style?: ChartStyle;
  /** Series of one group share a colour, as the seeds of one experiment; a series without one has a colour of its own. */
  readonly group?: string;
  /** Drawn without its name beside it, as a further seed of a series that has one. */
  readonly unnamed?: boolean;
  /** Which colour and shape, counted from 0, so that what is drawn in several charts looks the same in all; in the order of the series unless given. */
  readonly look?: number;
}

export interface ChartAxis {
  readonly label: string;
  /** From where to where; all points and marks unless given. What lies outside is cut off. */
  readonly range?: readonly [number, number];
  /** Whether the same distance is the same factor, not the same difference: of numbers above 0 only. */
  readonly log?: boolean;
}

/** A value, or all between two. */
export type ChartExtent = number | readonly [number, number];

/** A named line or band across the plot: where something begins (x), or a value to compare with (y). */
export type ChartMark = { readonly label: string } & ({ readonly x: ChartExtent } | { readonly y: ChartExtent });

export interface LineChart {
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
  readonly marks?: readonly ChartMark[];
  /** A sentence or more below the plot. */
  readonly note?: string;
  /** Pixels across the plot, without what stands beside it; 640 unless given. */
  readonly width?: number;
}

/** Both ends of an extent, the lower one first. */
export function extentEnds(extent: ChartExtent): readonly [number, number] {
  if (typeof extent === "number") return [extent, extent];
  return extent[0] <= extent[1] ? extent : [extent[1], extent[0]];
}

/** Beyond, sums of two numbers may no longer be finite. */
const LARGEST = 1e100;
const drawable = (value: number): boolean => Math.abs(value) <= LARGEST;
const ADVICE = `give numbers from −${LARGEST} to ${LARGEST}`;

/** @throws WordloomError `invalid_argument` if there is nothing to draw, a number is not finite or a range is empty */
export function checkLineChart({ title, x, y, series, marks = [] }: LineChart): void {
  const refuse = (problem: string): never => {
    throw new WordloomError("invalid_argument", `The chart "${title}" cannot be drawn: ${problem}.`);
  };
  if (series.length === 0) refuse("it has no series; give at least one");
  for (const { name, points } of series) {
    if (points.length === 0) refuse(`the series "${name}" has no points; leave it out or give at least one`);
    const wrong = points.findIndex((point) => !drawable(point.x) || !drawable(point.y));
    if (wrong >= 0) refuse(`point ${wrong + 1} of the series "${name}" is (${points[wrong].x}, ${points[wrong].y}); ${ADVICE}`);
  }
  for (const mark of marks) {
    const ends = extentEnds("x" in mark ? mark.x : mark.y);
    if (!ends.every(drawable)) refuse(`the mark "${mark.label}" stands at ${ends.join(" to ")}; ${ADVICE}`);
  }
  for (const axis of ["x", "y"] as const) {
    const { label, range, log } = axis === "x" ? x : y;
    const ofMarks = marks.flatMap((mark) => ("x" in mark ? (axis === "x" ? extentEnds(mark.x) : []) : axis === "y" ? extentEnds(mark.y) : []));
    const drawn = [...series.flatMap(({ points }) => points.map((point) => point[axis])), ...ofMarks, ...(range ?? [])];
    const below = drawn.find((value) => value <= 0);
    if (log && below !== undefined) refuse(`the axis "${label}" is logarithmic and has no place for ${below}; give numbers above 0`);
    if (range && !(range.every(drawable) && range[0] < range[1])) {
      refuse(`the range of the axis "${label}" is ${range.join(" to ")}; give a lower and a higher number`);
    }
  }
}
