// What a person may ask of generated text: every option with its default, its range and the sentence said when it is wrong.

import * as z from "zod";
import { must, parseOptions, real, strictOptions, tokenIds, whole } from "./option_checks.js";

const temperature = must(
  "temperature must be 0 or more",
  "0 always takes the most probable token, 1 keeps the model's own probabilities",
);
const topK = must("top-k must be a whole number of 0 or more", "0 keeps every token");
const topP = must("top-p must be from 0 to 1", "1 keeps every token");
const minP = must("min-p must be from 0 to 1", "0 keeps every token");
const repetitionPenalty = must("repetition penalty must be more than 0", "1 changes nothing and 1.2 is usual");
const maxTokens = must("largest number of tokens must be a whole number of 0 or more", "200 is the default");
const stopList = must("stop strings must be a list of texts", 'give for example ["\\n"]');
const stopEach = must("stop strings must be texts of at least one character", "leave such a string out");
const seed = must("seed must be a whole number of 0 or more", "the same seed gives the same text again");
const count = must("number of samples must be a whole number of 1 or more", "1 is the default");
const logProbabilities = must("choice of log-probabilities must be true or false", "false is the default");

const shape = {
  /** Divides the logits: below 1 sharper, above 1 flatter; 0 takes the most probable token (greedy decoding). */
  temperature: real(temperature, 0).default(1),
  /** Keeps the k most probable tokens (Fan et al. 2018, "Hierarchical Neural Story Generation"); 0 keeps all. */
  topK: whole(topK, 0).default(0),
  /**
   * Keeps the fewest most probable tokens whose probabilities sum to p or more: the nucleus (Holtzman et al. 2020,
   * "The Curious Case of Neural Text Degeneration"); 1 keeps all, 0 only the most probable one.
   */
  topP: real(topP, 0, 1).default(1),
  /**
   * Keeps the tokens at least this many times as probable as the most probable one (Nguyen et al. 2024, "Turning Up
   * the Heat: Min-p Sampling for Creative and Coherent LLM Outputs"); 0 keeps all.
   */
  minP: real(minP, 0, 1).default(0),
  /**
   * Makes tokens of the prompt and of the text so far less probable: their positive logits are divided by it, their
   * negative ones multiplied (Keskar et al. 2019, "CTRL", section 4.1). Meant for words and pieces of words: a
   * model of characters soon has repeated them all.
   */
  repetitionPenalty: z
    .number({ error: repetitionPenalty })
    .gt(0, { error: repetitionPenalty })
    .default(1),
  /** The most tokens that a sample may have, its prompt not counted. */
  maxTokens: whole(maxTokens, 0).default(200),
  /** A sample ends before the first of these that it writes; the string itself is left out. */
  stop: z
    .array(z.string({ error: stopEach }).min(1, { error: stopEach }), { error: stopList })
    .readonly()
    .default([]),
  /** Chooses the random numbers: one stream a sample, so that sample i is the same however many are made. */
  seed: whole(seed, 0).default(0),
  /** How many samples to write. */
  count: whole(count, 1).default(1),
  /** Tokens that are never written: padding, start of text, unknown. */
  forbiddenTokens: tokenIds("forbidden tokens").default([]),
  /** Tokens that end a sample when they are drawn: the end of a text. */
  endTokens: tokenIds("end tokens").default([]),
  /** Whether each sample tells the log-probability of its tokens. */
  logProbabilities: z.boolean({ error: logProbabilities }).default(false),
};

const samplingOptions = strictOptions(shape, "sampling option", "{ temperature: 0.8 }");

/** Every option, checked and filled in. */
export type SamplingOptions = z.output<typeof samplingOptions>;

/** The options as a person gives them: any may be left out. */
export type SamplingOptionsInput = z.input<typeof samplingOptions>;

/**
 * Checks the options and fills in the defaults.
 * @throws WordloomError `invalid_argument`, one sentence about the first option that is wrong
 */
export function parseSamplingOptions(options: SamplingOptionsInput = {}): SamplingOptions {
  return parseOptions(samplingOptions, options);
}
