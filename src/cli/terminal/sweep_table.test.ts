import { expect, it } from "vitest";
import type { TrialSummary } from "../../experiments/sweep_events.js";
import { sweepTable } from "./sweep_table.js";

const trial = (rank: number | null, trial: number, lr: number, family: string, rest: Partial<TrialSummary>): TrialSummary => ({ type: "trial", rank, trial, settings: { lr, family }, status: "complete", loss: null, steps: 0, seconds: 0, folder: "", ...rest });
const trials = [
  trial(1, 10, 0.003, "lstm", { loss: 1.23456, bitsPerCharacter: 1.7, steps: 1200, seconds: 34.25 }),
  trial(2, 2, 0.01, "transformer", { status: "pruned", loss: 12.3, bitsPerCharacter: 17.7, steps: 100, seconds: 3 }),
  trial(null, 3, 0.1, "\u001B[2J", { status: "failed", error: "It\ndiverged." }),
];

it("stands in columns, numbers at the right and words at the left, and nothing in it acts on a terminal", () => {
  expect(`\n${sweepTable({ trials, measure: "loss" }).join("\n")}\n`).toBe(`
rank  training     lr  family         loss  steps  seconds  status
   1        10  0.003  lstm         1.2346  1,200     34.3  complete
   2         2   0.01  transformer   12.30    100      3.0  pruned
   –         3    0.1  ␛[2J              –      0      0.0  failed: It↵diverged.
`);
  expect(sweepTable({ trials, measure: "bitsPerCharacter" }).slice(0, 2).map((line) => line.split(/ +/).slice(4, 6))).toEqual([["bits/char", "steps"], ["lstm", "1.7000"]]);
});
