// Recurrent encoder–decoders: a bidirectional encoder, a decoder, and between them attention of several kinds or none.

import { concat, filled, mul, reshape, split, tanh, transpose, type Tensor } from "../tensor/index.js";
import { paddingMask } from "../nn/attention.js";
import { BidirectionalEncoder } from "../nn/bidirectional_encoder.js";
import { SOURCE_LENGTH, type DecoderGraph, type StatePart, type StepInputs, type TracedStep } from "../nn/decoder_graph.js";
import { normal, uniform } from "../nn/initializer.js";
import { Linear, type Embedding } from "../nn/layers.js";
import { RecurrentStack, type CellKind, type RecurrentState } from "../nn/recurrent.js";
import { SourceAttention, type ScoreKind, type SourceMemory } from "../nn/source_attention.js";
import { TraceContext } from "../nn/trace_context.js";
import type { EmbeddedPair } from "./embedded_pair.js";
import { createEmbeddings, isToken, PADDING_TOKEN, SequenceToSequenceModel, type SequenceToSequenceSizes } from "./sequence_to_sequence.js";

export interface RecurrentSequenceToSequenceConfig extends SequenceToSequenceSizes {
  readonly cell: CellKind;
  /** "none" leaves the decoder with its first state alone (Sutskever et al. 2014). */
  readonly attention: ScoreKind | "none";
  /** Layers of the encoder and of the decoder. */
  readonly layers: number;
  /** Width of the decoder's state and of the encoder's outputs, half of it from each direction; even. */
  readonly width: number;
  readonly embeddingWidth: number;
  readonly dropout: number;
  /** The decoder is also fed what it attended to in the step before (Luong et al. 2015, section 3.3). */
  readonly inputFeeding: boolean;
  /** One embedding for sources and targets, which then have one vocabulary. */
  readonly jointEmbeddings: boolean;
}

/** The decoder's state: that of its recurrent layers and, with input feeding, the last attentional vector (B, width). */
interface State {
  readonly recurrent: RecurrentState;
  readonly attentional: Tensor | null;
}

/**
 * A bidirectional encoder (Bahdanau et al. 2015, section 3.2), a bridge from its summary to the decoder's first state, and a
 * decoder that attends after each step (Luong et al. 2015, section 3).
 */
export class RecurrentSequenceToSequence extends SequenceToSequenceModel {
  readonly source_embedding: Embedding;
  readonly target_embedding: Embedding;
  readonly encoder: BidirectionalEncoder;
  /** The decoder's first state from the source's summary: a map for each of its carried tensors. */
  readonly bridge: readonly Linear[];
  readonly decoder_stack: RecurrentStack;
  readonly attention_layer: SourceAttention | null;
  readonly head: Linear;

  /** @throws WordloomError "invalid_argument" for sizes that do not fit one another */
  constructor(private readonly config: RecurrentSequenceToSequenceConfig) {
    super(config);
    const { cell, width, embeddingWidth, layers, dropout, attention, vocabularySize } = config;
    const { source, target } = createEmbeddings(config, embeddingWidth, normal(0.1));
    this.source_embedding = source;
    this.target_embedding = target;
    this.encoder = new BidirectionalEncoder({ cell, layers, inputWidth: embeddingWidth, width, dropout });
    this.decoder_stack = new RecurrentStack(cell, embeddingWidth + (this.feeds ? width : 0), width, layers, dropout);
    this.bridge = this.decoder_stack.stateNames.map(() => new Linear(width, width, uniform(1 / Math.sqrt(width)), true));
    this.attention_layer = attention === "none" ? null : new SourceAttention(attention, width);
    this.head = new Linear(width, vocabularySize, uniform(1 / Math.sqrt(width)), true);
  }

  private get feeds(): boolean {
    return this.config.inputFeeding && this.config.attention !== "none";
  }

  embedSources(sources: Tensor): Tensor {
    return this.source_embedding.timeFirst(sources);
  }

  embedTargets(tokens: Tensor): Tensor {
    return this.target_embedding.timeFirst(tokens);
  }

  /** Reads sources int64 (B, S) by their vectors (S, B, E): what the decoder may attend to, and its first state. */
  private read(sources: Tensor, vectors: Tensor, context: TraceContext): { memory: SourceMemory; state: RecurrentState } {
    const { dropout } = this.config;
    const embedded = context.dropout(vectors, dropout);
    const { outputs, summary } = this.encoder.forward(embedded, isToken(sources), context);
    const values = transpose(context.dropout(outputs, dropout), [1, 0, 2]);
    const [rows, length] = sources.shape;
    return {
      memory: {
        values,
        keys: this.attention_layer?.keys(values) ?? values,
        mask: reshape(paddingMask(sources, PADDING_TOKEN, outputs.dtype), [rows, 1, length]),
      },
      state: Object.fromEntries(this.decoder_stack.stateNames.map((name, i) => [name, tanh(this.bridge[i].forward(summary))])),
    };
  }

