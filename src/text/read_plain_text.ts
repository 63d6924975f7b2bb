// Plain text: one long text, or a list with a sample on each line.
import { countCharacters, type CorpusKind, counted } from "./corpus.js";

/** Texts of one file, before they are counted. */
export interface ReadTexts {
  readonly kind: CorpusKind;
  readonly texts: string[];
  readonly labels?: string[];
  readonly skipped: { readonly empty: number; readonly missing: number };
  /** How the file was read, when that was decided here. */
  readonly notices: string[];
}

const fewestListLines = 8;
const longestMedianLine = 40;
const longestListLine = 200;

/**
 * Reads plain text.
 * @param lines true: each line is a sample; false: the whole is one text; undefined: lines if the file looks like a list
 * @param mayBeList false when the file's name already says that it is not a list
 */
export function readPlainText(text: string, lines: boolean | undefined, mayBeList: boolean): ReadTexts {
  const notices: string[] = [];
  const byLine = lines ?? (mayBeList && looksLikeList(text));
  if (lines === undefined) {
    notices.push(
      byLine
        ? "Each line was read as a sample of its own, because all lines are short and none is blank " +
            '(option "lines" decides otherwise).'
        : 'The file was read as one continuous text (option "lines" makes each line a sample).',
    );
  }
  if (!byLine) return { kind: "stream", texts: [text], skipped: { empty: 0, missing: 0 }, notices };
  const all = splitLines(text);
  const texts = all.filter((line) => line.trim() !== "");
  const empty = all.length - texts.length;
  if (empty > 0) notices.push(`Skipped ${counted(empty, "blank line")}.`);
  return { kind: "samples", texts, skipped: { empty, missing: 0 }, notices };
}

/**
 * A list has at least 8 lines, none of them blank or over 200 characters, and half of them under 40: names, addresses
 * and product titles are lists; prose, verse in stanzas, plays and source code are not.
 */
export function looksLikeList(text: string): boolean {
  const lengths: number[] = [];
  for (const line of splitLines(text)) {
    if (line.trim() === "") return false;
    const length = countCharacters(line);
    if (length > longestListLine) return false;
    lengths.push(length);
  }
  if (lengths.length < fewestListLines) return false;
  lengths.sort((a, b) => a - b);
  return lengths[lengths.length >> 1] < longestMedianLine;
}

/** The lines of a text; a line feed at the very end begins no further line. */
export function splitLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}
