// What a text is like, as a short vector that needs no model: the same for every family, so that families can be compared.

import { hashText } from "../text/hash_text.js";
import { copyTokens } from "./copy_tokens.js";

/** Numbers of a text's vector. */
export const TEXT_FEATURES = 128;

/** How much three characters in a row weigh beside a word: too little to hide the order of words, and more where there are few. */
const charactersWeight = (words: number): number => Math.max(0.4, 2 / words);
/** How much a text's length weighs beside a word. */
const LENGTH_WEIGHT = 2;
/** Parts of a text in which its words are counted by themselves. */
const PARTS = 3;
const [BEGIN, END] = ["\u0002", "\u0003"];

/**
 * Signed feature hashing: each feature falls into one of the numbers, and is added or subtracted, both by its hash, so that
 * features which meet cancel each other on average. The vector has the length 1, or is 0 where nothing was counted.
 *
 * Source: Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning", definition 1.
 * @param weights what each feature weighs
 */
export function hashFeatures(weights: ReadonlyMap<string, number>, width: number = TEXT_FEATURES): Float64Array {
  const vector = new Float64Array(width);
  for (const [feature, weight] of weights) {
    const hash = hashText(feature);
    vector[(hash >>> 1) % width] += hash & 1 ? weight : -weight;
  }
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/** How often each occurs: of n occurrences 1 + ln n count, times the weight. */
class Occurrences {
  private readonly counts = new Map<string, number>();

  add(feature: string): void {
    this.counts.set(feature, (this.counts.get(feature) ?? 0) + 1);
  }

  addTo(weights: Map<string, number>, weight: number): void {
    for (const [feature, count] of this.counts) weights.set(feature, weight * (1 + Math.log(count)));
  }
}

/**
 * The features of a text, hashed into 128 numbers:
 *
 * - its words and pairs of neighbouring words, with its beginning and its end as words of their own,
 * - its words once more by the third of the text that they stand in,
 * - three characters in a row of each word with its borders, at 0.4 of the weight, at 2/words where there are fewer than five,
 * - the number of words, in steps of half an octave, at twice the weight.
 *
 * Words are those of the search for copies: of any script after Unicode normalization (NFC), each mark by itself, and each
 * character where no spaces part words.
 */
export function textFeatures(text: string): Float64Array {
  const tokens = copyTokens(text);
  const words = [BEGIN, ...tokens, END];
  const [ofWords, ofCharacters] = [new Occurrences(), new Occurrences()];
  for (const [i, word] of words.entries()) {
    ofWords.add(word);
    if (i > 0) ofWords.add(`${words[i - 1]} ${word}`);
    ofWords.add(`${Math.floor((PARTS * i) / words.length)}: ${word}`);
  }
  for (const token of tokens) {
    const characters = [BEGIN, ...token, END];
    for (let i = 2; i < characters.length; i++) ofCharacters.add(`…${characters[i - 2]}${characters[i - 1]}${characters[i]}`);
  }
  const weights = new Map<string, number>();
  ofWords.addTo(weights, 1);
  ofCharacters.addTo(weights, charactersWeight(tokens.length));
  weights.set(`#${Math.round(2 * Math.log2(words.length))}`, LENGTH_WEIGHT);
  return hashFeatures(weights);
}
