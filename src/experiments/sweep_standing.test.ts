import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RungResult, TrialRecord } from "./sweep_folder.js";
import type { SweepPlan } from "./sweep_plan.js";
import { rungsOf, summarize } from "./sweep_standing.js";

const RUNGS = [10, 30, 90];
type Losses = readonly (readonly (number | "failed")[])[];

const planOf = (count: number): SweepPlan => ({ rungs: RUNGS, measure: "loss", identity: { reduction: 3 }, trials: Array.from({ length: count }, () => ({ settings: {}, options: { data: "" }, problem: null })) }) as unknown as SweepPlan;

/** Records of trials by their losses at each rung, or where they failed. */
function resultsOf(losses: Losses) {
  const records = losses.map((trial): TrialRecord => ({
    settings: {},
    results: trial.flatMap((loss, rung): RungResult[] => (loss === "failed" ? [] : [{ rung, step: RUNGS[rung], loss, seconds: 1 }])),
    ...(trial.includes("failed") ? { error: "It diverged." } : {}),
  }));
  return { records, resultOf: (trial: number, rung: number) => records[trial].results.find((result) => result.rung === rung), trialFolder: (trial: number) => `trial-${trial + 1}` };
}

const known = (losses: Losses) => rungsOf(planOf(losses.length), resultsOf(losses)).map(({ rung, field, goOn }) => [rung, field, goOn]);

describe("rungs", () => {
  it("wait for all that are in them, then the best third goes on", () => {
    expect(known([[3], [], [1], [2], [5]])).toEqual([[0, [0, 1, 2, 3, 4], undefined]]);
    expect(known([[3], [4], [1], [2], [5]])).toEqual([[0, [0, 1, 2, 3, 4], [2, 3]], [1, [2, 3], undefined]]);
    expect(known([[3], [4], [1, 0.9], [2, 0.8], [5]])).toEqual([[0, [0, 1, 2, 3, 4], [2, 3]], [1, [2, 3], [3]], [2, [3], undefined]]);
  });

  it("are passed by one that is left alone", () => {
    expect(known([[3], [1], [2]])).toEqual([[0, [0, 1, 2], [1]], [2, [1], undefined]]);
  });

  it("stay what they were when a training fails later", () => {
    expect(known([[3], [4], [1, "failed"], [2, 0.8], ["failed"]])).toEqual([[0, [0, 1, 2, 3, 4], [2, 3]], [1, [2, 3], [3]], [2, [3], undefined]]);
    expect(known([["failed"], ["failed"]])).toEqual([[0, [0, 1], []], [1, [], []], [2, [], []]]);
  });

  it("decide by the losses alone, in whatever order these come to be known", () => {
    const losses = fc.array(fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(losses, fc.infiniteStream(fc.nat()), (all, choices) => {
        const measured: number[][] = all.map(() => []);
        for (;;) {
          const { rung, field, goOn } = rungsOf(planOf(all.length), resultsOf(measured)).at(-1)!;
          if (goOn !== undefined) break;
          const waiting = field.filter((trial) => resultsOf(measured).resultOf(trial, rung) === undefined);
          const trial = waiting[choices.next().value % waiting.length];
          measured[trial] = [...measured[trial], ...all[trial].slice(measured[trial].length, rung + 1)];
        }
        const best = summarize(planOf(all.length), resultsOf(measured))[0];
        expect(best.status).toBe("complete");
        const inOrder = rungsOf(planOf(all.length), resultsOf(all)).map(({ field }) => field);
        expect(rungsOf(planOf(all.length), resultsOf(measured)).map(({ field }) => field)).toEqual(inOrder);
      }),
    );
  });
});

describe("the standing", () => {
  it("ranks complete trainings before pruned ones, those of later rungs first, and failed ones not", () => {
    const standing = (losses: Losses) => summarize(planOf(losses.length), resultsOf(losses)).map(({ rank, trial, status, loss, steps }) => [rank, trial, status, loss, steps]);
    expect(standing([[1.2], ["failed"], [1, 2, 3], [1.1], [0.9, "failed"], [1.2], [0.8, 2.5]])).toEqual([
      [1, 3, "complete", 3, 90],
      [2, 7, "pruned", 2.5, 30],
      [3, 4, "pruned", 1.1, 10],
      [4, 1, "pruned", 1.2, 10],
      [5, 6, "pruned", 1.2, 10],
      [null, 2, "failed", null, 0],
      [null, 5, "failed", 0.9, 10],
    ]);
    expect(standing([[3], [], [1]])).toEqual([[1, 3, "unfinished", 1, 10], [2, 1, "unfinished", 3, 10], [null, 2, "unfinished", null, 0]]);
  });
});
