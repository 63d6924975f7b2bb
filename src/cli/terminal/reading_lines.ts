// A reading on a terminal: the text coloured by surprisal, and a line a token with what would have been likelier.

import { colourAt, inkOn } from "../../explanation/colour_scale.js";
import { inBits, largestSurprisal, type Reading, surprisal, tokenNumber } from "../../explanation/reading.js";
import { readingSummary, unpredicted } from "../../explanation/reading_words.js";
import { tokenLabel } from "../../explanation/token_label.js";
import { withoutIsolates } from "../../explanation/attention_words.js";
import { makeVisible, textWidth, truncateText } from "./visible_text.js";

/** How lines are set. */
export interface ReadingStyle {
  readonly color: boolean;
  /** Width of a line; Infinity in a pipe. */
  readonly columns: number;
}

const LONGEST_TOKEN = 24; // columns
const GAP = "  ";
const PROPERTIES_SHOWN = 3;

/** Text on a background, as terminals of 24-bit colours set it; its ink is black or white. */
function onColour(text: string, colour: string): string {
  const parts = (hex: string): string => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(";");
  return `\u001B[48;2;${parts(colour)};38;2;${parts(inkOn(colour))}m${text}\u001B[0m`;
}

/** The text as it is read, each token on the colour of its surprisal; a source stands above it. */
function colouredText(reading: Reading): string {
  const largest = largestSurprisal(reading);
  return reading.tokens
    .map(({ text, special, logProbability }, index) => {
      if (special) return index > 0 && index === reading.source ? "\n" : "";
      const pieces = makeVisible(text).split("\n");
      if (logProbability === null) return pieces.join("\n");
      // A line break keeps its colour off the rest of the line.
      const coloured = (piece: string): string => onColour(piece, colourAt("blue", inBits(surprisal(logProbability)) / largest));
      return pieces.map((piece) => (piece === "" ? piece : coloured(piece))).join(`${coloured("↵")}\n`);
    })
    .join("");
}

const percent = (probability: number): string => (probability < 0.00005 ? "<0.01%" : `${(100 * probability).toFixed(probability >= 0.0995 ? 0 : probability >= 0.00995 ? 1 : 2)}%`);

/** Columns set side by side, numbers at their right edge. */
function table(rows: readonly (readonly string[])[], numeric: readonly boolean[], columns: number): string[] {
  const widths = numeric.map((_, column) => Math.max(...rows.map((row) => textWidth(row[column]))));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const room = " ".repeat(widths[column] - textWidth(cell));
      return numeric[column] ? room + cell : column === row.length - 1 ? cell : cell + room;
    });
    const line = cells.join(GAP).trimEnd();
    return Number.isFinite(columns) ? truncateText(line, columns) : line;
  });
}

/** Stands between a source and what is written of it. */
const BEGIN = "↓";

/** A line a token: its number, probability, surprisal in bits, rank, and the likeliest tokens in its place. */
function tokenTable(reading: Reading, columns: number): string[] {
  const shown = (text: string): string => truncateText(withoutIsolates(tokenLabel(text)), LONGEST_TOKEN);
  const list = (alternatives: Reading["next"]): string => alternatives.map(({ text, probability }) => `${shown(text)} ${percent(probability)}`).join(GAP);
  const head = ["no.", "token", "p", "bits", "rank", "likeliest"];
  const rows = reading.tokens.flatMap((token, index) => {
    if (index === reading.source && token.special) return index === 0 ? [] : [["", BEGIN, "", "", "", ""]];
    const { text, logProbability, rank, alternatives } = token;
    const number = String(tokenNumber(reading, index));
    if (logProbability === null) return [[number, shown(text), "", "", "", `(${reading.source > 0 ? "read" : unpredicted(reading)})`]];
    return [[number, shown(text), percent(Math.exp(logProbability)), inBits(surprisal(logProbability)).toFixed(2), String(rank), list(alternatives)]];
  });
  const next = reading.next.length > 0 ? [["", "(next)", "", "", "", list(reading.next)]] : [];
  return table([head, ...rows, ...next], [true, false, true, true, true, false], columns);
}

/** The units that follow the text's properties best, each in words. */
function unitLines({ properties, units }: Reading): string[] {
  return properties.map(({ name, units: followers, chance }) => {
    const best = followers.slice(0, PROPERTIES_SHOWN).map(({ layer, unit, correlation }) => `${units[layer].name} ${unit + 1} (${correlation.toFixed(2)})`);
    return `${name}: ${best.join(GAP)}; by chance ${chance.toFixed(2)}`;
  });
}

/** All that a terminal or a pipe gets to see of a reading. */
export function readingLines(reading: Reading, { color, columns }: ReadingStyle): string[] {
  const followers = unitLines(reading);
  return [
    ...(color ? [...colouredText(reading).split("\n"), ""] : []),
    ...tokenTable(reading, columns),
    "",
    withoutIsolates(readingSummary(reading)),
    ...(followers.length > 0 ? ["", "Hidden units that follow the text, with their correlation:", ...followers] : []),
  ];
}
