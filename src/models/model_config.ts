// A model's sizes as they stand in config.json: Hugging Face's names where a Hugging Face architecture fits.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { Gpt2LanguageModel } from "./gpt2.js";
import type { LanguageModel } from "./language_model.js";
import { LlamaLanguageModel } from "./llama.js";
import { RecurrentLanguageModel } from "./recurrent.js";

const size = z.int().min(1).max(1 << 24);
const share = z.number().min(0).max(0.95);
const tokens = { bos_token_id: z.int().optional(), eos_token_id: z.int().optional(), pad_token_id: z.int().optional() };

const gpt2Schema = z.looseObject({
  model_type: z.literal("gpt2"),
  vocab_size: size,
  n_positions: size,
  n_embd: size,
  n_layer: size.max(1000),
  n_head: size,
  activation_function: z.literal("gelu_new"),
  resid_pdrop: share,
  layer_norm_epsilon: z.number().positive(),
  tie_word_embeddings: z.boolean(),
  ...tokens,
});

const llamaSchema = z.looseObject({
  model_type: z.literal("llama"),
  vocab_size: size,
  max_position_embeddings: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size.max(1000),
  num_attention_heads: size,
  num_key_value_heads: size,
  hidden_act: z.literal("silu"),
  dropout: share,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive(),
  tie_word_embeddings: z.boolean(),
  ...tokens,
});

const recurrentSchema = z.looseObject({
  model_type: z.literal("wordloom-recurrent"),
  cell: z.enum(["rnn", "lstm", "gru"]),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size.max(1000),
  /** 0 for one-hot input. */
  embedding_size: z.int().min(0).max(1 << 24),
  dropout: share,
  tie_word_embeddings: z.boolean(),
  ...tokens,
});

/** The model's part of config.json. */
export const modelConfigSchema = z.discriminatedUnion("model_type", [gpt2Schema, llamaSchema, recurrentSchema]);
export type ModelConfig = z.infer<typeof modelConfigSchema>;

/** Sizes that every family has, under the names of the command line. */
export interface ModelSizes {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly width: number;
  /** Recurrent: 0 for one-hot input. */
  readonly embeddingWidth: number;
  readonly dropout: number;
  readonly tieEmbeddings: boolean;
}

/** What stands behind `--family` and `--dialect`. */
export const ARCHITECTURES = ["gpt2", "llama", "rnn", "lstm", "gru"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Llama's feed-forward width: two thirds of four times the width, so that three matrices weigh as much as GPT's two. */
const feedForwardWidth = (width: number): number => 8 * Math.ceil(width / 3);

/** The config.json of an architecture of the given sizes. */
export function createModelConfig(architecture: Architecture, sizes: ModelSizes): ModelConfig {
  const shared = { vocab_size: sizes.vocabularySize, tie_word_embeddings: sizes.tieEmbeddings };
  switch (architecture) {
    case "gpt2":
      return {
        model_type: "gpt2",
        architectures: ["GPT2LMHeadModel"],
        ...shared,
        n_positions: sizes.contextLength,
        n_embd: sizes.width,
        n_layer: sizes.layers,
        n_head: sizes.heads,
        activation_function: "gelu_new",
        resid_pdrop: sizes.dropout,
        embd_pdrop: sizes.dropout,
        attn_pdrop: sizes.dropout,
        layer_norm_epsilon: 1e-5,
      };
    case "llama":
      return {
        model_type: "llama",
        architectures: ["LlamaForCausalLM"],
        ...shared,
        max_position_embeddings: sizes.contextLength,
        hidden_size: sizes.width,
        intermediate_size: feedForwardWidth(sizes.width),
        num_hidden_layers: sizes.layers,
        num_attention_heads: sizes.heads,
        num_key_value_heads: sizes.keyValueHeads,
        hidden_act: "silu",
        dropout: sizes.dropout,
        rms_norm_eps: 1e-5,
        rope_theta: 10000,
      };
    default:
      return {
        model_type: "wordloom-recurrent",
        cell: architecture,
        ...shared,
        hidden_size: sizes.width,
        num_hidden_layers: sizes.layers,
        embedding_size: sizes.embeddingWidth,
        dropout: sizes.dropout,
      };
  }
}

/** Builds the model that a config describes, its parameters still without values. */
export function createModel(config: ModelConfig): LanguageModel {
  switch (config.model_type) {
    case "gpt2":
      return new Gpt2LanguageModel({
        vocabularySize: config.vocab_size,
        contextLength: config.n_positions,
        layers: config.n_layer,
        heads: config.n_head,
        width: config.n_embd,
        dropout: config.resid_pdrop,
        tieEmbeddings: config.tie_word_embeddings,
        epsilon: config.layer_norm_epsilon,
      });
    case "llama":
      return new LlamaLanguageModel({
        vocabularySize: config.vocab_size,
        contextLength: config.max_position_embeddings,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        keyValueHeads: config.num_key_value_heads,
        width: config.hidden_size,
        feedForwardWidth: config.intermediate_size,
        dropout: config.dropout,
        tieEmbeddings: config.tie_word_embeddings,
        epsilon: config.rms_norm_eps,
        ropeTheta: config.rope_theta,
      });
    case "wordloom-recurrent":
      return new RecurrentLanguageModel({
        cell: config.cell,
        vocabularySize: config.vocab_size,
        layers: config.num_hidden_layers,
        width: config.hidden_size,
        embeddingWidth: config.embedding_size,
        dropout: config.dropout,
        tieEmbeddings: config.tie_word_embeddings,
      });
  }
}

/** Whether batches of this architecture follow one another in the text, with state carried across. */
export function isRecurrent(config: ModelConfig): boolean {
  return config.model_type === "wordloom-recurrent";
}

/** The architecture's name on the command line. */
export function architectureOf(config: ModelConfig): Architecture {
  return config.model_type === "wordloom-recurrent" ? config.cell : config.model_type;
}

/** @throws WordloomError "invalid_run" where the config describes no model that this version can build */
export function parseModelConfig(json: unknown, whereFrom: string): ModelConfig {
  const parsed = modelConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue.path.join(".") || "model_type";
  throw new WordloomError("invalid_run", `${whereFrom} describes no model that can be built: "${field}" is wrong (${issue.message}).`, { cause: parsed.error });
}
