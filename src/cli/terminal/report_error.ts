// The one place where an error becomes what a person reads and a shell gets as exit code.
import { inspect } from "node:util";

import { WordloomError } from "../../errors.js";
import { asTyped } from "../typed_options.js";
import { isReaderGone } from "./output.js";
import { makeOneLine } from "./visible_text.js";

/** Exit codes of the command line. */
export const EXIT_CODES = { success: 0, internal: 1, usage: 2 } as const;

/**
 * Writes an error as one line, `wordloom: ` and its sentence, and returns the exit code: 2 for what a person can
 * mend, 1 for a fault of Wordloom, 0 without a word if only the reader of a pipe has gone. Ends no process.
 * @param debug writes the whole error with its stack and its causes under the sentence
 */
export function reportError(error: unknown, options: { stream?: NodeJS.WritableStream; debug?: boolean } = {}): number {
  const { stream = process.stderr, debug = false } = options;
  if (isReaderGone(error)) return EXIT_CODES.success;
  const internal = !(error instanceof WordloomError) || error.code === "internal";
  const sentence = makeOneLine(asTyped(error instanceof Error ? error.message || error.name : String(error)));
  const hint = internal && !debug ? " (this is a fault of Wordloom; run again with --debug for the details)" : "";
  const details = debug ? `${inspect(error)}\n` : "";
  stream.write(`wordloom: ${sentence}${hint}\n${details}`);
  return internal ? EXIT_CODES.internal : EXIT_CODES.usage;
}
