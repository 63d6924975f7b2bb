// What may be asked of training: every option with its range, under the names that the command line uses.

import * as z from "zod";
import { WordloomError } from "../errors.js";
import { ATTENTIONS, SEQUENCE_CELLS } from "../models/sequence_to_sequence_config.js";
import { DEVICES } from "../runtime/backend.js";
import { ANNEALINGS } from "../training/annealing.js";
import { ADVERSARIAL_OPTIONS, ADVERSARIAL_SHAPE } from "./adversarial_options.js";
import { checkFamilyOptions, flagOf, ENCODER_OPTIONS, isGiven, LATENT_OPTIONS, PAIR_OPTIONS } from "./family_options.js";

export const FAMILIES = ["transformer", "rnn", "lstm", "gru", "seq2seq", "vae", "gan"] as const;
export const DIALECTS = ["gpt2", "llama"] as const;
export const OPTIMIZERS = ["sgd", "rmsprop", "adam", "adamw"] as const;
export const SCHEDULES = ["constant", "linear", "cosine"] as const;
export const VIEWS = ["summary", "chinese"] as const;
export const LONG_PAIRS = ["truncate", "drop"] as const;
export const NORMS = ["pre", "post"] as const;
export { ANNEALINGS, ATTENTIONS, SEQUENCE_CELLS };
export const TOKENIZERS = ["character", "word", "bpe"] as const;

const count = (least = 1): z.ZodInt => z.int().gte(least);
const positive = z.number().gt(0);
const share = z.number().gte(0).lt(1);
/** The largest size that a model may have in any direction. */
const LARGEST = 1 << 24;
const size = (least = 1): z.ZodInt => count(least).lte(LARGEST);

/** "20%" as 0.2; any other text names a file. */
function shareOf(text: string, context: z.RefinementCtx): number | string {
  const percentage = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (percentage === null) return text;
  const share = Number(percentage[1]) / 100;
  if (share > 0 && share < 1) return share;
  context.addIssue({ code: "custom", message: "a share is more than 0 % and less than 100 %" });
  return z.NEVER;
}

