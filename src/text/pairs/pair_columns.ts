// Which two columns of a table are a pair's source and target.
import { WordloomError } from "../../errors.js";
import { nearest } from "../similar_names.js";
import type { Table } from "../table.js";
import type { ColumnContent } from "./column_contents.js";
import { knownPair, knownPairs, languagePair, normal } from "./column_names.js";

/** Columns by name or, in a .csv or .tsv, by number from 1 ("1"). */
export interface AskedColumns {
  readonly source?: string;
  readonly target?: string;
  readonly language?: string;
}

/** A table whose columns' contents were looked at. */
export interface PairTable extends Table {
  /** Whether "1" may mean the first column: rows of JSON have no order. */
  readonly byNumber: boolean;
  /** What columns hold that are surely no texts of pairs, although they are no numbers either. */
  readonly contents: ReadonlyMap<string, ColumnContent>;
  /** The first row, by column, where the columns have no names. */
  readonly example?: ReadonlyMap<string, string>;
  /** Sentences about how the file was read. */
  readonly notices: readonly string[];
}

export interface PairColumns {
  readonly source: string;
  readonly target: string;
  readonly language?: string;
  /** Sentences that say what was taken, when that was decided here. */
  readonly notices: readonly string[];
}

/** Whether a column was asked for by its number. */
export function isColumnNumber(name: string | undefined): boolean {
  return name !== undefined && /^[1-9]\d*$/.test(name);
}

/** What was asked for, without what was not. */
export function askedNames({ source, target, language }: AskedColumns): string[] {
  return [source, target, language].filter((name) => name !== undefined);
}

/**
 * The columns asked for; for a side that was not, that of a known pair of names or of two languages, else the only other
 * column of text.
 * @throws WordloomError "invalid_argument" for a column that is not there and when the choice is not clear
 */
export function choosePairColumns(table: PairTable, asked: AskedColumns, path: string): PairColumns {
  const find = (name: string): string => findColumn(table, name, path);
  const language = asked.language === undefined ? undefined : find(asked.language);
  let source = asked.source === undefined ? undefined : find(asked.source);
  let target = asked.target === undefined ? undefined : find(asked.target);
  if (source === undefined || target === undefined) {
    [source, target] = complete(source, target, table, language) ?? [undefined, undefined];
    if (source === undefined || target === undefined) throw unclear(table, path);
    return { source, target, language, notices: describe(table, source, target, language) };
  }
  if (source === target) {
    throw new WordloomError(
      "invalid_argument",
      `${path} cannot have its sources and its targets in the same column ${JSON.stringify(source)}; name two columns.`,
    );
  }
  return { source, target, language, notices: [] };
}

function complete(
  source: string | undefined,
  target: string | undefined,
  table: PairTable,
  language: string | undefined,
): readonly [string, string] | undefined {
  const all = table.columns.filter((name) => name !== language);
  const texts = table.textColumns.filter((name) => name !== language);
  const free = texts.filter((name) => !table.contents.has(name));
  if (source === undefined && target === undefined) {
    const named = knownPair(all) ?? languagePair(texts);
    if (named !== undefined) return named;
    const only = [free, texts, all].find((names) => names.length === 2); // the last may hold numbers
    return only === undefined ? undefined : [only[0], only[1]];
  }
  const given = (source ?? target) as string;
  const side = source === undefined ? 1 : 0;
  const [others, otherTexts] = [all, free].map((names) => names.filter((name) => name !== given));
  let other = otherTexts.length === 1 ? otherTexts[0] : undefined;
  for (const pair of knownPairs) {
    const partner = pair[side] === normal(given) && others.find((name) => normal(name) === pair[1 - side]);
    if (partner) {
      other = partner;
      break;
    }
  }
  if (other === undefined && others.length === 1) other = others[0];
  if (other === undefined) return undefined;
  return side === 0 ? [given, other] : [other, given];
}

/** What was taken, with a pair where names do not tell, and what was left out that a person might miss. */
function describe(table: PairTable, source: string, target: string, language: string | undefined): string[] {
  const [from, to] = [source, target].map((name) => table.example?.get(name));
  const example = from === undefined || to === undefined ? "" : `, as in ${shown(from)} → ${shown(to)}`;
  const notices = [`The sources were read from the column ${shown(source)}, the targets from ${shown(target)}${example}.`];
  for (const [name, content] of table.contents) {
    if ([source, target, language].includes(name)) continue;
    if (content === "language") notices.push(`The column ${shown(name)} names languages and was left out; give it as the column of languages (--language) where a model is to write several.`);
    else notices.push(`The column ${shown(name)} was left out, since it holds ${content === "address" ? "addresses" : "attributions"}.`);
  }
  return notices;
}

function findColumn(table: PairTable, name: string, path: string): string {
  if (table.columns.includes(name)) return name;
  const number = table.byNumber && isColumnNumber(name) ? Number(name) : 0;
  if (number >= 1 && number <= table.columns.length) return table.columns[number - 1];
  if (!table.byNumber && isColumnNumber(name)) {
    throw new WordloomError("invalid_argument", `${path} has no column ${JSON.stringify(name)}: the fields of JSON lines have names and no numbers; give the column by its name: ${list(table)}.`);
  }
  const near = number > 0 ? undefined : nearest(name, table.columns);
  const advice = near === undefined ? "" : ` did you mean ${JSON.stringify(near)}?`;
  const listed = `${advice === "" ? " its" : " Its"} columns are ${list(table)}.`;
  const message = `${path} has no column ${JSON.stringify(name)};${advice}${listed}`;
  throw new WordloomError("invalid_argument", message);
}

function unclear(table: PairTable, path: string): WordloomError {
  if (table.columns.length === 1 && /[;|]/.test(table.columns[0])) {
    const sign = table.columns[0].includes(";") ? "semicolons, and not as many in each row," : "vertical bars";
    return new WordloomError("invalid_argument", `${path} seems to have ${sign} between its fields; save it with commas (.csv) or tabs (.tsv) instead.`);
  }
  const fewer = table.textColumns.length < 2;
  const problem = fewer ? "fewer than two columns of text" : "more than two columns of text";
  const numbers = table.byNumber ? ", by name or by number from 1" : "";
  return new WordloomError(
    "invalid_argument",
    `${path} has ${problem}, so that no pair of them is plain; say which hold the source and the target${numbers}: ` +
      `${list(table)}.`,
  );
}

const mostListed = 12;
const longestListed = 40;

/** The columns' names; a row of data that was taken for names is cut short. */
function list({ columns }: Table): string {
  const listed = columns.slice(0, mostListed).map(shown);
  if (columns.length > mostListed) listed.push("…");
  return listed.join(", ");
}

/** A name or a text in quotes, cut where it is long. */
function shown(text: string): string {
  return JSON.stringify(text.length > longestListed ? `${text.slice(0, longestListed - 1)}…` : text);
}
