// Runs a family's decoder graph: state parts are replaced, appended to, or only read, and the loop never knows which.

import { WordloomError } from "../errors.js";
import { causalMask, MASKED_SCORE } from "../nn/attention.js";
import { SOURCE_LENGTH, type DecoderGraph } from "../nn/decoder_graph.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import { concat, input, logSoftmax, type Dimension, type Tensor } from "../tensor/index.js";
import { appendPositions, copyPositions, grownCapacity } from "./cache_growth.js";
import type { DecoderState, SourceDecoder, Stepped } from "./decoder.js";
import { padSources } from "./pad_sources.js";

/** Positions that a language model's caches have from the beginning, where its context is as long. */
const LONG_TEXT = 256;

/** State of rows that advance together: each part's values (rows, ...). */
export interface ProgramState extends DecoderState {
  readonly parts: Readonly<Record<string, HostTensor>>;
  /** Which of the encoded sources each row reads; null where there are none. Tells when contexts need no copy. */
  readonly sources: Int32Array | null;
  /** Positions that the appended parts have room for; 0 where there are none. */
  readonly capacity: number;
}

interface Programs {
  readonly step: Program;
  readonly prefill: Program | null;
  readonly encode: Program | null;
}

type Outputs = Readonly<Record<string, Tensor>>;

const stateInput = (name: string): string => `state.${name}`;

/** The name of the size that an appended part has along its axis, and of the size with one more key behind it. */
const PAST = "past";
const PAST_AND_ONE = concat([input(PAST, [PAST]), input("one", [1])], 0).shape[0];

/** A `Decoder` over compiled graphs; a `SourceDecoder` where the graph has `encode`, and then it gives log-probabilities. */
export class ProgramDecoder implements SourceDecoder<ProgramState> {
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly givesLogProbabilities: boolean;
  /** The most positions of the appended parts; 0 where there are none. */
  private readonly limit: number;

  private attendingDecoder: Promise<ProgramDecoder> | null = null;

  /** @param attendingStep compiles the step that gives its attention too; null for a model without any */
  private constructor(
    private readonly graph: DecoderGraph,
    private readonly buffers: ParameterBuffers,
    private readonly programs: Programs,
    private readonly attendingStep: (() => Promise<Program>) | null,
  ) {
    this.vocabularySize = graph.vocabularySize;
    this.contextLength = graph.contextLength;
    this.givesLogProbabilities = graph.encode !== undefined;
    this.limit = Math.min(...Object.values(graph.state).flatMap((part) => (part.kind === "appended" ? [part.shape[part.axis]] : [])));
    if (this.limit === Infinity) this.limit = 0;
  }

  /** @throws WordloomError "internal" if `encode` leaves out a part that it has to give */
  static async compile(graph: DecoderGraph, buffers: ParameterBuffers, backend: Backend, session: SessionOptions): Promise<ProgramDecoder> {
    const stateInputs = Object.fromEntries(
      Object.entries(graph.state).map(([name, part]) => {
        const shape = part.shape.map((size, axis): Dimension => (part.kind === "appended" && axis === part.axis ? PAST : size));
        return [name, input(stateInput(name), ["rows", ...shape])];
      }),
    );
    const inputs = (count: number | "count", keys: Dimension): Parameters<DecoderGraph["step"]>[0] => ({
      tokens: input("tokens", ["rows", count], "int64"),
      positions: input("positions", [count], "int64"),
      mask: input("mask", [count, keys]),
      state: stateInputs,
    });
    // ONNX Runtime takes the exponentials on all threads and in vectors; beam search would take them one by one.
    const output = (logits: Tensor): Tensor => (graph.encode ? logSoftmax(logits) : logits);
    const step = graph.step(inputs(1, PAST_AND_ONE));
    const prefill = graph.prefill?.(inputs("count", "count"));
    const encoded = graph.encode?.(graph.pointWidth === undefined ? input("sources", ["rows", SOURCE_LENGTH], "int64") : input("sources", ["rows", graph.pointWidth]));
    if (encoded) {
      const missing = Object.keys(graph.state).find((name) => graph.state[name].kind !== "appended" && !(name in encoded));
      if (missing !== undefined) throw new WordloomError("internal", `The encoder gives no value for the part "${missing}" of the state.`);
    }
    const compiled: Program[] = [];
    const compile = async (outputs: Outputs): Promise<Program> => {
      const program = await Program.compile(outputs, backend, session);
      compiled.push(program);
      return program;
    };
    const stepOutputs: Outputs = { logits: output(step.logits), ...step.state };
    const { attention } = step;
    try {
      const programs = {
        step: await compile(stepOutputs),
        prefill: prefill ? await compile({ logits: output(prefill.logits), ...prefill.state }) : null,
        encode: encoded ? await compile(encoded) : null,
      };
      return new ProgramDecoder(graph, buffers, programs, attention && encoded ? () => Program.compile({ ...stepOutputs, attention }, backend, session) : null);
    } catch (error) {
      for (const program of compiled) await program.release();
      throw error;
    }
  }

