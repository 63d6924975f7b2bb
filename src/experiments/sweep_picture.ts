// A sweep as a picture: settings and what came of them.

import { basename } from "node:path";
import { flagOf } from "../api/family_options.js";
import type { ParallelCoordinates } from "../explanation/parallel_coordinates.js";
import { counted } from "../text/corpus.js";
import type { TrialSummary } from "./sweep_events.js";
import type { SweepFolder } from "./sweep_folder.js";
import type { SweepPlan } from "./sweep_plan.js";
import { scoreOf } from "./sweep_standing.js";

/** @param trials all of a complete sweep, by rank */
export function sweepPicture({ data, identity, measure, rungs }: SweepPlan, folder: Pick<SweepFolder, "resultOf">, trials: readonly TrialSummary[]): ParallelCoordinates {
  return {
    title: `${counted(trials.length, "training")} of ${basename(data)}`,
    axes: identity.grid.varied.map(({ name, values }) => ({ label: flagOf(name).slice(2), values })),
    stages: rungs.map((steps) => counted(steps, "step")),
    result: measure === "loss" ? "validation loss, nats a token" : "validation loss, bits a character",
    lines: trials.map(({ trial, settings, status }) => ({
      name: `training ${trial}`,
      values: identity.grid.varied.map(({ name }) => settings[name]),
      results: rungs.map((_, rung) => {
        const result = folder.resultOf(trial - 1, rung);
        return result === undefined ? null : scoreOf(result, measure);
      }),
      end: status === "complete" || status === "failed" ? status : "pruned",
    })),
  };
}
