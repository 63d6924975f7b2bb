// Reads JSON files with a check of their shape, and says of a bad one in a sentence which line or which field is wrong.
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { WordloomError } from "../errors.js";
import { writeFileAtomic } from "./atomic_file.js";
import { readingError } from "./file_error.js";

/** Whether more text could still make valid JSON of this: the parser complained of the end, not of what is there. */
function isUnfinished(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const position = / at position (\d+)/.exec(message);
    return message.startsWith("Unexpected end of JSON") || (position !== null && Number(position[1]) >= text.length);
  }
}

/**
 * The line, from 1, on which a text stops being JSON. Node 20's parser tells no position for some mistakes, but no
 * token crosses a line break, so the first whole lines that cannot be continued end in the wrong one.
 */
function lineOfMistake(text: string): number {
  const ends: number[] = [];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) ends.push(i + 1);
  let good = 0; // so many whole lines can be continued
  let bad = ends.length + 1; // so many cannot, or nothing follows them
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUnfinished(text.slice(0, ends[middle - 1]))) good = middle;
    else bad = middle;
  }
  // A text that ends too early and with a line break ends on its last line, not on the empty one after it.
  return bad > 1 && ends[bad - 2] === text.length ? bad - 1 : bad;
}

function parse(text: string, path: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = `is not valid JSON: see line ${lineOfMistake(text)}`;
    const sentence = `"${path}" (${what}) ${problem}; correct it or restore the file.`;
    throw new WordloomError("invalid_run", sentence, { cause });
  }
}

/**
 * Reads a UTF-8 file whole.
 * @param what what the file is, as it stands in a sentence: "the run's configuration"
 * @throws WordloomError `file_not_found`, `file_unreadable`, or `invalid_run` if it is not UTF-8
 */
export function readTextFile(path: string, what: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw readingError(path, what, error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WordloomError("invalid_run", `"${path}" (${what}) is not UTF-8 text; restore the file.`, { cause });
  }
}

/**
 * Reads a JSON file and checks it against a schema.
 * @param what what the file is, as it stands in a sentence: "the run's configuration"
 * @throws WordloomError `file_not_found`, `file_unreadable`, or `invalid_run` with the line or the field that is wrong
 */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>, what: string): T {
  const result = schema.safeParse(parse(readTextFile(path, what), path, what));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue.path.length === 0 ? "" : ` at "${issue.path.join(".")}"`;
  const problem = `is wrong${field}: ${issue.message.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}`;
  const sentence = `"${path}" (${what}) ${problem}; correct it or restore the file.`;
  throw new WordloomError("invalid_run", sentence, { cause: result.error });
}

/**
 * Writes a value as indented JSON, whole or not at all.
 * @throws WordloomError as `writeFileAtomic`
 */
export function writeJsonFile(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
