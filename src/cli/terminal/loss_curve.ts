// A loss curve drawn with text: braille characters give each column two and each line four dots.
import { rowScale, wholeTicks } from "./axis_scale.js";
import { formatInteger } from "./format.js";
import type { LossPoint } from "./loss_history.js";

/** What a curve shows and how large. */
export interface LossCurveOptions {
  readonly train: readonly LossPoint[];
  readonly validation: readonly LossPoint[];
  /** Where the step axis begins; left out, at the first point. */
  readonly firstStep?: number;
  /** Width of all of it, labels included. */
  readonly columns: number;
  /** Height of the plot; the step axis and its labels take two lines more. */
  readonly rows: number;
  /** Colours; none by default. */
  readonly paint?: {
    readonly train?: (text: string) => string;
    readonly validation?: (text: string) => string;
    readonly axis?: (text: string) => string;
  };
}

type CellKind = "train" | "validation" | "empty";

/** The sign of a validation point, for legends. */
export const VALIDATION_POINT = "■";
/** A piece of the training line, for legends. */
export const TRAIN_LINE = "⠒⠒";

// The first steps fall so far that, drawn whole, they press all that follows into the lowest lines.
const SHARE_OF_STEPS_THAT_MAY_RUN_OUT_OF_THE_TOP = 0.1;
// A point stands in the upper or the lower half of its line; two in one cell, one in each, fill it.
const POINT_HALVES = [" ", "▀", "▄", "█"];
const SMALLEST_PLOT = { columns: 12, rows: 2 };
// Braille dots by [line in the cell][column in the cell], as bits of the code point from U+2800.
const BRAILLE_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/**
 * Training losses as a thin line and validation losses as points, with labelled axes.
 * Columns that several training losses fall on show their mean. The losses of the first tenth of the steps may lie above
 * the plot: its height serves those that follow.
 * @returns `rows + 2` lines of at most `columns` columns, or none if there is no point or no room
 */
export function drawLossCurve({ train, validation, firstStep, columns, rows, paint = {} }: LossCurveOptions): string[] {
  const points = [...train, ...validation].filter(({ loss }) => Number.isFinite(loss));
  if (points.length === 0 || rows < SMALLEST_PLOT.rows) return [];
  const steps = extent([...points.map(({ step }) => step), ...(firstStep === undefined ? [] : [firstStep])]);
  const settled = steps.low + SHARE_OF_STEPS_THAT_MAY_RUN_OUT_OF_THE_TOP * (steps.high - steps.low);
  const range = extent(points.filter(({ step }) => step >= settled).map(({ loss }) => loss));
  const scale = rowScale(range.low, range.high, rows);

  const gutter = Math.max("step".length, ...scale.ticks.map((tick) => tick?.label.length ?? 0));
  const plotColumns = columns - gutter - 2;
  if (plotColumns < SMALLEST_PLOT.columns) return [];

  // Dots: x from the left, y from the top. Above the plot y is negative, but no further than one more plot: lines are drawn dot by dot.
  const xOf = (step: number) =>
    Math.round(((step - steps.low) / Math.max(1, steps.high - steps.low)) * (plotColumns * 2 - 1));
  const dotRows = rows * 4;
  const yOf = (loss: number) => {
    const y = Math.floor(((scale.high - loss) / (scale.high - scale.low)) * dotRows);
    return Math.max(-dotRows, Math.min(dotRows - 1, y));
  };

  const cells = new Uint8Array(rows * plotColumns); // (rows, plotColumns), braille bits
  drawLine(
    columnMeans(train, xOf).map(([x, loss]) => [x, yOf(loss)]),
    cells,
    plotColumns,
  );
  const halves = new Uint8Array(rows * plotColumns); // (rows, plotColumns), indices of POINT_HALVES
  for (const { step, loss } of validation) {
    if (Number.isFinite(loss) && loss <= scale.high)
      halves[(yOf(loss) >> 2) * plotColumns + (xOf(step) >> 1)] |= (yOf(loss) & 2) === 0 ? 1 : 2;
  }

  const axis = paint.axis ?? String;
  const lines = scale.ticks.map((tick, row) => {
    const plot = Array.from({ length: plotColumns }, (_, column): [CellKind, string] => {
      const cell = row * plotColumns + column;
      if (halves[cell] > 0) return ["validation", POINT_HALVES[halves[cell]]];
      return cells[cell] > 0 ? ["train", String.fromCodePoint(0x2800 + cells[cell])] : ["empty", " "];
    });
    return axis(`${(tick?.label ?? "").padStart(gutter)} ${tick === null ? "│" : "┤"}`) + paintRuns(plot, paint);
  });
  return [...lines, ...stepAxis(steps.low, steps.high, gutter, plotColumns, xOf).map((line) => axis(line))];
}

