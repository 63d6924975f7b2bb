// Cuts long text into passages, so that what is written and what is real are compared piece by piece, whatever they stand in.

import { countCharacters } from "../text/corpus.js";

/** How a long text is cut: at its line breaks, or into pieces of about so many characters where its lines are too long or too few. */
export type PassageUnit = { readonly kind: "lines" } | { readonly kind: "pieces"; readonly characters: number };

/** Characters of a piece, and of the longest line that is still compared as one. */
const PIECE = 200;
const LONGEST_LINE = 400;
/** Lines that a text needs to be compared line by line. */
const FEWEST_LINES = 20;

const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

/** The unit that fits a text: lines where they are short enough and there are enough of them. */
export function passageUnit(text: string): PassageUnit {
  const lengths = linesOf(text).map(countCharacters).sort((a, b) => a - b);
  const fits = lengths.length >= FEWEST_LINES && lengths[Math.floor(0.9 * lengths.length)] <= LONGEST_LINE;
  return fits ? { kind: "lines" } : { kind: "pieces", characters: PIECE };
}

/**
 * The passages of a text in their order, none blank. Pieces end behind a word where there are spaces; what is left at the
 * end of the text and shorter than a piece is left out, unless it is all that there is.
 */
export function passagesOf(text: string, unit: PassageUnit): string[] {
  if (unit.kind === "lines") return linesOf(text);
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + unit.characters);
    if (end === text.length && pieces.length > 0) break;
    const space = text.slice(start, end).search(/\s\S*$/u);
    if (end < text.length && space > unit.characters / 2) end = start + space;
    if (/[\uD800-\uDBFF]$/.test(text.slice(start, end))) end++; // never between two halves of a character
    const piece = text.slice(start, end).trim();
    if (piece !== "") pieces.push(piece);
    start = end;
  }
  return pieces;
}
