// The sentences and table lines of a training run: what stays on the screen or goes into a log.
import type { Colors } from "picocolors/types.js";

import type { EndEvent, EndReason, EvaluationEvent, ProgressEvent, StartEvent } from "../../training/events.js";
import { evaluationMeasures, paddedLossName, progressMeasures, shortCompetition, trainLossName } from "./family_measures.js";
import { formatCompact, formatDuration, formatInteger, formatLoss, formatPercent } from "./format.js";
import { firstThatFits, makeOneLine } from "./visible_text.js";

/** Marks an evaluation that is the best so far. */
export const BEST_MARK = "★";

const GAP = "  ";

/** Two or three lines on what is trained, on what, and with what. */
export function startLines(event: StartEvent, colors: Colors): string[] {
  const { dim, bold } = colors;
  return [
    `Training ${bold(makeOneLine(event.run))}: ${makeOneLine(event.family)}, ${formatCompact(event.parameters)} parameters, vocabulary of ${formatInteger(event.vocabularySize)}`,
    dim(
      `${formatCompact(event.trainingTokens)} tokens to learn from, ${formatCompact(event.validationTokens)} held out, ${formatInteger(event.tokensPerStep)} a step; ` +
        `${makeOneLine(event.device)}, ${event.threads} thread${event.threads === 1 ? "" : "s"}`,
    ),
  ];
}

/**
 * The line that stays for an evaluation. Its columns stand under those of the other evaluations of the run.
 * @param columns what does not fit is left out, the least important first
 */
export function evaluationLine(
  event: EvaluationEvent,
  totalSteps: number | null,
  colors: Colors,
  columns = Infinity,
): string {
  const { dim, bold, green } = colors;
  const step = `step ${paddedStep(event.step, totalSteps)}`;
  const elapsed = dim(formatDuration(event.seconds).padStart(7));
  const train = `${paddedLossName(event)} ${formatLoss(event.trainLoss)}`;
  const loss = `validation ${formatLoss(event.validationLoss)}`;
  const validation = event.best ? bold(loss) : loss;
  const measures = evaluationMeasures(event);
  const family = measures === "" ? [] : [measures];
  const short = shortCompetition(event);
  const mark = event.best ? green(`${BEST_MARK} best`) : " ".repeat(6);
  const speed = event.tokensPerSecond > 0 ? [dim(`${formatCompact(event.tokensPerSecond)} tokens/s`)] : []; // none yet
  return firstThatFits(
    [
      [step, elapsed, train, validation, mark, ...family, ...speed],
      [step, elapsed, train, validation, mark, ...family],
      [step, validation, mark, ...family],
      [step, validation, ...(short === "" ? family : [event.best ? green(BEST_MARK) : " ", short])],
      [step, validation],
      [validation],
    ],
    columns,
    GAP,
  );
}

/** The line that tells in a log how far a run is. */
export function progressLine(event: ProgressEvent): string {
  const share = progressShare(event);
  const measures = progressMeasures(event);
  return [
    ...(event.phase ? [event.phase.name] : []),
    `step ${paddedStep(event.step, event.totalSteps)}${event.totalSteps === null ? "" : `/${formatInteger(event.totalSteps)}`}`,
    ...(share === null ? [] : [formatPercent(share).padStart(4)]),
    formatDuration(event.seconds),
    `${trainLossName(event)} ${formatLoss(event.trainLoss)}`,
    ...(measures === "" ? [] : [measures]),
    ...(event.stepsPerSecond > 0 ? [`${formatCompact(event.stepsPerSecond)} steps/s`] : []), // none yet at the first step
    ...(event.tokensPerSecond > 0 ? [`${formatCompact(event.tokensPerSecond)} tokens/s`] : []),
    ...(event.secondsLeft === null ? [] : [timeLeft(event)]),
  ].join(GAP);
}

/** How long the run, or its present phase, still takes. */
export const timeLeft = ({ secondsLeft, totalSteps, phase }: ProgressEvent): string => `${formatDuration(secondsLeft ?? 0)} left${phase && totalSteps !== null ? " of this phase" : ""}`;

const END_WORDS: Record<EndReason, string> = {
  steps: "Done",
  minutes: "Time is up",
  converged: "No longer improving",
  collapsed: "Stopped",
  interrupted: "Interrupted",
};

/** How the run ended and what is kept of it. */
export function endLines(event: EndEvent, colors: Colors): string[] {
  const { bold, green } = colors;
  const word = `${END_WORDS[event.reason]}:`;
  return [
    `${event.reason === "interrupted" ? word : green(word)} ${formatInteger(event.step)} steps in ${formatDuration(event.seconds)}`,
    Number.isFinite(event.bestValidationLoss)
      ? `Best ${bestText(event, bold)}, kept in ${bold(makeOneLine(event.run))}`
      : `Not evaluated yet; kept in ${bold(makeOneLine(event.run))}`,
  ];
}

function bestText({ judgedBy, bestValidationLoss, bestStep }: EndEvent, bold: Colors["bold"]): string {
  const [value, step] = [bold(formatLoss(bestValidationLoss)), `step ${formatInteger(bestStep)}`];
  return judgedBy === undefined ? `validation loss ${value} at ${step}` : `weights of ${step}, by ${judgedBy} (${value}, the lower the better)`;
}

/** The share of the run that is done, 0 to 1, by steps or by time, whichever ends it first; null if nothing bounds it. */
export function progressShare({ step, totalSteps, seconds, totalSeconds }: ProgressEvent): number | null {
  if (totalSteps === null && totalSeconds === null) return null;
  return Math.max(totalSteps === null ? 0 : step / totalSteps, totalSeconds === null ? 0 : seconds / totalSeconds);
}

function paddedStep(step: number, totalSteps: number | null): string {
  return formatInteger(step).padStart(totalSteps === null ? 6 : formatInteger(totalSteps).length);
}
