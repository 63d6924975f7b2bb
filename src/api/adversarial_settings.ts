// From what was asked and what the texts are like to every setting of a generator that learns against a discriminator.

import { basename } from "node:path";
import { createDiscriminatorConfig, DISCRIMINATOR_DEFAULTS } from "../models/discriminator_config.js";
import { createModelConfig, type ModelConfig } from "../models/model_config.js";
import { counted, readable } from "../text/corpus.js";
import { lengthStatistics } from "../text/length_statistics.js";
import type { TokenizedSamples } from "../text/tokenized.js";
import type { LatentData } from "./latent_data.js";
import type { TrainOptions } from "./train_options.js";
import { commonSettings, defaultLearningRate, largestDivisor, type AdversarialSettings, type MachineSpeed, type TrainingSettings } from "./training_settings.js";

/** Passes over the texts by likelihood, and the steps that these come to at least and at most. */
const PASSES = 15;
const LIKELIHOOD_STEPS = { least: 500, most: 4000 };
/** Steps of the discriminator alone for each of likelihood, and rounds of both. */
const DISCRIMINATOR_SHARE = 0.1;
const ROUNDS = 100;
/** Texts longer than those of this share are left out: every text is unrolled to the longest. */
const SHARE_OF_LENGTHS = 0.99;
/** And texts longer than this: roll-outs go on from every place of a text, and a Transformer's keep keys and values for all. */
const LONGEST_TEXT = { recurrent: 128, transformer: 72 };
const ROWS = 64;
/** From how many words on a model is large. */
const MANY_WORDS = 2000;
/** Mescheder et al. 2018 and Gulrajani et al. 2017. */
const PENALTY_WEIGHTS = { r1: 1, interpolated: 10 };
/** Shares of a bounded time: likelihood, and the rounds; the rest is evaluations' and the discriminator's. */
const TIME = { likelihood: 0.45, rounds: 0.35 };
/** Evaluations in the two long phases. */
const EVALUATIONS = { likelihood: 8, rounds: 10 };

export interface ChosenAdversarialSettings {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings & { readonly adversarial: AdversarialSettings };
  readonly notices: readonly string[];
}

/** Tokens of the longest text that is learnt from, its end included. */
export function lengthOfTexts({ context, cell }: TrainOptions, samples: TokenizedSamples): number {
  const { percentile } = lengthStatistics(samples);
  return Math.max(2, context ?? Math.min(LONGEST_TEXT[cell === "transformer" ? "transformer" : "recurrent"], percentile(SHARE_OF_LENGTHS)));
}

/**
 * Chooses what was not asked for.
 * @param samples the training texts of at most `length` tokens, @param vocabularySize of texts, labels not counted
 * @param speed only needed where the time is bounded
 */
export function chooseAdversarialSettings(options: TrainOptions, data: LatentData, samples: TokenizedSamples, facts: { readonly length: number; readonly vocabularySize: number; readonly speed: MachineSpeed | null }): ChosenAdversarialSettings {
  const { length, vocabularySize } = facts;
  const labels = data.labels.length;
  const { config, weights } = chooseGenerator(options, labels, samples, facts);
  const rows = Math.min(options.batch ?? ROWS, Math.max(2, samples.count));
  const stepsPerEpoch = Math.max(1, Math.ceil(samples.count / rows));
  const timed = timedSchedule(options, { weights, rows, length, speed: facts.speed });
  const likelihoodSteps = options.likelihoodSteps ?? timed?.likelihood ?? Math.min(LIKELIHOOD_STEPS.most, Math.max(LIKELIHOOD_STEPS.least, PASSES * stepsPerEpoch));
  const discriminatorSteps = options.discriminatorSteps ?? Math.ceil(DISCRIMINATOR_SHARE * likelihoodSteps);
  const rounds = options.rounds ?? timed?.rounds ?? ROUNDS;
  const transformer = options.cell === "transformer";
  const adaptive = options.optimizer === "adam" || options.optimizer === "adamw";
  const learningRate = options.lr ?? (!adaptive ? defaultLearningRate({ ...options, family: transformer ? "transformer" : "lstm" }, options.width ?? 128) : transformer ? 1e-3 : 2e-3);
  const adversarialRate = options.adversarialLr ?? learningRate / 10;
  const adversarial: AdversarialSettings = {
    discriminator: createDiscriminatorConfig({ ...DISCRIMINATOR_DEFAULTS, kind: options.discriminator, vocabularySize, labelCount: labels === 0 ? 0 : labels + 1, spectralNorm: options.spectralNorm }),
    estimator: options.estimator,
    objective: options.objective ?? (options.estimator === "gumbel" ? "relativistic" : "standard"),
    rollOuts: options.rollOuts,
    baseline: options.baseline,
    penalty: options.gradientPenalty ? { kind: options.gradientPenalty, weight: options.penaltyWeight ?? PENALTY_WEIGHTS[options.gradientPenalty] } : null,
    likelihoodSteps,
    discriminatorSteps,
    rounds,
    generatorUpdates: options.generatorUpdates,
    discriminatorUpdates: options.discriminatorUpdates,
    likelihoodUpdates: options.likelihoodUpdates,
    adversarialRate,
    discriminatorRate: options.discriminatorLr ?? 1e-3,
    finalTemperature: options.finalTemperature,
    evaluateEvery: { likelihood: Math.max(1, Math.ceil(likelihoodSteps / EVALUATIONS.likelihood)), rounds: Math.max(1, Math.ceil(rounds / EVALUATIONS.rounds)) },
    lowercase: options.lowercase,
  };
  const settings = {
    ...commonSettings({ ...options, steps: options.minutes === undefined ? likelihoodSteps + discriminatorSteps + rounds : undefined }, { bounded: likelihoodSteps, stepsPerEpoch, learningRate, weightDecay: 0.01, warmupSteps: transformer ? 200 : 50 }),
    architecture: transformer ? options.dialect : options.cell,
    kind: "samples" as const,
    rows,
    length,
    evaluationRows: rows,
    data: {
      file: basename(options.data),
      sha256: data.corpus.sha256,
      validationSha256: data.validationSha256,
      lines: options.lines ?? null,
      column: options.column ?? null,
      validation: options.validation,
      stories: options.stories ?? null,
      label: options.label ?? null,
    },
    adversarial,
  } as TrainingSettings & { readonly adversarial: AdversarialSettings };
  return { config, settings, notices: notices(adversarial, options, length) };
}

