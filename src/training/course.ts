// What a family changes from step to step, and looks at after each evaluation: annealing, parts that learn in turns.

import type { MetricsLine } from "./metrics_log.js";

/** Factors of the model's loss, by name, and which parts of the parameters learn (`learnsCoefficient`): of one update. */
export type Coefficients = Readonly<Record<string, number>>;

/** The coefficient that lets a part of the parameters learn, where it is above 0; `part` as in `ParameterSpec`. */
export const learnsCoefficient = (part: string): string => `learns.${part}`;

/** What was seen at an evaluation. */
export interface Observed {
  /** Further numbers of the metrics line. */
  readonly measures: Readonly<Record<string, number>>;
  /** Sentences to show. */
  readonly notices: readonly string[];
  /** What the best weights are chosen by in place of the validation loss, the lower the better. */
  readonly score?: number;
  /** Whether what was best so far no longer counts, because the run now strives for something else. */
  readonly anew?: boolean;
  /** Ends the run, and says why in one sentence. */
  readonly stop?: string;
}

/** A part of the run in which every step does the same. */
export interface Phase {
  readonly name: string;
  /** Its first step, counted from 0, and the first that is no longer of it. */
  readonly from: number;
  readonly to: number;
}

/** The course of one training; what it decides depends on the step and on its state alone, so that a run can be resumed. */
export interface Course {
  /** One or more updates that make up a step, counted from 0, each on a batch of its own. */
  updates(step: number): readonly Coefficients[];
  /** The learning rate of a step, where it does not follow the run's schedule. */
  learningRate?(step: number): number;
  /** The phase that a step belongs to, of a run that has several. */
  phase?(step: number): Phase;
  /** Whether the run is over once so many steps are done, whatever else bounds it. */
  over?(steps: number): boolean;
  /** Whether the weights are evaluated once so many steps are done, where that is not every so many steps. */
  evaluates?(steps: number): boolean;
  /** What `Observed.score` is, in words. */
  readonly judgedBy?: string;
  /** Looks at the current weights after an evaluation. */
  observe?(metrics: MetricsLine): Promise<Observed>;
  /** Plain JSON for a checkpoint. */
  state(): unknown;
  /** @throws WordloomError "invalid_run" for a state that is not its own */
  restore(state: unknown): void;
}

/** The course of a model whose loss never changes. */
export const STEADY_COURSE: Course = { updates: () => [{}], state: () => null, restore: () => undefined };