  /**
   * A decoder with this one's encoder and states, whose steps also give their attention: compiled when it is first asked
   * for, so that whoever does not ask pays nothing; it is released with this one.
   * @returns null for a model that does not attend to a source
   */
  async attending(): Promise<SourceDecoder<ProgramState> | null> {
    const { attendingStep } = this;
    if (!attendingStep) return null;
    this.attendingDecoder ??= attendingStep().then(
      (step) => new ProgramDecoder(this.graph, this.buffers, { ...this.programs, step, prefill: null }, null),
      (error: unknown) => {
        this.attendingDecoder = null; // the next call tries again
        throw error;
      },
    );
    return this.attendingDecoder;
  }

  /** @throws WordloomError "internal" for a model that reads a source: its states come from `encode` */
  start(rows: number): ProgramState {
    if (this.graph.encode) throw new WordloomError("internal", "A model that reads a source was started without one; encode the source.");
    return this.initial(rows, {}, null);
  }

  /**
   * @throws WordloomError "internal" for a model that reads no source, "invalid_argument" for a source without tokens or
   * with more than the model holds
   */
  async encode(sources: readonly ArrayLike<number>[]): Promise<ProgramState> {
    if (!this.programs.encode) throw new WordloomError("internal", "A source was given to a model that reads none.");
    const encoded = await this.programs.encode.run({ ...this.buffers.feeds(), sources: this.sourcesTensor(sources) });
    return this.initial(sources.length, encoded, Int32Array.from(sources.keys()));
  }

  /** Token ids padded to one length, or points as they are. */
  private sourcesTensor(sources: readonly ArrayLike<number>[]): HostTensor {
    const { pointWidth } = this.graph;
    if (pointWidth === undefined) {
      const { ids, length } = padSources(sources, this.contextLength);
      return hostTensor(ids, [sources.length, length]);
    }
    const points = new Float32Array(sources.length * pointWidth);
    sources.forEach((point, row) => {
      if (point.length !== pointWidth) throw new WordloomError("internal", `A point of ${point.length} numbers was given to a model whose points have ${pointWidth}.`);
      points.set(Float32Array.from(point), row * pointWidth);
    });
    return hostTensor(points, [sources.length, pointWidth]);
  }

  async step(tokens: Int32Array, state: ProgramState): Promise<Stepped<ProgramState>> {
    const count = tokens.length / state.rows;
    if (state.length + count > this.contextLength) {
      throw new WordloomError("internal", `${state.length + count} tokens were fed to a model whose context holds ${this.contextLength}.`);
    }
    if (this.programs.prefill && state.length === 0 && count > 1) return this.run(this.programs.prefill, tokens, count, state);
    let current: Stepped<ProgramState> = { logits: new Float32Array(0), state };
    for (let i = 0; i < count; i++) {
      const column = count === 1 ? tokens : Int32Array.from({ length: state.rows }, (_, row) => tokens[row * count + i]);
      current = await this.run(this.programs.step, column, 1, current.state);
    }
    return current;
  }

  select(state: ProgramState, rows: Int32Array): ProgramState {
    if (rows.length === state.rows && rows.every((row, i) => row === i)) return state;
    const sources = state.sources === null ? null : rows.map((row) => state.sources![row]);
    // Beams of one source exchange places all the time; what they read stays where it is.
    const sameSources = sources !== null && sources.length === state.rows && sources.every((source, i) => source === state.sources![i]);
    const parts: Record<string, HostTensor> = {};
    for (const [name, part] of Object.entries(this.graph.state)) {
      const tensor = state.parts[name];
      if (part.kind === "appended") parts[name] = copyPositions(tensor, part.axis + 1, rows, state.length, state.capacity);
      else parts[name] = part.kind === "context" && sameSources ? tensor : selectRows(tensor, rows);
    }
    return { ...state, rows: rows.length, parts, sources };
  }

