// From what was asked and what the sentences are like to every setting of a variational autoencoder's run.

import { basename } from "node:path";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { SEQUENCE_CELLS } from "../models/sequence_to_sequence_config.js";
import { createVariationalConfig, type VariationalConfig } from "../models/variational_config.js";
import { createVariationalAutoencoder } from "../models/variational_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { ANNEALINGS } from "../training/annealing.js";
import { counted, readable } from "../text/corpus.js";
import { choosePairBuckets, type PairBuckets } from "../text/pairs/pair_buckets.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { LatentData } from "./latent_data.js";
import { batchNotice } from "./pair_settings.js";
import type { TrainOptions } from "./train_options.js";
import { commonSettings, commonSettingsSchema, largestDivisor, type MachineSpeed } from "./training_settings.js";

/** Everything that decides how a variational autoencoder's run goes. */
export const latentSettingsSchema = commonSettingsSchema.extend({
  kind: z.literal("latent"),
  cell: z.enum(SEQUENCE_CELLS),
  /** Positions of the longest sentence that is trained on, its end included. */
  maximumLength: z.int().min(2),
  tokensPerBatch: z.int().positive(),
  annealing: z.object({ name: z.enum(ANNEALINGS), steps: z.int().nonnegative(), weight: z.number().nonnegative(), cycles: z.int().positive() }),
  /** Updates of the encoder alone before each of the decoder, while the run is in that phase; 0 for none. */
  aggressive: z.int().nonnegative(),
  data: z.object({
    /** The file's name without its folder, or the embedded corpus's. */
    file: z.string(),
    sha256: z.string(),
    validationSha256: z.string().nullable(),
    validation: z.union([z.number(), z.string()]),
    column: z.string().nullable(),
    label: z.string().nullable(),
    stories: z.int().nullable(),
    lowercase: z.boolean(),
  }),
});
export type LatentSettings = z.infer<typeof latentSettingsSchema>;

/** @throws WordloomError "invalid_run" */
export function parseLatentSettings(json: unknown, whereFrom: string): LatentSettings {
  const parsed = latentSettingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new WordloomError("invalid_run", `${whereFrom} lacks the settings that resuming needs ("${parsed.error.issues[0].path.join(".")}"); train again.`, { cause: parsed.error });
}

/** The longest sentence, in positions, unless given. */
export const LONGEST_SENTENCE = 128;

/** Passes over the sentences of a run that was not told how long, and the steps that these come to at least and at most. */
const PASSES = 15;
const STEPS = { least: 1500, most: 4000 };
/** The share of a run over which the divergence's weight grows. */
const ANNEALED_SHARE = 1 / 3;
/** Positions of a sentence, on average: from here on batches are larger, so that they still have many sentences. */
const LONG_SENTENCE = 32;
/** Nats that each dimension may hold for nothing: what keeps the posterior from collapsing. */
const FREE_BITS = 0.2;
/** From how many tokens on little need be done against learning them by heart, and from how many words on a model is large. */
const MANY_TOKENS = 1_000_000;
const MANY_WORDS = 2000;

export interface ChosenLatentSettings {
  readonly config: VariationalConfig;
  readonly settings: LatentSettings;
  readonly buckets: PairBuckets;
  readonly notices: readonly string[];
}

/** What the choice depends on besides the options and the sentences. */
export interface LatentFacts {
  readonly vocabularySize: number;
  readonly maximumLength: number;
  /** Only needed where the time is bounded. */
  readonly speed: MachineSpeed | null;
}

