// The compiled loss of a model over held-out text: one program for each shape that its batches turn out to have.

import type { BatchShape, TextModel } from "../models/text_model.js";
import { TraceContext } from "../nn/trace_context.js";
import type { Backend, SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { NoiseFeeds } from "../runtime/noise_feeds.js";
import { Program } from "../runtime/program.js";
import { RandomStream } from "../runtime/random.js";
import type { SizedBatch } from "../text/batch.js";
import { batchFeeds, shapeKey } from "./batch_feeds.js";
import { CarriedState } from "./carried_state.js";
import { addSums, measuredSums, traceLoss, type MeasuredSums } from "./traced_loss.js";

export interface EvaluationProgramOptions {
  readonly model: TextModel;
  readonly buffers: ParameterBuffers;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

/** What serves the batches of one shape. */
interface ShapeProgram {
  readonly program: Program;
  readonly noise: NoiseFeeds;
}

/** What one pass found. */
export interface Evaluated {
  readonly nats: number;
  readonly targets: number;
  /** Nats and targets of each batch, in their order. */
  readonly batches: { readonly nats: number[]; readonly targets: number[] };
  /** The model's further measures; absent for a model that has none. */
  readonly measures?: MeasuredSums;
}

/** The loss of a model over held-out text. */
export class EvaluationProgram {
  private readonly programs = new Map<string, Promise<ShapeProgram>>();

  constructor(private readonly options: EvaluationProgramOptions) {}

  /**
   * Sum of nats and number of targets over the batches of one pass, which begins with an empty carried state. Batches of
   * a model that carries state must all have one shape. Latent variables are drawn the same in every pass.
   */
  async evaluate(batches: Iterable<SizedBatch>, signal?: AbortSignal): Promise<Evaluated> {
    const { model, buffers } = this.options;
    let carried: CarriedState | null = null;
    const parts: Evaluated["batches"] = { nats: [], targets: [] };
    let measures: MeasuredSums | undefined;
    const random = new RandomStream(0, "latent variables of an evaluation");
    for (const batch of batches) {
      if (signal?.aborted) break;
      carried ??= new CarriedState(model, batch.shape.rows);
      const { program, noise } = await this.programFor(batch);
      const feeds = { ...buffers.feeds(), ...carried.feeds(), ...noise.draw(random), ...batchFeeds(model, batch) };
      const results = await program.run(feeds, carried.targets());
      carried.swap();
      parts.nats.push(results.lossSum.data[0] as number);
      parts.targets.push(batch.targetCount);
      measures = addSums(measures, measuredSums(results));
    }
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return { nats: sum(parts.nats), targets: sum(parts.targets), batches: parts, measures };
  }

  async release(): Promise<void> {
    for (const compiled of this.programs.values()) await (await compiled).program.release();
    this.programs.clear();
  }

  private programFor({ shape }: SizedBatch): Promise<ShapeProgram> {
    const key = shapeKey(shape);
    const found = this.programs.get(key) ?? this.compile(shape, this.programs.size > 0);
    this.programs.set(key, found);
    return found;
  }

  /** @param several of the many shapes of pairs none keeps memory that only the next evaluation needs; a model that carries state has one */
  private async compile(shape: BatchShape, several: boolean): Promise<ShapeProgram> {
    const { model, backend, session } = this.options;
    const context = new TraceContext(false);
    const { lossSum, carried, measures } = traceLoss(model, shape, context);
    const program = await Program.compile({ lossSum, ...carried, ...measures }, backend, { ...session, ...(several ? { intermediates: "freed" } : {}) });
    return { program, noise: new NoiseFeeds(context.noiseSites()) };
  }
}
