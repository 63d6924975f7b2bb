// The library's `train`: runs a training in a worker thread and hands its events on.

import type { EndEvent, TrainingEvent } from "../training/events.js";
import { JobWorker } from "../runtime/worker_client.js";
import { checkOptions } from "./argument_checks.js";
import { EventQueue } from "./event_queue.js";
import { parseTrainOptions, type TrainOptionsInput } from "./train_options.js";

const JOB = new URL("./train_job.js", import.meta.url).href;

/** A training under way: iterate it for its events, or await `result`. */
export interface Training extends AsyncIterable<TrainingEvent> {
  /** The end of the run; rejects with a WordloomError if it failed. */
  readonly result: Promise<EndEvent>;
  /** Saves a checkpoint and ends the run early; it can be resumed. */
  stop(): void;
}

/**
 * Trains a model of a text in the background.
 *
 * @example
 * const training = train({ data: "poems.txt", family: "lstm", minutes: 5 });
 * for await (const event of training) if (event.type === "evaluation") console.log(event.validationLoss);
 * const { run } = await training.result;
 * @throws WordloomError "invalid_argument" at once for a wrong option; all else rejects `result` and ends the iteration
 */
export function train(options: TrainOptionsInput & { signal?: AbortSignal }): Training {
  checkOptions(options, "train", 'train({ data: "poems.txt" })');
  const { signal, ...rest } = options;
  parseTrainOptions(rest);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const worker = new JobWorker();
  const queue = new EventQueue<TrainingEvent>(stop);
  const result = worker
    .call<TrainingEvent, EndEvent>(JOB, "trainJob", rest, (event) => queue.push(event), controller.signal)
    .finally(() => {
      signal?.removeEventListener("abort", stop);
      return worker.release();
    });
  result.then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  return { result, stop, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
}