/** Chooses what was not asked for, from the training sentences. */
export function chooseLatentSettings(options: TrainOptions, data: LatentData, sentences: TokenizedPairs, facts: LatentFacts): ChosenLatentSettings {
  const config = chooseConfig(options, data, sentences, facts);
  const tokensPerBatch = options.batchTokens ?? (sentences.totalTargets > LONG_SENTENCE * sentences.count ? 4096 : 2048);
  const buckets = choosePairBuckets(sentences, { tokensPerBatch });
  const stepsPerEpoch = Math.max(1, Math.ceil(buckets.batches / options.accumulation));
  const bounded = options.steps ?? timedSteps(options, config, tokensPerBatch, facts) ?? Math.min(STEPS.most, Math.max(STEPS.least, PASSES * stepsPerEpoch));
  const told = options.steps !== undefined || options.minutes !== undefined;
  const transformer = options.cell === "transformer";
  const settings: LatentSettings = {
    ...commonSettings({ ...options, steps: told ? options.steps : bounded }, { bounded, stepsPerEpoch, learningRate: options.lr ?? (transformer ? Math.min(2e-3, 0.256 / config.hidden_size) : 2e-3), weightDecay: 0.01, warmupSteps: transformer ? 400 : 100 }),
    kind: "latent",
    cell: options.cell,
    maximumLength: facts.maximumLength,
    tokensPerBatch,
    annealing: {
      name: options.annealing,
      steps: options.annealing === "none" ? 0 : (options.annealingSteps ?? Math.ceil(bounded * (options.annealing === "cyclical" ? 1 : ANNEALED_SHARE))),
      weight: options.beta,
      cycles: options.cycles,
    },
    aggressive: options.aggressive,
    data: {
      file: basename(options.data),
      sha256: data.corpus.sha256,
      validationSha256: data.validationSha256,
      validation: options.validation,
      column: options.column ?? null,
      label: options.label ?? null,
      stories: options.stories ?? null,
      lowercase: options.lowercase,
    },
  };
  return { config, settings, buckets, notices: [...chosenNotices(options, config, settings, told), batchNotice(buckets, sentences)] };
}

function chooseConfig(options: TrainOptions, { labels }: LatentData, { totalTargets }: TokenizedPairs, { vocabularySize, maximumLength }: LatentFacts): VariationalConfig {
  const transformer = options.cell === "transformer";
  const fewWords = vocabularySize < MANY_WORDS;
  const many = totalTargets >= MANY_TOKENS;
  const width = options.width ?? (transformer ? (fewWords ? 128 : 256) : many && !fewWords ? 512 : 256);
  return createVariationalConfig({
    cell: options.cell,
    vocabularySize,
    contextLength: Math.max(options.context ?? 0, maximumLength),
    layers: options.layers ?? (transformer ? (fewWords ? 4 : 3) : 1),
    heads: options.heads ?? largestDivisor(width, 4),
    width,
    feedForwardWidth: options.feedForward ?? (fewWords ? 4 : 2) * width,
    embeddingWidth: options.embedding ?? Math.min(128, width),
    latentWidth: options.latent,
    labels,
    dropout: options.dropout ?? (!many ? 0.3 : transformer ? 0 : 0.1),
    wordDropout: options.wordDropout ?? 0,
    freeBits: options.freeBits ?? (options.freeBitsTotal === undefined ? FREE_BITS : 0),
    freeBitsTotal: options.freeBitsTotal ?? 0,
    normFirst: options.norm === "pre",
  });
}

/** Steps that the given minutes are enough for, about; null where no time was given. */
function timedSteps({ minutes, accumulation }: TrainOptions, config: VariationalConfig, positions: number, { speed }: LatentFacts): number | null {
  if (minutes === undefined || speed === null) return null;
  const weights = parameterSpecs(nameParameters(createVariationalAutoencoder(config))).reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
  return Math.max(1, Math.ceil((60 * minutes * speed.flopsPerSecond) / (3 * weights * positions * accumulation)));
}

/** Sentences about what was not asked for. */
function chosenNotices(options: TrainOptions, config: VariationalConfig, { annealing, totalSteps }: LatentSettings, told: boolean): string[] {
  const notices: string[] = [];
  if (options.width === undefined || options.layers === undefined) {
    const layers = config.num_hidden_layers;
    notices.push(`Chosen for these sentences: ${layers} ${layers === 1 ? "layer" : "layers"}, width ${config.hidden_size}, ${config.latent_size} latent dimensions.`);
  }
  const free = [config.free_bits > 0 ? `${config.free_bits} nats free in each dimension` : null, config.free_bits_total > 0 ? `${config.free_bits_total} nats free in all` : null].filter((part) => part !== null);
  const weight = annealing.name === "none" ? "at full weight from the first step on" : `${annealing.name === "cyclical" ? `rising ${annealing.cycles} times` : `rising (${annealing.name})`} over ${counted(annealing.steps, "step")}`;
  notices.push(`Against collapse: the divergence is ${weight}${annealing.weight === 1 ? "" : ` to ${annealing.weight}`}; ${free.length === 0 ? "no free bits" : free.join(", ")}.`);
  if (!told) notices.push(`Ends after ${readable(totalSteps!)} steps (--steps, --minutes).`);
  return notices;
}
