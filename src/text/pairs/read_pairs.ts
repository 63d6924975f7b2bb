// The one way in for pairs: a table, two aligned files, or an embedded task by its name.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { WordloomError } from "../../errors.js";
import { counted, readable } from "../corpus.js";
import { readUtf8 } from "../read_utf8.js";
import type { Table } from "../table.js";
import { alignLines } from "./aligned_files.js";
import { embeddedPairNames, type EmbeddedPairOptions, embeddedPairs, noView } from "./embedded_pairs.js";
import { isLanguageName } from "./language_tag.js";
import { type PairCorpus, pairCorpus, type TextPair } from "./pair_corpus.js";
import { type AskedColumns, askedNames, choosePairColumns } from "./pair_columns.js";
import { openPairTable } from "./pair_table.js";

export interface PairOptions extends AskedColumns, EmbeddedPairOptions {
  /** For two plain files: the one whose lines are the targets of the first one's lines. */
  readonly targetFile?: string;
}

/**
 * Reads pairs of texts. A file is JSON Lines (.jsonl, .ndjson), a table with or without a header (.csv, .tsv, and other
 * text with tabs) or, with `targetFile`, plain text with a source a line. The columns are those asked for, else a known
 * pair of names (source and target, src and tgt, input and output, text and summary, …), else the only two that hold
 * text. "dates" and "stories" are the embedded tasks unless there is a file of that name. Pairs with a blank or missing
 * side are left out and counted.
 * @throws WordloomError "file_not_found", "file_unreadable", or "invalid_data" as in `readUtf8`, for a malformed table,
 *   for aligned files of different lengths and when no pair is left; "invalid_argument" for an option that does not fit
 */
export async function readPairs(path: string, options: PairOptions = {}): Promise<PairCorpus> {
  if (embeddedPairNames.includes(path) && !(await isFile(path))) return embedded(path, options);
  if (options.view !== undefined) throw noView(path);
  if (options.count !== undefined) {
    throw new WordloomError(
      "invalid_argument",
      `${path} is read whole, so that no number of pairs can be drawn from it; leave the number out (--stories), which is ` +
        `for the embedded ${embeddedPairNames.join(" and ")}.`,
    );
  }
  const corpus = options.targetFile === undefined ? await readTable(path, options) : await readAligned(path, options);
  if (corpus.pairs.length > 0) return corpus;
  const where = options.targetFile === undefined ? path : `${path} with ${options.targetFile}`;
  throw new WordloomError(
    "invalid_data",
    `${where} has no pair both of whose sides have text; give a file with some pairs.`,
  );
}

/** Whether there is a file of the path, rather than only an embedded task of the name. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function embedded(path: string, options: PairOptions): PairCorpus {
  const foreign = options.targetFile === undefined ? askedNames(options) : ["targetFile"];
  if (foreign.length === 0) return embeddedPairs(path, options);
  const what = options.targetFile === undefined ? `columns such as ${JSON.stringify(foreign[0])}` : "target file";
  throw new WordloomError(
    "invalid_argument",
    `${JSON.stringify(path)} is drawn, not read, and takes no ${what}; leave that out, or give the path of a file.`,
  );
}

async function readTable(path: string, options: PairOptions): Promise<PairCorpus> {
  const file = await readUtf8(path);
  const table = openPairTable(file.text, path, options);
  const columns = choosePairColumns(table, options, path);
  const names = [columns.source, columns.target];
  if (columns.language !== undefined) names.push(columns.language);
  const rows = table.read(names);
  checkLanguages(rows, columns.language, table, path);
  const kept = keepWhole(rows, "row");
  const notices = [...table.notices, ...columns.notices, ...kept.notices];
  const { bytes, sha256 } = file;
  return pairCorpus(basename(path, extname(path)), kept.pairs, { bytes, sha256, skipped: kept.skipped, notices });
}

/** @throws WordloomError "invalid_data" for a field that names no language, with its column and line */
function checkLanguages(rows: readonly (string | undefined)[][], column: string | undefined, table: Table, path: string): void {
  if (column === undefined) return;
  const row = rows.findIndex(([, , name]) => name !== undefined && name.trim() !== "" && !isLanguageName(name.trim()));
  if (row < 0) return;
  const field = (rows[row][2] as string).trim();
  const shown = JSON.stringify(field.length > 40 ? `${field.slice(0, 39)}…` : field);
  throw new WordloomError(
    "invalid_data",
    `${path}, line ${readable(table.lineOf(row))}: the column ${JSON.stringify(column)} has ${shown} where the name of a language such as ` +
      '"zh" or "pt-BR" belongs; correct it, or give another column (--language).',
  );
}

async function readAligned(path: string, options: PairOptions): Promise<PairCorpus> {
  const targetPath = options.targetFile as string;
  const [name] = askedNames(options);
  if (name !== undefined) {
    throw new WordloomError(
      "invalid_argument",
      `${path} and ${targetPath} are read line by line and have no column ${JSON.stringify(name)}; ` +
        "leave the column out, or give one table instead of two files.",
    );
  }
  for (const table of [path, targetPath]) {
    if (!/\.(jsonl|ndjson|csv|tsv)$/i.test(table)) continue;
    const advice = "leave the target file out and name the columns, or give two plain text files";
    throw new WordloomError("invalid_argument", `${table} is a table, not a text a line; ${advice}.`);
  }
  const [source, target] = [await readUtf8(path), await readUtf8(targetPath)];
  const lines = alignLines({ ...source, path }, { ...target, path: targetPath });
  const kept = keepWhole(lines, "pair");
  return pairCorpus(basename(path, extname(path)), kept.pairs, {
    bytes: source.bytes + target.bytes,
    sha256: createHash("sha256").update(source.sha256).update(target.sha256).digest("hex"),
    skipped: kept.skipped,
    notices: kept.notices,
  });
}

/** Leaves out the rows that lack a field or have a blank one. */
function keepWhole(rows: readonly (string | undefined)[][], noun: string) {
  const pairs: TextPair[] = [];
  let empty = 0;
  let missing = 0;
  for (const [source, target, ...tag] of rows) {
    const fields = [source, target, ...tag];
    if (source === undefined || target === undefined || fields.includes(undefined)) missing++;
    else if (fields.some((field) => field?.trim() === "")) empty++;
    else if (tag[0] === undefined) pairs.push({ source, target });
    else pairs.push({ source, target, language: tag[0].trim() });
  }
  const notices: string[] = [];
  const skipped = (count: number, what: string): void => {
    if (count > 0) notices.push(`Skipped ${counted(count, noun)} ${what}.`);
  };
  skipped(empty, "with a blank side");
  skipped(missing, "with a missing side");
  return { pairs, skipped: { empty, missing }, notices };
}
