// Tables with a header and a field a column: .csv and .tsv, with quotes that may hold separators and line ends.
import { CsvError, type Options, parse } from "csv-parse/sync";
import { WordloomError } from "../errors.js";
import type { Delimiter } from "./csv_delimiter.js";
import type { Table } from "./table.js";

/** How many rows are looked at to learn which columns hold text. */
const sniffedRows = 1000;

/**
 * Opens a delimited text whose first row names the columns. A row may be short, its last fields then missing; a row
 * with too many fields is an error, since an unquoted separator would otherwise cut a text unseen. A .tsv whose quotes
 * do not pair is read with quotes as ordinary characters, as many such files are meant.
 * @throws WordloomError "invalid_data" for broken quotes or too many fields, with the line
 */
export function readDelimited(text: string, delimiter: Delimiter, path: string): Table & { notices: string[] } {
  const notices: string[] = [];
  const options: Options = { delimiter, record_delimiter: "\n", relax_column_count_less: true, skip_empty_lines: true };
  const rows = (extra: Options): string[][] => {
    try {
      return parse(text, { ...options, ...extra });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      if (delimiter !== "\t" || options.quote === null) throw explain(error, text, path);
      options.quote = null;
      const unquoted = rows(extra);
      notices.push("Quotes were read as ordinary characters, because they do not pair as a table's would.");
      return unquoted;
    }
  };
  const [columns = [], ...head] = rows({ to: sniffedRows + 1 });
  const textColumns = columns.filter((_, i) => head.some((row) => isText(row[i])));
  return {
    columns,
    textColumns: columns.length === 1 ? columns : textColumns,
    notices,
    read(names) {
      const places = names.map((name) => columns.indexOf(name));
      const pick = (record: string[]): string[] => places.map((place) => record[place]);
      return rows({ on_record: pick }).slice(1);
    },
    lineOf: (row) => lineOfRecord(text, { ...options, relax_column_count: true }, row + 1),
  };
}

/** The line, from 1, on which a record ends; for errors only, since it reads the text up to there once more. */
export function lineOfRecord(text: string, options: Options, record: number): number {
  let line = 0;
  parse(text, { ...options, to: record + 1, on_record: (_, { lines }) => void (line = lines) });
  return line;
}

function isText(field: string | undefined): boolean {
  return field !== undefined && field.trim() !== "" && Number.isNaN(Number(field));
}

function explain(error: CsvError, text: string, path: string): WordloomError {
  let line = Number(error.lines);
  let reason = error.message;
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    line = lineAt(text, Number(error.bytes_records)); // the parser only says where the file ends
    reason = "a quote that is opened here is never closed";
  } else if (error.code === "CSV_INVALID_CLOSING_QUOTE" || error.code === "INVALID_OPENING_QUOTE") {
    reason = 'a quote is in the wrong place; put the whole field in quotes and write each " inside it as ""';
  } else if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    reason = "the row has more fields than the header names; put fields that contain the separator in quotes";
  }
  return new WordloomError("invalid_data", `${path}, line ${line}: ${reason}.`, { cause: error });
}

/** The line, from 1, in which the byte at an offset of the text's UTF-8 form lies. */
function lineAt(text: string, offset: number): number {
  const before = Buffer.from(text).subarray(0, offset);
  let line = 1;
  for (const byte of before) if (byte === 0x0a) line++;
  return line;
}
