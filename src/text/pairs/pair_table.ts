// A file of pairs as a table, whatever its format: with a header, without one, or JSON Lines.
import { extname } from "node:path";
import { WordloomError } from "../../errors.js";
import { csvDelimiter, type Delimiter, semicolonNotice } from "../csv_delimiter.js";
import { readDelimited } from "../read_delimited.js";
import { readJsonLines } from "../read_json_lines.js";
import { type ColumnContent, columnContents } from "./column_contents.js";
import { hasHeader } from "./header_row.js";
import { firstRows, readHeaderless } from "./headerless_table.js";
import type { AskedColumns, PairTable } from "./pair_columns.js";

export type PairFormat = "csv" | "tsv" | "semicolons" | "jsonl" | "text";

/** What stands between the fields of a table. */
export const delimiters: Readonly<Record<"csv" | "tsv" | "semicolons", Delimiter>> = { csv: ",", tsv: "\t", semicolons: ";" };

/** What a file is read as, by its extension; other text is a .tsv if its first line has a tab, as is a .csv with no comma there; some have semicolons. */
export function pairFormat(path: string, text: string): PairFormat {
  const [first] = text.trimStart().split("\n", 1);
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return "jsonl";
    case ".csv":
      return formatOf[csvDelimiter(text)];
    case ".tsv":
      return "tsv";
    default:
      return first.includes("\t") ? "tsv" : "text";
  }
}

const formatOf: Readonly<Record<Delimiter, PairFormat>> = { ",": "csv", "\t": "tsv", ";": "semicolons" };

/** How many rows are looked at. */
const sniffedRows = 1000;

/**
 * Opens a file's text as a table of pairs, with or without a header (`hasHeader` says which).
 * @throws WordloomError "invalid_data" for a malformed table; "invalid_argument" for plain text, which has no pairs
 */
export function openPairTable(text: string, path: string, asked: AskedColumns): PairTable {
  const format = pairFormat(path, text);
  if (format === "jsonl") return { ...readJsonLines(text, path), byNumber: false, contents: new Map(), notices: [] };
  if (format === "text") {
    throw new WordloomError(
      "invalid_argument",
      `${path} has one text a line and no second one behind a tab; give the file of its counterparts as well ` +
        '(option "targetFile"), or a .tsv, .csv or .jsonl of pairs.',
    );
  }
  const delimiter = delimiters[format];
  const separated = format === "semicolons" ? [semicolonNotice] : [];
  const rows = sniff(text, delimiter);
  if (hasHeader(rows, asked)) {
    const table = readDelimited(text, delimiter, path);
    return { ...table, byNumber: true, contents: contentsOf(table.columns, rows.slice(1)), notices: [...separated, ...table.notices] };
  }
  const table = readHeaderless(text, delimiter, path);
  return {
    ...table,
    byNumber: true,
    contents: contentsOf(table.columns, rows),
    example: new Map(table.columns.map((name, column) => [name, rows[0]?.[column] ?? ""])),
    notices: [...separated, ...table.notices, "The file has no row of column names; its first row was read as a pair."],
  };
}

/** The rows to look at: the first alone where one behind it is broken, which whoever reads them all says better. */
function sniff(text: string, delimiter: Delimiter): string[][] {
  const rows = firstRows(text, delimiter, sniffedRows);
  return rows.length > 0 ? rows : firstRows(text, delimiter, 1);
}

/** The columns that hold neither texts of pairs nor numbers. */
function contentsOf(columns: readonly string[], rows: readonly (readonly string[])[]): Map<string, ColumnContent> {
  const contents = columnContents(rows);
  return new Map(columns.flatMap((name, column) => (isAside(contents[column]) ? [[name, contents[column]] as const] : [])));
}

const isAside = (content: ColumnContent | undefined): boolean => content !== undefined && content !== "text" && content !== "number";
