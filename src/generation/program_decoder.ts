// Runs a family's decoder graph: state parts are replaced, or appended to in place, and the loop never knows which.

import { WordloomError } from "../errors.js";
import { MASKED_SCORE } from "../nn/attention.js";
import type { DecoderGraph, StatePart } from "../nn/decoder_graph.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import { input } from "../tensor/index.js";
import type { Decoder, DecoderState } from "./decoder.js";

/** State of rows that advance together: each part's values (rows, ...). */
export interface ProgramState extends DecoderState {
  readonly parts: Readonly<Record<string, HostTensor>>;
}

const stateInput = (name: string): string => `state.${name}`;
const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** A `Decoder` over compiled graphs. */
export class ProgramDecoder implements Decoder<ProgramState> {
  readonly vocabularySize: number;
  readonly contextLength: number;

  private constructor(
    private readonly graph: DecoderGraph,
    private readonly buffers: ParameterBuffers,
    private readonly stepProgram: Program,
    private readonly prefillProgram: Program | null,
  ) {
    this.vocabularySize = graph.vocabularySize;
    this.contextLength = graph.contextLength;
  }

  static async compile(graph: DecoderGraph, buffers: ParameterBuffers, backend: Backend, session: SessionOptions): Promise<ProgramDecoder> {
    const trace = (count: number | "count", cached: boolean): Parameters<DecoderGraph["step"]>[0] => ({
      tokens: input("tokens", ["rows", count], "int64"),
      positions: input("positions", [count], "int64"),
      mask: input("mask", [count, cached && Number.isFinite(graph.contextLength) ? graph.contextLength + 1 : count]),
      state: Object.fromEntries(Object.entries(graph.state).map(([name, part]) => [name, input(stateInput(name), ["rows", ...part.shape])])),
    });
    const step = graph.step(trace(1, true));
    const stepProgram = await Program.compile({ logits: step.logits, ...step.state }, backend, session);
    if (!graph.prefill) return new ProgramDecoder(graph, buffers, stepProgram, null);
    const prefill = graph.prefill(trace("count", false));
    return new ProgramDecoder(graph, buffers, stepProgram, await Program.compile({ logits: prefill.logits, ...prefill.state }, backend, session));
  }

  start(rows: number): ProgramState {
    const parts = Object.fromEntries(
      Object.entries(this.graph.state).map(([name, part]) => [name, hostTensor(new Float32Array(rows * product(part.shape)), [rows, ...part.shape])]),
    );
    return { rows, length: 0, parts };
  }

  async step(tokens: Int32Array, state: ProgramState): Promise<{ logits: Float32Array; state: ProgramState }> {
    const count = tokens.length / state.rows;
    if (state.length + count > this.contextLength) {
      throw new WordloomError("internal", `${state.length + count} tokens were fed to a model whose context holds ${this.contextLength}.`);
    }
    if (this.prefillProgram && state.length === 0 && count > 1) return this.run(this.prefillProgram, tokens, count, state);
    let current: { logits: Float32Array; state: ProgramState } = { logits: new Float32Array(0), state };
    for (let i = 0; i < count; i++) {
      const column = Int32Array.from({ length: state.rows }, (_, row) => tokens[row * count + i]);
      current = await this.run(this.stepProgram, column, 1, current.state);
    }
    return current;
  }

  select(state: ProgramState, rows: Int32Array): ProgramState {
    const parts = Object.fromEntries(
      Object.entries(state.parts).map(([name, tensor]) => {
        const width = tensor.data.length / state.rows;
        const source = tensor.data as Float32Array;
        const data = new Float32Array(rows.length * width);
        rows.forEach((row, i) => data.set(source.subarray(row * width, (row + 1) * width), i * width));
        return [name, hostTensor(data, [rows.length, ...tensor.shape.slice(1)])];
      }),
    );
    return { rows: rows.length, length: state.length, parts };
  }

  async release(): Promise<void> {
    await this.stepProgram.release();
    await this.prefillProgram?.release();
  }

  private async run(program: Program, tokens: Int32Array, count: number, state: ProgramState): Promise<{ logits: Float32Array; state: ProgramState }> {
    const { rows, length, parts } = state;
    const feeds: Record<string, HostTensor> = {
      ...this.buffers.feeds(),
      tokens: hostTensor(BigInt64Array.from(tokens, BigInt), [rows, count]),
      positions: hostTensor(BigInt64Array.from({ length: count }, (_, i) => BigInt(length + i)), [count]),
    };
    for (const name in parts) feeds[stateInput(name)] = parts[name];
    if (program.uses("mask")) feeds.mask = this.mask(program === this.stepProgram, count, length);
    const results = await program.run(feeds);
    const next: Record<string, HostTensor> = {};
    for (const [name, part] of Object.entries(this.graph.state)) {
      next[name] = part.kind === "replaced" ? results[name] : append(parts[name], results[name], part, length, count);
    }
    return { logits: results.logits.data as Float32Array, state: { rows, length: length + count, parts: next } };
  }

  /** A step sees what the cache holds and itself; a prompt sees itself causally. */
  private mask(step: boolean, count: number, length: number): HostTensor {
    if (step) {
      const mask = new Float32Array(this.contextLength + 1).fill(MASKED_SCORE, length, this.contextLength);
      return hostTensor(mask, [1, this.contextLength + 1]);
    }
    const mask = new Float32Array(count * count);
    for (let i = 0; i < count; i++) mask.fill(MASKED_SCORE, i * count + i + 1, (i + 1) * count);
    return hostTensor(mask, [count, count]);
  }
}

/** Writes `count` new positions behind the first `length` along the part's axis, in place. */
function append(cache: HostTensor, added: HostTensor, part: StatePart & { kind: "appended" }, length: number, count: number): HostTensor {
  const axis = part.axis + 1; // behind the rows
  const inner = product(cache.shape.slice(axis + 1));
  const outer = product(cache.shape.slice(0, axis));
  const capacity = cache.shape[axis];
  const target = cache.data as Float32Array;
  const source = added.data as Float32Array;
  for (let i = 0; i < outer; i++) {
    target.set(source.subarray(i * count * inner, (i + 1) * count * inner), (i * capacity + length) * inner);
  }
  return cache;
}
