// Tables with a header and a field a column: .csv and .tsv, with quotes that may hold separators and line ends.
import { CsvError, parse } from "csv-parse/sync";
import { WordloomError } from "../errors.js";
import { counted } from "./corpus.js";
import { sniffedRows, type Table } from "./table.js";

/**
 * Opens a delimited text whose first row names the columns. A row may be short, its last fields then missing; a row
 * with too many fields is an error, since an unquoted separator would otherwise cut a text unseen. A .tsv whose quotes
 * do not pair is read with quotes as ordinary characters, as many such files are meant.
 * @throws WordloomError "invalid_data" for broken quotes or too many fields, with the line
 */
export function readDelimited(text: string, delimiter: "," | "\t", path: string): Table & { notices: string[] } {
  const notices: string[] = [];
  let quotes = true;
  const parseRows = (extra: { to?: number; on_record?: (record: string[]) => unknown }): string[][] => {
    const attempt = (quote: '"' | null): string[][] =>
      parse(text, { delimiter, quote, record_delimiter: "\n", relax_column_count_less: true, skip_empty_lines: true, ...extra });
    if (!quotes) return attempt(null);
    try {
      return attempt('"');
    } catch (error) {
      if (delimiter === "," || !isQuoteError(error)) throw error;
      quotes = false;
      const rows = attempt(null);
      notices.push("Quotes were read as ordinary characters, because they do not pair as a table's would.");
      return rows;
    }
  };
  const explained = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (error) {
      throw error instanceof CsvError ? explain(error, path) : error;
    }
  };
  const [columns = [], ...head] = explained(() => parseRows({ to: sniffedRows + 1 }));
  const textColumns = columns.filter((_, i) => head.some((row) => isText(row[i])));
  return {
    columns,
    textColumns: textColumns.length === 0 && columns.length === 1 ? columns : textColumns,
    notices,
    read(names) {
      const places = names.map((name) => columns.indexOf(name));
      const pick = (record: string[]): (string | undefined)[] => places.map((place) => record[place]);
      return explained(() => parseRows({ on_record: pick })).slice(1);
    },
  };
}

function isText(field: string | undefined): boolean {
  return field !== undefined && field.trim() !== "" && Number.isNaN(Number(field));
}

function isQuoteError(error: unknown): boolean {
  return error instanceof CsvError && (error.code.includes("QUOTE") || error.code.includes("INCONSISTENT"));
}

function explain(error: CsvError, path: string): WordloomError {
  const line = typeof error.lines === "number" ? error.lines : 0;
  const reason = isQuoteError(error) && error.code.includes("QUOTE")
    ? 'a quote is opened or closed in the wrong place; write " inside a quoted field as ""'
    : error.code.includes("INCONSISTENT")
      ? `the row has more fields than the header names (${counted(Number(error.column) || 0, "column")})`
      : error.message;
  return new WordloomError("invalid_data", `${path}, line ${line}: ${reason}.`, { cause: error });
}
