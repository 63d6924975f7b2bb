// An encoder–decoder's sizes as they stand in config.json, and the model that they describe.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { SCORES } from "../nn/source_attention.js";
import { RecurrentSequenceToSequence } from "./recurrent_sequence_to_sequence.js";
import type { SequenceToSequenceModel } from "./sequence_to_sequence.js";
import { TransformerSequenceToSequence } from "./transformer_sequence_to_sequence.js";

const size = z.int().min(1).max(1 << 24);
const share = z.number().min(0).max(0.95);

const shared = {
  source_vocab_size: size,
  vocab_size: size,
  max_position_embeddings: size,
  dropout: share,
  label_smoothing: share,
  /** One embedding for sources and targets. */
  joint_embeddings: z.boolean(),
  bos_token_id: z.int().optional(),
  eos_token_id: z.int().optional(),
  pad_token_id: z.int().optional(),
};

/** What reads and writes: a Transformer, or recurrent cells. */
export const SEQUENCE_CELLS = ["transformer", "rnn", "lstm", "gru"] as const;
export type SequenceCell = (typeof SEQUENCE_CELLS)[number];
/** How a recurrent decoder attends to its source. */
export const ATTENTIONS = [...SCORES, "none"] as const;

const recurrentSchema = z.looseObject({
  model_type: z.literal("wordloom-seq2seq-recurrent"),
  ...shared,
  cell: z.enum(["rnn", "lstm", "gru"]),
  attention: z.enum(ATTENTIONS),
  input_feeding: z.boolean(),
  num_hidden_layers: size.max(1000),
  hidden_size: size,
  embedding_size: size,
});

const transformerSchema = z.looseObject({
  model_type: z.literal("wordloom-seq2seq-transformer"),
  ...shared,
  encoder_layers: size.max(1000),
  decoder_layers: size.max(1000),
  num_attention_heads: size,
  hidden_size: size,
  intermediate_size: size,
  norm_first: z.boolean(),
  tie_word_embeddings: z.boolean(),
  layer_norm_epsilon: z.number().positive(),
});

const schema = z.discriminatedUnion("model_type", [recurrentSchema, transformerSchema]);
export type SequenceToSequenceConfig = z.infer<typeof schema>;

/** Sizes under the names of the command line. */
export interface SequenceToSequenceChoices {
  readonly cell: SequenceCell;
  readonly attention: (typeof ATTENTIONS)[number];
  readonly inputFeeding: boolean;
  readonly sourceVocabularySize: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly feedForwardWidth: number;
  readonly embeddingWidth: number;
  readonly dropout: number;
  readonly labelSmoothing: number;
  readonly normFirst: boolean;
  readonly jointEmbeddings: boolean;
}

/** The config.json of the given choices. */
export function createSequenceToSequenceConfig(choices: SequenceToSequenceChoices): SequenceToSequenceConfig {
  const common = {
    source_vocab_size: choices.sourceVocabularySize,
    vocab_size: choices.vocabularySize,
    max_position_embeddings: choices.contextLength,
    dropout: choices.dropout,
    label_smoothing: choices.labelSmoothing,
    joint_embeddings: choices.jointEmbeddings,
    hidden_size: choices.width,
  };
  if (choices.cell === "transformer") {
    return {
      model_type: "wordloom-seq2seq-transformer",
      ...common,
      encoder_layers: choices.layers,
      decoder_layers: choices.layers,
      num_attention_heads: choices.heads,
      intermediate_size: choices.feedForwardWidth,
      norm_first: choices.normFirst,
      tie_word_embeddings: true,
      layer_norm_epsilon: 1e-5,
    };
  }
  return {
    model_type: "wordloom-seq2seq-recurrent",
    ...common,
    cell: choices.cell,
    attention: choices.attention,
    input_feeding: choices.inputFeeding,
    num_hidden_layers: choices.layers,
    embedding_size: choices.embeddingWidth,
  };
}

/** Whether a config.json is of an encoder–decoder. */
export const isSequenceToSequence = (json: { readonly model_type?: unknown }): boolean => String(json.model_type).startsWith("wordloom-seq2seq-");

/** The architecture's name to show. */
export const sequenceArchitecture = (config: SequenceToSequenceConfig): string => `seq2seq ${config.model_type === "wordloom-seq2seq-transformer" ? "transformer" : config.cell}`;

/** Builds the model that a config describes, its parameters still without values. */
export function createSequenceToSequenceModel(config: SequenceToSequenceConfig): SequenceToSequenceModel {
  const sizes = {
    sourceVocabularySize: config.source_vocab_size,
    vocabularySize: config.vocab_size,
    contextLength: config.max_position_embeddings,
    dropout: config.dropout,
    labelSmoothing: config.label_smoothing,
    jointEmbeddings: config.joint_embeddings,
    width: config.hidden_size,
  };
  if (config.model_type === "wordloom-seq2seq-transformer") {
    return new TransformerSequenceToSequence({
      ...sizes,
      encoderLayers: config.encoder_layers,
      decoderLayers: config.decoder_layers,
      heads: config.num_attention_heads,
      feedForwardWidth: config.intermediate_size,
      normFirst: config.norm_first,
      tieEmbeddings: config.tie_word_embeddings,
      epsilon: config.layer_norm_epsilon,
    });
  }
  return new RecurrentSequenceToSequence({
    ...sizes,
    cell: config.cell,
    attention: config.attention,
    inputFeeding: config.input_feeding,
    layers: config.num_hidden_layers,
    embeddingWidth: config.embedding_size,
  });
}

/** @throws WordloomError "invalid_run" where the config describes no model that this version can build */
export function parseSequenceToSequenceConfig(json: unknown, whereFrom: string): SequenceToSequenceConfig {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WordloomError("invalid_run", `${whereFrom} describes no model that can be built: "${issue.path.join(".") || "model_type"}" is wrong (${issue.message}).`, { cause: parsed.error });
}
