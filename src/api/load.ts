// The library's `load`: a trained run in a worker thread, ready to write and to be measured.

import { WordloomError } from "../errors.js";
import type { GenerationEvent, SampleEvent } from "../generation/generate.js";
import { JobWorker } from "../runtime/worker_client.js";
import { EventQueue } from "./event_queue.js";
import type { Evaluation, ModelDescription, OpenRequest } from "./model_jobs.js";
import type { EvaluateOptions, GenerateOptions, LoadOptions } from "./model_options.js";

const JOBS = new URL("./model_jobs.js", import.meta.url).href;

/** Text being written: iterate it for its events, or await `result` for the finished samples. */
export interface Generation extends AsyncIterable<GenerationEvent> {
  readonly result: Promise<SampleEvent[]>;
}

/** A trained model. Free its thread with `release`, or with `using`. */
export class Model implements Disposable {
  private constructor(
    private readonly worker: JobWorker,
    private readonly where: OpenRequest,
    /** Architecture and sizes. */
    readonly description: ModelDescription,
  ) {}

  /** @throws WordloomError "invalid_argument", "file_not_found", "invalid_run", "unsupported_version", "device_unavailable" */
  static async open(run: string, { device = "cpu", threads }: LoadOptions = {}): Promise<Model> {
    if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) {
      throw new WordloomError("invalid_argument", `The number of threads must be a whole number from 1 to 1024, but ${threads} was given.`);
    }
    const worker = new JobWorker();
    const where = { run, device, threads: threads ?? null };
    try {
      return new Model(worker, where, await worker.call(JOBS, "openJob", where, () => undefined));
    } catch (error) {
      await worker.release();
      throw error;
    }
  }

  /**
   * Writes text.
   *
   * @example
   * for await (const event of model.generate({ prompt: "Once", temperature: 0.8 })) {
   *   if (event.type === "text") process.stdout.write(event.text);
   * }
   */
  generate(options: GenerateOptions & { signal?: AbortSignal } = {}): Generation {
    const { signal, ...rest } = options;
    const left = new AbortController();
    const queue = new EventQueue<GenerationEvent>(() => left.abort());
    const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
    const result = this.worker.call<GenerationEvent, SampleEvent[]>(JOBS, "generateJob", { ...this.where, options: rest }, (event) => queue.push(event), either);
    result.then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    );
    return { result, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
  }

  /** The loss over the whole of a text. */
  evaluate(data: string, { lines, column, signal }: EvaluateOptions = {}): Promise<Evaluation> {
    return this.worker.call(JOBS, "evaluateJob", { ...this.where, data, lines: lines ?? null, column: column ?? null }, () => undefined, signal);
  }

  /** Ends the model's thread. */
  release(): Promise<void> {
    return this.worker.release();
  }

  [Symbol.dispose](): void {
    void this.release();
  }
}

/**
 * Opens a run folder.
 *
 * @example
 * const model = await load("runs/poems-lstm");
 * const [sample] = await model.generate({ prompt: "The sea", maxTokens: 100 }).result;
 */
export const load = (run: string, options?: LoadOptions): Promise<Model> => Model.open(run, options);
