// Where a sweep stands by what it has measured: who goes on, who was pruned, who is best. All of it follows from the results.

import type { Measure } from "./comparable_losses.js";
import { byScore, type Ranked, survivors } from "./halving.js";
import type { TrialSummary } from "./sweep_events.js";
import type { RungResult, SweepFolder } from "./sweep_folder.js";
import type { SweepPlan } from "./sweep_plan.js";

/** What trainings are ranked by; the lower the better. */
export const scoreOf = (result: RungResult, measure: Measure): number => (measure === "loss" ? result.loss : (result.bitsPerCharacter ?? Infinity));

/** A rung that trainings have come to. */
export interface Rung {
  /** Counted from 0. */
  readonly rung: number;
  /** The trainings in it. */
  readonly field: readonly number[];
  /** Those that leave it for the next one, none behind the last; undefined while some are not measured. */
  readonly goOn: readonly number[] | undefined;
}

type Results = Pick<SweepFolder, "records" | "resultOf">;

/**
 * The rungs as far as they are known, all but the last of them complete. A training that is left alone goes to the end at
 * once. One that fails in a rung still counts among those of whom a share goes on.
 */
export function rungsOf({ rungs, measure, identity, trials }: Pick<SweepPlan, "rungs" | "measure" | "identity" | "trials">, results: Results): Rung[] {
  const known: Rung[] = [];
  const last = rungs.length - 1;
  let field: readonly number[] = trials.flatMap(({ problem }, trial) => (problem === null ? [trial] : []));
  for (let rung = 0; rung <= last; rung++) {
    if (rung < last && field.length === 1) continue;
    const measured = field.flatMap((trial): Ranked[] => {
      const result = results.resultOf(trial, rung);
      return result === undefined ? [] : [{ trial, score: scoreOf(result, measure) }];
    });
    const complete = field.every((trial) => results.records[trial].error !== undefined || results.resultOf(trial, rung) !== undefined);
    const goOn = !complete ? undefined : rung === last ? [] : survivors(measured, field.length, identity.reduction ?? 1);
    known.push({ rung, field, goOn });
    if (goOn === undefined) break;
    field = goOn;
  }
  return known;
}

/** All trainings by rank, those without a result behind them in their order. */
export function summarize(plan: SweepPlan, folder: Pick<SweepFolder, "records" | "resultOf" | "trialFolder">): TrialSummary[] {
  const { measure, rungs } = plan;
  const known = rungsOf(plan, folder);
  const summaries = folder.records.map(({ settings, results, error }, trial) => {
    const result = results.at(-1);
    const left = known.findLast(({ field, goOn }) => field.includes(trial) && goOn !== undefined && !goOn.includes(trial));
    const status: TrialSummary["status"] = error !== undefined ? "failed" : result?.rung === rungs.length - 1 ? "complete" : left ? "pruned" : "unfinished";
    return {
      order: status === "failed" || result === undefined ? null : { rung: result.rung, trial, score: scoreOf(result, measure) },
      summary: {
        type: "trial",
        trial: trial + 1,
        settings,
        status,
        loss: result?.loss ?? null,
        ...(result?.bitsPerCharacter === undefined ? {} : { bitsPerCharacter: result.bitsPerCharacter }),
        steps: result?.step ?? 0,
        seconds: result?.seconds ?? 0,
        folder: folder.trialFolder(trial),
        ...(error === undefined ? {} : { error }),
      } as const,
    };
  });
  const ranked = summaries.filter(({ order }) => order !== null).sort(({ order: a }, { order: b }) => b!.rung - a!.rung || byScore(a!, b!));
  return [...ranked, ...summaries.filter(({ order }) => order === null)].map(({ order, summary: { type, ...summary } }, i) => ({ type, rank: order === null ? null : i + 1, ...summary }));
}
