// What a person may ask of the measures: every option with its default, its range and the sentence said when it is wrong.

import * as z from "zod";
import { WordloomError } from "../errors.js";

/** How a wrong value is shown inside a sentence: short, on one line. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}

/** The sentence for a value that does not fit: what it must be, what was given. */
const must = (what: string) => ({ error: (issue: { readonly input?: unknown }) => `${what}, but ${show(issue.input)} was given.` });

/** A whole number from `least` to 100, more than any text repeats. */
function order(what: string, least: number) {
  const sentence = must(`The ${what} must be a whole number from ${least} to 100`);
  return z.int(sentence).gte(least, sentence).lte(100, sentence);
}

const flag = (what: string) => z.boolean(must(`The choice of ${what} must be true or false`));

const smoothingValue = must("The smoothing value must be a number of 0 or more");
const beta = must("The beta of chrF must be a number above 0");

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
    .enum(["none", "floor", "add-k", "exp"], must('The smoothing must be "none", "floor", "add-k" or "exp"'))
    .default("exp"),
  /** For "floor" and "add-k"; 0.1 and 1 unless given. */
  smoothingValue: z.number(smoothingValue).gte(0, smoothingValue).optional(),
  /** Whether capital letters count as small ones. */
  lowercase: flag("lower case").default(false),
  /** "13a" for text with spaces between words, "zh" for Chinese, "char" for single characters, "none" to cut at white space only. */
  tokenizer: z
    .enum(["13a", "zh", "char", "none"], must('The tokenizer of BLEU must be "13a", "zh", "char" or "none"'))
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
    .enum(["rouge-score", "unicode"], must('The tokenizer of ROUGE must be "rouge-score" or "unicode"'))
    .default("rouge-score"),
};

/** Each measure checks its own. */
const measuresShape = { bleu: z.unknown().optional(), chrf: z.unknown().optional(), rouge: z.unknown().optional() };

/** The function that checks and fills in the options of one measure. */
function parser<S extends z.core.$ZodShape>(measure: string, shape: S): (options: unknown) => z.output<z.ZodObject<S>> {
  const schema = z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `There is no option of ${measure} called ${show(issue.keys[0])}; the options are ${Object.keys(shape).join(", ")}.`
        : `The options of ${measure} must be an object, but ${show(issue.input)} was given.`,
  });
  return (options) => {
    const parsed = schema.safeParse(options);
    if (!parsed.success) throw new WordloomError("invalid_argument", parsed.error.issues[0].message);
    return parsed.data as z.output<z.ZodObject<S>>;
  };
}

/** The options of a measure as a person gives them: any may be left out. */
export type BleuOptions = z.input<z.ZodObject<typeof bleuShape>>;
export type BleuTokenizer = NonNullable<BleuOptions["tokenizer"]>;
export type ChrfOptions = z.input<z.ZodObject<typeof chrfShape>>;
export type RougeOptions = z.input<z.ZodObject<typeof rougeShape>>;

/** Each checks the options and fills in the defaults; throws a WordloomError `invalid_argument` about the first wrong one. */
export const parseBleuOptions = parser("BLEU", bleuShape);
export const parseChrfOptions = parser("chrF", chrfShape);
export const parseRougeOptions = parser("ROUGE", rougeShape);

/** Throws a WordloomError `invalid_argument` unless the options are an object of options of measures. */
export const checkMeasures: (options: unknown) => void = parser("the measures", measuresShape);
