// Tokens as labels of a picture: white space and other invisible characters shown, nothing that could disturb its neighbours.

import stringWidth from "string-width";

// Format characters that move, hide or reorder what stands around them. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
const HIDDEN =
  /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u00AD\u115F\u1160\u180E\u200B\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]/gu;
const BLANKS = /[^\P{Zs} ]/gu; // every space but the usual one
const LONE_SURROGATES = /\p{Surrogate}/gu;
const TOO_MANY_MARKS = /(\p{M}{4})\p{M}+/gu;
// Joiners, variation selectors and tags with no character to act on.
const ONLY_INVISIBLE = /^[\p{Join_Control}\p{Variation_Selector}\u{E0000}-\u{E007F}]+$/u;
// Far more characters than a label can show; the rest would only cost room.
const LONGEST_LABEL = 400;

const signs = new Map([
  ["\n", "↵"],
  ["\t", "⇥"],
]);

function codeOf(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
}

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return signs.get(character) ?? String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : codeOf(character);
}

const cut = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`);
const madeVisible = (text: string): string => text.replaceAll("\r\n", "\n").replace(LONE_SURROGATES, "\uFFFD").replace(HIDDEN, signOf).replace(TOO_MANY_MARKS, "$1");

/**
 * A text on one line of which every character can be seen and stands in any XML or HTML document: control characters by
 * their pictures (`␀`, `⇥`), line feeds as `↵`, other invisible ones by their code (`<U+202E>`), halves of characters
 * as `�`. Spaces stay. Runs of more than four combining marks are cut, as is all beyond 400 characters.
 */
export const visibleText = (text: string): string => madeVisible(cut(text, LONGEST_LABEL));

/** The same of a text of several lines, whose line feeds stay, cut to so many UTF-16 units. */
export const visibleLines = (text: string, longest = Infinity): string => cut(text, longest).split(/\r?\n/).map(madeVisible).join("\n");

/**
 * The label of a token, as `visibleText`, with spaces shown too: `␣`, wider and unbreakable ones by their code. A
 * combining mark that begins a token stands on a dotted circle, and a token of nothing is `∅`.
 */
export function tokenLabel(token: string): string {
  if (token === "") return "∅";
  const label = visibleText(token).replaceAll(" ", "␣").replace(BLANKS, codeOf);
  if (ONLY_INVISIBLE.test(label)) return label.replace(/./gu, codeOf);
  return /^\p{M}/u.test(label) ? `\u25CC${label}` : label;
}

/** Width of a label in columns, of which a wide character (Chinese, emoji) takes two and a combining mark none. */
export function labelColumns(label: string): number {
  return stringWidth(label);
}

/** A label cut to at most `columns` columns (2 or more); a cut one ends with `…`. What a reader takes as one character stays whole. */
export function shortenLabel(label: string, columns: number): string {
  if (labelColumns(label) <= columns) return label;
  let shown = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(label)) {
    used += labelColumns(segment);
    if (used > columns - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}
