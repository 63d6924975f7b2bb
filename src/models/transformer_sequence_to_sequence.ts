// The Transformer encoder–decoder: embeddings with sinusoidal positions, two stacks of layers, and decoding with cached keys.

import { add, cast, concat, cumulativeSum, gather, mean, mul, reshape, sub, type Tensor } from "../tensor/index.js";
import { asRows, attend, causalMask, paddingMask, type Frame } from "../nn/attention.js";
import { SOURCE_LENGTH, type DecoderGraph, type StatePart, type StepInputs, type TracedStep } from "../nn/decoder_graph.js";
import { normal } from "../nn/initializer.js";
import type { Embedding } from "../nn/layers.js";
import { Parameter } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import type { EmbeddedPair } from "./embedded_pair.js";
import { createEmbeddings, isToken, PADDING_TOKEN, SequenceToSequenceModel, type SequenceToSequenceSizes } from "./sequence_to_sequence.js";
import { OutputHead } from "./transformer.js";
import { sinusoids, timeFirst, TransformerDecoder, TransformerEncoder, type TransformerLayerSizes } from "./transformer_sequence_to_sequence_layers.js";

export interface TransformerSequenceToSequenceConfig extends SequenceToSequenceSizes, TransformerLayerSizes {
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** One embedding for sources and targets, which then have one vocabulary. */
  readonly jointEmbeddings: boolean;
  /** Use the target's embedding as the output's weight (Press and Wolf 2017). */
  readonly tieEmbeddings: boolean;
}

/** Vaswani et al. 2017, "Attention is all you need". */
export class TransformerSequenceToSequence extends SequenceToSequenceModel {
  readonly source_embedding: Embedding;
  readonly target_embedding: Embedding;
  readonly encoder: TransformerEncoder;
  readonly decoder_stack: TransformerDecoder;
  readonly head: OutputHead;

  /** @throws WordloomError "invalid_argument" for sizes that do not fit one another */
  constructor(private readonly config: TransformerSequenceToSequenceConfig) {
    super(config);
    const { width, encoderLayers, decoderLayers, vocabularySize, tieEmbeddings } = config;
    const initializer = normal(1 / Math.sqrt(width));
    const { source, target } = createEmbeddings(config, width, initializer);
    this.source_embedding = source;
    this.target_embedding = target;
    this.encoder = new TransformerEncoder(config, encoderLayers);
    this.decoder_stack = new TransformerDecoder(config, decoderLayers);
    this.head = new OutputHead(tieEmbeddings ? target.weight : new Parameter([vocabularySize, width], initializer));
  }

  embedSources(sources: Tensor): Tensor {
    return this.source_embedding.timeFirst(sources);
  }

  embedTargets(tokens: Tensor): Tensor {
    return this.target_embedding.timeFirst(tokens);
  }

  /** Vectors of tokens (..., D) scaled by √D, with their positions' sinusoids added. */
  private place(vectors: Tensor, positions: Tensor, context: TraceContext): Tensor {
    const { width, dropout } = this.config;
    return context.dropout(add(mul(vectors, Math.sqrt(width)), positions), dropout);
  }

  /** Whole texts (T, B, D) with their positions, as rows: (T·B, D). */
  private placeRows(vectors: Tensor, context: TraceContext): Tensor {
    const [length, , width] = vectors.shape as readonly number[];
    return asRows(this.place(vectors, reshape(sinusoids(length, width, vectors.dtype), [length, 1, width]), context));
  }

  /** Embeds tokens that stand at the given positions, int64: (B, T, D). */
  private embedAt(embedding: Embedding, tokens: Tensor, positions: Tensor, context: TraceContext): Tensor {
    const table = sinusoids(this.contextLength, this.config.width, embedding.weight.tensor.dtype);
    return this.place(embedding.forward(tokens), gather(table, positions), context);
  }

