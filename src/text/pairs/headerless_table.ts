// Tables without a header, as pairs of sentences are often given: their columns are called "1", "2", ….
import { CsvError, type Options, parse } from "csv-parse/sync";
import { WordloomError } from "../../errors.js";
import type { Delimiter } from "../csv_delimiter.js";
import { lineOfRecord } from "../read_delimited.js";
import type { Table } from "../table.js";

const sniffedRows = 1000;

/** The first rows of a delimited text, to tell what it is; none of a text whose quotes are broken. */
export function firstRows(text: string, delimiter: Delimiter, count: number): string[][] {
  for (const quote of delimiter !== "\t" ? ['"'] : ['"', null]) {
    try {
      return parse(text, { ...parsing(delimiter), quote, to: count });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
    }
  }
  return [];
}

/**
 * Opens a delimited text every row of which is data. Rows may be short but not longer than the first. As `readDelimited`
 * does, it takes a .tsv's quotes for ordinary characters if they do not pair as a table's would.
 * @throws WordloomError "invalid_data" for broken quotes or too many fields, with the line
 */
export function readHeaderless(text: string, delimiter: Delimiter, path: string): Table & { notices: string[] } {
  const notices: string[] = [];
  let rows: string[][];
  let quote: '"' | null = '"';
  try {
    rows = parseRows(text, delimiter, path, quote);
  } catch (error) {
    if (delimiter !== "\t" || !(error instanceof WordloomError)) throw error;
    quote = null;
    rows = parseRows(text, delimiter, path, quote);
    notices.push("Quotes were read as ordinary characters, because they do not pair as a table's would.");
  }
  const columns = (rows[0] ?? []).map((_, i) => String(i + 1));
  const head = rows.slice(0, sniffedRows);
  return {
    columns,
    textColumns: columns.filter((_, i) => head.some((row) => isText(row[i]))),
    notices,
    read(names) {
      const places = names.map((name) => columns.indexOf(name));
      return rows.map((row) => places.map((place) => row[place]));
    },
    lineOf: (row) => lineOfRecord(text, { ...parsing(delimiter), quote }, row),
  };
}

/** Whether a field holds more than a number. */
export function isText(field: string | undefined): boolean {
  return field !== undefined && field.trim() !== "" && Number.isNaN(Number(field));
}

function parsing(delimiter: string): Options {
  return { delimiter, record_delimiter: "\n", relax_column_count: true, skip_empty_lines: true };
}

function parseRows(text: string, delimiter: string, path: string, quote: '"' | null): string[][] {
  let width = Number.POSITIVE_INFINITY;
  const check = (row: string[], { lines }: { lines: number }): string[] => {
    if (width === Number.POSITIVE_INFINITY) width = row.length;
    if (row.length <= width) return row;
    throw new WordloomError(
      "invalid_data",
      `${path}, line ${lines}: the row has ${row.length} fields but the first row ${width}; ` +
        "put fields that contain the separator in quotes.",
    );
  };
  try {
    return parse(text, { ...parsing(delimiter), quote, on_record: check });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const unclosed = error.code === "CSV_QUOTE_NOT_CLOSED";
    const reason = unclosed
      ? "a quote opened before is never closed"
      : 'a quote is in the wrong place; put the whole field in quotes and write each " inside it as ""';
    throw new WordloomError("invalid_data", `${path}, line ${error.lines}: ${reason}.`, { cause: error });
  }
}