  write({ sources, sourceVectors, targetVectors }: EmbeddedPair, context: TraceContext): Tensor {
    const { dropout, width } = this.config;
    const { memory, state } = this.read(sources, sourceVectors, context);
    const [length, rows] = targetVectors.shape as readonly number[];
    const embedded = context.dropout(targetVectors, dropout); // (T, B, E)
    const outputs = this.feeds ? this.stepByStep(embedded, state, memory, context) : this.allAtOnce(embedded, state, memory, context);
    return this.head.forward(reshape(context.dropout(outputs, dropout), [length * rows, width]));
  }

  /** Without input feeding the decoder runs over all time and then attends for all of it in a few wide products: (T, B, width). */
  private allAtOnce(embedded: Tensor, initial: RecurrentState, memory: SourceMemory, context: TraceContext): Tensor {
    const { outputs } = this.decoder_stack.forward(embedded, initial, context);
    if (!this.attention_layer) return outputs;
    const { vectors, weights } = this.attention_layer.forward(transpose(outputs, [1, 0, 2]), memory, context);
    this.record(weights, context);
    return transpose(vectors, [1, 0, 2]);
  }

  /** With input feeding each step waits for what the step before attended to: (T, B, width). */
  private stepByStep(embedded: Tensor, initial: RecurrentState, memory: SourceMemory, context: TraceContext): Tensor {
    const { width, embeddingWidth } = this.config;
    const [time, rows] = embedded.shape as readonly number[];
    let state: State = { recurrent: initial, attentional: filled(0, [rows, width], embedded.dtype) };
    const outputs: Tensor[] = [];
    const weights: Tensor[] = [];
    for (const piece of split(embedded, 0, time)) {
      const stepped = this.stepOnce(reshape(piece, [rows, embeddingWidth]), state, memory, context);
      state = stepped.state;
      outputs.push(reshape(stepped.output, [1, rows, width]));
      if (stepped.weights) weights.push(stepped.weights);
    }
    this.record(concat(weights, 1), context);
    return concat(outputs, 0);
  }

  /** One step from an embedded token (B, E): what the next token is predicted from (B, width). */
  private stepOnce(embedded: Tensor, { recurrent, attentional }: State, memory: SourceMemory | null, context: TraceContext): { output: Tensor; state: State; weights: Tensor | null } {
    const inputs = attentional ? concat([embedded, attentional], 1) : embedded;
    const stepped = this.decoder_stack.step(this.decoder_stack.fromInput(0, inputs), recurrent, context);
    if (!this.attention_layer || !memory) return { output: stepped.output, state: { recurrent: stepped.state, attentional: null }, weights: null };
    const [rows, width] = stepped.output.shape;
    const { vectors, weights } = this.attention_layer.forward(reshape(stepped.output, [rows, 1, width]), memory, context);
    const output = reshape(vectors, [rows, width]);
    return { output, state: { recurrent: stepped.state, attentional: attentional && output }, weights };
  }

  private record(weights: Tensor, context: TraceContext): void {
    const [rows, time, length] = weights.shape;
    context.record("decoder", reshape(weights, [rows, 1, time, length]));
  }

  decoder(): DecoderGraph {
    const { width } = this.config;
    const state: Record<string, StatePart> = {};
    for (const name of this.decoder_stack.stateNames) state[name] = { kind: "replaced", shape: [width] };
    if (this.feeds) state.attentional = { kind: "replaced", shape: [width] };
    if (this.attention_layer) {
      state.values = { kind: "context", shape: [SOURCE_LENGTH, width] };
      state.mask = { kind: "context", shape: [SOURCE_LENGTH] };
      if (this.attention_layer.key) state.keys = { kind: "context", shape: [SOURCE_LENGTH, width] };
    }
    return {
      vocabularySize: this.vocabularySize,
      contextLength: this.contextLength,
      state,
      encode: (sources) => {
        const parts = this.encode(sources);
        return Object.fromEntries(Object.keys(state).map((name) => [name, parts[name]]));
      },
      step: (inputs) => this.step(inputs),
    };
  }

  /** Every part that a decoder's state may have. */
  private encode(sources: Tensor): Record<string, Tensor> {
    const { memory, state } = this.read(sources, this.embedSources(sources), new TraceContext(false));
    const attentional = mul(state.h0, 0); // the number of rows is known only at run time
    return { ...state, attentional, ...memory, mask: reshape(memory.mask, sources.shape) };
  }

  private step({ tokens, state }: StepInputs): TracedStep {
    const [rows] = tokens.shape;
    const { attentional = null, values, keys = values, mask, ...recurrent } = state;
    const embedded = reshape(this.target_embedding.forward(tokens), [rows, this.config.embeddingWidth]);
    const memory = this.attention_layer && { values, keys, mask: reshape(mask, [rows, 1, SOURCE_LENGTH]) };
    const stepped = this.stepOnce(embedded, { recurrent, attentional }, memory, new TraceContext(false));
    const next: Record<string, Tensor> = { ...stepped.state.recurrent };
    if (stepped.state.attentional) next.attentional = stepped.state.attentional;
    const attention = stepped.weights ? { attention: reshape(stepped.weights, [rows, SOURCE_LENGTH]) } : {};
    return { logits: this.head.forward(stepped.output), state: next, ...attention };
  }
}
