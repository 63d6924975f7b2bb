// What a person may ask of the measures: every option with its default, its range and the sentence said when it is wrong.

import * as z from "zod";
import { must, parseOptions, strictOptions } from "../generation/option_checks.js";

/** A whole number from `least` to 100, more than any text repeats. */
function order(what: string, least: number) {
  const error = must(`${what} must be a whole number from ${least} to 100`, "leave it out for the usual one");
  return z.int({ error }).gte(least, { error }).lte(100, { error });
}

const flag = (what: string) => z.boolean({ error: must(`choice of ${what} must be true or false`, "leave it out for false") });

const smoothingValue = { error: must("smoothing value must be a number of 0 or more", "leave it out for the usual one") };
const beta = { error: must("beta of chrF must be a number above 0", "leave it out for 2") };

const bleuShape = {
  /** Counts n-grams of 1 to this many tokens. */
  maxOrder: order("longest n-gram of BLEU", 1).default(4),
  /**
   * What a precision becomes that no n-gram has earned (Chen and Cherry 2014, "A Systematic Comparison of Smoothing
   * Techniques for Sentence-Level BLEU"): 0 ("none"), `smoothingValue` matches ("floor", their method 1), or half of what
   * the one before it got, beginning with half a match ("exp", method 3). "add-k" (method 2) counts `smoothingValue` more
   * matches and n-grams for all n above 1.
   */
  smoothing: z
    .enum(["none", "floor", "add-k", "exp"], { error: must('smoothing must be "none", "floor", "add-k" or "exp"', 'leave it out for "exp"') })
    .default("exp"),
  /** For "floor" and "add-k"; 0.1 and 1 unless given. */
  smoothingValue: z.number(smoothingValue).gte(0, smoothingValue).optional(),
  /** Whether capital letters count as small ones. */
  lowercase: flag("lower case").default(false),
  /** "13a" for text with spaces between words, "zh" for Chinese, "char" for single characters, "none" to cut at white space only. */
  tokenizer: z
    .enum(["13a", "zh", "char", "none"], { error: must('tokenizer of BLEU must be "13a", "zh", "char" or "none"', "take the one for the language of the texts") })
    .default("13a"),
  /** Whether n-grams longer than the text itself are left out of the mean instead of making the score 0: for single sentences. */
  effectiveOrder: flag("effective order").default(false),
};

const chrfShape = {
  /** Counts n-grams of 1 to this many characters. */
  characterOrder: order("longest character n-gram of chrF", 1).default(6),
  /** Counts n-grams of 1 to this many words too: 0 for chrF, 2 for chrF++ (Popović 2017). */
  wordOrder: order("longest word n-gram of chrF", 0).default(0),
  /** Recall weighs this many times as much as precision. */
  beta: z.number(beta).gt(0, beta).lt(Infinity, beta).default(2),
  /** Whether capital letters count as small ones. */
  lowercase: flag("lower case").default(false),
};

const rougeShape = {
  /** "rouge-score" is exactly Google's and sees only a-z and 0-9; "unicode" takes letters and digits of any script. */
  tokenizer: z
    .enum(["rouge-score", "unicode"], { error: must('tokenizer of ROUGE must be "rouge-score" or "unicode"', 'take "unicode" for all but English') })
    .default("rouge-score"),
};

/** Each measure checks its own. */
const measuresShape = { bleu: z.unknown().optional(), chrf: z.unknown().optional(), rouge: z.unknown().optional() };

/** The function that checks and fills in the options of one measure. */
function parser<S extends z.ZodRawShape>(measure: string, shape: S, example: string): (options: unknown) => z.output<z.ZodObject<S>> {
  const type = strictOptions(shape, `option of ${measure}`, example);
  return (options) => parseOptions(type, options) as z.output<z.ZodObject<S>>;
}

/** The options of a measure as a person gives them: any may be left out. */
export type BleuOptions = z.input<z.ZodObject<typeof bleuShape>>;
export type BleuTokenizer = NonNullable<BleuOptions["tokenizer"]>;
export type ChrfOptions = z.input<z.ZodObject<typeof chrfShape>>;
export type RougeOptions = z.input<z.ZodObject<typeof rougeShape>>;

/** Each checks the options and fills in the defaults; throws a WordloomError `invalid_argument` about the first wrong one. */
export const parseBleuOptions = parser("BLEU", bleuShape, "{ lowercase: true }");
export const parseChrfOptions = parser("chrF", chrfShape, "{ wordOrder: 2 }");
export const parseRougeOptions = parser("ROUGE", rougeShape, '{ tokenizer: "unicode" }');

/** Throws a WordloomError `invalid_argument` unless the options are an object of options of measures. */
export const checkMeasures: (options: unknown) => void = parser("the measures", measuresShape, "{ bleu: { lowercase: true } }");
