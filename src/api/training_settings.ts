// From what was asked and what the text is like to every setting of a run; the result is kept in config.json.

import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { OBJECTIVES } from "../models/adversarial_loss.js";
import { PENALTIES } from "../models/gradient_penalty.js";
import { ARCHITECTURES, type Architecture, type ModelSizes } from "../models/model_config.js";
import type { Corpus } from "../text/corpus.js";
import { lengthStatistics } from "../text/length_statistics.js";
import { targetsIn, type TokenizedText } from "../text/tokenized.js";
import type { TokenizerKind } from "../text/tokenizer.js";
import { DEVICES } from "../runtime/backend.js";
import { OPTIMIZER_DEFAULTS } from "../training/optimizer.js";
import { BASELINES } from "../training/token_advantages.js";
import type { RunData } from "./data.js";
import { ESTIMATORS } from "./adversarial_options.js";
import type { TrainOptions } from "./train_options.js";

const optimizerSchema = z.object({
  name: z.enum(["sgd", "rmsprop", "adam", "adamw"]),
  momentum: z.number(),
  nesterov: z.boolean(),
  alpha: z.number(),
  beta1: z.number(),
  beta2: z.number(),
  epsilon: z.number(),
  weightDecay: z.number(),
});

const scheduleSchema = z.object({
  name: z.enum(["constant", "linear", "cosine"]),
  learningRate: z.number(),
  minimumLearningRate: z.number(),
  warmupSteps: z.int(),
});

/** What every run is decided by, whatever it reads. */
export const commonSettingsSchema = z.object({
  accumulation: z.int().positive(),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  clipNorm: z.number().nullable(),
  totalSteps: z.int().nullable(),
  totalSeconds: z.number().nullable(),
  evaluateEvery: z.int().positive(),
  seed: z.int(),
  threads: z.int().positive(),
  device: z.enum(DEVICES as ["cpu", ...("webgpu" | "cuda" | "dml" | "coreml")[]]),
});
export type CommonSettings = z.infer<typeof commonSettingsSchema>;

/** How generator and discriminator learn from each other. */
export const adversarialSchema = z.object({
  /** As `parseDiscriminatorConfig` reads it. */
  discriminator: z.unknown(),
  estimator: z.enum(ESTIMATORS),
  objective: z.enum(OBJECTIVES),
  rollOuts: z.int().positive(),
  baseline: z.enum(BASELINES),
  penalty: z.object({ kind: z.enum(PENALTIES), weight: z.number().positive() }).nullable(),
  likelihoodSteps: z.int().nonnegative(),
  discriminatorSteps: z.int().nonnegative(),
  rounds: z.int().nonnegative(),
  generatorUpdates: z.int().positive(),
  discriminatorUpdates: z.int().nonnegative(),
  likelihoodUpdates: z.int().nonnegative(),
  adversarialRate: z.number().positive(),
  discriminatorRate: z.number().positive(),
  finalTemperature: z.number().positive(),
  evaluateEvery: z.object({ likelihood: z.int().positive(), rounds: z.int().positive() }),
  lowercase: z.boolean(),
});
export type AdversarialSettings = z.infer<typeof adversarialSchema>;

/** Everything that decides how a language model's run goes, so that it can be resumed and repeated. */
export const settingsSchema = commonSettingsSchema.extend({
  architecture: z.enum(ARCHITECTURES),
  kind: z.enum(["stream", "samples"]),
  rows: z.int().positive(),
  length: z.int().positive(),
  evaluationRows: z.int().positive(),
  /** How the data is read and split, as it was asked. */
  data: z.object({
    /** The file's name without its folder, or the embedded corpus's. */
    file: z.string(),
    sha256: z.string(),
    validationSha256: z.string().nullable(),
    lines: z.boolean().nullable(),
    column: z.string().nullable(),
    validation: z.union([z.number(), z.string()]),
    stories: z.int().nullable(),
    /** The column of labels, of a generator that is told them. */
    label: z.string().nullable().optional(),
  }),
  /** Of a generator that learnt against a discriminator: how. */
  adversarial: adversarialSchema.optional(),
});

export type TrainingSettings = z.infer<typeof settingsSchema>;

/** How fast this machine trains: what sizes and intervals are chosen by. */
export interface MachineSpeed {
  /** Matrix-product FLOPs a second in training, all overheads counted in. */
  readonly flopsPerSecond: number;
}

/** Where nothing depends on it. */
const UNMEASURED: MachineSpeed = { flopsPerSecond: Infinity };

/** Of a language model; other models have architectures of their own. */
export function architectureFor({ family, dialect }: TrainOptions): Architecture {
  if (family === "seq2seq" || family === "vae" || family === "gan") throw new WordloomError("internal", `A model of the family ${family} is no language model.`);
  return family === "transformer" ? dialect : family;
}

/** Characters for small texts and for scripts with many characters; byte pairs where a text is long enough to learn them. */
export function tokenizerFor(options: TrainOptions, corpus: Corpus): TokenizerKind {
  if (options.tokenizer) return options.tokenizer === "bpe" ? "byte_pair" : options.tokenizer;
  if (corpus.name === "stories" && options.data === "stories") return "word";
  return tokenizerOfLength(corpus.characters);
}

