// Text that a model or a file wrote can hold anything: here it becomes safe to put on a terminal, and fits its columns.
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// Format characters that move, hide or reorder what stands around them. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u00AD\u2028\u2029\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const TOO_MANY_MARKS = /(\p{M}{4})\p{M}+/gu;
// Far more characters than any place for a sample can show; the rest would only cost time.
const LONGEST_SHOWN = 20_000;

/**
 * The text with everything that could act on a terminal replaced by a sign for it: control characters by their
 * pictures (`␛`, `␍`, `␉`), other invisible ones by their code (`<U+202E>`), halves of characters by `�`.
 * Line feeds stay, also those of `\r\n`. Runs of more than four combining marks are cut.
 */
export function makeVisible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (character === "\n") return character;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      if (code === 0x7f) return "\u2421";
      return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
    })
    .replace(LONE_SURROGATES, "\uFFFD")
    .replace(TOO_MANY_MARKS, "$1");
}

/** The text on one line: everything invisible made visible, line feeds too, as `↵`. */
export function makeOneLine(text: string): string {
  return makeVisible(text).replaceAll("\n", "↵");
}

/** Columns that a line takes on a terminal: wide characters count two, combining marks and colour codes none. */
export function textWidth(line: string): number {
  return stringWidth(line);
}

/** The line cut to at most `columns` columns; a cut line ends with `…`. It must hold no escape codes. */
export function truncateText(line: string, columns: number): string {
  if (columns < 1) return "";
  const shown = line.slice(0, LONGEST_SHOWN);
  if (shown.length === line.length && textWidth(line) <= columns) return line;
  return appendEllipsis(wrapAnsi(shown, columns, { hard: true, trim: false, wordWrap: false }).split("\n")[0], columns);
}

/**
 * Visible text broken at words into lines of at most `columns` columns, words longer than a line anywhere.
 * @param text may hold line feeds and colour codes, no other control character
 * @param maxLines lines kept; if there were more, the last one ends with `…`
 */
export function wrapText(text: string, columns: number, maxLines = Infinity): string[] {
  if (columns < 2 || maxLines < 1) return [];
  const shown = text.slice(0, LONGEST_SHOWN);
  const lines: string[] = [];
  for (const paragraph of shown.split("\n")) {
    const rows = wrapAnsi(paragraph, columns, { hard: true, trim: false }).split("\n");
    // The blank at which a line was broken belongs to neither line; indentation of a paragraph stays.
    // A single character can be wider than a line of two columns; it cannot be broken, only left out.
    const fitting = rows.map((row) => (textWidth(row) > columns ? appendEllipsis(row, columns) : row));
    fitting.forEach((row, index) => lines.push((index > 0 ? row.trimStart() : row).trimEnd()));
    if (lines.length > maxLines) break;
  }
  if (lines.length <= maxLines && shown.length === text.length) return lines;
  const kept = lines.slice(0, maxLines);
  kept[kept.length - 1] = appendEllipsis(kept[kept.length - 1], columns);
  return kept;
}

/** The first of the choices, each a list of parts, whose parts joined by `gap` take at most `columns` columns; "" if none does. */
export function firstThatFits(choices: readonly (readonly string[])[], columns: number, gap: string): string {
  return choices.map((parts) => parts.join(gap)).find((line) => textWidth(line) <= columns) ?? "";
}

function appendEllipsis(line: string, columns: number): string {
  if (textWidth(line) < columns) return `${line}…`;
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  while (characters.length > 0 && textWidth(characters.join("")) >= columns) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