  async release(): Promise<void> {
    const { step, prefill, encode } = this.programs;
    const attending = await this.attendingDecoder?.catch(() => null); // one that failed has nothing to free
    for (const program of [step, prefill, encode, attending?.programs.step]) await program?.release();
  }

  /** A state of length 0 with the encoder's values, zeros where it gave none. */
  private initial(rows: number, encoded: Readonly<Record<string, HostTensor>>, sources: Int32Array | null): ProgramState {
    // Long texts are what language models write: their time per token is to be the same from the first one on.
    const capacity = grownCapacity(this.programs.encode ? 0 : LONG_TEXT, 0, this.limit);
    const parts: Record<string, HostTensor> = {};
    for (const [name, part] of Object.entries(this.graph.state)) {
      const shape = [rows, ...part.shape.map((size, axis) => (part.kind === "appended" && axis === part.axis ? capacity : Number(size)))];
      parts[name] = encoded[name] ?? hostTensor(new Float32Array(shape.reduce((total, size) => total * size, 1)), shape);
      if (parts[name].shape.length !== shape.length || parts[name].shape[0] !== rows) {
        throw new WordloomError("internal", `The encoder gave the part "${name}" the shape [${parts[name].shape.join(", ")}] for ${rows} rows of ${part.shape.length} axes.`);
      }
    }
    return { rows, length: 0, parts, sources, capacity };
  }

  private async run(program: Program, tokens: Int32Array, count: number, before: ProgramState): Promise<Stepped<ProgramState>> {
    const state = this.withRoom(before, count);
    const { rows, length, parts } = state;
    const feeds: Record<string, HostTensor> = {
      ...this.buffers.feeds(),
      tokens: hostTensor(BigInt64Array.from(tokens, BigInt), [rows, count]),
      positions: hostTensor(BigInt64Array.from({ length: count }, (_, i) => BigInt(length + i)), [count]),
    };
    for (const name in parts) feeds[stateInput(name)] = parts[name];
    if (program.uses("mask")) feeds.mask = program === this.programs.step ? stepMask(length, state.capacity) : promptMask(count);
    const results = await program.run(feeds);
    const next: Record<string, HostTensor> = { ...parts };
    for (const [name, part] of Object.entries(this.graph.state)) {
      if (part.kind === "replaced") next[name] = results[name];
      else if (part.kind === "appended") appendPositions(parts[name], part.axis + 1, results[name], length, count);
    }
    const stepped = { logits: results.logits.data as Float32Array, state: { ...state, length: length + count, parts: next } };
    return results.attention ? { ...stepped, attention: results.attention.data as Float32Array } : stepped;
  }

  /** The same state with room for `count` more positions. */
  private withRoom(state: ProgramState, count: number): ProgramState {
    if (this.limit === 0 || state.length + count <= state.capacity) return state;
    const capacity = grownCapacity(state.capacity, state.length + count, this.limit);
    const parts = { ...state.parts };
    for (const [name, part] of Object.entries(this.graph.state)) {
      if (part.kind === "appended") parts[name] = copyPositions(parts[name], part.axis + 1, null, state.length, capacity);
    }
    return { ...state, parts, capacity };
  }
}

/** A step sees what the cache holds, not the room behind it, and itself: (1, capacity + 1). */
function stepMask(length: number, capacity: number): HostTensor {
  return hostTensor(new Float32Array(capacity + 1).fill(MASKED_SCORE, length, capacity), [1, capacity + 1]);
}

/** A prompt sees itself causally: (count, count). */
function promptMask(count: number): HostTensor {
  return hostTensor(causalMask(count).node.source as Float32Array, [count, count]);
}

/** Rows of a tensor, in the given order. */
function selectRows(tensor: HostTensor, rows: Int32Array): HostTensor {
  const source = tensor.data as Float32Array;
  const width = source.length / tensor.shape[0];
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => data.set(source.subarray(row * width, (row + 1) * width), i * width));
  return hostTensor(data, [rows.length, ...tensor.shape.slice(1)]);
}