const schema = z.strictObject({
  /** A file (.txt, .jsonl, .csv, .tsv) or the name of something embedded, "stories" or "dates". */
  data: z.string().min(1),
  /** The run's folder; runs/<data>-<family> unless given. */
  out: z.string().min(1).optional(),
  /** Go on with the run in `out`, with the settings it began with. */
  resume: z.boolean().default(false),

  /** Unless given: seq2seq where the data is or looks like pairs of texts, else transformer. */
  family: z.enum(FAMILIES).optional(),
  /** Of a Transformer: what it is on disk. */
  dialect: z.enum(DIALECTS).default("gpt2"),

  /** Plain text: true makes each line a sample, false one long text; decided by looking unless given. */
  lines: z.boolean().optional(),
  /** The column of a table or of JSON lines. */
  column: z.string().min(1).optional(),
  /** Pairs of texts: the columns of sources and targets, by name or by number from 1. */
  source: z.string().min(1).optional(),
  target: z.string().min(1).optional(),
  /** Pairs of texts: the column that names each target's language. */
  language: z.string().min(1).optional(),
  /** Pairs of texts: a second file, whose line n is the target of the data's line n. */
  targetFile: z.string().min(1).optional(),
  /** Of the embedded stories: what is made of each. */
  view: z.enum(VIEWS).optional(),
  /** Pairs of texts: read everything in small letters. */
  lowercase: z.boolean().default(false),
  /** Pairs that are longer than the context: cut them off or leave them out. */
  longPairs: z.enum(LONG_PAIRS).default("truncate"),
  /** Pairs of texts: one vocabulary for both sides; byte pairs' default. */
  joint: z.boolean().optional(),
  /** Held out: a share below 1, also as "20%"; from 1 on a number of samples or characters, of pairs' sources; or a file. */
  validation: z.union([z.number().gt(0), z.string().min(1).transform(shareOf)]).default(0.1),
  /** Pairs of texts: where --validation is a plain file of sources, the file of their targets. */
  validationTarget: z.string().min(1).optional(),
  tokenizer: z.enum(TOKENIZERS).optional(),
  vocabulary: count(5).optional(),
  /** Of what is embedded: how many stories or dates. */
  stories: count(20).optional(),

  layers: count().lte(1000).optional(),
  heads: size().optional(),
  keyValueHeads: size().optional(),
  width: size().optional(),
  /** Recurrent: width of the learned embedding, 0 for one-hot input; the model's width unless given. */
  embedding: size(0).optional(),
  /** Tokens that a window holds: a Transformer's context, a recurrent model's span of back-propagation, a source or target of a pair. */
  context: size(2).optional(),
  dropout: z.number().gte(0).lte(0.95).optional(),
  /** Use the embedding as the output's weight; Transformers do unless told otherwise. */
  tie: z.boolean().optional(),

  /** seq2seq, vae and gan: what reads and writes; transformer unless given, for the embedded dates gru, of a gan lstm, of a vae lstm but for the embedded stories. */
  cell: z.enum(SEQUENCE_CELLS).optional(),
  /** seq2seq of recurrent cells: how the decoder attends to the source. */
  attention: z.enum(ATTENTIONS).optional(),
  /** seq2seq of recurrent cells: feed the decoder what it attended to. */
  inputFeeding: z.boolean().default(false),
  /** seq2seq: share of the probability that is spread over all tokens. */
  labelSmoothing: z.number().gte(0).lt(0.9).optional(),
  /** seq2seq Transformer: where its layers are normalised. */
  norm: z.enum(NORMS).default("pre"),
  /** seq2seq Transformer: width between a layer's two linear maps. */
  feedForward: size().optional(),
  /** vae: dimensions of the latent space. */
  latent: size().default(32),
  /** vae and gan: the column that labels each text, which the model is then told; of the embedded stories "mood". */
  label: z.string().min(1).optional(),
  /** vae: how the divergence's weight in the loss grows. */
  annealing: z.enum(ANNEALINGS).default("linear"),
  /** vae: steps after which the weight has grown; a third of the run unless given. */
  annealingSteps: count().optional(),
  /** vae, cyclical: how often the weight grows anew. */
  cycles: count().default(4),
  /** vae: the divergence's weight in the end, the β of Higgins et al. 2017. */
  beta: z.number().gte(0).default(1),
  /** vae: nats that cost nothing, in each dimension. */
  freeBits: z.number().gte(0).optional(),
  /** vae: nats that cost nothing, in all dimensions together. */
  freeBitsTotal: z.number().gte(0).optional(),
  /** vae: share of the words that the decoder does not get to see while training. */
  wordDropout: share.optional(),
  /** vae: updates of the encoder alone before each of the decoder, as long as the points come to say more of the sentences. */
  aggressive: count(0).default(0),
  ...ADVERSARIAL_SHAPE,
  /** seq2seq: word vectors to begin with, in word2vec's or fastText's text format. */
  embeddings: z.string().min(1).optional(),

  batch: size().optional(),
  /** seq2seq and vae: source and target positions in a batch, padding counted in. */
  batchTokens: size().optional(),
  /** Batches whose gradients are added up for one step. */
  accumulation: count().default(1),
  optimizer: z.enum(OPTIMIZERS).default("adamw"),
  lr: positive.optional(),
  schedule: z.enum(SCHEDULES).optional(),
  /** Where linear and cosine end; a tenth of lr unless given. */
  minimumLr: z.number().gte(0).optional(),
  warmup: count(0).optional(),
  weightDecay: z.number().gte(0).optional(),
  momentum: share.optional(),
  beta1: share.optional(),
  beta2: share.optional(),
  /** The largest norm of the gradient; 0 for no clipping. */
  clip: z.number().gte(0).optional(),

  /** The run ends after so many steps, or minutes; with neither when it stops improving, or, of the embedded dates, has learnt them. */
  steps: count().optional(),
  minutes: positive.optional(),
  /** Steps between two evaluations. */
  evaluateEvery: count().optional(),

  seed: z.int().gte(0).default(1),
  threads: count().lte(1024).optional(),
  device: z.enum(DEVICES as ["cpu", ...("webgpu" | "cuda" | "dml" | "coreml")[]]).default("cpu"),
});

