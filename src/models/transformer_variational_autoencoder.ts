// A variational autoencoder of sentences with Transformers as encoder and decoder: every layer can look at the point.

import { add, cast, concat, constant, cumulativeSum, div, gather, mul, reshape, sub, sum, transpose, type Tensor } from "../tensor/index.js";
import { asRows, attend, causalMask, paddingMask, splitHeadSets } from "../nn/attention.js";
import type { StatePart, StepInputs, TracedStep } from "../nn/decoder_graph.js";
import { normal } from "../nn/initializer.js";
import { Embedding, Linear } from "../nn/layers.js";
import { TraceContext } from "../nn/trace_context.js";
import { isToken, PADDING_TOKEN } from "./sequence_to_sequence.js";
import { OutputHead } from "./transformer.js";
import { SelfAttentionStack, sinusoids, timeFirst, TransformerEncoder, type SelfAttend, type TransformerLayerSizes } from "./transformer_sequence_to_sequence_layers.js";
import { VariationalAutoencoder, type VariationalAutoencoderConfig } from "./variational_autoencoder.js";

/** Norms come before each part unless it is said otherwise. */
export interface TransformerVariationalAutoencoderConfig extends VariationalAutoencoderConfig, Omit<TransformerLayerSizes, "normFirst"> {
  readonly normFirst?: boolean;
}

/** A layer's key and value of the point: both (B, heads, 1, d). */
type Memory = readonly [key: Tensor, value: Tensor];

const memoryParts = (layer: number): readonly [string, string] => [`memoryKey${layer}`, `memoryValue${layer}`];

/** What a mask adds to the scores of a key behind those that it knows: (T, S) → (T, S + 1). */
const withMemoryKey = (mask: Tensor): Tensor => {
  const queries = mask.shape[0] as number;
  return concat([mask, constant(new Float64Array(queries), [queries, 1], mask.dtype)], 1);
};

/**
 * The summary is the mean of the encoder's outputs over the tokens. The decoder is told the point in both ways of Li et al.
 * 2020 ("Optimus", section 3.1): as a memory, a further key and value in each layer that every position may attend to, and
 * as an embedding that is added to each input's. Optimus has one vector for key and value; here each has its own.
 */
export class TransformerVariationalAutoencoder extends VariationalAutoencoder {
  /** One for what is read and what is written, and the output's weight (Press and Wolf 2017). */
  readonly embedding: Embedding;
  readonly encoder: TransformerEncoder;
  /** What is added to each of the decoder's inputs. */
  readonly condition_embedding: Linear;
  /** Keys and values of all layers, side by side. */
  readonly condition_memory: Linear;
  readonly decoder_stack: SelfAttentionStack;
  readonly head: OutputHead;

  /** @throws WordloomError "invalid_argument" for a width that is no multiple of heads */
  constructor(private readonly config: TransformerVariationalAutoencoderConfig) {
    super(config);
    const { layers, width, vocabularySize } = config;
    const sizes = { ...config, normFirst: config.normFirst ?? true };
    this.embedding = new Embedding(vocabularySize, width, normal(1 / Math.sqrt(width)));
    this.encoder = new TransformerEncoder(sizes, layers);
    // What a point from the prior turns into is as large as an embedded token.
    const fromCondition = normal(1 / Math.sqrt(this.conditionWidth));
    this.condition_embedding = new Linear(this.conditionWidth, width, fromCondition, false);
    this.condition_memory = new Linear(this.conditionWidth, 2 * layers * width, fromCondition, false);
    this.decoder_stack = new SelfAttentionStack(sizes, layers);
    this.head = new OutputHead(this.embedding.weight);
  }

  /** Tokens' vectors (..., D), scaled by √D. */
  private words(vectors: Tensor): Tensor {
    return mul(vectors, Math.sqrt(this.config.width));
  }

  /** The sinusoids of the first positions, (length, 1, D). */
  private firstPositions(length: number): Tensor {
    const { width } = this.config;
    return reshape(sinusoids(length, width, this.embedding.weight.tensor.dtype), [length, 1, width]);
  }

  protected summary(sources: Tensor, vectors: Tensor, context: TraceContext): Tensor {
    const { width, dropout } = this.config;
    const [rows, length] = sources.shape;
    if (typeof length === "string") return this.summaryOfAnyLength(sources, transpose(vectors, [1, 0, 2]), context);
    const embedded = asRows(context.dropout(add(this.words(vectors), this.firstPositions(length)), dropout));
    const outputs = this.encoder.forward(embedded, timeFirst(vectors), paddingMask(sources, PADDING_TOKEN, embedded.dtype), context);
    const counted = reshape(cast(transpose(isToken(sources), [1, 0]), outputs.dtype), [length, rows, 1]);
    return div(sum(mul(reshape(outputs, [length, rows, width]), counted), [0]), sum(counted, [0]));
  }

