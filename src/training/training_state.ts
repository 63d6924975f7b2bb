// All that exact resume needs, in one file, so that no kill can leave weights of one step beside moments of another.
import { z } from "zod";
import { WordloomError } from "../errors.js";
import type { RandomState } from "../runtime/random.js";
import { readSafetensors, writeSafetensors } from "../storage/safetensors.js";
import type { StoredTensor } from "../storage/safetensors.js";

const word = z.int().min(0).max(0xffffffff);
const randomStateSchema = z.object({ words: z.tuple([word, word, word, word]), spareNormal: z.number().nullable() });

const progressSchema = z.object({
  step: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  bestStep: z.int().nonnegative(),
  bestLoss: z.number().nullable(),
  threads: z.int().positive(),
  random: z.record(z.string(), randomStateSchema),
  batcher: z.unknown(),
  other: z.unknown().optional(),
});

const recordSchema = z.object({ progress: progressSchema, metricsBytes: z.int().nonnegative() });

/** Everything but tensors that training needs to go on exactly; plain JSON. */
export interface TrainingProgress {
  /** Optimizer steps done. */
  readonly step: number;
  /** Seconds of training, over all resumed parts. */
  readonly seconds: number;
  readonly bestStep: number;
  /** The lowest validation loss so far, in nats per token; null before the first evaluation. */
  readonly bestLoss: number | null;
  /** With another number of threads, sums round differently and the run is no longer the same bit for bit. */
  readonly threads: number;
  /** The states of the random streams, by their names. */
  readonly random: Readonly<Record<string, RandomState>>;
  /** Where in the data the next batch begins; null if there is no such place. */
  readonly batcher: unknown;
  /** Whatever else the trainer keeps: early stopping, running means. */
  readonly other?: unknown;
}

/** What exact resume needs. */
export interface TrainingState {
  /** Current weights, optimizer moments, carried hidden states. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly progress: TrainingProgress;
}

const recordKey = "wordloom_training_state";

/**
 * Writes a state, whole or not at all.
 * @param metricsBytes how long metrics.jsonl is at this step
 * @throws WordloomError as `writeFileAtomic`
 */
export function writeTrainingState(file: string, state: TrainingState, metricsBytes: number): void {
  const record = JSON.stringify({ progress: state.progress, metricsBytes });
  writeSafetensors(file, state.tensors, { [recordKey]: record });
}

/**
 * Reads a state, and how long metrics.jsonl was when it was written.
 * @throws WordloomError `invalid_run` if the file is damaged or holds no state, `file_not_found`, `file_unreadable`
 */
export function readTrainingState(file: string): { state: TrainingState; metricsBytes: number } {
  const { tensors, metadata } = readSafetensors(file);
  try {
    const { progress, metricsBytes } = recordSchema.parse(JSON.parse(metadata[recordKey]));
    return { state: { tensors, progress }, metricsBytes };
  } catch (cause) {
    const sentence = `"${file}" holds no state of training; restore it from a copy or train again.`;
    throw new WordloomError("invalid_run", sentence, { cause });
  }
}
