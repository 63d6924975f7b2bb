// A file of pairs as a table, whatever its format: with a header, without one, or JSON Lines.
import { extname } from "node:path";
import { WordloomError } from "../../errors.js";
import { readDelimited } from "../read_delimited.js";
import { readJsonLines } from "../read_json_lines.js";
import type { Table } from "../table.js";
import { firstRows, readHeaderless } from "./headerless_table.js";
import { type AskedColumns, askedNames, isColumnNumber, namesColumns } from "./pair_columns.js";

export type PairFormat = "csv" | "tsv" | "jsonl" | "text";

/** What a file is read as, by its extension; other text is a .tsv if its first line has a tab. */
export function pairFormat(path: string, text: string): PairFormat {
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return "jsonl";
    case ".csv":
      return "csv";
    case ".tsv":
      return "tsv";
    default: {
      const [first] = text.trimStart().split("\n", 1);
      return first.includes("\t") ? "tsv" : "text";
    }
  }
}

/**
 * Opens a file's text as a table of pairs. A .csv or .tsv has a header unless its first row does not look like names
 * and either its columns are asked for by number or it has just two and none was asked for.
 * @throws WordloomError "invalid_data" for a malformed table; "invalid_argument" for plain text, which has no pairs
 */
export function openPairTable(
  text: string,
  path: string,
  asked: AskedColumns,
): Table & { readonly byNumber: boolean; readonly notices: readonly string[] } {
  const format = pairFormat(path, text);
  if (format === "jsonl") return { ...readJsonLines(text, path), byNumber: false, notices: [] };
  if (format === "text") {
    throw new WordloomError(
      "invalid_argument",
      `${path} has one text a line and no second one behind a tab; give the file of its counterparts as well ` +
        '(option "targetFile"), or a .tsv, .csv or .jsonl of pairs.',
    );
  }
  const delimiter = format === "csv" ? "," : "\t";
  const [first = []] = firstRows(text, delimiter, 1);
  if (hasHeader(first, asked)) return { ...readDelimited(text, delimiter, path), byNumber: true };
  const table = readHeaderless(text, delimiter, path);
  const notice = "The file has no row of column names; its first row was read as a pair.";
  return { ...table, byNumber: true, notices: [...table.notices, notice] };
}

/** Whether a table's first row is a header rather than data. */
export function hasHeader(first: readonly string[], asked: AskedColumns): boolean {
  if (namesColumns(first, asked)) return true;
  const names = askedNames(asked);
  return names.length > 0 ? !names.every(isColumnNumber) : first.length !== 2;
}
