// The strictest measure: how often the text is the reference itself.

import { pairSentences, type References } from "./sentence_pairs.js";

/** The same characters may be encoded in several ways, and white space at the ends is nobody's translation. */
const comparable = (text: string): string => text.normalize("NFC").trim();

/**
 * The share, from 0 to 1, of hypotheses that are equal to one of their references after trimming and Unicode
 * normalization (NFC).
 * @throws WordloomError `invalid_argument` for lists that are empty or do not fit together
 */
export function exactMatch(hypotheses: readonly string[], references: References): number {
  const matches = exactMatches(hypotheses, references);
  return matches.reduce((sum, match) => sum + match, 0) / matches.length;
}

/** 1 for each hypothesis that is equal to one of its references, else 0. @throws WordloomError as `exactMatch` */
export function exactMatches(hypotheses: readonly string[], references: References): number[] {
  return pairSentences(hypotheses, references).map(({ hypothesis, references }) => (references.some((reference) => comparable(reference) === comparable(hypothesis)) ? 1 : 0));
}
