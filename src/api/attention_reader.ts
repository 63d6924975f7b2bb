// The attention that a model pays while it reads a given text: a program for each shape, weights cut to each text.

import type { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import type { LanguageModel } from "../models/language_model.js";
import type { AttentionLayer } from "../explanation/attention_map.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type Backend, type HostTensor, type SessionOptions } from "../runtime/backend.js";
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

/** Weights to be read, by the names of their layers. */
type Traced = readonly { readonly name: string; readonly weights: Tensor }[];

/** A program that several may be waiting for, or running, at the same time. */
interface Shared {
  /** Null where there is no attention to read. */
  readonly program: Promise<Program | null>;
  users: number;
  /** No longer kept: whoever uses it last releases it. */
  dropped: boolean;
}

/** Reads attention from one model, for any number of callers at the same time. Free its programs with `release`. */
export class AttentionReader {
  /** Those last used stand last. */
  private readonly programs = new Map<string, Shared>();

  constructor(
    private readonly buffers: ParameterBuffers,
    private readonly session: SessionOptions,
    private readonly backend: Backend = nodeBackend,
  ) {}

  /**
   * What an encoder–decoder attends to in the source while it reads a target.
   * @param source token ids, `<eos>` included
   * @param target token ids that are read, `<bos>` first; row t is what was attended to when token t + 1 was predicted
   */
  alignment(model: SequenceToSequenceModel, source: ArrayLike<number>, target: ArrayLike<number>): Promise<AttentionLayer[]> {
    const [sourceLength, targetLength] = [rounded(source.length, model), rounded(target.length, model)];
    const trace = (): Traced =>
      model.attention(input("sources", [1, sourceLength], "int64"), input("tokens", [1, targetLength], "int64")).filter(({ name }) => name.startsWith("decoder"));
    return this.read(trace, { sources: padded(source, sourceLength), tokens: padded(target, targetLength) }, target.length, source.length);
  }

  /** What each token of a text attends to among those up to it; empty for a model without attention. */
  self(model: LanguageModel, tokens: ArrayLike<number>): Promise<AttentionLayer[]> {
    const length = rounded(tokens.length, model);
    const trace = (): Traced => {
      const context = new TraceContext(false, true);
      const carried = Object.fromEntries(Object.entries(model.carried(1)).map(([name, shape]) => [name, filled(0, shape)]));
      model.logits(input("tokens", [1, length], "int64"), filled(1, [1]), carried, context);
      return context.attention;
    };
    return this.read(trace, { tokens: padded(tokens, length) }, tokens.length, tokens.length);
  }

  /** Frees all programs; those that are still in use, or still being compiled, at the end of that. */
  async release(): Promise<void> {
    await Promise.all([...this.programs.keys()].map((key) => this.drop(key)));
  }

  private async read(trace: () => Traced, feeds: Record<string, HostTensor>, rows: number, columns: number): Promise<AttentionLayer[]> {
    const key = Object.values(feeds).map(({ shape }) => shape[1]).join();
    const shared = this.programs.get(key) ?? this.shared(key, trace);
    this.programs.delete(key); // and to the end again: the first is the one not used for longest
    this.programs.set(key, shared);
    shared.users++;
    try {
      const [oldest] = this.programs.keys();
      if (this.programs.size > MOST_PROGRAMS) await this.drop(oldest);
      const program = await shared.program;
      if (!program) return [];
      const results = await program.run({ ...this.buffers.feeds(), ...feeds });
      return Object.entries(results).map(([name, { data, shape }]) => ({
        name,
        heads: Array.from({ length: shape[1] }, (_, head) => corner(data as Float32Array, head, shape, rows, columns)),
      }));
    } finally {
      shared.users--;
      await releaseUnused(shared);
    }
  }

  private shared(key: string, trace: () => Traced): Shared {
    const shared: Shared = { program: this.compile(trace), users: 0, dropped: false };
    shared.program.catch(() => {
      if (this.programs.get(key) === shared) this.programs.delete(key); // the next caller tries again
    });
    return shared;
  }

  private async compile(trace: () => Traced): Promise<Program | null> {
    const traced = trace();
    return traced.length === 0 ? null : Program.compile(Object.fromEntries(traced.map(({ name, weights }) => [name, weights])), this.backend, this.session);
  }

  private async drop(key: string): Promise<void> {
    const shared = this.programs.get(key);
    if (!shared) return;
    this.programs.delete(key);
    shared.dropped = true;
    await releaseUnused(shared);
  }
}

/** Releases a program that nobody keeps and nobody uses. */
async function releaseUnused({ program, users, dropped }: Shared): Promise<void> {
  if (dropped && users === 0) await (await program.catch(() => null))?.release(); // one that was refused has nothing to free
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
