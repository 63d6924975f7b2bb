// The compiled loss of a model over held-out text: one program for each shape that its batches turn out to have.

import type { TextModel } from "../models/text_model.js";
import { TraceContext } from "../nn/trace_context.js";
import type { Backend, SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import type { SizedBatch } from "../text/batch.js";
import { batchFeeds, shapeKey } from "./batch_feeds.js";
import { CarriedState, traceLoss } from "./carried_state.js";

export interface EvaluationProgramOptions {
  readonly model: TextModel;
  readonly buffers: ParameterBuffers;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

/** The loss of a model over held-out text. */
export class EvaluationProgram {
  private readonly programs = new Map<string, Promise<Program>>();

  constructor(private readonly options: EvaluationProgramOptions) {}

  /**
   * Sum of nats and number of targets over the batches of one pass, which begins with an empty carried state. Batches of
   * a model that carries state must all have one shape.
   */
  async evaluate(batches: Iterable<SizedBatch>, signal?: AbortSignal): Promise<{ nats: number; targets: number }> {
    const { model, buffers } = this.options;
    let carried: CarriedState | null = null;
    let nats = 0;
    let targets = 0;
    for (const batch of batches) {
      if (signal?.aborted) break;
      carried ??= new CarriedState(model, batch.shape.rows);
      const program = await this.programFor(batch);
      const feeds = { ...buffers.feeds(), ...carried.feeds(), ...batchFeeds(model, batch) };
      const { lossSum } = await program.run(feeds, carried.targets());
      carried.swap();
      nats += lossSum.data[0] as number;
      targets += batch.targetCount;
    }
    return { nats, targets };
  }

  async release(): Promise<void> {
    for (const program of this.programs.values()) await (await program).release();
    this.programs.clear();
  }

  private programFor({ shape }: SizedBatch): Promise<Program> {
    const key = shapeKey(shape);
    let program = this.programs.get(key);
    if (!program) {
      const { model, backend, session } = this.options;
      const { lossSum, carried } = traceLoss(model, shape, new TraceContext(false));
      // Of the many shapes of pairs none keeps memory that only the next evaluation needs; a model that carries state has one.
      program = Program.compile({ lossSum, ...carried }, backend, { ...session, ...(this.programs.size > 0 ? { intermediates: "freed" } : {}) });
      this.programs.set(key, program);
    }
    return program;
  }
}
