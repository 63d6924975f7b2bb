// A cheap look at whether data is to be read as pairs rather than as one text after another.
import { open } from "node:fs/promises";
import { areCounterparts, columnContents } from "./column_contents.js";
import { isColumnName, knownPair, languagePair } from "./column_names.js";
import { hasHeader } from "./header_row.js";
import { firstRows, isText } from "./headerless_table.js";
import { askedNames } from "./pair_columns.js";
import { delimiters, pairFormat } from "./pair_table.js";
import { isFile, type PairOptions } from "./read_pairs.js";

/** How much of a file is looked at, in bytes and in rows. */
const sniffedBytes = 65_536;
const sniffedRows = 50;

/**
 * Whether data should be read by `readPairs`: columns, a target file or a view are asked for, it is the embedded task
 * "dates", a table whose header has a known pair of names or names two languages, or tab-separated text with exactly two
 * columns of texts, whatever else stands beside them. Only the beginning of a file is read; false for one that cannot be,
 * so that its reader says why.
 */
export async function looksLikePairs(path: string, options: PairOptions = {}): Promise<boolean> {
  if (askedNames(options).length > 0 || options.targetFile !== undefined || options.view !== undefined) return true;
  if (!(await isFile(path))) return path === "dates";
  const text = await beginningOf(path);
  const format = pairFormat(path, text);
  if (format === "text") return false;
  if (format === "jsonl") {
    const fields = fieldsOf(text);
    return knownPair(fields) !== undefined || languagePair(fields) !== undefined;
  }
  const rows = firstRows(text, delimiters[format], sniffedRows);
  if (rows.length === 0) return false;
  if (!hasHeader(rows)) return format === "tsv" && arePairs(rows);
  const [names, ...data] = rows;
  const contents = columnContents(data);
  if (knownPair(names) !== undefined || languagePair(names.filter((_, i) => contents[i] !== "number")) !== undefined) return true;
  return format === "tsv" && names.length === 2 && !names.every(isColumnName) && arePairs(data);
}

/**
 * Whether rows of data hold two texts each: two columns of them or, beside numbers, languages or attributions, two that
 * could be each other's counterparts. A few rows may lack their second field, but none has one too many.
 */
function arePairs(rows: readonly string[][]): boolean {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width < 2 || rows.filter((row) => row.length === width).length < 0.9 * rows.length) return false;
  const contents = columnContents(rows);
  const texts = [...contents.keys()].filter((column) => contents[column] === "text" && isMostlyFilled(rows, column));
  if (texts.length !== 2) return false;
  return width === 2 || contents.includes("attribution") || areCounterparts(rows, texts);
}

const isMostlyFilled = (rows: readonly string[][], column: number): boolean => rows.filter((row) => isText(row[column])).length > rows.length / 2;

/** The whole lines that a file begins with. */
async function beginningOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffedBytes), 0, sniffedBytes, 0);
      const text = new TextDecoder().decode(buffer.subarray(0, bytesRead)).replaceAll("\r\n", "\n");
      const end = text.lastIndexOf("\n");
      return bytesRead < sniffedBytes || end < 0 ? text : text.slice(0, end + 1);
    } finally {
      await file.close();
    }
  } catch {
    return "";
  }
}

/** The names of the fields with text in the first line of JSON Lines. */
function fieldsOf(text: string): string[] {
  try {
    const row: unknown = JSON.parse(text.trimStart().split("\n", 1)[0]);
    if (typeof row !== "object" || row === null) return [];
    return Object.entries(row).flatMap(([name, value]) => (typeof value === "string" ? [name] : []));
  } catch {
    return [];
  }
}
