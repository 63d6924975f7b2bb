// Draws sentences for property tests: few different words, so that they meet, from several scripts.

import fc from "fast-check";

const WORDS = ["the", "The", "cat", "mat.", "1,000.5", "Käse", "on", "&amp;", "猫", "垫子", "قطة", "😀", "e-book", "(a", "b)"];

/** A sentence of up to `most` words and at least `least`. */
export const sentence = (least = 0, most = 9): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...WORDS), { minLength: least, maxLength: most }).map((words) => words.join(" "));

/** A hypothesis with one to three references. */
export const pair = fc.record({ hypothesis: sentence(), references: fc.array(sentence(), { minLength: 1, maxLength: 3 }) });

export const corpus = fc.array(pair, { minLength: 1, maxLength: 6 });
