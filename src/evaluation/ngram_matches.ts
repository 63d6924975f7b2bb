// Counts the n-grams that a hypothesis shares with its references: what BLEU, chrF and ROUGE-N are made of.

import { numberElements, numberNgrams, type Numbered } from "./number_ngrams.js";

/** How many n-grams of n elements a sequence has. */
export function ngramCount(length: number, n: number): number {
  return Math.max(0, length - n + 1);
}

/**
 * The n-grams of the first sequence, each counted at most as often as in the one of the others that has most of it. A
 * reference takes time by its own length only: a text may have thousands.
 */
function clippedCount({ numbers: [hypothesis, ...references], count }: Numbered): number {
  const allowed = new Int32Array(count);
  const occurrences = new Int32Array(count);
  for (const reference of references) {
    for (const number of reference) {
      const occurred = ++occurrences[number];
      if (occurred > allowed[number]) allowed[number] = occurred;
    }
    for (const number of reference) occurrences[number] = 0;
  }
  let matches = 0;
  for (const number of hypothesis) {
    if (allowed[number] === 0) continue;
    allowed[number]--;
    matches++;
  }
  return matches;
}

/**
 * How many n-grams of the hypothesis are in the references, for n from 1 to `maxOrder` at index n - 1. An n-gram that the
 * hypothesis has more often than any one reference counts only as often as in the reference that has most of it.
 *
 * Source: the clipped counts of Papineni et al. 2002, "BLEU: a Method for Automatic Evaluation of Machine Translation",
 * section 2.1.
 */
export function clippedMatches(hypothesis: readonly string[], references: readonly (readonly string[])[], maxOrder: number): number[] {
  const elements = numberElements([hypothesis, ...references]);
  const matches = Array.from({ length: maxOrder }, () => 0);
  let ngrams = elements;
  for (let n = 1; n <= maxOrder; n++) {
    if (n > 1) ngrams = numberNgrams(ngrams, elements, n);
    matches[n - 1] = clippedCount(ngrams);
    // Where no n-gram is shared no longer one is.
    if (matches[n - 1] === 0) break;
  }
  return matches;
}
