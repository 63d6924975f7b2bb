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
  const pairs = pairSentences(hypotheses, references);
  const equal = pairs.filter(({ hypothesis, references }) => references.some((reference) => comparable(reference) === comparable(hypothesis)));
  return equal.length / pairs.length;
}
