// Cuts text for the search for copies: into words and marks as they stand, and into what is left without case and punctuation.

import { unspacedClass } from "../text/unspaced_scripts.js";

/** A letter of a script without spaces; a word of any other; any other sign. The flag v lets classes be subtracted. */
const TOKENS = new RegExp(`[${unspacedClass}]\\p{M}*|[[\\p{L}\\p{N}]--[${unspacedClass}]][[\\p{L}\\p{M}\\p{N}]--[${unspacedClass}]]*|\\S`, "gv");
const WORD = /^[\p{L}\p{N}]/u;
/** Where a text may be cut in two without a change to its tokens: behind white space or a punctuation mark. */
const CUT = /[\s\p{P}]/gu;
/** Characters of a piece: its tokens are all in memory at a time. */
const PIECE = 1 << 16;

/** Whether a token is more than a mark. */
export function isWord(token: string): boolean {
  const code = token.charCodeAt(0);
  if (code > 127) return WORD.test(token);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/**
 * The words of a text and its other signs, each by itself, after Unicode normalization (NFC). White space only divides. In
 * scripts without spaces between words each character is one.
 */
export const copyTokens = (text: string): string[] => text.normalize("NFC").match(TOKENS) ?? [];

/** The words among the tokens, in small letters. */
export function normalizedWords(tokens: readonly string[]): string[] {
  const words: string[] = [];
  for (const token of tokens) if (isWord(token)) words.push(token.toLowerCase());
  return words;
}

/** Each token's place in the normalized text, as the index of its first character and the one behind its last. */
export const tokenPlaces = (normalized: string): [number, number][] => Array.from(normalized.matchAll(TOKENS), ({ 0: token, index }) => [index, index + token.length]);

/** The text in pieces that have, one after the other, the tokens of the whole. */
export function* textPieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    CUT.lastIndex = start + PIECE;
    const end = CUT.test(text) ? CUT.lastIndex : text.length;
    yield text.slice(start, end);
    start = end;
  }
}
