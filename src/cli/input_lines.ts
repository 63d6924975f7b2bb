// The lines of a file or a pipe, as they come; an input that is waited for can be let go.

import { createReadStream, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { isTable } from "../api/data.js";
import { WordloomError } from "../errors.js";
import { isFolder, looksLikePath, noSuchInput } from "./mistyped_path.js";

/** Texts to convert, one after another. */
export interface InputTexts {
  readonly texts: AsyncIterable<string> | Iterable<string>;
  /** Stops waiting for more, so that the process may end. */
  close(): void;
}

/** The longest line, in UTF-16 code units: an endless one must not fill the memory. */
const LONGEST_LINE = 1 << 24;

/**
 * The texts that `--input` names, or another argument that takes the same: a file's lines, those of the standard input (`-`), or the text itself.
 * @param what it is called in messages
 * @throws WordloomError "invalid_argument" for an empty text, and a table, whose rows are no texts; "file_not_found" for what can only be meant as a file and is
 *   none; "file_unreadable" for a folder; while iterating "invalid_data" for a stream that is not valid UTF-8 or has an
 *   endless line, "file_unreadable"
 */
export function inputTexts(input: string, what = "--input"): InputTexts {
  if (input.trim() === "") throw new WordloomError("invalid_argument", `The ${what} is empty; give a text, a file or - for the standard input.`);
  if (input !== "-" && !isFile(input)) {
    if (isFolder(input) || looksLikePath(input)) throw noSuchInput(input, what);
    return { texts: [input], close: () => undefined };
  }
  if (input !== "-" && isTable(input)) {
    const example = /\.tsv$/i.test(input) ? `, for example with cut -f 1` : "";
    throw new WordloomError("invalid_argument", `"${input}" is a table, and --input takes a text a line; give a plain text file, or cut the column of sources out first${example}.`);
  }
  // Opened when it is first read from: an error that comes before anyone listens would end the process.
  let closed = false;
  let stream: Readable | undefined;
  async function* texts(): AsyncGenerator<string, void, void> {
    if (closed) return;
    stream = input === "-" ? process.stdin : createReadStream(input);
    yield* linesOf(stream, input === "-" ? "The standard input" : `"${input}"`);
  }
  return {
    texts: texts(),
    close: () => {
      closed = true;
      stream?.destroy();
    },
  };
}

/** Whether there is a file of the path, or a pipe such as a shell's `<(…)`. */
export function isFile(path: string): boolean {
  try {
    const facts = statSync(path);
    return facts.isFile() || facts.isFIFO() || facts.isCharacterDevice();
  } catch {
    return false; // a text may be far too long for a path
  }
}

/**
 * Lines end with a line feed, and a carriage return before it is no part of them. Node's readline is not used: it also
 * ends lines at U+2028 and the like, and output line n would no longer belong to input line n.
 */
export async function* linesOf(stream: Readable, name: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true }); // leaves a byte order mark out
  const decode = (bytes?: Buffer): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new WordloomError("invalid_data", `${name} is not valid UTF-8; convert it to UTF-8 first.`, { cause });
    }
  };
  let rest = "";
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      const lines = (rest + decode(bytes)).split("\n");
      rest = lines.pop()!;
      for (const line of lines) yield withoutReturn(line);
      if (rest.length > LONGEST_LINE) throw new WordloomError("invalid_data", `${name} has a line of more than ${LONGEST_LINE} characters; give a text a line.`);
    }
  } catch (error) {
    if (error instanceof WordloomError) throw error;
    throw new WordloomError("file_unreadable", `${name} cannot be read (${(error as Error).message}); check the file and its rights.`, { cause: error });
  }
  rest += decode();
  if (rest !== "") yield withoutReturn(rest);
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
