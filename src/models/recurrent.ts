// The recurrent family: vanilla RNN, LSTM and GRU language models, which read texts of any length.

import { add, matmul, mul, oneHot, reshape, sub, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { WordloomError } from "../errors.js";
import type { DecoderGraph, StatePart, StepInputs, TracedStep } from "../nn/decoder_graph.js";
import { constantValue, normal, uniform } from "../nn/initializer.js";
import { Embedding } from "../nn/layers.js";
import { Module, Parameter } from "../nn/module.js";
import { RecurrentStack, type CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { LanguageModel, transposeTokens, type TracedLogits } from "./language_model.js";

export interface RecurrentConfig {
  readonly cell: CellKind;
  readonly vocabularySize: number;
  readonly layers: number;
  /** Width of the hidden state. */
  readonly width: number;
  /** Width of the learned embedding; 0 feeds one-hot vectors instead. */
  readonly embeddingWidth: number;
  /** Share of activations zeroed after the embedding, between layers and before the output. */
  readonly dropout: number;
  /** Use the embedding as the output's weight; needs embeddingWidth = width. */
  readonly tieEmbeddings: boolean;
}

/** The output layer, with a weight of its own or the embedding's. */
class OutputHead extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(config: RecurrentConfig, embedding: Embedding | null) {
    super();
    this.weight = config.tieEmbeddings && embedding ? embedding.weight : new Parameter([config.vocabularySize, config.width], uniform(1 / Math.sqrt(config.width)));
    this.bias = new Parameter([config.vocabularySize], constantValue(0));
  }

  /** x (N, width) → logits (N, V) */
  forward(x: Tensor): Tensor {
    return add(matmul(x, this.weight.tensor, { transposeB: true }), this.bias.tensor);
  }
}

export class RecurrentLanguageModel extends LanguageModel {
  readonly embedding: Embedding | null;
  readonly rnn: RecurrentStack;
  readonly head: OutputHead;
  readonly contextLength = Infinity;

  constructor(private readonly config: RecurrentConfig) {
    super();
    if (config.tieEmbeddings && config.embeddingWidth !== config.width) {
      throw new WordloomError(
        "invalid_argument",
        `Tied embeddings need an embedding as wide as the hidden state, but they are ${config.embeddingWidth} and ${config.width}; set both alike or leave them untied.`,
      );
    }
    const embedded = config.embeddingWidth > 0;
    this.embedding = embedded ? new Embedding(config.vocabularySize, config.embeddingWidth, normal(config.tieEmbeddings ? 1 / Math.sqrt(config.width) : 0.1)) : null;
    this.rnn = new RecurrentStack(config.cell, embedded ? config.embeddingWidth : config.vocabularySize, config.width, config.layers, config.dropout);
    this.head = new OutputHead(config, this.embedding);
  }

  get vocabularySize(): number {
    return this.config.vocabularySize;
  }

  override carried(rows: number): Readonly<Record<string, Shape>> {
    return Object.fromEntries(this.rnn.stateNames.map((name) => [name, [rows, this.config.width]]));
  }

  /** Of a model without an embedding, one-hot vectors. */
  embed(tokens: Tensor, dtype: DataType): Tensor {
    return this.embedding ? this.embedding.forward(tokens) : oneHot(tokens, this.vocabularySize, dtype);
  }

  read(embedded: Tensor, restart: Tensor, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLogits {
    const rows = restart.shape[0];
    const keep = reshape(sub(1, restart), [rows, 1]);
    const initial = Object.fromEntries(Object.entries(carried).map(([name, tensor]) => [name, mul(tensor, keep)]));
    const { logits, state } = this.run(embedded, initial, context);
    return { logits, carried: state };
  }

  /** Embeddings (T, B, E) → logits (T·B, V). */
  private run(embedded: Tensor, state: Readonly<Record<string, Tensor>>, context: TraceContext): { logits: Tensor; state: Readonly<Record<string, Tensor>> } {
    const { dropout, width } = this.config;
    const vectors = this.embedding ? context.dropout(embedded, dropout) : embedded;
    const { outputs, state: final } = this.rnn.forward(vectors, state, context);
    const [time, rows] = outputs.shape;
    const count = time === 1 ? rows : (time as number) * (rows as number);
    const flat = reshape(context.dropout(outputs, dropout), [count, width]);
    return { logits: this.head.forward(flat), state: final };
  }

  decoder(): DecoderGraph {
    const state: Record<string, StatePart> = Object.fromEntries(this.rnn.stateNames.map((name) => [name, { kind: "replaced", shape: [this.config.width] }]));
    return {
      vocabularySize: this.vocabularySize,
      contextLength: Infinity,
      state,
      step: ({ tokens, state: current }: StepInputs): TracedStep => {
        const embedded = this.embed(transposeTokens(tokens), Object.values(current)[0].dtype);
        return this.run(embedded, current, new TraceContext(false));
      },
    };
  }
}

