// From what was asked of a conversion to how it is decoded: checked once, before anything is compiled or read.

import { WordloomError } from "../errors.js";
import { must, parseOptions, strictOptions, whole } from "../generation/option_checks.js";
import type { SourceSamplingOptions } from "../generation/sample_sources.js";
import { parseSamplingOptions } from "../generation/sampling_options.js";
import { checkSearched, checkDrawn, parseSourceOptions, type SourceOptionsInput } from "../generation/source_options.js";
import * as z from "zod";
import { given } from "./given_options.js";
import type { ConvertOptions } from "./model_options.js";
import type { PairSettings } from "./pair_settings.js";
import type { PairRun } from "./run_model.js";

/** How texts are made of sources. */
export interface Decoding {
  readonly search: SourceOptionsInput;
  /** Null where texts are searched for and not drawn. */
  readonly sampling: SourceSamplingOptions | null;
  /** The language whose tag stands before each source. */
  readonly language: string | undefined;
}

/** The beams of a search that was not told how many. */
export const DEFAULT_BEAMS = 5;

const maxTokens = must("largest number of tokens must be a whole number of 1 or more", "leave it out for twice as many as the source has and 16, or as many as the longest target of training");
const batchSize = must("batch size must be a whole number of 1 or more", "leave it out for 64");
const checkedElsewhere = z.unknown().optional();

/** Names, and the values that no other room checks. */
const convertOptions = strictOptions(
  {
    beams: checkedElsewhere,
    nBest: checkedElsewhere,
    lengthPenalty: checkedElsewhere,
    coveragePenalty: checkedElsewhere,
    temperature: checkedElsewhere,
    topK: checkedElsewhere,
    topP: checkedElsewhere,
    minP: checkedElsewhere,
    seed: checkedElsewhere,
    maxTokens: whole(maxTokens, 1).optional(),
    targetLanguage: z.string({ error: must("language to write must be a name", 'give one such as "de"') }).optional(),
    alignments: z.boolean({ error: must("option alignments must be true or false", "leave it out for none") }).optional(),
    batchSize: whole(batchSize, 1).optional(),
  },
  "option of a conversion",
  "{ beams: 5 }",
);

/** Whether the decoder attends to its source. */
export const hasAttention = ({ config }: Pick<PairRun, "config">): boolean => config.model_type === "wordloom-seq2seq-transformer" || config.attention !== "none";

/** What is never written; an unknown word may be, where attention can say which word of the source it is. */
export function forbiddenTokensOf({ config, tokenizer }: Pick<PairRun, "config" | "tokenizer">): number[] {
  const { kind, padId, bosId, unknownId } = tokenizer;
  return kind === "word" && hasAttention({ config }) ? [padId, bosId] : [padId, bosId, unknownId];
}

/**
 * The most tokens that are written for a source, unless asked otherwise: room for languages that take twice as many and
 * for short sources, and at least what training had, since a question may have a far longer answer.
 * @param maximumTarget positions of training's longest target
 * @returns of a source's length in tokens
 */
export const usualMaximumLength = ({ maximumTarget }: Pick<PairSettings, "maximumTarget">) => (sourceLength: number): number => Math.max(2 * sourceLength + 16, maximumTarget);

/**
 * @param path of the run, for messages
 * @throws WordloomError "invalid_argument" for an option that is wrong, does not fit another or is not for this model
 */
export function decodingOf(run: Pick<PairRun, "config" | "settings" | "tokenizer">, options: ConvertOptions, path: string): Decoding {
  parseOptions(convertOptions, given(options));
  const { tokenizer } = run;
  const { temperature, topK, topP, minP, seed, beams, nBest, lengthPenalty, coveragePenalty, maxTokens: most, alignments = false } = options;
  const { bosId, eosId } = tokenizer;
  const drawn = given({ temperature, topK, topP, minP });
  const random = Object.keys(drawn).length > 0;
  const limit = { maximumLength: most === undefined ? usualMaximumLength(run.settings) : () => most };
  const search = { ...given({ nBest, lengthPenalty, coveragePenalty }), ...limit, beams: beams ?? (random ? 1 : DEFAULT_BEAMS), bosId, eosId, forbiddenTokens: forbiddenTokensOf(run) };
  const parsed = parseSourceOptions(search, tokenizer);
  const sampling = random ? { ...drawn, ...given({ seed }) } : null;
  if (sampling) {
    parseSamplingOptions(sampling);
    checkDrawn(parsed);
  }
  if (random && parsed.beams > 1) {
    throw new WordloomError("invalid_argument", `Texts are either drawn at random or searched for with ${parsed.beams} beams; leave the beams or the temperature and the like out.`);
  }
  if (!random) checkSearched(parsed);
  if (alignments && !hasAttention(run)) {
    throw new WordloomError("invalid_argument", `The model in "${path}" was trained without attention, so there are no alignments to give; leave them out.`);
  }
  if (parsed.coveragePenalty > 0 && !hasAttention(run)) {
    throw new WordloomError("invalid_argument", `The model in "${path}" was trained without attention, so that nothing is known of what a text covers of its source; leave the coverage penalty out.`);
  }
  return { search, sampling, language: languageOf(run, options.targetLanguage, path) };
}

/** The language to write, where a model knows several. */
function languageOf({ settings }: Pick<PairRun, "settings">, asked: string | undefined, path: string): string | undefined {
  const { languages } = settings.data;
  const known = `The model in "${path}" writes ${languages.join(", ")}`;
  if (languages.length === 0) {
    if (asked === undefined) return undefined;
    throw new WordloomError("invalid_argument", `The model in "${path}" was trained without a column of languages and cannot be told to write "${asked}"; leave the target language out.`);
  }
  if (asked === undefined && languages.length > 1) throw new WordloomError("invalid_argument", `${known}; say which (option "targetLanguage").`);
  if (asked !== undefined && !languages.includes(asked)) throw new WordloomError("invalid_argument", `${known}, but not "${asked}"; name one of these.`);
  return asked ?? languages[0];
}
