// Simple properties of a text at each of its tokens: what hidden units may turn out to follow.

/** A property by its name, and its value after each token. */
export interface TextProperty {
  readonly name: string;
  readonly values: readonly number[];
}

const OPENING = "“«„";
const CLOSING = "”»";
const STRAIGHT = '"';

/** 1 from an opening quotation mark up to the one that closes it or the paragraph's end. */
function insideQuotes(tokens: readonly string[]): number[] {
  let inside = false;
  let blankLine = "";
  return tokens.map((token) => {
    for (const character of token) {
      if (character === STRAIGHT) inside = !inside;
      else if (OPENING.includes(character)) inside = true;
      else if (CLOSING.includes(character)) inside = false;
      blankLine = character === "\n" ? blankLine + character : "";
      if (blankLine.length > 1) inside = false; // one that was never closed
    }
    return inside ? 1 : 0;
  });
}

/** Characters since the line began. */
function positionInLine(tokens: readonly string[]): number[] {
  let position = 0;
  return tokens.map((token) => {
    for (const character of token) position = character === "\n" ? 0 : position + 1;
    return position;
  });
}

/** 1 for a token whose first letter or sign follows white space, in it or before it, or begins the text. */
function afterSpace(tokens: readonly string[]): number[] {
  let space = true;
  return tokens.map((token) => {
    const begins = token.trim() !== "" && (space || /^\s/u.test(token));
    if (token !== "") space = /\s$/u.test(token);
    return begins ? 1 : 0;
  });
}

/**
 * The properties of a text in tokens.
 * @param tokens their texts as they follow each other, white space and all; empty for marks that are no text
 */
export function textProperties(tokens: readonly string[]): TextProperty[] {
  return [
    { name: "inside quotes", values: insideQuotes(tokens) },
    { name: "position in the line", values: positionInLine(tokens) },
    { name: "after a space", values: afterSpace(tokens) },
    { name: "upper case", values: tokens.map((token) => (/\p{Lu}/u.test(token) ? 1 : 0)) },
  ];
}
