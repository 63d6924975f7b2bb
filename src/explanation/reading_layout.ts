// Where the tokens of a text stand in a picture: boxes in lines, as the text is read, or columns in bands.

import { estimateWidth } from "./attention_layout.js";
import { shortenLabel, tokenLabel } from "./token_label.js";

/** The width of a picture's content in pixels. */
export const CONTENT_WIDTH = 760;

/** Type sizes of labels, and of what stands below them. */
export const LABEL_TYPE = 13;
export const NOTE_TYPE = 9;

/** What stands in a box, in the larger type, and below it. */
export interface BoxWords {
  readonly label: string;
  readonly notes: readonly string[];
  /** Whether it begins a line. */
  readonly begins?: boolean;
}

/** A box with its place in its line. */
export interface PlacedBox {
  readonly x: number;
  readonly line: number;
  readonly width: number;
}

const PADDING = 6;
const NARROWEST = 22;
const LONGEST_LABEL = 24; // columns

/** A token's label in its box. */
export const boxLabel = (token: string): string => shortenLabel(tokenLabel(token), LONGEST_LABEL);

/** Places boxes as wide as the widest of their words, from left to right in lines; a line break in a token ends its line. */
export function placeBoxes(tokens: readonly string[], words: readonly BoxWords[]): { readonly boxes: PlacedBox[]; readonly lines: number } {
  let x = 0;
  let line = 0;
  const boxes = words.map(({ label, notes, begins }, index): PlacedBox => {
    const width = Math.ceil(Math.max(NARROWEST, estimateWidth(label, LABEL_TYPE) + PADDING, ...notes.map((note) => estimateWidth(note, NOTE_TYPE) + 2)));
    if (x > 0 && (begins || x + width > CONTENT_WIDTH || tokens[index - 1]?.includes("\n"))) {
      x = 0;
      line++;
    }
    const box = { x, line, width };
    x += width + 1;
    return box;
  });
  return { boxes, lines: line + 1 };
}

/** Columns of one width, as many a band as fit beside the names of the rows. */
export function bandColumns(names: readonly string[], cells: readonly string[], left: number): { readonly width: number; readonly perBand: number; readonly left: number } {
  const width = Math.ceil(Math.min(80, Math.max(20, ...cells.map((cell) => estimateWidth(cell, LABEL_TYPE - 1) + 4))));
  const room = Math.ceil(Math.max(left, ...names.map((name) => estimateWidth(name, LABEL_TYPE - 1)))) + 8;
  return { width, perBand: Math.max(1, Math.floor((CONTENT_WIDTH - room) / (width + 1))), left: room };
}
