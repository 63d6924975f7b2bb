// A comparison on a terminal: what its page shows first, in lines that fit, plain text where colours are not welcome.

import picocolors from "picocolors";
import type { Comparison } from "../../experiments/comparison.js";
import { type Column, mainColumns, mainTemperature } from "../../experiments/comparison_columns.js";
import { type Cell, comparisonRows, type Row } from "../../experiments/comparison_rows.js";
import { storyColumns } from "../../experiments/comparison_stories.js";
import { comparisonTitle, verdict, whatWasCompared } from "../../experiments/comparison_words.js";
import { makeOneLine, textWidth, truncateText, wrapText } from "./visible_text.js";

export interface ComparisonTableOptions {
  /** Of the terminal; 100 unless given. Tables that are wider go on below themselves. */
  readonly columns?: number;
  readonly color?: boolean;
}

const WIDTH = 100;
const LONGEST_NAME = 24;
const GAP = "  ";
const SIGNS = { best: "★", near: "≈" };
/** Figures whose intervals are shown too: there is no room for all. */
const WITH_INTERVALS = new Set(["bits per character", "BLEU-3", "Self-BLEU-3"]);

const leftPad = (text: string, width: number): string => " ".repeat(Math.max(0, width - textWidth(text))) + text;
const rightPad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - textWidth(text)));
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));

/** The cells of one column with its name above, all as wide as the widest. */
function columnLines({ name }: Column, cells: readonly (Cell | null)[], bold: (text: string) => string): string[] {
  const known = cells.filter((cell) => cell !== null);
  const intervals = WITH_INTERVALS.has(name) ? known.map(({ interval }) => interval) : [];
  const [text, sign, interval] = [widest(known.map((cell) => cell.text)), known.some(({ mark }) => mark) ? 1 : 0, widest(intervals)];
  const body = text + sign + (interval > 0 ? interval + 1 : 0);
  const width = Math.max(body, textWidth(name));
  const lines = cells.map((cell) => {
    if (cell === null) return " ".repeat(width);
    const value = leftPad(cell.text, text);
    const mark = sign > 0 ? cell.mark ? SIGNS[cell.mark] : " " : "";
    const behind = interval > 0 ? ` ${rightPad(cell.interval, interval)}` : "";
    return " ".repeat(width - body) + (cell.mark === "best" ? bold(value) : value) + mark + behind;
  });
  return [leftPad(name, width), ...lines];
}

/** The columns in as many parts as fit beside each other, at least one in each. */
function fitting(columns: readonly (readonly string[])[], room: number): (readonly string[])[][] {
  const parts: (readonly string[])[][] = [];
  let used = Infinity;
  for (const column of columns) {
    const width = GAP.length + textWidth(column[0]);
    if (used + width > room) {
      parts.push([]);
      used = 0;
    }
    parts[parts.length - 1].push(column);
    used += width;
  }
  return parts;
}

/** A table of these columns, of several seeds the means; members that have no figures, and why, where `statuses` says so. */
function block(comparison: Comparison, columns: readonly Column[], { columns: room = WIDTH, color = false }: ComparisonTableOptions, statuses = false): string[] {
  const shown = comparisonRows(comparison, columns).filter(({ kind, status, contends }) => contends || kind === "real" || (statuses && status !== null));
  const names = shown.map(({ kind, name, family }) => truncateText(makeOneLine(kind === "mean" ? family! : name), LONGEST_NAME));
  const width = widest(names);
  const { bold, dim } = picocolors.createColors(color);
  const hasCells = (row: Row): boolean => row.status === null;
  const parts = columns.map((column, i) => columnLines(column, shown.map((row) => (hasCells(row) ? row.cells[i] : null)), bold));
  return fitting(parts, room - width).flatMap((some, turn) => {
    const lines = shown.map((row, i) => {
      const start = rightPad(names[i], width) + GAP;
      return hasCells(row) ? start + some.map((part) => part[i + 1]).join(GAP) : truncateText(start + makeOneLine(row.status!), room);
    });
    const head = dim(" ".repeat(width) + GAP + some.map(([name]) => name).join(GAP));
    return [...(turn === 0 ? [] : [""]), head, ...lines.filter((_, i) => turn === 0 || hasCells(shown[i]))].map((line) => line.trimEnd());
  });
}

/** The lines of a comparison: what was compared, its figures in tables, what they say. */
export function comparisonTable(comparison: Comparison, options: ComparisonTableOptions = {}): string[] {
  const { columns = WIDTH, color = false } = options;
  const { bold } = picocolors.createColors(color);
  const main = mainColumns(comparison);
    const temperature = mainTemperature(comparison);
  const stories = storyColumns(comparison, temperature === null ? [] : [temperature]);
  const wrapped = (text: string, indent = ""): string[] => wrapText(makeOneLine(text), columns - indent.length).map((line, i) => (i === 0 ? indent.replace(/ {2}$/, "- ") : indent) + line);
  const sentences = verdict(comparison).flatMap((sentence) => wrapped(sentence, "  "));
  return [
    bold(truncateText(makeOneLine(comparisonTitle(comparison)), columns)),
    ...wrapped(whatWasCompared(comparison)),
    "",
    ...block(comparison, main.filter(({ group }) => group !== "writing"), options, true),
    ...(temperature === null ? [] : ["", `Written at temperature ${temperature}:`, ...block(comparison, main.filter(({ group }) => group === "writing"), options)]),
    ...(stories.length === 0 ? [] : ["", ...wrapped("Nats a story above the source, and stories that are well-formed:"), ...block(comparison, stories, options)]),
    "",
    ...wrapped(`★ best of its column, of texts what is nearest to real ones; ≈ its 95 % interval overlaps that of the best.${comparison.seeds.length > 1 ? " Means over the seeds that are done, with ± their standard deviation." : ""}`),
    "",
    ...sentences,
  ];
}
