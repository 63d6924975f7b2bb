// A discriminator's sizes as they stand in its JSON file beside a run, and the network that they describe.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { ConvolutionalDiscriminator, SMALL_BANK } from "./convolutional_discriminator.js";
import type { Discriminator } from "./discriminator.js";
import { RecurrentDiscriminator } from "./recurrent_discriminator.js";
import { TransformerDiscriminator } from "./transformer_discriminator.js";

export const DISCRIMINATOR_KINDS = ["cnn", "lstm", "transformer"] as const;
export type DiscriminatorKind = (typeof DISCRIMINATOR_KINDS)[number];

const size = z.int().min(1).max(1 << 24);
/** Layers, words of a window, banks: what a graph is unrolled over. */
const count = size.max(1000);

const shared = {
  model_type: z.literal("wordloom-discriminator"),
  vocab_size: size,
  embedding_size: size,
  /** How many labels texts may have; 0 for a discriminator that knows none. */
  label_count: z.int().min(0).max(1 << 24),
  dropout: z.number().min(0).max(0.95),
  spectral_norm: z.boolean(),
};

const convolutionalSchema = z.looseObject({
  kind: z.literal("cnn"),
  ...shared,
  /** Words of each bank's windows, and how many filters it has. */
  filter_windows: z.array(count).min(1).max(100),
  filter_counts: z.array(size).min(1).max(100),
});

const recurrentSchema = z.looseObject({
  kind: z.literal("lstm"),
  ...shared,
  num_hidden_layers: count,
  hidden_size: size,
});

const transformerSchema = z.looseObject({
  kind: z.literal("transformer"),
  ...shared,
  num_hidden_layers: count,
  hidden_size: size,
  num_attention_heads: size,
  intermediate_size: size,
  norm_first: z.boolean(),
  layer_norm_epsilon: z.number().positive(),
});

const schema = z.discriminatedUnion("kind", [convolutionalSchema, recurrentSchema, transformerSchema]);
export type DiscriminatorConfig = z.infer<typeof schema>;

/** Sizes under the names of the command line. */
export interface DiscriminatorChoices {
  readonly kind: DiscriminatorKind;
  readonly vocabularySize: number;
  readonly embeddingWidth: number;
  readonly labelCount: number;
  readonly dropout: number;
  readonly spectralNorm: boolean;
  /** Of a convolutional one: words of each bank's windows, and how many filters it has. */
  readonly windows: readonly number[];
  readonly filters: readonly number[];
  /** Of the others. */
  readonly layers: number;
  readonly width: number;
  /** Of a Transformer. */
  readonly heads: number;
  readonly feedForwardWidth: number;
  readonly normFirst: boolean;
}

/** What is chosen unless something else is said; the vocabulary must be. */
export const DISCRIMINATOR_DEFAULTS: Omit<DiscriminatorChoices, "vocabularySize"> = {
  kind: "cnn",
  embeddingWidth: 64, // Yu et al. 2017
  labelCount: 0,
  dropout: 0.25, // Yu et al. 2017
  spectralNorm: false,
  ...SMALL_BANK,
  layers: 1,
  width: 128,
  heads: 4,
  feedForwardWidth: 256,
  normFirst: true,
};

/** The JSON of the given choices. */
export function createDiscriminatorConfig(choices: DiscriminatorChoices): DiscriminatorConfig {
  const common = {
    model_type: "wordloom-discriminator",
    vocab_size: choices.vocabularySize,
    embedding_size: choices.embeddingWidth,
    label_count: choices.labelCount,
    dropout: choices.dropout,
    spectral_norm: choices.spectralNorm,
  } as const;
  if (choices.kind === "cnn") return { kind: "cnn", ...common, filter_windows: [...choices.windows], filter_counts: [...choices.filters] };
  const stack = { ...common, num_hidden_layers: choices.layers, hidden_size: choices.width };
  if (choices.kind === "lstm") return { kind: "lstm", ...stack };
  return { kind: "transformer", ...stack, num_attention_heads: choices.heads, intermediate_size: choices.feedForwardWidth, norm_first: choices.normFirst, layer_norm_epsilon: 1e-5 };
}

/**
 * Builds the network that a config describes, its parameters still without values.
 * @throws WordloomError "invalid_argument" for sizes that do not fit each other
 */
export function createDiscriminator(config: DiscriminatorConfig): Discriminator {
  const sizes = {
    vocabularySize: config.vocab_size,
    embeddingWidth: config.embedding_size,
    labelCount: config.label_count,
    dropout: config.dropout,
    spectralNorm: config.spectral_norm,
  };
  if (config.kind === "cnn") return new ConvolutionalDiscriminator({ ...sizes, windows: config.filter_windows, filters: config.filter_counts });
  const stack = { ...sizes, layers: config.num_hidden_layers, width: config.hidden_size };
  if (config.kind === "lstm") return new RecurrentDiscriminator({ ...stack, cell: "lstm" });
  return new TransformerDiscriminator({ ...stack, heads: config.num_attention_heads, feedForwardWidth: config.intermediate_size, normFirst: config.norm_first, epsilon: config.layer_norm_epsilon });
}

/** @throws WordloomError "invalid_run" where the config describes no discriminator that this version can build */
export function parseDiscriminatorConfig(json: unknown, whereFrom: string): DiscriminatorConfig {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WordloomError("invalid_run", `${whereFrom} describes no discriminator that can be built: "${issue.path.join(".") || "kind"}" is wrong (${issue.message}).`, { cause: parsed.error });
}
