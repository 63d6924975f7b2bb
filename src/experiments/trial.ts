// One training of a study: begun, paused at an evaluation and gone on with, and its curve the same as if it had run through.

import { resumableOptions } from "../api/resumable_options.js";
import { train } from "../api/train.js";
import type { TrainOptionsInput } from "../api/train_options.js";
import { WordloomError, type ErrorCode } from "../errors.js";
import type { EndEvent, TrainingEvent } from "../training/events.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { RunFolder } from "../training/run_folder.js";

/** Errors that are one training's own: the others of a study may still go on. */
export const OF_ONE_TRAINING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["invalid_argument", "invalid_data", "shape_mismatch", "non_finite_loss"]);

/** One training of a study. */
export interface TrialRequest {
  /** Options of `train`, with the folder `out`. */
  readonly options: TrainOptionsInput;
  /**
   * Pause, checkpointed, at the first evaluation at or behind this step. The checkpoint may be a few steps behind that
   * evaluation, and further evaluations may have been made by then, as they would have been without a pause.
   */
  readonly until?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** How far a trial came. */
export interface TrialOutcome {
  /** Came to its end; reached `until`; or was interrupted before that. */
  readonly status: "ended" | "paused" | "interrupted";
  readonly end: EndEvent;
}

/**
 * Begins the training, or goes on with what stands in its folder, exactly as if it had never been interrupted. A training
 * that has reached `until`, or has ended, is not trained further.
 * @throws WordloomError as `train` does, with the run's last checkpoint left in its folder
 */
export async function runTrial({ options, until, signal, onEvent }: TrialRequest): Promise<TrialOutcome> {
  const { out } = options;
  if (out === undefined) throw new WordloomError("invalid_argument", "A trial has no folder to train in; give it one with the option out.");
  const resume = RunFolder.hasCheckpoint(out);
  const training = train({ ...(resume ? resumableOptions(options) : options), resume, signal });
  let totalSteps: number | null = null;
  let reached = false;
  /** A run's own last evaluation ends it: there is nothing left to pause. */
  const pauseAt = (step: number): void => {
    if (until === undefined || step < until || step === totalSteps) return;
    reached = true;
    training.stop();
  };
  for await (const event of training) {
    if (event.type === "start") {
      ({ totalSteps } = event);
      const last = readCurve(out).at(-1);
      if (last) pauseAt(last.step);
    }
    if (event.type === "evaluation") pauseAt(event.step);
    onEvent?.(event);
  }
  const end = await training.result;
  return { status: end.reason !== "interrupted" ? "ended" : reached ? "paused" : "interrupted", end };
}

/**
 * A trial's evaluations so far, as in metrics.jsonl: step, seconds of training, losses in nats a token. None before its
 * first checkpoint.
 * @throws WordloomError "invalid_run" for a damaged folder
 */
export function readCurve(folder: string): MetricsLine[] {
  return RunFolder.hasCheckpoint(folder) ? RunFolder.open(folder).readMetrics() : [];
}
