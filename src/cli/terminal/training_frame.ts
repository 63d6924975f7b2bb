// The live picture of a training run as lines of text: bar, losses, curve, newest sample.
import type { Colors } from "picocolors/types.js";

import type { ProgressEvent } from "../../training/events.js";
import {
  formatCompact,
  formatDuration,
  formatInteger,
  formatLearningRate,
  formatLoss,
  formatPercent,
} from "./format.js";
import { competitionMeasures, progressDivergence, shortCompetition, trainLossName } from "./family_measures.js";
import { drawLossCurve, TRAIN_LINE, VALIDATION_POINT } from "./loss_curve.js";
import { progressBar } from "./progress_bar.js";
import { BEST_MARK, progressShare, timeLeft } from "./training_lines.js";
import type { TrainingSummary } from "./training_summary.js";
import { firstThatFits, makeVisible, textWidth, wrapText } from "./visible_text.js";

const GAP = "   ";
const TIGHT_GAP = "  ";
const SHORTEST_BAR = 8;
const CURVE_ROWS = { most: 8, least: 4, axis: 2 };
const SAMPLE_LINES = { most: 6, mostOnShortTerminal: 4, least: 2 };
const SHORT_TERMINAL_ROWS = 28;
const SAMPLE_MARGIN = "│ ";

/** The lines of the picture, at most `columns` wide and `rows` high. What does not fit is left out: first of the sample, then the curve. */
export function trainingFrame(summary: TrainingSummary, columns: number, rows: number, colors: Colors): string[] {
  const { progress } = summary;
  if (progress === null) return rows < 1 ? [] : [colors.dim("Preparing the first step…".slice(0, columns))];

  const competition = firstThatFits([[competitionMeasures(progress)], [shortCompetition(progress)]], columns, "");
  const head = [progressText(progress, summary, columns, colors), lossText(progress, summary, columns, colors), ...(competition === "" ? [] : [competition])];
  let room = rows - head.length - 1; // a blank line stands above each part

  const sampleMost = rows < SHORT_TERMINAL_ROWS ? SAMPLE_LINES.mostOnShortTerminal : SAMPLE_LINES.most;
  const hasSample = summary.evaluation !== null;
  const sampleLeast = hasSample ? SAMPLE_LINES.least + 2 : 0;
  const chrome = CURVE_ROWS.axis + 1;
  const curveRows = Math.min(
    CURVE_ROWS.most,
    Math.max(CURVE_ROWS.least, room - chrome - (hasSample ? sampleMost + 2 : 0)),
    room - chrome - sampleLeast,
  );
  const curve =
    curveRows < CURVE_ROWS.least
      ? []
      : drawLossCurve({
          train: summary.trainLosses.points,
          validation: summary.validationLosses.points,
          ...(summary.start !== null && { firstStep: summary.start.step }),
          columns,
          rows: curveRows,
          paint: { train: colors.dim, validation: colors.yellow, axis: colors.dim },
        });
  if (curve.length > 0) room -= curve.length + 1;

  const sample = sampleText(summary, columns, Math.min(sampleMost, room - 2), colors);
  const parts = [head, curve, sample].filter((lines) => lines.length > 0);
  const lines = parts.flatMap((part) => ["", ...part]);
  return lines.length > rows ? head.slice(0, Math.max(0, rows)) : lines;
}