export type TrainOptionsInput = z.input<typeof schema>;
export type Family = (typeof FAMILIES)[number];
export type TrainOptions = Omit<z.output<typeof schema>, "family" | "cell"> & { readonly family: Family; readonly cell: (typeof SEQUENCE_CELLS)[number] };

/** What an option's range is, in words. */
function rangeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "string") return "must not be empty";
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `a ${issue.expected}`}`;
    case "invalid_union": // --validation alone is one
      return "must be a share such as 0.1 or 10%, a whole number or a file";
    default:
      return `is not valid (${issue.message})`;
  }
}

/** The error for a value out of an option's range. */
function outOfRange(name: string, issue: z.core.$ZodIssue, given: unknown): WordloomError {
  return new WordloomError("invalid_argument", `The ${name === "data" ? "data" : `option ${flagOf(name)}`} ${rangeOf(issue)}, but ${JSON.stringify(given) ?? "nothing"} was given.`);
}

/** The names of all options. */
export const TRAIN_OPTION_NAMES: readonly string[] = Object.keys(schema.shape);

/**
 * Checks one option's value by itself.
 * @param name one of `TRAIN_OPTION_NAMES`
 * @throws WordloomError "invalid_argument" for a value out of its range, whatever the other options are
 */
export function checkOptionValue(name: string, value: unknown): void {
  const parsed = schema.shape[name as keyof typeof schema.shape].safeParse(value);
  if (!parsed.success) throw outOfRange(name, parsed.error.issues[0], value);
}

/** Enough for the embedded dates to be learnt: three minutes on four cores. */
const DATES_STEPS = 2000;

/**
 * Checks options and fills in the defaults that need no look at the data.
 * @throws WordloomError "invalid_argument", one sentence about the first option that is wrong
 */
export function parseTrainOptions(options: unknown): TrainOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (issue.code === "unrecognized_keys") {
      throw new WordloomError("invalid_argument", `There is no training option called "${issue.keys[0]}"; the options are ${TRAIN_OPTION_NAMES.join(", ")}.`);
    }
    const name = String(issue.path[0]);
    throw outOfRange(name, issue, (options as Record<string, unknown>)[name]);
  }
  const given = options as object;
  const pairs = [...PAIR_OPTIONS, ...ENCODER_OPTIONS].some((name) => isGiven(given, name));
  const latent = LATENT_OPTIONS.some((name) => isGiven(given, name));
  const adversarial = ADVERSARIAL_OPTIONS.some((name) => isGiven(given, name));
  const family = parsed.data.family ?? (adversarial ? "gan" : latent ? "vae" : parsed.data.data === "dates" || pairs ? "seq2seq" : "transformer");
  const cell = parsed.data.cell ?? (family === "gan" ? "lstm" : family === "vae" && parsed.data.data !== "stories" ? "lstm" : parsed.data.data === "dates" ? "gru" : "transformer");
  const dates = family === "seq2seq" && parsed.data.data === "dates" && parsed.data.minutes === undefined && !parsed.data.resume;
  const data = { ...parsed.data, family, cell, steps: parsed.data.steps ?? (dates ? DATES_STEPS : undefined) };
  if (data.steps !== undefined && data.minutes !== undefined) {
    throw new WordloomError("invalid_argument", "Both --steps and --minutes were given, but only one of them can end the run; leave one out.");
  }
  checkFamilyOptions(data, given);
  if (data.lr !== undefined && data.minimumLr !== undefined && data.minimumLr > data.lr) {
    throw new WordloomError("invalid_argument", `The option --minimum-lr must be at most --lr, but ${data.minimumLr} and ${data.lr} were given.`);
  }
  return data;
}
