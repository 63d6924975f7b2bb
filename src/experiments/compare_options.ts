// What may be asked of a comparison: every option with its range and its default.

import * as z from "zod";
import { flagOf } from "../api/family_options.js";
import { TOKENIZERS } from "../api/train_options.js";
import { WordloomError } from "../errors.js";
import { COMPARED_FAMILIES } from "./comparison.js";

const count = (least = 1): z.ZodInt => z.int().gte(least);
const share = z.number().gt(0).lt(1);

const schema = z.strictObject({
  /** A file (.txt, .jsonl, .csv, .tsv) or "stories". */
  data: z.string().min(1),
  /** Its folder; runs/<data>-comparison unless given. */
  out: z.string().min(1).optional(),
  /** Which families to train; all that write texts of their own unless given. */
  families: z.array(z.enum(COMPARED_FAMILIES)).min(1).optional(),
  /** Of each training; 5 unless steps are given. The minutes become steps by a look at each family's speed, once. */
  minutes: z.number().gt(0).optional(),
  /** Of each training, in place of minutes. */
  steps: count(10).optional(),
  /** How many times each family is trained, with seeds from `seed` on. */
  seeds: count().lte(100).default(1),
  seed: z.int().gte(0).default(1),
  /** Shares set aside: to choose the best weights by, and to measure on in the end; or a file to measure on. */
  validation: share.default(0.05),
  test: z.union([share, z.string().min(1)]).default(0.05),
  lines: z.boolean().optional(),
  column: z.string().min(1).optional(),
  stories: count(200).optional(),
  /** One for all families: characters of one long text, words of lines unless given. */
  tokenizer: z.enum(TOKENIZERS).optional(),
  vocabulary: count(5).optional(),
  /** Texts written at each temperature; 1,000 unless given, but no more than there are real ones to compare with. */
  samples: count(2).default(1000),
  temperatures: z.array(z.number().gt(0)).min(1).default([0.7, 0.85, 1, 1.15]).transform((temperatures) => temperatures.toSorted((a, b) => a - b)),
  threads: count().lte(1024).optional(),
  /** The comparison.json of another comparison: the same trainings, step for step. */
  plan: z.string().min(1).optional(),
});

export type CompareOptionsInput = z.input<typeof schema>;
export type CompareOptions = z.output<typeof schema>;

/** What each must be, in words. */
const RANGES: Readonly<Record<string, string>> = {
  families: `must be a list of some of ${COMPARED_FAMILIES.join(", ")}`,
  minutes: "must be more than 0",
  steps: "must be a whole number of 10 or more",
  seeds: "must be a whole number from 1 to 100",
  seed: "must be a whole number of 0 or more",
  validation: "must be a share above 0 and below 1",
  test: "must be a share above 0 and below 1, or a file",
  stories: "must be a whole number of 200 or more",
  tokenizer: `must be one of ${TOKENIZERS.join(", ")}`,
  vocabulary: "must be a whole number of 5 or more",
  samples: "must be a whole number of 2 or more",
  temperatures: "must be a list of numbers above 0",
  threads: "must be a whole number from 1 to 1024",
};

/** What a plan decides, so that it cannot be asked for beside one. */
const PLANNED = ["families", "minutes", "steps", "seeds", "seed", "validation", "lines", "column", "stories", "tokenizer", "vocabulary", "samples", "temperatures", "threads"] as const;

/**
 * Checks options and fills in the defaults.
 * @throws WordloomError "invalid_argument", one sentence about the first option that is wrong
 */
export function parseCompareOptions(options: unknown): CompareOptions {
  const refuse = (sentence: string): never => {
    throw new WordloomError("invalid_argument", sentence);
  };
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue.code === "unrecognized_keys") return refuse(`A comparison has no option called "${issue.keys[0]}"; the options are ${Object.keys(schema.shape).join(", ")}.`);
    const name = String(issue.path[0]);
    const value = JSON.stringify((options as Record<string, unknown>)[name]) ?? "nothing";
    return refuse(`The ${name === "data" ? "data" : `option ${flagOf(name)}`} ${RANGES[name] ?? "must be a text"}, but ${value} was given.`);
  }
  const given = options as Record<string, unknown>;
  if (parsed.data.minutes !== undefined && parsed.data.steps !== undefined) return refuse("Both --minutes and --steps were given, but only one of them can be each training's budget; leave one out.");
  const families = parsed.data.families ?? [];
  const twice = families.find((family, i) => families.indexOf(family) !== i);
  if (twice) return refuse(`The family ${twice} is asked for twice; name it once (--seeds trains it several times).`);
  const { temperatures } = parsed.data;
  if (new Set(temperatures).size < temperatures.length) return refuse("A temperature is asked for twice; name each once (--temperatures).");
  if (parsed.data.validation + (typeof parsed.data.test === "number" ? parsed.data.test : 0) >= 1) return refuse("The shares of --validation and --test leave nothing to learn from; make them smaller.");
  const planned = parsed.data.plan === undefined ? undefined : PLANNED.find((name) => given[name] !== undefined);
  if (planned) return refuse(`The option ${flagOf(planned)} is decided by the plan; leave it or --plan out.`);
  return parsed.data;
}
