// Cuts text at white space exactly where the reference implementations do, which differs from JavaScript's \s and trim().

/**
 * What Python's str.isspace() accepts: unlike \s it has the separators U+001C to U+001F and U+0085, and not U+FEFF. One
 * run of it.
 */
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** The pieces between runs of white space, none of them empty: Python's str.split(). */
export function splitWhitespace(text: string): string[] {
  return text.split(SPACES).filter((piece) => piece !== "");
}

/** The text without white space at its end: Python's str.rstrip(). */
export function trimWhitespaceEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACES.test(text[end - 1])) end--;
  return text.slice(0, end);
}

/** The text without white space at its ends: Python's str.strip(). */
export function trimWhitespace(text: string): string {
  const trimmed = trimWhitespaceEnd(text);
  let start = 0;
  while (start < trimmed.length && SPACES.test(trimmed[start])) start++;
  return trimmed.slice(start);
}
