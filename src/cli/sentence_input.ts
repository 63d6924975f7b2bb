// The sentences that a command on a latent space is given: a text, a file of lines, a table, or a pipe.

import type { Model } from "../api/load.js";
import { isTable, readText } from "../api/data.js";
import { counted } from "../text/corpus.js";
import { readAhead } from "../generation/read_ahead.js";
import { inputTexts, isFile } from "./input_lines.js";

/** Sentences that are worked on at once. */
const WINDOW = 512;

export interface SentenceFlags {
  /** The column of a table; training's unless given. */
  readonly column?: string;
}

/**
 * The sentences in windows, in order, each with its number among all, from 1; blank lines are left out and counted aloud.
 * @throws WordloomError as `inputTexts` and `readCorpus` do
 */
export async function* sentenceWindows(model: Model, input: string, { column }: SentenceFlags, signal?: AbortSignal): AsyncGenerator<{ readonly texts: readonly string[]; readonly first: number }, void, void> {
  let first = 1;
  for await (const texts of windows(model, input, column, signal)) {
    yield { texts, first };
    first += texts.length;
  }
}

async function* windows(model: Model, input: string, column: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<readonly string[], void, void> {
  if (isFile(input) && isTable(input)) {
    const corpus = await readText(input, { lines: null, column: column ?? model.description.column ?? null, stories: null });
    for (const notice of corpus.notices) process.stderr.write(`${notice}\n`);
    for (let from = 0; from < corpus.texts.length; from += WINDOW) yield corpus.texts.slice(from, from + WINDOW);
    return;
  }
  const { texts, close } = inputTexts(input, "input");
  let blank = 0;
  try {
    for await (const window of readAhead(texts, WINDOW, signal)) {
      const kept = window.filter((text) => text.trim() !== "");
      blank += window.length - kept.length;
      if (kept.length > 0) yield kept;
    }
  } finally {
    close();
    if (blank > 0) process.stderr.write(`Skipped ${counted(blank, "blank line")}.\n`);
  }
}
