// Which two columns of a table are a pair's source and target, and whether a first row names columns at all.
import { WordloomError } from "../../errors.js";
import { nearest } from "../similar_names.js";
import type { Table } from "../table.js";

/** Columns by name or, in a .csv or .tsv, by number from 1 ("1"). */
export interface AskedColumns {
  readonly source?: string;
  readonly target?: string;
  readonly language?: string;
}

export interface PairColumns {
  readonly source: string;
  readonly target: string;
  readonly language?: string;
  /** A sentence that says what was taken, when that was decided here. */
  readonly notice?: string;
}

/** Names that pairs go by, source and target, in order of preference. */
const knownPairs: readonly (readonly [string, string])[] = [
  ["source", "target"],
  ["src", "tgt"],
  ["src", "trg"],
  ["input", "output"],
  ["text", "summary"],
  ["document", "summary"],
  ["article", "summary"],
  ["article", "highlights"],
  ["question", "answer"],
  ["prompt", "completion"],
  ["prompt", "response"],
  ["instruction", "output"],
];

const knownNames: ReadonlySet<string> = new Set([...knownPairs.flat(), "language"]);

const languages =
  "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu id is it ja ka kk ko lt lv mk ml mn mr ms nb " +
  "ne nl pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh";

/** Codes of two letters, which are few enough to be told from words, and English names. */
const languageNames: ReadonlySet<string> = new Set(
  languages.split(" ").flatMap((code) => {
    const name = new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
    return [code, name.toLowerCase()];
  }),
);

/** The columns of a known pair, spelt as the table spells them. */
export function knownPair(columns: readonly string[]): readonly [string, string] | undefined {
  const spelt = (name: string): string | undefined => columns.find((column) => normal(column) === name);
  for (const [source, target] of knownPairs) {
    const found = [spelt(source), spelt(target)];
    if (found[0] !== undefined && found[1] !== undefined) return [found[0], found[1]];
  }
  return undefined;
}

/**
 * Whether a first row names columns: it has a known name or one that was asked for, or its two fields are the names or
 * codes of two languages.
 */
export function namesColumns(row: readonly string[], asked: AskedColumns): boolean {
  const wanted = askedNames(asked);
  return row.some((field) => knownNames.has(normal(field)) || wanted.includes(field)) || namesLanguages(row);
}

/** Whether a row is the names or the codes of two languages: "English" and "German", "en" and "de". */
export function namesLanguages(row: readonly string[]): boolean {
  return row.length === 2 && row[0] !== row[1] && row.every((field) => languageNames.has(normal(field)));
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
 * The columns asked for; for a side that was not, that of a known pair of names, else the only other column of text.
 * @param byNumber whether "1" may mean the first column
 * @throws WordloomError "invalid_argument" for a column that is not there and when the choice is not clear
 */
export function choosePairColumns(table: Table, asked: AskedColumns, path: string, byNumber: boolean): PairColumns {
  const find = (name: string): string => findColumn(table, name, path, byNumber);
  const language = asked.language === undefined ? undefined : find(asked.language);
  let source = asked.source === undefined ? undefined : find(asked.source);
  let target = asked.target === undefined ? undefined : find(asked.target);
  if (source === undefined || target === undefined) {
    const free = table.textColumns.filter((name) => name !== language);
    [source, target] = complete(source, target, free) ?? [undefined, undefined];
    if (source === undefined || target === undefined) throw unclear(table, path, byNumber);
    const taken = `The sources were read from the column ${JSON.stringify(source)}, the targets from `;
    return { source, target, language, notice: `${taken}${JSON.stringify(target)}.` };
  }
  if (source === target) {
    throw new WordloomError(
      "invalid_argument",
      `${path} cannot have its sources and its targets in the same column ${JSON.stringify(source)}; name two columns.`,
    );
  }
  return { source, target, language };
}

function complete(
  source: string | undefined,
  target: string | undefined,
  free: readonly string[],
): readonly [string, string] | undefined {
  if (source === undefined && target === undefined) {
    return knownPair(free) ?? (free.length === 2 ? [free[0], free[1]] : undefined);
  }
  const given = (source ?? target) as string;
  const side = source === undefined ? 1 : 0;
  const others = free.filter((name) => name !== given);
  let other = others.length === 1 ? others[0] : undefined;
  for (const pair of knownPairs) {
    const partner = pair[side] === normal(given) && others.find((name) => normal(name) === pair[1 - side]);
    if (partner) {
      other = partner;
      break;
    }
  }
  if (other === undefined) return undefined;
  return side === 0 ? [given, other] : [other, given];
}

function findColumn(table: Table, name: string, path: string, byNumber: boolean): string {
  if (table.columns.includes(name)) return name;
  const number = byNumber && isColumnNumber(name) ? Number(name) : 0;
  if (number >= 1 && number <= table.columns.length) return table.columns[number - 1];
  const near = number > 0 ? undefined : nearest(name, table.columns);
  const advice = near === undefined ? "" : ` did you mean ${JSON.stringify(near)}?`;
  const listed = `${advice === "" ? " its" : " Its"} columns are ${list(table)}.`;
  const message = `${path} has no column ${JSON.stringify(name)};${advice}${listed}`;
  throw new WordloomError("invalid_argument", message);
}

function unclear(table: Table, path: string, byNumber: boolean): WordloomError {
  const fewer = table.textColumns.length < 2;
  const problem = fewer ? "fewer than two columns of text" : "more than two columns of text";
  const numbers = byNumber ? ", by name or by number from 1" : "";
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
  const shown = columns.slice(0, mostListed).map((name) => {
    return JSON.stringify(name.length > longestListed ? `${name.slice(0, longestListed - 1)}…` : name);
  });
  if (columns.length > mostListed) shown.push("…");
  return shown.join(", ");
}

function normal(name: string): string {
  return name.trim().toLowerCase();
}
