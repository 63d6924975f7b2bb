// From what was asked and what the pairs are like to every setting of an encoder–decoder's run.

import { basename } from "node:path";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { createSequenceToSequenceConfig, createSequenceToSequenceModel, SEQUENCE_CELLS, type SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { counted } from "../text/corpus.js";
import { choosePairBuckets, type PairBuckets } from "../text/pairs/pair_buckets.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { pairReadingOf, pairReadingSchema, type PairData } from "./pair_data.js";
import { LONG_PAIRS, type TrainOptions } from "./train_options.js";
import { commonSettings, commonSettingsSchema, largestDivisor, type CommonChoice, type MachineSpeed } from "./training_settings.js";

/** Everything that decides how an encoder–decoder's run goes. */
export const pairSettingsSchema = commonSettingsSchema.extend({
  kind: z.literal("pairs"),
  cell: z.enum(SEQUENCE_CELLS),
  /** Whether one tokenizer serves sources and targets. */
  joint: z.boolean(),
  maximumSource: z.int().min(2),
  maximumTarget: z.int().min(2),
  longPairs: z.enum(LONG_PAIRS),
  tokensPerBatch: z.int().positive(),
  /** Rows × source positions × target positions of a batch, at most; null where nothing large is held for each of these. */
  cellsPerBatch: z.int().positive().nullable().default(null),
  data: z.object({
    /** File names without their folders, or the embedded task's. */
    file: z.string(),
    targetFile: z.string().nullable(),
    sha256: z.string(),
    validationSha256: z.string().nullable(),
    validation: z.union([z.number(), z.string()]),
    validationTarget: z.string().nullable(),
    reading: pairReadingSchema,
    /** Those that the column of languages names, in the order of the alphabet. */
    languages: z.array(z.string()).default([]),
    /** The file of word vectors that training began with, without its folder. */
    embeddings: z.string().nullable().default(null),
  }),
});
export type PairSettings = z.infer<typeof pairSettingsSchema>;

/** @throws WordloomError "invalid_run" */
export function parsePairSettings(json: unknown, whereFrom: string): PairSettings {
  const parsed = pairSettingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new WordloomError("invalid_run", `${whereFrom} lacks the settings that resuming needs ("${parsed.error.issues[0].path.join(".")}"); train again.`, { cause: parsed.error });
}

/** The longest source or target, in positions, unless given: what fits most sentences and keeps programs small. */
const LONGEST = 256;

/** Positions that sources and targets may have: what the data needs, up to the limit or what was asked. */
export function pairLimits(options: TrainOptions, longest: { readonly source: number; readonly target: number }): { maximumSource: number; maximumTarget: number } {
  const limit = options.context ?? LONGEST;
  return { maximumSource: Math.max(2, Math.min(limit, longest.source)), maximumTarget: Math.max(2, Math.min(limit, longest.target)) };
}

export interface ChosenPairSettings {
  readonly config: SequenceToSequenceConfig;
  readonly settings: PairSettings;
  readonly buckets: PairBuckets;
  readonly notices: readonly string[];
}

/** Sizes for few pairs, and for many. */
const SMALL = { layers: 2, heads: 4, width: 128 };
const LARGE = { layers: 3, heads: 4, width: 256 };
/** From how many target tokens on a model is large. */
const MANY_TOKENS = 300_000;

/**
 * FLOPs of training for a position, about: half of the positions are sources', which half of the weights read, and the
 * other half targets'. An embedding that is only looked up costs nothing.
 */
function flopsPerPosition(config: SequenceToSequenceConfig): number {
  const specs = parameterSpecs(nameParameters(createSequenceToSequenceModel(config)));
  const tied = config.model_type === "wordloom-seq2seq-transformer" && config.tie_word_embeddings;
  const lookedUp = new Set(tied ? (config.joint_embeddings ? [] : ["source_embedding.weight"]) : ["source_embedding.weight", "target_embedding.weight"]);
  const weights = specs.filter(({ name }) => !lookedUp.has(name)).reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
  return 3 * weights;
}

/** What the choice depends on besides the options and the pairs. */
export interface PairFacts {
  readonly joint: boolean;
  readonly sourceVocabularySize: number;
  readonly vocabularySize: number;
  readonly maximumSource: number;
  readonly maximumTarget: number;
  /** Of the word vectors that the model begins with: a Transformer's width, a recurrent model's embedding's, unless given. */
  readonly vectorWidth: number | null;
  /** Only needed where the time is bounded. */
  readonly speed: MachineSpeed | null;
}

/** Chooses what was not asked for, from the training pairs. */
export function choosePairSettings(options: TrainOptions, data: PairData, pairs: TokenizedPairs, facts: PairFacts): ChosenPairSettings {
  const config = chooseConfig(options, pairs, facts);
  const limits = batchLimits(options, config);
  const buckets = choosePairBuckets(pairs, limits);
  const memory = memoryNotice(buckets, pairs);
  const settings: PairSettings = {
    ...commonSettings(options, chooseCourse(options, config, buckets, pairs, memory !== null, facts)),
    kind: "pairs",
    cell: options.cell,
    joint: facts.joint,
    maximumSource: facts.maximumSource,
    maximumTarget: facts.maximumTarget,
    longPairs: options.longPairs,
    ...limits,
    data: dataSettings(options, data),
  };
  return { config, settings, buckets, notices: [...sizeNotices(options, config, facts), ...(memory === null ? [] : [memory]), batchNotice(buckets, pairs)] };
}

/** Sizes, larger ones for many pairs; much is regularized where few must do for many words. */
function chooseConfig(options: TrainOptions, { totalTargets }: TokenizedPairs, facts: PairFacts): SequenceToSequenceConfig {
  const transformer = options.cell === "transformer";
  const size = totalTargets < MANY_TOKENS || facts.vocabularySize < 300 ? SMALL : LARGE;
  const width = options.width ?? (transformer ? (facts.vectorWidth ?? size.width) : 2 * size.width);
  const few = totalTargets < 1_000_000 && facts.vocabularySize > 1000;
  return createSequenceToSequenceConfig({
    cell: options.cell,
    attention: options.attention ?? "general",
    inputFeeding: options.inputFeeding,
    sourceVocabularySize: facts.sourceVocabularySize,
    vocabularySize: facts.vocabularySize,
    contextLength: Math.max(options.context ?? LONGEST, facts.maximumSource, facts.maximumTarget), // inputs in use may be longer than those of training
    layers: options.layers ?? (transformer ? size.layers : 1),
    heads: options.heads ?? largestDivisor(width, size.heads),
    width,
    feedForwardWidth: options.feedForward ?? 2 * width,
    embeddingWidth: options.embedding ?? facts.vectorWidth ?? Math.min(width, 256),
    dropout: options.dropout ?? (few ? 0.3 : 0.1),
    labelSmoothing: options.labelSmoothing ?? (few ? 0.1 : 0),
    normFirst: options.norm === "pre",
    jointEmbeddings: facts.joint,
  });
}

/** What additive attention may hold at once of one kind, in floats: 256 MiB. */
const ADDITIVE_FLOATS = 2 ** 26;

/** Additive attention holds a vector for each source position at each target position, where others hold a number. */
function batchLimits(options: TrainOptions, config: SequenceToSequenceConfig): { readonly tokensPerBatch: number; readonly cellsPerBatch: number | null } {
  const additive = config.model_type === "wordloom-seq2seq-recurrent" && config.attention === "additive";
  return { tokensPerBatch: options.batchTokens ?? 4096, cellsPerBatch: additive ? Math.max(1, Math.floor(ADDITIVE_FLOATS / config.hidden_size)) : null };
}

/** How fast and how long training goes. @param smaller whether batches have fewer positions than were asked for */
function chooseCourse(options: TrainOptions, config: SequenceToSequenceConfig, buckets: PairBuckets, pairs: TokenizedPairs, smaller: boolean, { speed }: PairFacts): CommonChoice {
  const positions = (pairs.totalSources + pairs.totalTargets) / (1 - buckets.padding);
  const perStep = (smaller ? positions / buckets.batches : buckets.tokensPerBatch) * options.accumulation;
  const stepSeconds = speed && (flopsPerPosition(config) * perStep) / speed.flopsPerSecond;
  return {
    bounded: options.steps ?? (options.minutes === undefined || stepSeconds === null ? null : Math.ceil((60 * options.minutes) / stepSeconds)),
    stepsPerEpoch: Math.max(1, Math.ceil(positions / perStep)),
    learningRate: options.lr ?? (options.cell === "transformer" ? 1e-3 : 2e-3),
    weightDecay: 0.01,
    warmupSteps: 400,
  };
}

/** What was read, as it was asked. */
function dataSettings(options: TrainOptions, data: PairData): PairSettings["data"] {
  return {
    file: basename(options.data),
    targetFile: options.targetFile === undefined ? null : basename(options.targetFile),
    sha256: data.corpus.sha256,
    validationSha256: data.validationSha256,
    validation: options.validation,
    validationTarget: options.validationTarget ?? null,
    reading: pairReadingOf(options),
    languages: [...new Set(data.train.flatMap(({ language }) => language ?? []))].sort(),
    embeddings: options.embeddings === undefined ? null : basename(options.embeddings),
  };
}

/** Sentences about sizes that were not asked for. */
function sizeNotices(options: TrainOptions, config: SequenceToSequenceConfig, { vectorWidth }: PairFacts): string[] {
  const transformer = config.model_type === "wordloom-seq2seq-transformer";
  const layers = transformer ? config.encoder_layers : config.num_hidden_layers;
  const notices: string[] = [];
  if (options.width === undefined || options.layers === undefined) notices.push(`Chosen for these pairs: ${layers} ${layers === 1 ? "layer" : "layers"}, width ${config.hidden_size}.`);
  if (vectorWidth !== null && (transformer ? options.width : options.embedding) === undefined) notices.push(`The ${transformer ? "model is" : "embedding is"} ${vectorWidth} wide, as the vectors of ${options.embeddings} are.`);
  return notices;
}

/** A sentence where memory, and not what was asked for, decides how many batches there are. */
function memoryNotice({ tokensPerBatch, cellsPerBatch, batches }: PairBuckets, pairs: TokenizedPairs): string | null {
  if (cellsPerBatch === null || batches === choosePairBuckets(pairs, { tokensPerBatch }).batches) return null;
  return `Batches of long pairs have fewer than ${counted(tokensPerBatch, "position")}, since additive attention holds a vector for each source position at each target position; --attention general holds a number.`;
}

/** What a batch is made of. */
export function batchNotice({ shapes, batches, padding }: PairBuckets, { totalTargets }: Pick<TokenizedPairs, "totalTargets">): string {
  const shown = shapes.map(({ rows, sourceLength, targetLength }) => `${rows} × (${sourceLength} + ${targetLength})`).join(", ");
  return `Batches of ${shown} source and target positions: ${Math.round(100 * padding)} % of them are padding, and ${counted(Math.round(totalTargets / batches), "target token")} are in a batch on average.`;
}
