// Where the parts of an attention picture stand: cell and type sizes, and the room that the labels need.

import type { AttentionMap } from "./attention_map.js";
import { labelColumns, shortenLabel, tokenLabel } from "./token_label.js";
import { labelDirections, sequenceDirection } from "./text_direction.js";

/** A label as it is drawn. */
export interface PlacedLabel {
  /** Cut to fit. */
  readonly text: string;
  readonly direction: "ltr" | "rtl";
}

/** How source labels stand over their columns. */
export type LabelSlant = "level" | "slanted" | "upright";

/** Measures in pixels, `y` downwards. */
export interface AttentionLayout {
  /** Edge of a cell. */
  readonly cell: number;
  /** Type size of the labels. */
  readonly type: number;
  readonly sourceLabels: readonly PlacedLabel[];
  readonly targetLabels: readonly PlacedLabel[];
  readonly slant: LabelSlant;
  /** Room left of the cells, above them, and right of them for slanted labels that lean out. */
  readonly left: number;
  readonly above: number;
  readonly right: number;
  readonly gridWidth: number;
  readonly gridHeight: number;
  /** The first source token is the column at the right. */
  readonly reversed: boolean;
}

const GRID_EDGE = 720;
const SMALLEST_CELL = 10;
const LARGEST_CELL = 30;
const LARGEST_TYPE = 13;
const LONGEST_LABEL = 24; // columns
const LEAST_LEFT = 74; // the name of the axis
const GAP = 6;

/** Width of a column of text in type of size 1: a little more than sans-serif faces take on average. */
const COLUMN_WIDTH = 0.65;

/** About how wide a text is, in the unit of its type size; only a browser knows better. */
export function estimateWidth(text: string, type: number): number {
  return labelColumns(text) * COLUMN_WIDTH * type;
}

function placeLabels(tokens: readonly string[]): PlacedLabel[] {
  const directions = labelDirections(tokens);
  return tokens.map((token, i) => ({ text: shortenLabel(tokenLabel(token), LONGEST_LABEL), direction: directions[i] }));
}

/** The column, counted from the left, of source token `index`. */
export function columnOf(layout: Pick<AttentionLayout, "reversed">, index: number, columns: number): number {
  return layout.reversed ? columns - 1 - index : index;
}

/** Lays out one matrix of a map. Cells are 10 to 30 pixels wide, and whole pixels, so that edges are sharp. */
export function layoutAttention(map: AttentionMap): AttentionLayout {
  const rows = map.target.length;
  const columns = map.source.length;
  const cell = Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, Math.floor(GRID_EDGE / Math.max(rows, columns))));
  const type = Math.min(LARGEST_TYPE, cell - 1);
  const sourceLabels = placeLabels(map.source);
  const targetLabels = placeLabels(map.target);
  const reversed = sequenceDirection(map.source) === "rtl";
  const widths = sourceLabels.map(({ text }) => estimateWidth(text, type));
  const widest = Math.max(...widths);
  const slant: LabelSlant = widest <= cell ? "level" : cell * Math.SQRT1_2 >= type ? "slanted" : "upright";
  const gridWidth = cell * columns;
  let right = 0;
  if (slant === "slanted") {
    widths.forEach((width, index) => {
      const start = (columnOf({ reversed }, index, columns) + 0.5) * cell;
      right = Math.max(right, start + (width + type) * Math.SQRT1_2 + GAP - gridWidth);
    });
  }
  const tall = slant === "level" ? type : slant === "upright" ? widest : (widest + type) * Math.SQRT1_2;
  return {
    cell,
    type,
    sourceLabels,
    targetLabels,
    slant,
    left: Math.max(LEAST_LEFT, Math.ceil(Math.max(...targetLabels.map(({ text }) => estimateWidth(text, type)))) + GAP),
    above: Math.ceil(tall) + GAP,
    right: Math.ceil(right),
    gridWidth,
    gridHeight: cell * rows,
    reversed,
  };
}
