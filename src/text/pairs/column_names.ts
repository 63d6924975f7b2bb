// The names that columns of pairs go by: sources and targets, languages, and what often stands beside them.

/** Names that pairs go by, source and target, in order of preference. */
export const knownPairs: readonly (readonly [string, string])[] = [
  ["source", "target"],
  ["src", "tgt"],
  ["src", "trg"],
  ["source_text", "target_text"],
  ["src_text", "tgt_text"],
  ["input", "output"],
  ["input_text", "target_text"],
  ["text", "summary"],
  ["document", "summary"],
  ["article", "summary"],
  ["article", "highlights"],
  ["question", "answer"],
  ["prompt", "completion"],
  ["prompt", "response"],
  ["instruction", "output"],
  ["sentence", "translation"],
  ["original", "translation"],
  ["text", "translation"],
];

/** What a header has besides: with these alone two fields are names and not a word and its translation. */
const otherNames = "id idx index no number label labels class category tag score rating stars count frequency date title name url lang language locale split domain comment notes";

const columnNames: ReadonlySet<string> = new Set([...knownPairs.flat(), ...otherNames.split(" ")]);

const codes =
  "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu id is it ja ka kk ko lt lv mk ml mn mr ms nb " +
  "ne nl pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh";
const codeSet: ReadonlySet<string> = new Set(codes.split(" "));

let names: ReadonlyMap<string, string> | undefined;

/** Codes by the languages' names in themselves and in the languages that headers are most often written in. */
function codesByName(): ReadonlyMap<string, string> {
  if (names === undefined) {
    const found = new Map([["mandarin", "zh"]]);
    const headerLanguages = new Set(["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja"]);
    for (const reader of codeSet) {
      const written = new Intl.DisplayNames(reader, { type: "language" });
      for (const code of headerLanguages.has(reader) ? codeSet : [reader]) found.set(normal(written.of(code) ?? code), code);
    }
    names = found;
  }
  return names;
}

export function normal(name: string): string {
  return name.trim().toLowerCase();
}

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
 * The only two columns that are named for languages, different ones: "English" and "German", "en" and "de-AT", "eng" and
 * "cmn", "text_en" and "text_de". A column "id" is one of numbers beside two others, and Indonesian beside one.
 */
export function languagePair(columns: readonly string[]): readonly [string, string] | undefined {
  const named = columns.filter((column) => languageOf(column) !== undefined);
  const found = named.length > 2 ? named.filter((column) => normal(column) !== "id") : named;
  if (found.length !== 2 || languageOf(found[0]) === languageOf(found[1])) return undefined;
  return [found[0], found[1]];
}

/** Whether a field is one of the names that columns of such tables have. */
export function isColumnName(field: string): boolean {
  return columnNames.has(normal(field)) || languageOf(field) !== undefined;
}

/** Whether a field is a language's code, or those of two, as a column has them that says what a row is in: "eng", "en-de". */
export function isLanguageCode(field: string): boolean {
  const code = field.trim();
  if (/^[a-z]{2}/.test(code) && languageOfCode(code) !== undefined) return true; // "Hi" is none
  return /^[a-z]{2,3}[-_>→ ]+[a-z]{2,3}$/.test(code) && code.split(/[-_>→ ]+/).every((part) => languageOfCode(part) !== undefined);
}

/** The code of the language that a column is named for. */
function languageOf(column: string): string | undefined {
  const name = column.trim();
  const code = languageOfCode(name) ?? codesByName().get(normal(name));
  if (code !== undefined) return code;
  const affixed = /^(?:text|sentence|sent|source|target|src|tgt)[_ .-](\S+)$|^(\S+)[_ .-](?:text|sentence|sent)$/i.exec(name);
  return affixed === null ? undefined : languageOf(affixed[1] ?? affixed[2]);
}

/** "de" of "de", "de-AT", "de_AT", "deu" and "ger"; the last two only in small letters, since "May" is a month. */
function languageOfCode(name: string): string | undefined {
  const found = /^([A-Za-z]{2}|[a-z]{3})(?:[-_][A-Za-z]{2,4})?$/.exec(name);
  if (found === null) return undefined;
  const code = Intl.getCanonicalLocales(found[1])[0];
  return codeSet.has(code) ? code : undefined;
}
