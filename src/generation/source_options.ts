// What may be asked of texts made from sources: every option with its default, its range and the sentence said when wrong.

import * as z from "zod";
import { WordloomError } from "../errors.js";
import type { Decoder } from "./decoder.js";
import { must, parseOptions, real, strictOptions, tokenIds, whole } from "./option_checks.js";

/** The most tokens for a source, unless given: room for languages that take twice as many, and for short sources. */
const defaultMaximumLength = (sourceLength: number): number => 2 * sourceLength + 16;

const beams = must("number of beams must be a whole number of 1 or more", "1 is greedy decoding and 5 is usual");
const lengthPenalty = must("length penalty must be 0 or more", "0 compares plain log-probabilities and 1 is usual");
const coveragePenalty = must("coverage penalty must be 0 or more", "0 leaves it out and 0.2 is usual");
const nBest = must("number of best texts must be a whole number of 1 or more", "1 is the default");
const attention = must("choice of attention must be true or false", "leave it out for none");
const bosId = must("start token must be a whole number of 0 or more", "give its id in the tokenizer's vocabulary");
const eosId = must("end token must be a whole number of 0 or more", "give its id in the tokenizer's vocabulary");
const maximumLength = must("largest length must be a function of the source's length", "give for example (length) => 2 * length + 16");

const shape = {
  /** How many unfinished texts a source keeps at each step; 1 is greedy decoding. */
  beams: whole(beams, 1).default(1),
  /** The exponent of `lengthPenalty`; models trained with label smoothing write too briefly below 1. Changes nothing for one beam. */
  lengthPenalty: real(lengthPenalty, 0).default(1),
  /**
   * The factor of `coveragePenalty`, for models that attend to their source: above 0, texts that left a part of it
   * unattended come later. Changes nothing for one beam.
   */
  coveragePenalty: real(coveragePenalty, 0).default(0),
  /** How many texts to give for each source; as many as beams at most, while searching with beams. */
  nBest: whole(nBest, 1).default(1),
  /** Whether each text comes with what its tokens attended to (`Hypothesis.attention`), for models that attend to their source. */
  attention: z.boolean({ error: attention }).default(false),
  /** The token that every text begins with; it is read and not written. */
  bosId: whole(bosId, 0),
  /** The token that ends a text. */
  eosId: whole(eosId, 0),
  /** Tokens that are never written: padding, start of text, unknown. */
  forbiddenTokens: tokenIds("forbidden tokens").default([]),
  /** The most tokens of a text, its end token counted, from how many its source has; the context bounds it in any case. */
  maximumLength: z
    .custom<(sourceLength: number) => number>((value) => typeof value === "function", { error: maximumLength })
    .default(() => defaultMaximumLength),
};

const sourceOptions = strictOptions(shape, "decoding option", "{ beams: 5, bosId: 1, eosId: 2 }");

/** Every option, checked and filled in. */
export type SourceOptions = z.output<typeof sourceOptions>;

/** The options as a person gives them: all but the two tokens may be left out. */
export type SourceOptionsInput = z.input<typeof sourceOptions>;

/**
 * Checks the options against a decoder and fills in the defaults.
 * @throws WordloomError `invalid_argument`, one sentence about the first option that is wrong
 */
export function parseSourceOptions(options: SourceOptionsInput, { vocabularySize }: Pick<Decoder, "vocabularySize">): SourceOptions {
  const parsed = parseOptions(sourceOptions, options);
  const outside = [parsed.bosId, parsed.eosId, ...parsed.forbiddenTokens].find((token: number) => token >= vocabularySize);
  if (outside !== undefined) {
    throw new WordloomError(
      "invalid_argument",
      `The token ${outside} of the options is outside of the model's vocabulary of ${vocabularySize} tokens; give ids from 0 to ${vocabularySize - 1}.`,
    );
  }
  if (parsed.forbiddenTokens.includes(parsed.eosId)) {
    throw new WordloomError("invalid_argument", `The end token ${parsed.eosId} is forbidden, so no text could end; allow it.`);
  }
  return parsed;
}

/**
 * Checks options of texts that are searched for.
 * @throws WordloomError `invalid_argument` where more texts are asked for than the beams find
 */
export function checkSearched({ nBest, beams }: Pick<SourceOptions, "nBest" | "beams">): void {
  if (nBest <= beams) return;
  throw new WordloomError("invalid_argument", `${nBest} best texts were asked for, but ${beams} beams find no more than ${beams}; raise the number of beams.`);
}

/**
 * Checks options of texts that are drawn at random and not searched for.
 * @throws WordloomError `invalid_argument` for a coverage penalty
 */
export function checkDrawn({ coveragePenalty }: Pick<SourceOptions, "coveragePenalty">): void {
  if (coveragePenalty === 0) return;
  throw new WordloomError("invalid_argument", "A coverage penalty is for texts that are searched for with beams, and not for those drawn at random; leave it or the temperature and the like out.");
}

/**
 * The most tokens that a text may have, its end token counted.
 * @throws WordloomError `invalid_argument` if the option gives no whole number of 1 or more
 */
export function textLimit(options: SourceOptions, sourceLength: number, { contextLength }: Pick<Decoder, "contextLength">): number {
  const limit = options.maximumLength(sourceLength);
  if (!(limit >= 1) || (limit !== Infinity && !Number.isInteger(limit)) || Math.min(limit, contextLength) === Infinity) {
    throw new WordloomError(
      "invalid_argument",
      `The largest length must be a whole number of 1 or more, but the function gave ${limit} for a source of ${sourceLength} tokens; change the function.`,
    );
  }
  return Math.min(limit, contextLength);
}