/** By how long a text is. */
export const tokenizerOfLength = (characters: number): "byte_pair" | "character" => (characters > 5_000_000 ? "byte_pair" : "character");

/** Sizes from small to large; the one that fits the text and the time is taken. */
const LADDER = [
  { layers: 2, heads: 2, width: 64 },
  { layers: 3, heads: 4, width: 96 },
  { layers: 4, heads: 4, width: 128 },
  { layers: 4, heads: 4, width: 192 },
  { layers: 6, heads: 6, width: 256 - 64 },
  { layers: 6, heads: 8, width: 256 },
  { layers: 6, heads: 6, width: 384 },
] as const;
const RECURRENT_LADDER = [
  { layers: 1, heads: 1, width: 96 },
  { layers: 1, heads: 1, width: 128 },
  { layers: 1, heads: 1, width: 256 },
  { layers: 2, heads: 1, width: 256 },
  { layers: 2, heads: 1, width: 384 },
  { layers: 2, heads: 1, width: 512 },
] as const;

/** Weights of the layers, embeddings left aside: 12·width² a Transformer block, 8·width² an LSTM layer. */
function weightsOf(architecture: Architecture, { layers, width }: { layers: number; width: number }): number {
  const perLayer = { gpt2: 12, llama: 12, lstm: 8, gru: 6, rnn: 2 }[architecture];
  return layers * perLayer * width * width;
}

/** A model is not given more weights than this many for each token of text: it would only learn it by heart. */
const WEIGHTS_PER_TOKEN = 8;
/** In the given time a model should see at least this many tokens for each of its weights. */
const TOKENS_PER_WEIGHT = 5;

/** The largest size that the text and the time are enough for. */
function sizeFor(architecture: Architecture, tokens: number, seconds: number | null, speed: MachineSpeed): { layers: number; heads: number; width: number } {
  const recurrent = architecture !== "gpt2" && architecture !== "llama";
  const ladder = recurrent ? RECURRENT_LADDER : LADDER;
  const budget = (seconds ?? 600) * speed.flopsPerSecond;
  const fitting = ladder.filter((size) => {
    const weights = weightsOf(architecture, size);
    return weights <= WEIGHTS_PER_TOKEN * tokens && 6 * weights * weights * TOKENS_PER_WEIGHT <= budget;
  });
  return fitting.at(-1) ?? ladder[0];
}

const powerOfTwoBelow = (limit: number): number => 2 ** Math.floor(Math.log2(Math.max(1, limit)));

/** Whether anything about a language model is left to be chosen by the speed of the machine. */
export const isChosenBySpeed = ({ minutes, layers, width, heads, family }: TrainOptions): boolean =>
  minutes !== undefined || layers === undefined || width === undefined || (family === "transformer" && heads === undefined);

/** Window length and rows for a text, where they were not given. */
function batchShape(options: TrainOptions, architecture: Architecture, text: TokenizedText): { length: number; rows: number } {
  const recurrent = architecture !== "gpt2" && architecture !== "llama";
  const targets = targetsIn(text);
  let length = options.context;
  if (length === undefined && text.kind === "samples") {
    const { percentile, longest } = lengthStatistics(text.samples);
    const wanted = longest <= 256 ? longest : Math.min(256, percentile(0.98));
    length = Math.max(2, 4 * Math.ceil(wanted / 4));
  }
  length ??= Math.min(recurrent ? 64 : 128, Math.max(2, powerOfTwoBelow(targets / 4)));
  const wantedRows = Math.max(4, Math.round((recurrent ? 2048 : 1536) / length));
  const samples = text.kind === "samples" ? text.samples.count : Math.floor(targets / length);
  return { length, rows: options.batch ?? Math.max(1, Math.min(wantedRows, samples)) };
}

export interface ChosenSettings {
  readonly sizes: ModelSizes;
  readonly settings: TrainingSettings;
  /** Sentences about what was chosen, to show. */
  readonly notices: readonly string[];
}

/**
 * Chooses what was not asked for.
 * @param text the training part, tokenized, @param speed of this machine; only needed where `isChosenBySpeed`
 */
