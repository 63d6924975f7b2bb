// Gathers what a variational autoencoder's README.md says of it.

import { variationalArchitecture, type VariationalConfig } from "../models/variational_config.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { modelCard, type CardValue } from "../training/model_card.js";
import type { LatentData } from "./latent_data.js";
import type { LatentSettings } from "./latent_settings.js";
import type { FinishedRun } from "./run_task.js";
import { bestOf, commonContents, commonFlags, commonHyperparameters } from "./run_card.js";

export interface LatentCardContents extends FinishedRun {
  readonly config: VariationalConfig;
  readonly settings: LatentSettings;
  readonly tokenizer: Tokenizer;
  readonly data: LatentData;
  readonly trainingTokens: number;
  readonly validationTokens: number;
}

function sizesOf(config: VariationalConfig): Record<string, CardValue> {
  const shared = { layers: config.num_hidden_layers, width: config.hidden_size, latent: config.latent_size };
  if (config.model_type === "wordloom-vae-transformer") {
    return { ...shared, heads: config.num_attention_heads, "feed-forward": config.intermediate_size, norm: config.norm_first ? "pre" : "post" };
  }
  return { ...shared, embedding: config.embedding_size };
}

/** The command that begins the same run again, every setting spelled out. */
export function latentCommand({ config, settings, tokenizer }: Pick<LatentCardContents, "config" | "settings" | "tokenizer">): string[] {
  const { annealing, data } = settings;
  const asked = { column: data.column, label: data.label, stories: data.stories };
  const flags: [string, CardValue][] = [
    ["family", "vae"],
    ["cell", settings.cell],
    ...Object.entries(sizesOf(config)),
    ["context", config.max_position_embeddings],
    ["dropout", config.dropout],
    ["word-dropout", config.word_dropout],
    ["free-bits", config.free_bits],
    ["free-bits-total", config.free_bits_total],
    ["annealing", annealing.name],
    ...(annealing.name === "none" ? [] : ([["annealing-steps", annealing.steps]] as [string, CardValue][])),
    ...(annealing.name === "cyclical" ? ([["cycles", annealing.cycles]] as [string, CardValue][]) : []),
    ["beta", annealing.weight],
    ["aggressive", settings.aggressive],
    ["batch-tokens", settings.tokensPerBatch],
    ["tokenizer", tokenizer.kind === "byte_pair" ? "bpe" : tokenizer.kind],
    ["vocabulary", config.vocab_size],
    ["validation", data.validation],
    ...commonFlags(settings),
    ...Object.entries(asked).flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, CardValue]])),
  ];
  return ["npx", "wordloom", "train", data.file, ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]), ...(data.lowercase ? ["--lowercase"] : [])];
}

/** Writes README.md into the run folder. */
export function writeLatentCard(contents: LatentCardContents): void {
  const { folder, config, settings, data } = contents;
  const best = bestOf(contents);
  const { annealing } = settings;
  folder.writeModelCard(
    modelCard({
      ...commonContents(contents, data.corpus, data.split.description),
      family: variationalArchitecture(config),
      task: "text-generation",
      transformersClass: null,
      usage: `npx wordloom generate . -n 20`,
      sizes: sizesOf(config),
      hyperparameters: {
        ...commonHyperparameters(settings),
        "positions a batch": settings.tokensPerBatch,
        dropout: config.dropout,
        "word dropout": config.word_dropout,
        "free bits (nats a dimension)": config.free_bits,
        "free bits (nats in all)": config.free_bits_total,
        annealing: annealing.name,
        "annealing steps": annealing.steps,
        beta: annealing.weight,
        "aggressive updates": settings.aggressive,
        seed: settings.seed,
        ...(best ? { "KL at the best step (nats a sentence)": Number(best.validationDivergence.toFixed(3)), "mutual information (nats a sentence)": Number(best.validationMutualInformation.toFixed(3)), "active units": best.validationActiveUnits } : {}),
      },
      best: best ? { step: best.step, trainLoss: best.trainLoss, validationLoss: best.validationLoss, bitsPerCharacter: null } : null,
      command: latentCommand(contents),
    }),
  );
}
