// The text of a run: read, split and tokenized the same way whenever the run is begun, resumed or evaluated.

import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { readCorpus } from "../text/read_corpus.js";
import type { Corpus } from "../text/corpus.js";
import { splitCorpus, type Split, type Validation } from "../text/split.js";
import type { Tokenizer } from "../text/tokenizer.js";

/** How to read and split, plain JSON. */
export interface DataRequest {
  readonly path: string;
  readonly lines: boolean | null;
  readonly column: string | null;
  /** The column of labels; absent or null for none. */
  readonly label?: string | null;
  readonly validation: number | string;
  readonly stories: number | null;
  readonly seed: number;
}

export interface RunData {
  readonly corpus: Corpus;
  readonly split: Split;
  /** SHA-256 of the validation file, where validation is one. */
  readonly validationSha256: string | null;
}

/** Reads a corpus with the options that fit it. */
export function readText(path: string, { lines, column, label = null, stories }: Pick<DataRequest, "lines" | "column" | "label" | "stories">): Promise<Corpus> {
  return readCorpus(path, { ...(lines === null ? {} : { lines }), ...(column === null ? {} : { column }), ...(label === null ? {} : { label }), ...(stories === null ? {} : { count: stories }) });
}

/** Reads the corpus and sets the validation part aside. */
export async function readData(request: DataRequest): Promise<RunData> {
  const corpus = await readText(request.path, request);
  const validation = await validationOf(request, corpus);
  return {
    corpus,
    split: splitCorpus(corpus, new RandomStream(request.seed, "split"), validation),
    validationSha256: "corpus" in validation ? validation.corpus.sha256 : null,
  };
}

async function validationOf({ validation, column, label }: DataRequest, corpus: Corpus): Promise<Validation> {
  if (typeof validation === "string") {
    return { corpus: await readText(validation, { lines: corpus.kind === "samples", column: isTable(validation) ? column : null, label, stories: null }) };
  }
  if (validation < 1) return { fraction: validation };
  if (!Number.isInteger(validation)) {
    throw new WordloomError("invalid_argument", `The option --validation must be a share below 1, a whole number or a file, but ${validation} was given.`);
  }
  return { count: validation };
}

/** Whether a file is read as a table of columns, by its name. */
export const isTable = (path: string): boolean => /\.(csv|tsv|jsonl|ndjson)$/i.test(path);

/** A sentence for people when a text has characters that the tokenizer does not know; null when it knows all. */
export function unknownNotice(tokenizer: Tokenizer, texts: readonly string[], what: string): string | null {
  const unknown = new Set<string>();
  for (const text of texts) for (const piece of tokenizer.unknown(text)) unknown.add(piece);
  if (unknown.size === 0) return null;
  const one = unknown.size === 1;
  const unit = `${tokenizer.kind === "word" ? "word" : "character"}${one ? "" : "s"}`;
  const shown = [...unknown].slice(0, 8).map((piece) => JSON.stringify(piece)).join(", ");
  return `${what} has ${unknown.size} ${unit} that the training text never has (${shown}${unknown.size > 8 ? ", …" : ""}); ${one ? "it counts" : "they count"} as <unk>.`;
}
