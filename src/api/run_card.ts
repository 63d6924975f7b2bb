// Gathers what a run's README.md says of it.

import { basename } from "node:path";
import { architectureOf, type ModelConfig } from "../models/model_config.js";
import { bitsPerCharacter } from "../evaluation/bits_per_character.js";
import { packageVersion } from "../storage/package_version.js";
import { charactersIn } from "../text/corpus.js";
import type { Tokenizer } from "../text/tokenizer.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { modelCard, type CardData, type CardValue, type ModelCard } from "../training/model_card.js";
import type { RunData } from "./data.js";
import type { FinishedRun } from "./run_task.js";
import type { CommonSettings, TrainingSettings } from "./training_settings.js";

export interface CardContents extends CommonContents {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly data: RunData;
}

/** A language model's sizes by their flags. */
export function sizesOf(config: ModelConfig): Record<string, CardValue> {
  switch (config.model_type) {
    case "gpt2":
      return { layers: config.n_layer, heads: config.n_head, width: config.n_embd, context: config.n_positions };
    case "llama":
      return {
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        "key-value-heads": config.num_key_value_heads,
        width: config.hidden_size,
        context: config.max_position_embeddings,
      };
    case "wordloom-recurrent":
      return { layers: config.num_hidden_layers, width: config.hidden_size, embedding: config.embedding_size };
  }
}

export const dropoutOf = (config: ModelConfig): number => (config.model_type === "gpt2" ? config.resid_pdrop : config.dropout);

/** The options of the settings that every family has. */
export function commonFlags(settings: CommonSettings): [string, CardValue][] {
  const { optimizer, schedule } = settings;
  const flags: [string, CardValue][] = [
    ["accumulation", settings.accumulation],
    ["optimizer", optimizer.name],
    ["lr", schedule.learningRate],
    ["schedule", schedule.name],
    ...(schedule.minimumLearningRate === schedule.learningRate / 10 ? [] : ([["minimum-lr", schedule.minimumLearningRate]] as [string, CardValue][])), // a tenth is what a run has unasked
    ["warmup", schedule.warmupSteps],
    ["weight-decay", optimizer.weightDecay],
    ["clip", settings.clipNorm ?? 0],
    ["evaluate-every", settings.evaluateEvery],
    ["seed", settings.seed],
    ["threads", settings.threads],
  ];
  if (settings.totalSteps !== null) flags.push(["steps", settings.totalSteps]);
  if (settings.totalSeconds !== null) flags.push(["minutes", settings.totalSeconds / 60]);
  if (optimizer.name === "adam" || optimizer.name === "adamw") flags.push(["beta1", optimizer.beta1], ["beta2", optimizer.beta2]);
  else flags.push(["momentum", optimizer.momentum]);
  if (settings.device !== "cpu") flags.push(["device", settings.device]);
  return flags;
}

/** The command that begins the same run again, every setting spelled out. */
export function commandFor({ config, settings, tokenizer }: Pick<CardContents, "config" | "settings" | "tokenizer">): string[] {
  const architecture = architectureOf(config);
  const transformer = architecture === "gpt2" || architecture === "llama";
  const flags: [string, CardValue][] = [
    ["family", transformer ? "transformer" : architecture],
    ...(transformer ? ([["dialect", architecture]] as [string, CardValue][]) : []),
    ...Object.entries(sizesOf(config)).map(([name, value]) => [name, value] as [string, CardValue]),
    ...(transformer ? [] : ([["context", settings.length]] as [string, CardValue][])),
    ["dropout", dropoutOf(config)],
    ["batch", settings.rows],
    ["tokenizer", tokenizer.kind === "byte_pair" ? "bpe" : tokenizer.kind],
    ["vocabulary", tokenizer.vocabularySize],
    ["validation", settings.data.validation],
    ...commonFlags(settings),
  ];
  if (settings.data.stories !== null) flags.push(["stories", settings.data.stories]);
  if (settings.data.column !== null) flags.push(["column", settings.data.column]);
  const tie = config.tie_word_embeddings === transformer ? [] : [transformer ? "--no-tie" : "--tie"];
  const lines = settings.data.lines === null ? [] : [settings.data.lines ? "--lines" : "--no-lines"];
  return ["npx", "wordloom", "train", settings.data.file, ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]), ...tie, ...lines];
}

/** What is known of every run when its card is written. */
interface CommonContents extends FinishedRun {
  readonly settings: CommonSettings;
  readonly tokenizer: Tokenizer;
  readonly trainingTokens: number;
  readonly validationTokens: number;
}

/** The evaluation whose weights were kept. */
export const bestOf = ({ folder, end }: FinishedRun): MetricsLine | undefined => folder.readMetrics().find((line) => line.step === end.bestStep);

/** What every family's card says the same way. @param split in words, what was held out */
export function commonContents(
  { folder, settings, tokenizer, parameters, end, sample, trainingTokens, validationTokens }: CommonContents,
  { name, bytes, sha256 }: Pick<CardData, "name" | "bytes" | "sha256">,
  split: string,
): Pick<ModelCard, "name" | "parameters" | "data" | "tokenizer" | "training" | "samples" | "version"> {
  return {
    name: basename(folder.path),
    parameters,
    data: [{ name, bytes, sha256, split, trainingTokens, validationTokens }],
    tokenizer: { kind: tokenizer.kind, vocabularySize: tokenizer.vocabularySize },
    training: { steps: end.step, seconds: end.seconds, device: settings.device, threads: settings.threads },
    samples: [sample],
    version: packageVersion,
  };
}

/** The settings of every family that one would change to get another result. */
export function commonHyperparameters({ optimizer, schedule }: CommonSettings): Record<string, CardValue> {
  return { ...optimizer, optimizer: optimizer.name, "learning rate": schedule.learningRate, schedule: schedule.name };
}

/** Writes README.md into the run folder. */
export function writeRunCard(contents: CardContents): void {
  const { folder, config, settings, data } = contents;
  const best = bestOf(contents);
  const validationCharacters = charactersIn(data.split.validation);
  const bits = best ? bitsPerCharacter(best.validationLoss, contents.validationTokens, validationCharacters) : null;
  const architectures = config.architectures as readonly string[] | undefined;
  folder.writeModelCard(
    modelCard({
      ...commonContents(contents, data.corpus, data.split.description),
      family: architectureOf(config),
      task: "text-generation",
      transformersClass: architectures?.[0] ?? null,
      sizes: sizesOf(config),
      hyperparameters: {
        ...commonHyperparameters(settings),
        "rows a batch": settings.rows,
        "tokens a row": settings.length,
        dropout: dropoutOf(config),
        seed: settings.seed,
      },
      best: best ? { step: best.step, trainLoss: best.trainLoss, validationLoss: best.validationLoss, bitsPerCharacter: bits } : null,
      command: commandFor(contents),
    }),
  );
}