export function chooseSettings(options: TrainOptions, { corpus, validationSha256 }: Pick<RunData, "corpus" | "validationSha256">, text: TokenizedText, vocabularySize: number, speed: MachineSpeed | null): ChosenSettings {
  const architecture = architectureFor(options);
  const recurrent = options.family !== "transformer";
  const tokens = targetsIn(text);
  const totalSeconds = options.minutes === undefined ? null : options.minutes * 60;
  const chosen = sizeFor(architecture, tokens, totalSeconds, speed ?? UNMEASURED);
  const layers = options.layers ?? chosen.layers;
  const heads = options.heads ?? (options.width === undefined ? chosen.heads : largestDivisor(options.width, chosen.heads));
  const width = options.width ?? (chosen.width % heads === 0 ? chosen.width : heads * Math.ceil(chosen.width / heads));
  const { length, rows } = batchShape(options, architecture, text);
  const tieEmbeddings = options.tie ?? !recurrent;
  const weights = weightsOf(architecture, { layers, width });
  const sizes: ModelSizes = {
    vocabularySize,
    contextLength: length,
    layers,
    heads,
    keyValueHeads: options.keyValueHeads ?? heads,
    width,
    embeddingWidth: options.embedding ?? (tieEmbeddings ? width : Math.min(width, Math.max(16, vocabularySize))),
    dropout: options.dropout ?? (weights > tokens ? 0.2 : weights > tokens / 4 ? 0.1 : 0),
    tieEmbeddings,
  };
  const totalSteps = options.steps ?? null;
  const stepSeconds = Math.max(1e-3, (6 * (weights + vocabularySize * width) * rows * length * options.accumulation) / (speed ?? UNMEASURED).flopsPerSecond);
  const bounded = totalSteps ?? (totalSeconds === null ? null : totalSeconds / stepSeconds);
  const stepsPerEpoch = Math.max(1, Math.round(tokens / (rows * length * options.accumulation)));
  const learningRate = options.lr ?? defaultLearningRate(options, width);
  const settings: TrainingSettings = {
    architecture,
    kind: text.kind,
    rows,
    length,
    evaluationRows: recurrent ? Math.min(rows, 32) : rows,
    ...commonSettings(options, { bounded, stepsPerEpoch, learningRate, weightDecay: recurrent ? 0.01 : OPTIMIZER_DEFAULTS.weightDecay, warmupSteps: 100 }),
    data: {
      file: basename(options.data),
      sha256: corpus.sha256,
      validationSha256,
      lines: options.lines ?? null,
      column: options.column ?? null,
      validation: options.validation,
      stories: options.stories ?? null,
    },
  };
  const notices: string[] = [];
  if (options.width === undefined || options.layers === undefined) {
    const why = totalSeconds === null ? "for this text and this machine" : `for this text and ${options.minutes} minutes on this machine`;
    notices.push(`Chosen ${why}: ${layers} ${layers === 1 ? "layer" : "layers"}, ${recurrent ? "" : `${heads} heads, `}width ${width}, windows of ${length} tokens, ${rows} at once.`);
  }
  return { sizes, settings, notices };
}

/** What the choice of the common settings depends on. */
export interface CommonChoice {
  /** Steps that the run will take, about; null where it goes on until it stops improving. */
  readonly bounded: number | null;
  readonly stepsPerEpoch: number;
  /** Defaults of the family. */
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly warmupSteps: number;
}

/** Chooses what every family has. */
export function commonSettings(options: TrainOptions, { bounded, stepsPerEpoch, learningRate, weightDecay, warmupSteps }: CommonChoice): CommonSettings {
  return {
    accumulation: options.accumulation,
    optimizer: {
      ...OPTIMIZER_DEFAULTS,
      name: options.optimizer,
      momentum: options.momentum ?? (options.optimizer === "sgd" ? 0.9 : 0),
      beta1: options.beta1 ?? OPTIMIZER_DEFAULTS.beta1,
      beta2: options.beta2 ?? OPTIMIZER_DEFAULTS.beta2,
      weightDecay: options.weightDecay ?? (options.optimizer === "adamw" ? weightDecay : 0),
    },
    schedule: {
      name: options.schedule ?? (bounded === null ? "constant" : "cosine"),
      learningRate,
      minimumLearningRate: options.minimumLr ?? learningRate / 10,
      warmupSteps: options.warmup ?? Math.min(warmupSteps, Math.ceil((bounded ?? 2000) / 20)),
    },
    clipNorm: options.clip === 0 ? null : (options.clip ?? 1),
    totalSteps: options.steps ?? null,
    totalSeconds: options.minutes === undefined ? null : options.minutes * 60,
    evaluateEvery: options.evaluateEvery ?? Math.max(1, Math.ceil(bounded === null ? Math.min(500, Math.max(50, stepsPerEpoch)) : bounded / 10)),
    seed: options.seed,
    threads: options.threads ?? availableParallelism(),
    device: options.device,
  };
}

export function largestDivisor(width: number, limit: number): number {
  for (let heads = Math.min(limit, width); heads > 1; heads--) if (width % heads === 0) return heads;
  return 1;
}

/** Rates that train small models fast and still stably; SGD needs far larger ones than the adaptive methods. */
export function defaultLearningRate({ optimizer, family }: TrainOptions, width: number): number {
  if (optimizer === "sgd") return family === "transformer" ? 0.1 : 0.5;
  if (optimizer === "rmsprop") return 1e-3;
  if (family === "transformer") return Math.min(2e-3, 0.128 / width);
  return family === "rnn" ? 1e-3 : 3e-3;
}

/**
 * Checks that a run's settings are whole.
 * @throws WordloomError "invalid_run"
 */
export function parseSettings(json: unknown, whereFrom: string): TrainingSettings {
  const parsed = settingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new WordloomError("invalid_run", `${whereFrom} lacks the settings that resuming needs ("${parsed.error.issues[0].path.join(".")}"); train again.`, { cause: parsed.error });
}
