// Rows with named fields, from any format that has them, and the choice of the column that holds the text.
import { WordloomError } from "../errors.js";

/** A file of rows. Fields of several columns stay aligned, so that pairs and labels can be read as texts are. */
export interface Table {
  /** In order of first appearance. */
  readonly columns: readonly string[];
  /** Those that hold text rather than only numbers and the like. */
  readonly textColumns: readonly string[];
  /**
   * The fields of the named columns, row by row; undefined where a row lacks one.
   * @param label one of them that holds labels: where a format knows numbers and truth values, they are labels too
   * @throws WordloomError "invalid_data" for a malformed row, with its line
   */
  read(names: readonly string[], label?: string): (string | undefined)[][];
  /** The line of the file, from 1, on which one of the rows that `read` gives ends. */
  lineOf(row: number): number;
}

/**
 * The column to take text from: the one asked for, else "text", else the only one that holds text.
 * @param mayBePairs whether to advise how pairs are read
 * @throws WordloomError "invalid_argument" listing the columns when the choice is not clear
 */
export function chooseColumn(table: Table, asked: string | undefined, path: string, mayBePairs = true): string {
  const listed = table.columns.map((name) => JSON.stringify(name)).join(", ");
  if (asked !== undefined) {
    if (table.columns.includes(asked)) return asked;
    throw new WordloomError(
      "invalid_argument",
      `${path} has no column ${JSON.stringify(asked)}; its columns are ${listed}.`,
    );
  }
  if (table.columns.includes("text")) return "text";
  if (table.textColumns.length === 1) return table.textColumns[0];
  const problem = table.textColumns.length === 0 ? "no column that holds text" : "more than one column of text";
  const choice = table.textColumns.length === 0 || !mayBePairs ? "say which column to read (--column)" : "say which column to read (--column), or which two are pairs of texts (--source, --target)";
  throw new WordloomError("invalid_argument", `${path} has ${problem}; ${choice}: ${listed}.`);
}
