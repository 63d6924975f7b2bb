// What separates the fields of a .csv: commas, as its name says, or the tabs and semicolons that spreadsheets write.
import { CsvError, parse } from "csv-parse/sync";

export type Delimiter = "," | "\t" | ";";

/** Of how many rows all must have the same number of fields for semicolons to be what separates them. */
const sniffedRows = 50;

/** To say where semicolons were taken for what separates fields. */
export const semicolonNotice = "The fields were read as separated by semicolons.";

/**
 * The sign between a .csv's fields. It is a comma unless the first line has none: then a tab if that has one, or a
 * semicolon if the rows have the same number of them, at least one each.
 */
export function csvDelimiter(text: string): Delimiter {
  const [first] = text.trimStart().split("\n", 1);
  if (first.includes(",")) return ",";
  if (first.includes("\t")) return "\t";
  return first.includes(";") && areEven(text) ? ";" : ",";
}

function areEven(text: string): boolean {
  try {
    const rows: string[][] = parse(text, { delimiter: ";", record_delimiter: "\n", relax_column_count: true, skip_empty_lines: true, to: sniffedRows });
    return rows[0].length > 1 && rows.every((row) => row.length === rows[0].length);
  } catch (error) {
    if (error instanceof CsvError) return false;
    throw error;
  }
}
