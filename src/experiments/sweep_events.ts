// What a sweep tells whoever listens: plain objects, that print as JSON lines.

import type { TrainingEvent } from "../training/events.js";
import type { Measure } from "./comparable_losses.js";
import type { Settings } from "./sweep_grid.js";

/** Emitted once, before the first training. */
export interface SweepStartEvent {
  readonly type: "start";
  readonly folder: string;
  readonly trials: number;
  /** The names of the varied options. */
  readonly varied: readonly string[];
  /** Steps at which trainings are compared, the last one their end. */
  readonly rungs: readonly number[];
  readonly measure: Measure;
  /** Results that an earlier process left: they are not measured again. */
  readonly measured: number;
}

/** A training begins, or goes on, to a rung. */
export interface TrialBeginEvent {
  readonly type: "begin";
  /** Counted from 1. */
  readonly trial: number;
  readonly settings: Settings;
  /** Counted from 1, and the steps that it is at. */
  readonly rung: number;
  readonly steps: number;
  /** The how manieth of how many trainings of this rung. */
  readonly position: number;
  readonly count: number;
  /** Estimated seconds left of the whole sweep; null before anything was measured. */
  readonly secondsLeft: number | null;
}

/** What the training under way tells. */
export interface TrialTrainingEvent {
  readonly type: "training";
  readonly trial: number;
  readonly event: TrainingEvent;
}

/** A training came to its rung, or failed. */
export interface TrialMeasuredEvent {
  readonly type: "measured";
  readonly trial: number;
  readonly settings: Settings;
  readonly rung: number;
  /** Of the rung's evaluation; null of one that failed. */
  readonly step: number | null;
  /** By the sweep's measure; null of one that failed. */
  readonly score: number | null;
  readonly error: string | null;
  /** As in `TrialBeginEvent`, once this one is done. */
  readonly secondsLeft: number | null;
}

/** A rung is complete: which trainings go on. */
export interface PrunedEvent {
  readonly type: "pruned";
  readonly rung: number;
  readonly steps: number;
  readonly goOn: readonly number[];
  readonly pruned: readonly number[];
}

/** How a training of a sweep stands. */
export interface TrialSummary {
  readonly type: "trial";
  /** From 1: complete ones by their result, then pruned ones, those of later rungs first; null without a result. */
  readonly rank: number | null;
  readonly trial: number;
  readonly settings: Settings;
  /** Unfinished only where the sweep was interrupted. */
  readonly status: "complete" | "pruned" | "failed" | "unfinished";
  /** The lowest validation loss up to `steps`, in nats a token; null without a result. */
  readonly loss: number | null;
  /** Where tokens differ. */
  readonly bitsPerCharacter?: number;
  /** Of training up to the result. */
  readonly steps: number;
  readonly seconds: number;
  readonly folder: string;
  readonly error?: string;
}

/** Emitted once, at the end. */
export interface SweepEndEvent {
  readonly type: "end";
  readonly folder: string;
  readonly reason: "complete" | "interrupted";
  /** By rank. */
  readonly trials: readonly TrialSummary[];
  readonly measure: Measure;
  /** The number of the best; null while none is complete. */
  readonly best: number | null;
  /** The command that trains the best one again, to the same numbers; null while none is complete. */
  readonly command: readonly string[] | null;
  /** Of training, all trials and processes together. */
  readonly seconds: number;
}

export type SweepEvent = SweepStartEvent | TrialBeginEvent | TrialTrainingEvent | TrialMeasuredEvent | PrunedEvent | SweepEndEvent;
