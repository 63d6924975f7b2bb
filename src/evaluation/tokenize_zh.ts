// The tokenizer that BLEU scores of Chinese are published with: every Chinese character is a word.

import { separatePunctuation } from "./separate_punctuation.js";
import { trimWhitespace } from "./whitespace.js";

/**
 * What sacreBLEU takes for Chinese: ideographs, radicals, strokes, Chinese punctuation and full-width forms. Its ranges for
 * planes above the first are written with four digits and a stray fifth, so that they cover U+2001 to U+2A6D (dashes,
 * quotation marks, arrows, mathematical signs) and not the rare ideographs of extension B; published scores are made this way.
 */
const RANGES = [
  "\\u2001-\\u2a6d", // by that mistake
  "\\u2e80-\\u2eff", // radicals
  "\\u2f00-\\u2fdf", // Kangxi radicals
  "\\u2ff0-\\u2fff", // how a character is composed
  "\\u3000-\\u303f", // punctuation
  "\\u3100-\\u312f", // Bopomofo
  "\\u31a0-\\u31bf", // Bopomofo, extended
  "\\u31c0-\\u31ef", // strokes
  "\\u3200-\\u33ff", // enclosed letters and months; compatibility
  "\\u3400-\\u4db5", // ideographs, extension A
  "\\u4e00-\\u9fbb", // ideographs
  "\\uf900-\\ufa2d", // compatibility ideographs
  "\\ufa30-\\ufa6a",
  "\\ufa70-\\ufad9",
  "\\ufe10-\\ufe1f", // vertical forms
  "\\ufe30-\\ufe4f", // compatibility forms
  "\\uff00-\\uffef", // full-width and half-width forms
];
const CHINESE = new RegExp(`[${RANGES.join("")}]`, "g");

/**
 * The words of a text in which Chinese characters are words of their own and the rest is cut as by the 13a tokenizer, but
 * with HTML entities left as they are.
 *
 * Source: sacreBLEU's `zh`, by Shujian Huang.
 */
export function tokenizeZh(text: string): string[] {
  // White space at the ends goes first: a full stop beside it would otherwise have a neighbour that is not a digit.
  return separatePunctuation(trimWhitespace(text).replace(CHINESE, " $& "));
}
