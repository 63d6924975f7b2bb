// Compiled programs that are kept for the next text: those last used, for any number of users at the same time.

import type { Backend, SessionOptions } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { Program } from "../runtime/program.js";
import type { Tensor } from "../tensor/index.js";

/** The most programs that are kept. */
const MOST_PROGRAMS = 24;

/** What a program computes, by the names of its results. */
export type TracedOutputs = Readonly<Record<string, Tensor>>;

/** A program that several may be waiting for, or running, at the same time. */
interface Shared {
  /** Null where there is nothing to compute. */
  readonly program: Promise<Program | null>;
  users: number;
  /** No longer kept: whoever uses it last releases it. */
  dropped: boolean;
}

/** Programs by a key that says all that they were traced for. Free them with `release`. */
export class KeptPrograms {
  /** Those last used stand last. */
  private readonly programs = new Map<string, Shared>();

  constructor(
    private readonly session: SessionOptions,
    private readonly backend: Backend = nodeBackend,
  ) {}

  /** Works with the program of a key, which is traced and compiled where there is none; null for a trace without outputs. */
  async use<Result>(key: string, trace: () => TracedOutputs, work: (program: Program | null) => Promise<Result>): Promise<Result> {
    const shared = this.programs.get(key) ?? this.shared(key, trace);
    this.programs.delete(key); // and to the end again: the first is the one not used for longest
    this.programs.set(key, shared);
    shared.users++;
    try {
      const [oldest] = this.programs.keys();
      if (this.programs.size > MOST_PROGRAMS) await this.drop(oldest);
      return await work(await shared.program);
    } finally {
      shared.users--;
      await releaseUnused(shared);
    }
  }

  /** Frees all programs; those that are still in use, or still being compiled, at the end of that. */
  async release(): Promise<void> {
    await Promise.all([...this.programs.keys()].map((key) => this.drop(key)));
  }

  private shared(key: string, trace: () => TracedOutputs): Shared {
    const shared: Shared = { program: this.compile(trace), users: 0, dropped: false };
    shared.program.catch(() => {
      if (this.programs.get(key) === shared) this.programs.delete(key); // the next caller tries again
    });
    return shared;
  }

  private async compile(trace: () => TracedOutputs): Promise<Program | null> {
    const outputs = trace();
    return Object.keys(outputs).length === 0 ? null : Program.compile(outputs, this.backend, this.session);
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