  /** The summary of sources whose length is known only at run time, and of their vectors (B, S, D). */
  private summaryOfAnyLength(sources: Tensor, vectors: Tensor, context: TraceContext): Tensor {
    const { width, contextLength } = this.config;
    const real = isToken(sources);
    const counts = cast(real, "int64");
    const places = gather(sinusoids(contextLength, width, this.embedding.weight.tensor.dtype), sub(cumulativeSum(counts, 1), counts));
    const embedded = add(this.words(vectors), places);
    const outputs = this.encoder.forward(embedded, { shape: sources.shape, timeFirst: false }, paddingMask(sources, PADDING_TOKEN), context);
    const counted = reshape(cast(real, outputs.dtype), [...sources.shape, 1]);
    return div(sum(mul(outputs, counted), [1]), sum(counted, [1]));
  }

  /** Each layer's memory of conditions (B, conditionWidth). */
  private memories(conditions: Tensor): readonly Memory[] {
    const { layers, heads } = this.config;
    const sets = splitHeadSets(this.condition_memory.forward(conditions), 2 * layers, heads, { shape: [conditions.shape[0], 1], timeFirst: false });
    return Array.from({ length: layers }, (_, layer) => [sets[2 * layer], sets[2 * layer + 1]]);
  }

  /** Attention to keys and values and, behind them, to the memory; `mask` already knows of it. */
  private attention([key, value]: Memory, mask: Tensor, context: TraceContext): SelfAttend {
    const { dropout } = this.config;
    return (q, k, v) => attend(q, concat([k, key], 2), concat([v, value], 2), mask, context, { dropout });
  }

  protected writeFrom(conditions: Tensor, vectors: Tensor, context: TraceContext): Tensor {
    const { dropout } = this.config;
    const [length, rows] = vectors.shape as readonly number[];
    const words = this.withoutWords(this.words(vectors), context); // a hidden word still has its place
    const told = reshape(this.condition_embedding.forward(conditions), [1, rows, this.config.width]);
    const embedded = asRows(context.dropout(add(add(words, this.firstPositions(length)), told), dropout));
    const memories = this.memories(conditions);
    const mask = withMemoryKey(causalMask(length, embedded.dtype));
    const hidden = this.decoder_stack.pass(embedded, timeFirst(vectors), (layer) => this.attention(memories[layer], mask, context), context);
    return this.head.forward(hidden);
  }

  protected decoderParts(): ReturnType<VariationalAutoencoder["decoderParts"]> {
    const { heads, width, layers, contextLength } = this.config;
    const appended: StatePart = { kind: "appended", axis: 1, shape: [heads, contextLength, width / heads] };
    const memory: StatePart = { kind: "context", shape: [heads, 1, width / heads] };
    const state: Record<string, StatePart> = {};
    for (let layer = 0; layer < layers; layer++) {
      const [memoryKey, memoryValue] = memoryParts(layer);
      Object.assign(state, { [`key${layer}`]: appended, [`value${layer}`]: appended, [memoryKey]: memory, [memoryValue]: memory });
    }
    return {
      state,
      begin: (conditions) => Object.fromEntries(this.memories(conditions).flatMap((pair, layer) => memoryParts(layer).map((name, i) => [name, pair[i]] as const))),
      step: (inputs) => this.step(inputs),
    };
  }

  private step({ tokens, positions, mask, state }: StepInputs): TracedStep {
    const context = new TraceContext(false);
    const { width, contextLength } = this.config;
    const [rows] = tokens.shape;
    const { tensor } = this.embedding.weight;
    const placed = add(this.words(this.embedding.forward(tokens)), gather(sinusoids(contextLength, width, tensor.dtype), positions));
    const embedded = add(placed, reshape(this.condition_embedding.forward(state.condition), [rows, 1, width]));
    const appended: Record<string, Tensor> = {};
    const seen = withMemoryKey(mask);
    const attention = (layer: number): SelfAttend => {
      const [memoryKey, memoryValue] = memoryParts(layer);
      const attendToAll = this.attention([state[memoryKey], state[memoryValue]], seen, context);
      return (q, k, v) => {
        appended[`key${layer}`] = k;
        appended[`value${layer}`] = v;
        return attendToAll(q, concat([state[`key${layer}`], k], 2), concat([state[`value${layer}`], v], 2));
      };
    };
    const hidden = this.decoder_stack.pass(embedded, { shape: tokens.shape, timeFirst: false }, attention, context);
    return { logits: this.head.forward(reshape(hidden, [rows, width])), state: appended };
  }
}