function chooseGenerator(options: TrainOptions, labels: number, samples: TokenizedSamples, { length, vocabularySize }: { readonly length: number; readonly vocabularySize: number }): { readonly config: ModelConfig; readonly weights: number } {
  const transformer = options.cell === "transformer";
  const fewWords = vocabularySize < MANY_WORDS;
  const width = options.width ?? (transformer ? 128 : 256);
  const layers = options.layers ?? (transformer ? 3 : 1);
  const heads = transformer ? (options.heads ?? largestDivisor(width, 4)) : 1;
  const embeddingWidth = transformer ? width : options.embedding || Math.min(128, width);
  const total = vocabularySize + labels;
  const sizes = {
    vocabularySize: total,
    contextLength: length,
    layers,
    heads,
    keyValueHeads: options.keyValueHeads ?? heads,
    width,
    embeddingWidth,
    dropout: options.dropout ?? (samples.totalPositions < 1_000_000 ? (fewWords ? 0.1 : 0.3) : 0),
    tieEmbeddings: transformer,
  };
  const perLayer = transformer ? 12 : 8;
  return { config: createModelConfig(transformer ? options.dialect : (options.cell as Exclude<typeof options.cell, "transformer">), sizes), weights: layers * perLayer * width * width + total * width };
}

/** Steps and rounds that the given minutes are enough for, about; null where no time was given. */
function timedSchedule({ minutes, rollOuts, estimator, generatorUpdates, discriminatorUpdates }: TrainOptions, { weights, rows, length, speed }: { weights: number; rows: number; length: number; speed: MachineSpeed | null }): { likelihood: number; rounds: number } | null {
  if (minutes === undefined || speed === null) return null;
  const seconds = 60 * minutes;
  const step = (6 * weights * rows * length) / speed.flopsPerSecond;
  const drawn = step / 3;
  // A roll-out goes on from half a text on average, and the discriminator reads each: about as much again.
  const generator = estimator === "policy" ? drawn + rollOuts * drawn * (length - 1) + step : 3 * step;
  const round = generatorUpdates * generator + discriminatorUpdates * (estimator === "policy" ? 2 * drawn : 2 * step) + step;
  return { likelihood: Math.max(20, Math.floor((TIME.likelihood * seconds) / step)), rounds: Math.max(5, Math.floor((TIME.rounds * seconds) / round)) };
}

function notices({ likelihoodSteps, discriminatorSteps, rounds, estimator, likelihoodUpdates, generatorUpdates, discriminatorUpdates }: AdversarialSettings, { discriminator }: TrainOptions, length: number): string[] {
  const way = estimator === "policy" ? "policy gradient with roll-outs" : "Gumbel-softmax relaxation";
  return [
    `Learns from texts of at most ${readable(length - 1)} tokens: ${counted(likelihoodSteps, "step")} by likelihood, ${readable(discriminatorSteps)} of the discriminator (${discriminator}), ${counted(rounds, "round")} of both (${way}; in a round ${counted(generatorUpdates, "update")} of the generator, ${readable(likelihoodUpdates)} by likelihood, ${readable(discriminatorUpdates)} of the discriminator).`,
  ];
}