function extent(values: readonly number[]): { low: number; high: number } {
  return { low: values.reduce((a, b) => Math.min(a, b)), high: values.reduce((a, b) => Math.max(a, b)) };
}

/** The mean loss of each dot column that has one, from left to right. */
function columnMeans(points: readonly LossPoint[], xOf: (step: number) => number): [x: number, loss: number][] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { step, loss } of points) {
    if (!Number.isFinite(loss)) continue;
    const entry = sums.get(xOf(step)) ?? { sum: 0, count: 0 };
    sums.set(xOf(step), { sum: entry.sum + loss, count: entry.count + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([x, { sum, count }]) => [x, sum / count]);
}

/** Sets the dots of the line through the given dots, each joined to the next (J. E. Bresenham, 1965, in whole numbers). */
function drawLine(dots: readonly (readonly [x: number, y: number])[], cells: Uint8Array, plotColumns: number): void {
  const set = (x: number, y: number) => {
    if (y >= 0) cells[(y >> 2) * plotColumns + (x >> 1)] |= BRAILLE_BITS[y & 3][x & 1];
  };
  dots.forEach(([x1, y1], index) => {
    let [x, y] = dots[Math.max(0, index - 1)];
    const [dx, dy] = [Math.abs(x1 - x), -Math.abs(y1 - y)];
    let error = dx + dy;
    set(x, y);
    while (x !== x1 || y !== y1) {
      const doubled = 2 * error;
      if (doubled >= dy) {
        error += dy;
        x += 1; // columns come from left to right
      }
      if (doubled <= dx) {
        error += dx;
        y += Math.sign(y1 - y);
      }
      set(x, y);
    }
  });
}

/** The characters of a line of the plot; those of one kind that stand together are coloured together. */
function paintRuns(
  plot: readonly (readonly [CellKind, string])[],
  paint: NonNullable<LossCurveOptions["paint"]>,
): string {
  const runs: { kind: CellKind; text: string }[] = [];
  for (const [kind, character] of plot) {
    const run = runs.at(-1);
    if (run?.kind === kind) run.text += character;
    else runs.push({ kind, text: character });
  }
  // Blanks at the end of a line would only make it break when the terminal gets narrower.
  if (runs.at(-1)?.kind === "empty") runs.pop();
  return runs.map(({ kind, text }) => (kind === "empty" ? text : (paint[kind] ?? String)(text))).join("");
}

/** The axis under the plot and the line of its labels, each label centred under its tick and clear of its neighbours. */
function stepAxis(
  low: number,
  high: number,
  gutter: number,
  plotColumns: number,
  xOf: (step: number) => number,
): string[] {
  const rule = [..."─".repeat(plotColumns)];
  const left = gutter + 2;
  let labels = "step".padStart(gutter);
  for (const { value } of wholeTicks(low, Math.max(high, low + 1), Math.max(2, Math.floor(plotColumns / 24)))) {
    if (value > high) continue;
    const column = xOf(value) >> 1;
    const label = formatInteger(value);
    const start = Math.min(left + plotColumns - label.length, Math.max(left, left + column - (label.length >> 1)));
    if (start < labels.length + 1) continue;
    rule[column] = "┬";
    labels = labels.padEnd(start) + label;
  }
  return [`${" ".repeat(gutter)} └${rule.join("")}`, labels];
}
