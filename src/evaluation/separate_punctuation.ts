// The last step that the 13a and zh tokenizers share: ASCII punctuation becomes words of its own, numbers stay whole.

import { splitWhitespace } from "./whitespace.js";

/**
 * The words of a text: ASCII punctuation and symbols but ' , - . are cut off everywhere, full stops and commas unless they
 * stand between digits, a hyphen only after a digit; then white space divides.
 *
 * Source: mteval-v13a.pl (NIST), its language-dependent part, as in sacreBLEU's `TokenizerRegexp`.
 */
export function separatePunctuation(text: string): string[] {
  // The order matters: each replacement sees the spaces that the ones before it put in.
  const separated = text
    .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return splitWhitespace(separated);
}
