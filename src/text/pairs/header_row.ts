// Whether a table's first row names its columns or is data already: by known names first, then by what the other rows hold.
import { isAttribution, isNumber, isSentence } from "./column_contents.js";
import { isColumnName, knownPair, languagePair } from "./column_names.js";
import { type AskedColumns, askedNames, isColumnNumber } from "./pair_columns.js";

/** From how many rows on it counts that all of them end as sentences do, or that nearly none is a single word. */
const tellingRows = 10;
/** Of those, how many need to be no single word; the first ones all. */
const most = 0.95;
/** What a name of a column has at most. */
const longestName = 40;
const mostNameWords = 3;

/**
 * Whether the first of some rows is a header. It is one if it has a name that was asked for, a known pair of names, those
 * of two languages, or only known names; if a column has numbers below a word, or sentences below what is none; or if it
 * numbers columns of text. It is data if it has a number, a sentence or an attribution, or a field that stands below it
 * again. Otherwise two fields are a pair unless they are words above a column of what is none, and more are names if they
 * could be. Columns that were asked for by number change nothing: a file is read the same way each time.
 */
export function hasHeader(rows: readonly (readonly string[])[], asked: AskedColumns = {}): boolean {
  const [first = [], ...rest] = rows;
  if (askedNames(asked).some((name) => !isColumnNumber(name) || (Number(name) > first.length && first.includes(name)))) return true;
  if (knownPair(first) !== undefined || languagePair(first) !== undefined || first.every(isColumnName)) return true;
  if (hasNumbersBelow(first, rest) || hasSentencesBelow(first, rest) || isNumbering(first, rest)) return true;
  if (first.some((field) => isNumber(field) || isAttribution(field) || isSentence(field))) return false;
  if (first.some((field, column) => rest.some((row) => row[column] === field))) return false;
  return first.length === 2 ? isWordsAboveOthers(first, rest) : first.every(couldBeName);
}

/** Whether a row of single words stands above a column of anything else: "raw" and "clean" above numbers or names in full. */
function isWordsAboveOthers(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  if (!first.every(isWord) || rest.length < tellingRows) return false;
  return first.some((_, column) => {
    const others = rest.map((row) => !isWord(row[column] ?? ""));
    return others.slice(0, tellingRows).every(Boolean) && others.filter(Boolean).length >= most * others.length;
  });
}

/** A word as columns are called, without digits and spaces: "raw", "clean_text". */
const isWord = (field: string): boolean => /^\p{L}[\p{L}\p{M}_-]*$/u.test(field.trim());

const couldBeName = (field: string): boolean => field.length <= longestName && field.trim().split(/\s+/).length <= mostNameWords;

/** Whether a column holds nothing but numbers below a word: what else should stand there? */
function hasNumbersBelow(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  return first.some((field, column) => {
    const below = rest.map((row) => row[column] ?? "").filter((other) => other.trim() !== "");
    return field.trim() !== "" && !isNumber(field) && !isSentence(field) && below.length > 0 && below.every(isNumber);
  });
}

/** Whether two columns hold nothing but sentences, each below what is none. */
function hasSentencesBelow(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  if (first.length !== 2 || rest.length < tellingRows) return false;
  return first.every((field, column) => !isSentence(field) && rest.every((row) => isSentence(row[column] ?? "")));
}

/** Whether a row is "0", "1", …: what some programs write where columns have no names. */
function isNumbering(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const begin = Number(first[0]);
  if (!first.every((field, column) => isNumber(field) && Number(field) === begin + column) || begin > 1) return false;
  return rest.length > 0 && first.every((_, column) => !rest.some((row) => isNumber(row[column] ?? "")));
}
