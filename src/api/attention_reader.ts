// The attention that a model pays while it reads a given text: a program for each shape, weights cut to each text.

import type { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import type { LanguageModel } from "../models/language_model.js";
import type { AttentionLayer } from "../explanation/attention_map.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import { filled, input, type Tensor } from "../tensor/index.js";

/** Lengths are rounded up to a multiple of this, so that few programs serve many texts. */
const STEP = 8;
/** The most programs that are kept, those last used; each is one of a pair of lengths. */
const MOST_PROGRAMS = 24;

/** A length rounded up, but not beyond what the model holds. */
const rounded = (length: number, { contextLength }: { readonly contextLength: number }): number => Math.min(contextLength, STEP * Math.ceil(length / STEP));

/** Reads attention from one model. Free its programs with `release`. */
export class AttentionReader {
  private readonly programs = new Map<string, Program>();

  constructor(
    private readonly buffers: ParameterBuffers,
    private readonly session: SessionOptions,
  ) {}

  /**
   * What an encoder–decoder attends to in the source while it reads a target.
   * @param source token ids, `<eos>` included
   * @param target token ids that are read, `<bos>` first; row t is what was attended to when token t + 1 was predicted
   */
  alignment(model: SequenceToSequenceModel, source: ArrayLike<number>, target: ArrayLike<number>): Promise<AttentionLayer[]> {
    const [sourceLength, targetLength] = [rounded(source.length, model), rounded(target.length, model)];
    const trace = (): { readonly name: string; readonly weights: Tensor }[] =>
      model.attention(input("sources", [1, sourceLength], "int64"), input("tokens", [1, targetLength], "int64")).filter(({ name }) => name.startsWith("decoder"));
    return this.read(trace, { sources: padded(source, sourceLength), tokens: padded(target, targetLength) }, target.length, source.length);
  }

  /** What each token of a text attends to among those up to it; empty for a model without attention. */
  self(model: LanguageModel, tokens: ArrayLike<number>): Promise<AttentionLayer[]> {
    const length = rounded(tokens.length, model);
    const trace = (): TraceContext["attention"] => {
      const context = new TraceContext(false, true);
      const carried = Object.fromEntries(Object.entries(model.carried(1)).map(([name, shape]) => [name, filled(0, shape)]));
      model.logits(input("tokens", [1, length], "int64"), filled(1, [1]), carried, context);
      return context.attention;
    };
    return this.read(trace, { tokens: padded(tokens, length) }, tokens.length, tokens.length);
  }

  async release(): Promise<void> {
    for (const program of this.programs.values()) await program.release();
    this.programs.clear();
  }

  private async read(trace: () => readonly { readonly name: string; readonly weights: Tensor }[], feeds: Record<string, HostTensor>, rows: number, columns: number): Promise<AttentionLayer[]> {
    const key = Object.values(feeds).map(({ shape }) => shape[1]).join();
    let program = this.programs.get(key);
    if (program) this.programs.delete(key); // and to the end again: the first is the one not used for longest
    else {
      const traced = trace();
      if (traced.length === 0) return [];
      program = await Program.compile(Object.fromEntries(traced.map(({ name, weights }) => [name, weights])), nodeBackend, this.session);
    }
    this.programs.set(key, program);
    const results = await program.run({ ...this.buffers.feeds(), ...feeds });
    const [oldest] = this.programs;
    if (this.programs.size > MOST_PROGRAMS) {
      this.programs.delete(oldest[0]);
      await oldest[1].release();
    }
    return Object.entries(results).map(([name, { data, shape }]) => ({
      name,
      heads: Array.from({ length: shape[1] }, (_, head) => corner(data as Float32Array, head, shape, rows, columns)),
    }));
  }
}

function padded(ids: ArrayLike<number>, length: number): HostTensor {
  const data = new BigInt64Array(length);
  for (let i = 0; i < ids.length; i++) data[i] = BigInt(ids[i]);
  return hostTensor(data, [1, length]);
}

/** The rows and columns that are no padding, of one head of weights (1, heads, T, S). */
function corner(data: Float32Array, head: number, [, , time, length]: readonly number[], rows: number, columns: number): Float32Array {
  const cut = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const at = (head * time + row) * length;
    cut.set(data.subarray(at, at + columns), row * columns);
  }
  return cut;
}
