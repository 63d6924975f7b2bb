// How long a sweep still takes, from what its trainings took for a step so far.

import { goingOn } from "./halving.js";
import type { SweepFolder } from "./sweep_folder.js";
import type { SweepPlan } from "./sweep_plan.js";

/** What is still to be measured in the present rung. */
export interface Waiting {
  readonly rung: number;
  readonly waiting: readonly number[];
  readonly results: Pick<SweepFolder, "records" | "resultOf">;
}

/** Times of this process' trainings: what a start takes, and what a step takes. */
export class TimeLeft {
  #starts = 0;
  #secondsOfStarts = 0;
  #steps = 0;
  #secondsOfSteps = 0;

  constructor(private readonly plan: Pick<SweepPlan, "rungs" | "identity">) {}

  /** @param seconds of training alone, @param allSeconds those of its start counted in */
  add(steps: number, seconds: number, allSeconds: number): void {
    this.#starts++;
    this.#secondsOfStarts += Math.max(0, allSeconds - seconds);
    this.#steps += steps;
    this.#secondsOfSteps += seconds;
  }

  /** Seconds, about; null before anything was measured. */
  secondsLeft({ rung, waiting, results }: Waiting): number | null {
    if (this.#steps === 0) return null;
    const { rungs, identity } = this.plan;
    let starts = waiting.length;
    let steps = waiting.reduce((total, trial) => total + Math.max(0, rungs[rung] - (results.records[trial].results.at(-1)?.step ?? 0)), 0);
    let count = results.records.filter((record, trial) => record.error === undefined && (waiting.includes(trial) || results.resultOf(trial, rung) !== undefined)).length;
    for (let next = rung + 1; next < rungs.length; next++) {
      count = goingOn(count, identity.reduction ?? 1);
      starts += count;
      steps += count * (rungs[next] - rungs[next - 1]);
    }
    return (steps * this.#secondsOfSteps) / this.#steps + (starts * this.#secondsOfStarts) / this.#starts;
  }
}
