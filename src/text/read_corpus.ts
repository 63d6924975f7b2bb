// The one way in for text: a file of any of the known formats, or an embedded corpus by its name.
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { WordloomError } from "../errors.js";
import { type Corpus, counted, countCharacters } from "./corpus.js";
import { csvDelimiter, semicolonNotice } from "./csv_delimiter.js";
import { embeddedCorpora, embeddedCorpus, type EmbeddedOptions } from "./embedded_corpus.js";
import { readDelimited } from "./read_delimited.js";
import { readJsonLines } from "./read_json_lines.js";
import { readPlainText, type ReadTexts } from "./read_plain_text.js";
import { readUtf8 } from "./read_utf8.js";
import { chooseColumn, type Table } from "./table.js";

export interface ReadOptions extends EmbeddedOptions {
  /**
   * For plain text: true makes each line a sample, false makes the whole one text. Unless given, lines are samples if
   * a .txt file, or one without an extension, looks like a list (see `looksLikeList`); a notice says which was taken.
   */
  readonly lines?: boolean;
  /** For .jsonl, .csv and .tsv: the column to read. Unless given: "text", else the only column of text. */
  readonly column?: string;
  /** The column that labels each text; texts without a label are left out. Of the embedded stories "mood". */
  readonly label?: string;
}

/** Plain text that may be a list; with any other extension it is source code, markup or the like. */
const listExtensions: ReadonlySet<string> = new Set(["", ".txt"]);

/**
 * Reads a corpus. By its extension a file is JSON Lines (.jsonl, .ndjson), a table with a header (.csv, .tsv) or, with
 * any other, plain text. "stories" is the embedded corpus unless there is a file of that name.
 * @throws WordloomError "file_not_found", "file_unreadable", or "invalid_data" as in `readUtf8`, for a malformed table,
 *   and when nothing but blank fields is left; "invalid_argument" for an option that does not fit the file
 */
export async function readCorpus(path: string, options: ReadOptions = {}): Promise<Corpus> {
  if (embeddedCorpora.includes(path) && !(await isFile(path))) return embeddedCorpus(path, options);
  const file = await readUtf8(path);
  const { kind, texts, labels, skipped, notices } = readTexts(file.text, path, options);
  if (texts.every((text) => text.trim() === "")) {
    throw new WordloomError("invalid_data", `${path} has no text in it, only blanks; give a file with some text.`);
  }
  let characters = 0;
  for (const text of texts) characters += countCharacters(text);
  const name = basename(path, extname(path));
  return { name, kind, texts, ...(labels ? { labels } : {}), characters, bytes: file.bytes, sha256: file.sha256, skipped, notices };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function readTexts(text: string, path: string, options: ReadOptions): ReadTexts {
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return readColumn(readJsonLines(text, path), path, options);
    case ".csv": {
      const delimiter = csvDelimiter(text);
      const table = readDelimited(text, delimiter, path);
      if (delimiter === ";") table.notices.push(semicolonNotice);
      return readColumn(table, path, options);
    }
    case ".tsv":
      return readColumn(readDelimited(text, "\t", path), path, options);
    default:
      if (options.column !== undefined) {
        throw new WordloomError(
          "invalid_argument",
          `${path} is read as plain text, which has no column ${JSON.stringify(options.column)}; ` +
            "leave the column out, or name the file .jsonl, .csv or .tsv.",
        );
      }
      if (options.label !== undefined) {
        throw new WordloomError(
          "invalid_argument",
          `${path} is read as plain text, which has no column ${JSON.stringify(options.label)} of labels; ` +
            "leave the label out, or name the file .jsonl, .csv or .tsv.",
        );
      }
      return readPlainText(text, options.lines, listExtensions.has(extname(path).toLowerCase()));
  }
}

function readColumn(table: Table & { notices?: string[] }, path: string, { lines, column: asked, label }: ReadOptions): ReadTexts {
  if (lines === false) {
    const message = `${path} is a table, each row a sample, and cannot be read as one text; leave "lines" out.`;
    throw new WordloomError("invalid_argument", message);
  }
  if (table.columns.length === 0) return { kind: "samples", texts: [], skipped: { empty: 0, missing: 0 }, notices: [] };
  if (label !== undefined) chooseColumn(table, label, path); // is it there?
  const others = (names: readonly string[]): readonly string[] => names.filter((name) => name !== label);
  const column = chooseColumn(asked === undefined ? { ...table, columns: others(table.columns), textColumns: others(table.textColumns) } : table, asked, path, label === undefined);
  if (column === label) throw new WordloomError("invalid_argument", `The column ${JSON.stringify(label)} of ${path} was given for the texts and for their labels; name two columns.`);
  const texts: string[] = [];
  const labels: string[] = [];
  let empty = 0;
  let missing = 0;
  let unlabelled = 0;
  for (const [field, labelled] of table.read(label === undefined ? [column] : [column, label], label)) {
    if (field === undefined) missing++;
    else if (field.trim() === "") empty++;
    else if (label !== undefined && (labelled ?? "").trim() === "") unlabelled++;
    else {
      texts.push(field);
      if (label !== undefined) labels.push(labelled!.trim());
    }
  }
  const notices = [...(table.notices ?? [])];
  const shown = JSON.stringify(column);
  if (asked === undefined) notices.push(`The texts were read from the column ${shown}.`);
  if (empty > 0) notices.push(`Skipped ${counted(empty, "row")} whose ${shown} is empty.`);
  if (missing > 0) notices.push(`Skipped ${counted(missing, "row")} without ${shown}.`);
  if (unlabelled > 0) notices.push(`Skipped ${counted(unlabelled, "row")} without a label (${JSON.stringify(label)}).`);
  return { kind: "samples", texts, ...(label === undefined ? {} : { labels }), skipped: { empty, missing: missing + unlabelled }, notices };
}
