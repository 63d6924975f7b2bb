// How ROUGE cuts a text into words: as Google's package does, or the same idea for every script.

/** Which words ROUGE counts. */
export type WordTokenizer = "rouge-score" | "unicode";

/** One Han character, or a letter or digit with the letters, digits and combining marks after it. */
const WORDS = /\p{Script=Han}|(?!\p{Script=Han})[\p{L}\p{N}](?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])*/gu;

/**
 * The lower-case runs of a-z and 0-9; everything else divides, so that a text in another script has no words at all and
 * "Käse" has two.
 *
 * Source: `tokenize` of Google's rouge-score 0.1.2, without its stemmer.
 */
export function asciiWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/**
 * The lower-case runs of letters and digits of any script, each Han character a word of its own, after Unicode
 * normalization (NFC). For a text in ASCII they are the words of `asciiWords`.
 */
export function unicodeWords(text: string): string[] {
  return text.normalize("NFC").toLowerCase().match(WORDS) ?? [];
}