  write({ sources, sourceVectors, targetVectors }: EmbeddedPair, context: TraceContext): Tensor {
    const { dropout } = this.config;
    const embeddedSources = this.placeRows(sourceVectors, context);
    const mask = paddingMask(sources, PADDING_TOKEN, embeddedSources.dtype);
    const memory = this.encoder.forward(embeddedSources, timeFirst(sourceVectors), mask, context);
    const source = this.decoder_stack.sourceKeysValues(memory, timeFirst(sourceVectors));
    const embedded = this.placeRows(targetVectors, context);
    const causal = causalMask(targetVectors.shape[0] as number, embedded.dtype);
    const hidden = this.decoder_stack.forward(
      embedded,
      timeFirst(targetVectors),
      (layer) => ({
        written: (q, k, v) => attend(q, k, v, causal, context, { dropout }),
        source: (q) => attend(q, source[layer][0], source[layer][1], mask, context, { dropout, name: `decoder layer ${layer + 1}` }),
      }),
      context,
    );
    return this.head.forward(hidden);
  }

  decoder(): DecoderGraph {
    const { heads, width, decoderLayers } = this.config;
    const appended: StatePart = { kind: "appended", axis: 1, shape: [heads, this.contextLength, width / heads] };
    const context: StatePart = { kind: "context", shape: [heads, SOURCE_LENGTH, width / heads] };
    const state: Record<string, StatePart> = { sourceMask: { kind: "context", shape: [SOURCE_LENGTH] } };
    for (let layer = 0; layer < decoderLayers; layer++) {
      Object.assign(state, { [`key${layer}`]: appended, [`value${layer}`]: appended, [`sourceKey${layer}`]: context, [`sourceValue${layer}`]: context });
    }
    return {
      vocabularySize: this.vocabularySize,
      contextLength: this.contextLength,
      state,
      encode: (sources) => this.encode(sources),
      step: (inputs) => this.step(inputs),
    };
  }

  private encode(sources: Tensor): Record<string, Tensor> {
    const context = new TraceContext(false);
    const frame: Frame = { shape: sources.shape, timeFirst: false };
    const counts = cast(isToken(sources), "int64");
    const positions = sub(cumulativeSum(counts, 1), counts); // how many tokens stand before
    const mask = paddingMask(sources, PADDING_TOKEN);
    const memory = this.encoder.forward(this.embedAt(this.source_embedding, sources, positions, context), frame, mask, context);
    const parts: Record<string, Tensor> = { sourceMask: reshape(mask, sources.shape) };
    this.decoder_stack.sourceKeysValues(memory, frame).forEach(([keys, values], layer) => {
      Object.assign(parts, { [`sourceKey${layer}`]: keys, [`sourceValue${layer}`]: values });
    });
    return parts;
  }

  /** The attention that a step gives is the mean over the heads of the last layer, the nearest to the output. */
  private step({ tokens, positions, mask, state }: StepInputs): TracedStep {
    const context = new TraceContext(false, true);
    const [rows] = tokens.shape;
    const sourceMask = reshape(state.sourceMask, [rows, 1, 1, SOURCE_LENGTH]);
    const appended: Record<string, Tensor> = {};
    const hidden = this.decoder_stack.forward(
      this.embedAt(this.target_embedding, tokens, positions, context),
      { shape: tokens.shape, timeFirst: false },
      (layer) => ({
        written: (q, k, v) => {
          appended[`key${layer}`] = k;
          appended[`value${layer}`] = v;
          return attend(q, concat([state[`key${layer}`], k], 2), concat([state[`value${layer}`], v], 2), mask, context);
        },
        source: (q) => attend(q, state[`sourceKey${layer}`], state[`sourceValue${layer}`], sourceMask, context, { name: `decoder layer ${layer + 1}` }),
      }),
      context,
    );
    const { weights } = context.attention[context.attention.length - 1]; // (rows, heads, 1, source)
    return {
      logits: this.head.forward(reshape(hidden, [rows, this.config.width])),
      state: appended,
      attention: reshape(mean(weights, [1]), [rows, SOURCE_LENGTH]),
    };
  }
}
