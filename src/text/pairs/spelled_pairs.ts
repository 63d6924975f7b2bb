// Whether pairs are short strings to be spelled, as numbers and names are, rather than sentences made of words.
import { unspacedClass } from "../unspaced_scripts.js";
import type { TextPair } from "./pair_corpus.js";

/** So many pairs tell what all are like; they are taken from everywhere, since files are often sorted by length. */
const lookedAt = 20_000;
/** Characters a text on average, at most. */
const shortLength = 40;
/** Of the characters that are no blanks: from this share of digits on, strings are numbers rather than words. */
const digitShare = 0.15;
/** Of the words in a text: fewer that stand elsewhere too, and texts are not made of words. */
const recurringShare = 0.5;

const wordPattern = new RegExp(`[${unspacedClass}]|(?:(?![${unspacedClass}])[\\p{L}\\p{M}])+`, "gu");

/**
 * Whether both sides are short and one has many digits or few words that recur: telephone numbers, prices, dates,
 * spellings. Parts of such strings that are frequent mean nothing, so that they are best read as characters. A character
 * of a script that puts no spaces between words counts as a word.
 */
export function areSpelled(pairs: readonly TextPair[]): boolean {
  const step = Math.max(1, pairs.length / lookedAt);
  const sample = Array.from({ length: Math.min(pairs.length, lookedAt) }, (_, i) => pairs[Math.floor(i * step)]);
  const sides = [sample.map(({ source }) => source), sample.map(({ target }) => target)];
  const areShort = sides.every((texts) => texts.reduce((sum, text) => sum + text.length, 0) < shortLength * texts.length);
  return areShort && sides.some((texts) => shareOfDigits(texts) >= digitShare || shareOfRecurringWords(texts) < recurringShare);
}

function shareOfDigits(texts: readonly string[]): number {
  const count = (pattern: RegExp): number => texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
  return count(/\p{Nd}/gu) / Math.max(1, count(/\S/gu));
}

/** Of all words, those whose like stands in the texts at least once more. */
function shareOfRecurringWords(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  let all = 0;
  for (const text of texts) {
    for (const word of text.toLowerCase().match(wordPattern) ?? []) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      all++;
    }
  }
  let recurring = 0;
  for (const count of counts.values()) if (count > 1) recurring += count;
  return all === 0 ? 0 : recurring / all;
}
