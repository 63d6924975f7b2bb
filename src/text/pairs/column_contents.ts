// What the columns of a table hold, by a look at its rows: the texts of pairs, or what is often given beside them.
import { isText } from "./headerless_table.js";
import { isLanguageCode } from "./column_names.js";

/** `text` is what remains; a column of pairs' texts is one. */
export type ColumnContent = "text" | "number" | "language" | "attribution" | "address";

/** How many of a column's fields must be of a kind; a few may be damaged. */
const most = 0.9;

/** From how many fields on short words count as codes of languages. */
const tellingFields = 3;

/** What each column of some rows of data holds; as many as the longest row has. Blank fields count for nothing. */
export function columnContents(rows: readonly (readonly string[])[]): ColumnContent[] {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  return Array.from({ length: width }, (_, column) => {
    const fields = rows.map((row) => row[column] ?? "").filter((field) => field.trim() !== "");
    const are = (isKind: (field: string) => boolean): boolean => fields.filter(isKind).length >= most * fields.length;
    if (are(isNumber)) return "number"; // blank ones too
    if (are(isAttribution)) return "attribution";
    if (are((field) => /^https?:\/\/\S+$/.test(field.trim()))) return "address";
    return fields.length >= tellingFields && are(isLanguageCode) ? "language" : "text";
  });
}

/** Whether a field says whose a text is and under which licence, as the third column of Tatoeba's pairs does. */
export function isAttribution(field: string): boolean {
  return /\bCC[- ](BY|0)\b|creativecommons\.org|tatoeba\.org|^Attribution:/i.test(field);
}

/** Whether a field ends as a sentence does. */
export function isSentence(field: string): boolean {
  return /[.!?…。！？؟।]["'”’»」)\]]*$/u.test(field.trim());
}

/** Whether a field is a number. */
export function isNumber(field: string): boolean {
  return field.trim() !== "" && !isText(field);
}

/**
 * Whether two columns could be a text and its counterpart: of different texts for the most part, and neither a word or two
 * beside long ones, as names of writers are beside what they wrote.
 */
export function areCounterparts(rows: readonly (readonly string[])[], [source, target]: readonly number[]): boolean {
  const lengths = [source, target].map((column) => rows.reduce((sum, row) => sum + (row[column] ?? "").length, 0));
  const distinct = [source, target].map((column) => new Set(rows.map((row) => row[column])).size);
  return Math.max(...lengths) <= 4 * Math.min(...lengths) && distinct.every((count) => 2 * count >= rows.length);
}
