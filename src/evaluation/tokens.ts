// What the measures of generated text are taken of: texts that are cut into tokens already.

import { WordloomError } from "../errors.js";

/** A text as a list of words, or of a tokenizer's numbers. */
export type Tokens = readonly string[] | readonly number[];

/**
 * Checks that there are lists of tokens, at least so many.
 * @param what the texts are, "samples"
 * @param measure what is taken of them, as the beginning of a sentence
 * @throws WordloomError `invalid_argument`
 */
export function checkTexts(texts: readonly Tokens[], what: string, measure: string, least = 1): void {
  if (!Array.isArray(texts) || !texts.every((text) => Array.isArray(text))) {
    throw new WordloomError("invalid_argument", `The ${what} must be a list of lists of tokens; tokenize the texts first.`);
  }
  if (texts.length < least) {
    throw new WordloomError("invalid_argument", `${measure} cannot be taken of ${texts.length} ${what}; give at least ${least}.`);
  }
}

/**
 * Checks a longest n-gram.
 * @throws WordloomError `invalid_argument`
 */
export function checkOrder(order: number, measure: string): void {
  if (!Number.isInteger(order) || order < 1 || order > 100) {
    throw new WordloomError("invalid_argument", `${measure} cannot be taken of n-grams of ${order} tokens; give a whole number from 1 to 100.`);
  }
}