/** Bar, share, steps, speeds and time left; the bar takes the room that the words leave, and the words give way to it. */
function progressText(progress: ProgressEvent, summary: TrainingSummary, columns: number, colors: Colors): string {
  const { dim, bold, cyan, green } = colors;
  const share = progressShare(progress);
  // Blank while there is none yet: what stands beside them stays where it is.
  const speeds = [
    (progress.stepsPerSecond > 0 ? `${formatCompact(progress.stepsPerSecond)} steps/s` : "").padStart(12),
    dim((progress.tokensPerSecond > 0 ? `${formatCompact(progress.tokensPerSecond)} tokens/s` : "").padStart(14)),
  ];
  if (share === null) {
    const first = `step ${bold(formatInteger(progress.step))}`;
    const elapsed = formatDuration(progress.seconds);
    const best = summary.best;
    const sinceBest =
      best === null ? "no best yet" : `last best ${formatDuration(progress.seconds - best.seconds)} ago`;
    return firstThatFits(
      [[first, elapsed, sinceBest, ...speeds], [first, elapsed, sinceBest], [first, elapsed], [first]],
      columns,
      GAP,
    );
  }
  const phase = progress.phase ? [progress.phase.name] : [];
  const percent = bold(formatPercent(share).padStart(4));
  const amount =
    progress.totalSteps !== null
      ? `${formatInteger(progress.step)}/${formatInteger(progress.totalSteps)}`.padStart(
          formatInteger(progress.totalSteps).length * 2 + 1,
        )
      : `${formatDuration(progress.seconds)}/${formatDuration(progress.totalSeconds ?? 0)}`;
  const left =
    progress.secondsLeft === null || summary.end !== null
      ? []
      : [timeLeft(progress).padStart(11)];
  const words = firstThatFits(
    [
      [percent, ...phase, amount, ...speeds, ...left],
      [percent, ...phase, amount, speeds[0], ...left],
      [percent, ...phase, amount, ...left],
      [percent, amount, ...left],
      [percent, ...left],
      [percent],
    ],
    columns - SHORTEST_BAR - 1,
    TIGHT_GAP,
  );
  return `${progressBar(share, columns - textWidth(words) - 1, { done: share < 1 ? cyan : green, rest: dim })} ${words}`;
}

/** The losses, each behind the sign that it has in the curve, the best so far, and the learning rate. */
function lossText(progress: ProgressEvent, summary: TrainingSummary, columns: number, colors: Colors): string {
  const { dim, bold, green, yellow } = colors;
  const { evaluation, best } = summary;
  const measures = progressDivergence(progress);
  const train = `${dim(TRAIN_LINE)} ${trainLossName(progress)} ${bold(formatLoss(progress.trainLoss))}${measures === "" ? "" : `${TIGHT_GAP}${measures}`}`;
  const rate = dim(`learning rate ${formatLearningRate(progress.learningRate)}`);
  const shortRate = dim(`lr ${formatLearningRate(progress.learningRate)}`);
  if (evaluation === null) return firstThatFits([[train, rate], [train, shortRate], [train]], columns, GAP);

  const validation = `${yellow(VALIDATION_POINT)} validation ${bold(formatLoss(evaluation.validationLoss))}`;
  if (evaluation.best || best === null) {
    const marked = evaluation.best ? `${validation} ${green(`${BEST_MARK} best`)}` : validation;
    return firstThatFits([[train, marked, rate], [train, marked, shortRate], [train, marked], [marked]], columns, GAP);
  }
  // Where something else than the validation loss decides, only the step says which are the best.
  const judgedByTexts = best.sampleBleu !== undefined;
  const bestLoss = green(`${BEST_MARK} best${judgedByTexts ? "" : ` ${formatLoss(best.validationLoss)}`}`);
  const bestLossAt = `${bestLoss} ${dim(`at ${formatInteger(best.step)}`)}`;
  return firstThatFits(
    [
      [train, validation, bestLossAt, rate],
      [train, validation, bestLossAt, shortRate],
      [train, validation, bestLossAt],
      [train, validation, bestLoss],
      [train, validation],
      [validation],
    ],
    columns,
    GAP,
  );
}

/** A title and the newest sample, wrapped, behind a thin rule; nothing if there is none or no room for it. */
function sampleText(summary: TrainingSummary, columns: number, most: number, colors: Colors): string[] {
  const { evaluation } = summary;
  if (evaluation === null || most < SAMPLE_LINES.least) return [];
  const text = makeVisible(evaluation.sample).replace(/^\s*\n|\s+$/g, "");
  const lines = wrapText(text === "" ? "(the model wrote nothing)" : text, columns - SAMPLE_MARGIN.length, most);
  return [
    colors.dim(`sample at step ${formatInteger(evaluation.step)}`.slice(0, columns)),
    ...lines.map((line) => colors.dim(SAMPLE_MARGIN) + line),
  ];
}
