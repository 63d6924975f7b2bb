// The sentences that a command on a latent space is given: a text, a file of lines, a table, or a pipe.

import type { Model } from "../api/load.js";
import { isTable, readText } from "../api/data.js";
import { WordloomError } from "../errors.js";
import { counted, type Corpus } from "../text/corpus.js";
import { readAhead } from "../generation/read_ahead.js";
import { inputTexts, isFile } from "./input_lines.js";

/** Sentences that are worked on at once. */
const WINDOW = 512;

export interface SentenceFlags {
  /** The column of a table; training's unless given. */
  readonly column?: string;
  /** The label of all; a table's own unless given. */
  readonly label?: string;
}

/** Some of the sentences, in order. */
export interface SentenceWindow {
  readonly texts: readonly string[];
  /** The number of the first among all, from 1. */
  readonly first: number;
  /** What each is called in messages. */
  readonly names: readonly string[];
  /** The label of each, of a table that has the column of training's labels. */
  readonly labels?: readonly string[];
}

/**
 * The sentences in windows; blank lines are left out and counted aloud.
 * @param purpose what they are wanted for, for the message where there are none: "encode"
 * @throws WordloomError as `inputTexts` and `readCorpus` do; "invalid_argument" for the column of what is no table;
 *   "invalid_data" for no sentence at all
 */
export async function* sentenceWindows(model: Model, input: string, flags: SentenceFlags, purpose: string, signal?: AbortSignal): AsyncGenerator<SentenceWindow, void, void> {
  let empty = true;
  for await (const window of readWindows(model, input, flags, signal)) {
    empty = false;
    yield window;
  }
  const place = input === "-" ? "the standard input" : `"${input}"`;
  if (empty && !signal?.aborted) throw new WordloomError("invalid_data", `There is no sentence in ${place} to ${purpose}; give some.`);
}

async function* readWindows(model: Model, input: string, { column, label }: SentenceFlags, signal?: AbortSignal): AsyncGenerator<SentenceWindow, void, void> {
  if (isFile(input) && isTable(input)) {
    yield* tableWindows(model, input, column, label === undefined);
    return;
  }
  if (column !== undefined) throw new WordloomError("invalid_argument", `"${input}" is no table, which alone has a column ${JSON.stringify(column)}; leave the column out.`);
  const { texts, close } = inputTexts(input, "input");
  const whole = input !== "-" && !isFile(input);
  const place = input === "-" ? "the standard input" : `"${input}"`;
  let [line, blank, first] = [0, 0, 1];
  try {
    for await (const window of readAhead(texts, WINDOW, signal)) {
      const kept: string[] = [];
      const names: string[] = [];
      for (const text of window) {
        line++;
        if (text.trim() === "") {
          blank++;
          continue;
        }
        kept.push(text);
        names.push(whole ? "The text" : `Line ${line} of ${place}`);
      }
      if (kept.length > 0) yield { texts: kept, first, names };
      first += kept.length;
    }
  } finally {
    close();
    if (blank > 0) process.stderr.write(`Skipped ${counted(blank, "blank line")}.\n`);
  }
}

async function* tableWindows(model: Model, input: string, asked: string | undefined, labelled: boolean): AsyncGenerator<SentenceWindow, void, void> {
  const { column: trained = null, labelColumn = null } = model.description;
  const column = asked ?? trained;
  const corpus = await tableOf(input, column, labelled ? labelColumn : null);
  for (const notice of corpus.notices) process.stderr.write(`${notice}\n`);
  for (let from = 0; from < corpus.texts.length; from += WINDOW) {
    const texts = corpus.texts.slice(from, from + WINDOW);
    const labels = corpus.labels ? { labels: corpus.labels.slice(from, from + WINDOW) } : {};
    yield { texts, first: from + 1, names: texts.map((_, i) => `Text ${from + i + 1} of "${input}"`), ...labels };
  }
}

/** A table with its labels, where it has a column of them. */
async function tableOf(input: string, column: string | null, label: string | null): Promise<Corpus> {
  try {
    return await readText(input, { lines: null, column, label, stories: null });
  } catch (error) {
    if (label === null || !(error instanceof WordloomError && error.code === "invalid_argument")) throw error;
    return readText(input, { lines: null, column, stories: null });
  }
}
