// The pairs of a run: read, split and put into small letters the same way whenever the run is begun, resumed or evaluated.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { counted, readable } from "../text/corpus.js";
import { embeddedPairNames } from "../text/pairs/embedded_pairs.js";
import { looksLikePairs } from "../text/pairs/looks_like_pairs.js";
import type { PairCorpus, TextPair } from "../text/pairs/pair_corpus.js";
import { isFile, readPairs, type PairOptions } from "../text/pairs/read_pairs.js";
import { splitCorpus } from "../text/split.js";
import type { TrainOptions } from "./train_options.js";

/** How pairs are read, as it was asked; kept in config.json. */
export const pairReadingSchema = z.object({
  source: z.string().nullable(),
  target: z.string().nullable(),
  language: z.string().nullable(),
  view: z.enum(["summary", "chinese"]).nullable(),
  /** Of an embedded task: how many pairs are drawn. */
  count: z.int().nullable(),
  lowercase: z.boolean(),
});
export type PairReading = z.infer<typeof pairReadingSchema>;

export interface PairData {
  readonly corpus: PairCorpus;
  readonly train: readonly TextPair[];
  readonly validation: readonly TextPair[];
  /** A sentence that says what is measured on, and whether it is trained on too. */
  readonly description: string;
  /** SHA-256 of the validation file, where validation is one. */
  readonly validationSha256: string | null;
}

/** What decides the two parts. */
export interface PairRequest {
  readonly path: string;
  readonly targetFile: string | null;
  readonly reading: PairReading;
  readonly validation: number | string;
  readonly validationTarget: string | null;
  readonly seed: number;
}

/** How training was asked to read pairs. */
export function pairReadingOf({ source, target, language, view, stories, lowercase }: TrainOptions): PairReading {
  return { source: source ?? null, target: target ?? null, language: language ?? null, view: view ?? null, count: stories ?? null, lowercase };
}

/**
 * Reads pairs with the options that fit them.
 * @param seed of an embedded task: which pairs are drawn
 * @param held of an embedded task that draws its own pairs to validate with: how many, as `EmbeddedPairOptions` says
 */
export async function readTextPairs(path: string, targetFile: string | null, reading: PairReading, seed = 0, held?: number): Promise<PairCorpus> {
  const { lowercase, ...asked } = reading;
  const given = Object.fromEntries(Object.entries({ ...asked, targetFile }).filter(([, value]) => value !== null)) as PairOptions;
  const corpus = await readPairs(path, { ...given, seed, ...(held === undefined ? {} : { held }) });
  if (!lowercase) return corpus;
  const { validationPairs } = corpus;
  return { ...corpus, pairs: corpus.pairs.map(lowercased), ...(validationPairs ? { validationPairs: validationPairs.map(lowercased) } : {}) };
}

const lowercased = (pair: TextPair): TextPair => ({ ...pair, source: pair.source.toLowerCase(), target: pair.target.toLowerCase() });

/**
 * Reads pairs and sets the validation part aside. What is held out are sources: pairs of one source stay together, so that
 * no source that is measured on was ever trained on. Written dates are drawn to be held out, on days that no training has.
 * Of a validation file all pairs are measured on, also those whose sources are trained on, which the description counts.
 * @throws WordloomError as `readPairs` does; "invalid_argument" for a part that cannot be held out, or not of this data
 */
export async function readPairData({ path, targetFile, reading, validation, validationTarget, seed }: PairRequest): Promise<PairData> {
  const held = typeof validation === "number" ? validation : undefined;
  if (held !== undefined && held >= 1 && !Number.isInteger(held)) {
    throw new WordloomError("invalid_argument", `The option --validation must be a share below 1, a whole number or a file, but ${held} was given.`);
  }
  if (typeof validation === "string") await checkValidationFile(validation);
  const corpus = await readTextPairs(path, targetFile, reading, 0, held);
  if (typeof validation === "string") {
    if (targetFile !== null && validationTarget === null && !(await looksLikePairs(validation))) {
      throw new WordloomError("invalid_argument", `"${validation}" holds sources alone, as the data does; give the file of their targets with --validation-target.`);
    }
    const columns = validationTarget === null ? reading : { ...reading, source: null, target: null, language: null };
    const file = await readTextPairs(validation, validationTarget, { ...columns, view: null, count: null });
    return { corpus, train: corpus.pairs, validation: file.pairs, description: `Validation is on ${counted(file.pairs.length, "pair")} of ${file.name}${trainedToo(file.pairs, corpus.pairs)}.`, validationSha256: file.sha256 };
  }
  if (corpus.validationPairs && corpus.validationPairs.length > 0) {
    return { corpus, train: corpus.pairs, validation: corpus.validationPairs, description: `Validation is on ${counted(corpus.validationPairs.length, "unseen pair")}, drawn besides.`, validationSha256: null };
  }
  const sources = [...new Set(corpus.pairs.map((pair) => pair.source))];
  const split = splitCorpus({ ...corpus, kind: "samples", texts: sources }, new RandomStream(seed, "split"), validation < 1 ? { fraction: validation } : { count: validation });
  const heldSources = new Set(split.validation);
  const [train, part] = [false, true].map((isHeld) => corpus.pairs.filter((pair) => heldSources.has(pair.source) === isHeld));
  return {
    corpus,
    train,
    validation: part,
    description: `Validation is on ${part.length.toLocaleString("en-US")} of ${corpus.pairs.length.toLocaleString("en-US")} pairs, whose sources were chosen at random and are not trained on.`,
    validationSha256: null,
  };
}

/** How many sources of a validation file are trained on, to go on a sentence with; nothing where none is. */
function trainedToo(validation: readonly TextPair[], training: readonly TextPair[]): string {
  const trained = new Set(training.map((pair) => pair.source));
  const sources = [...new Set(validation.map((pair) => pair.source))];
  const both = sources.filter((source) => trained.has(source)).length;
  return both === 0 ? "" : `, but ${readable(both)} of ${readable(sources.length)} validation sources ${both === 1 ? "is" : "are"} trained on too`;
}

/** An embedded task is drawn the same each time, so that its pairs would not be unseen ones. */
async function checkValidationFile(path: string): Promise<void> {
  if (!embeddedPairNames.includes(path) || (await isFile(path))) return;
  throw new WordloomError("invalid_argument", `The embedded "${path}" is no file to validate on; give --validation a share, a number of pairs or a file.`);
}
