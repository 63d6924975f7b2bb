// A variational autoencoder's sizes as they stand in config.json, and the model that they describe.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { RecurrentVariationalAutoencoder } from "./recurrent_variational_autoencoder.js";
import type { SequenceCell } from "./sequence_to_sequence_config.js";
import { TransformerVariationalAutoencoder } from "./transformer_variational_autoencoder.js";
import type { VariationalAutoencoder } from "./variational_autoencoder.js";

const size = z.int().min(1).max(1 << 24);
const share = z.number().min(0).max(0.95);

const shared = {
  vocab_size: size,
  max_position_embeddings: size,
  num_hidden_layers: size.max(1000),
  hidden_size: size,
  latent_size: size,
  /** What sentences are labelled with, in the order of the labels' embeddings; none for a model that knows no labels. */
  labels: z.array(z.string()),
  dropout: share,
  word_dropout: share,
  /** Nats that each dimension of the latent space may hold for nothing while training, and all together. */
  free_bits: z.number().min(0),
  free_bits_total: z.number().min(0),
  bos_token_id: z.int().optional(),
  eos_token_id: z.int().optional(),
  pad_token_id: z.int().optional(),
};

const recurrentSchema = z.looseObject({
  model_type: z.literal("wordloom-vae-recurrent"),
  ...shared,
  cell: z.enum(["rnn", "lstm", "gru"]),
  embedding_size: size,
});

const transformerSchema = z.looseObject({
  model_type: z.literal("wordloom-vae-transformer"),
  ...shared,
  num_attention_heads: size,
  intermediate_size: size,
  norm_first: z.boolean(),
  layer_norm_epsilon: z.number().positive(),
});

const schema = z.discriminatedUnion("model_type", [recurrentSchema, transformerSchema]);
export type VariationalConfig = z.infer<typeof schema>;

/** Sizes under the names of the command line. */
export interface VariationalChoices {
  readonly cell: SequenceCell;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly feedForwardWidth: number;
  readonly embeddingWidth: number;
  readonly latentWidth: number;
  readonly labels: readonly string[];
  readonly dropout: number;
  readonly wordDropout: number;
  readonly freeBits: number;
  readonly freeBitsTotal: number;
  readonly normFirst: boolean;
}

/** The config.json of the given choices. */
export function createVariationalConfig(choices: VariationalChoices): VariationalConfig {
  const common = {
    vocab_size: choices.vocabularySize,
    max_position_embeddings: choices.contextLength,
    num_hidden_layers: choices.layers,
    hidden_size: choices.width,
    latent_size: choices.latentWidth,
    labels: [...choices.labels],
    dropout: choices.dropout,
    word_dropout: choices.wordDropout,
    free_bits: choices.freeBits,
    free_bits_total: choices.freeBitsTotal,
  };
  if (choices.cell === "transformer") {
    return { model_type: "wordloom-vae-transformer", ...common, num_attention_heads: choices.heads, intermediate_size: choices.feedForwardWidth, norm_first: choices.normFirst, layer_norm_epsilon: 1e-5 };
  }
  return { model_type: "wordloom-vae-recurrent", ...common, cell: choices.cell, embedding_size: choices.embeddingWidth };
}

/** Whether a config.json is of a variational autoencoder. */
export const isVariational = (json: { readonly model_type?: unknown }): boolean => String(json.model_type).startsWith("wordloom-vae-");

/** The architecture's name to show. */
export const variationalArchitecture = (config: VariationalConfig): string => `vae ${config.model_type === "wordloom-vae-transformer" ? "transformer" : config.cell}`;

/** Builds the model that a config describes, its parameters still without values. */
export function createVariationalAutoencoder(config: VariationalConfig): VariationalAutoencoder {
  const sizes = {
    vocabularySize: config.vocab_size,
    contextLength: config.max_position_embeddings,
    layers: config.num_hidden_layers,
    width: config.hidden_size,
    latentWidth: config.latent_size,
    labelCount: config.labels.length,
    dropout: config.dropout,
    wordDropout: config.word_dropout,
    freeBits: { perDimension: config.free_bits, total: config.free_bits_total },
  };
  if (config.model_type === "wordloom-vae-transformer") {
    return new TransformerVariationalAutoencoder({
      ...sizes,
      heads: config.num_attention_heads,
      feedForwardWidth: config.intermediate_size,
      normFirst: config.norm_first,
      epsilon: config.layer_norm_epsilon,
    });
  }
  return new RecurrentVariationalAutoencoder({ ...sizes, cell: config.cell, embeddingWidth: config.embedding_size });
}

/** @throws WordloomError "invalid_run" where the config describes no model that this version can build */
export function parseVariationalConfig(json: unknown, whereFrom: string): VariationalConfig {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WordloomError("invalid_run", `${whereFrom} describes no model that can be built: "${issue.path.join(".") || "model_type"}" is wrong (${issue.message}).`, { cause: parsed.error });
}
