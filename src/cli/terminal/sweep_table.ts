// The result of a sweep as people read it: a table, a training a row, the best one first.

import type { SweepEndEvent, SweepStartEvent, TrialSummary } from "../../experiments/sweep_events.js";
import { flagOf } from "../../api/family_options.js";
import { formatInteger, formatLoss } from "./format.js";
import { makeOneLine, textWidth, truncateText } from "./visible_text.js";

const GAP = "  ";
const LONGEST_VALUE = 30;

/** What a training is told by: `lr 0.003, width 64`. */
export const settingsText = (settings: TrialSummary["settings"]): string =>
  Object.entries(settings).map(([name, value]) => `${flagOf(name).slice(2)} ${truncateText(makeOneLine(String(value)), LONGEST_VALUE)}`).join(", ");

/** A name for what trainings are ranked by, short enough for the head of a column. */
export const measureName = (measure: SweepStartEvent["measure"]): string => (measure === "loss" ? "loss" : "bits/char");

/** The score of a training by the sweep's measure. */
const scoreText = ({ loss, bitsPerCharacter }: TrialSummary, measure: SweepStartEvent["measure"]): string => {
  const score = measure === "loss" ? loss : (bitsPerCharacter ?? null);
  return score === null ? "–" : formatLoss(score);
};

const pad = (text: string, width: number, left: boolean): string => (left ? text + " ".repeat(width - textWidth(text)) : " ".repeat(width - textWidth(text)) + text);

/** Lines of the table, columns of words at the left and of numbers at the right. */
export function sweepTable({ trials, measure }: Pick<SweepEndEvent, "trials" | "measure">): string[] {
  const varied = Object.keys(trials[0].settings);
  const head = ["rank", "training", ...varied.map((name) => flagOf(name).slice(2)), measureName(measure), "steps", "seconds", "status"];
  const rows = trials.map((trial) => [
    trial.rank === null ? "–" : String(trial.rank),
    String(trial.trial),
    ...varied.map((name) => truncateText(makeOneLine(String(trial.settings[name])), LONGEST_VALUE)),
    scoreText(trial, measure),
    formatInteger(trial.steps),
    trial.seconds.toFixed(1),
    trial.status === "failed" ? `failed: ${makeOneLine(trial.error ?? "")}` : trial.status,
  ]);
  const words = head.map((_, column) => column === head.length - 1 || (column > 1 && column < 2 + varied.length && trials.some(({ settings }) => typeof settings[varied[column - 2]] !== "number")));
  const widths = head.map((name, column) => Math.max(textWidth(name), ...(column === head.length - 1 ? [] : rows.map((row) => textWidth(row[column])))));
  return [head, ...rows].map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column], words[column]))).join(GAP));
}
