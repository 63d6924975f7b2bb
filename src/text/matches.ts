// Cutting a text into the matches of a pattern one at a time: a list of them all would dwarf the text.

/** Calls back with each match of a regular expression (flags "gu"), in order. */
export function forEachMatch(text: string, pattern: string, visit: (match: string) => void): void {
  const expression = new RegExp(pattern, "gu");
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    if (match[0].length === 0) expression.lastIndex++;
    else visit(match[0]);
  }
}

/** Inside a character class: white space, spelled out because regular expression engines disagree about \s. */
export const spaceClass = "\\p{Z}\\t-\\r";
