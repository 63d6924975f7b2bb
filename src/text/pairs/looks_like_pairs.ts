// A cheap look at whether data is to be read as pairs rather than as one text after another.
import { open } from "node:fs/promises";
import { firstRows, isText } from "./headerless_table.js";
import { askedNames, knownPair, namesColumns, namesLanguages } from "./pair_columns.js";
import { pairFormat } from "./pair_table.js";
import { isFile, type PairOptions } from "./read_pairs.js";

/** How much of a file is looked at, in bytes and in rows. */
const sniffedBytes = 65_536;
const sniffedRows = 50;

/**
 * Whether data should be read by `readPairs`: columns, a target file or a view are asked for, it is the embedded task
 * "dates", a table whose header has a known pair of names or names two languages, or tab-separated text with exactly two columns of text and
 * no header. Only the beginning of a file is read; false for one that cannot be, so that its reader says why.
 */
export async function looksLikePairs(path: string, options: PairOptions = {}): Promise<boolean> {
  if (askedNames(options).length > 0 || options.targetFile !== undefined || options.view !== undefined) return true;
  if (!(await isFile(path))) return path === "dates";
  const text = await beginningOf(path);
  const format = pairFormat(path, text);
  if (format === "text") return false;
  if (format === "jsonl") return knownPair(fieldsOf(text)) !== undefined;
  const rows = firstRows(text, format === "csv" ? "," : "\t", sniffedRows);
  if (rows.length === 0) return false;
  if (namesColumns(rows[0], options)) return knownPair(rows[0]) !== undefined || namesLanguages(rows[0]);
  return format === "tsv" && rows.every((row) => row.length === 2) && hasTwoTexts(rows);
}

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

/** Not names with a count each, say. */
function hasTwoTexts(rows: readonly string[][]): boolean {
  return [0, 1].every((column) => rows.filter((row) => isText(row[column])).length > rows.length / 2);
}
