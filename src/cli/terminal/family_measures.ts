// The numbers that a family shows beside its losses, in a few words: a latent space's, or those of two networks that compete.
import { PHASES } from "../../training/adversarial_course.js";
import type { EvaluationEvent, ProgressEvent } from "../../training/events.js";
import { formatLoss, formatPercent } from "./format.js";

/** What the training loss of a phase is the loss of. */
const LOSS_NAMES: Readonly<Record<string, string>> = { [PHASES.likelihood]: "likelihood", [PHASES.discriminator]: "discriminator", [PHASES.rounds]: "generator" };
const LONGEST_LOSS_NAME = Math.max(...Object.values(LOSS_NAMES).map(({ length }) => length));

/** The name of a training loss: "train", or of a run with phases the network's whose loss it is. */
export const trainLossName = ({ phase }: EvaluationEvent | ProgressEvent): string => (phase ? (LOSS_NAMES[phase.name] ?? phase.name) : "train");

/** The same, as wide in all phases. */
export const paddedLossName = (event: EvaluationEvent): string => (event.phase ? trainLossName(event).padEnd(LONGEST_LOSS_NAME) : trainLossName(event));

/** Whether a training loss is of the same kind as the validation loss, so that one may be drawn beside the other. */
export const isLikelihood = ({ phase }: ProgressEvent): boolean => phase === undefined || phase.name === PHASES.likelihood;

/** How far a sentence's posterior is from the prior, in nats. */
const divergenceText = (nats: number): string => `KL ${nats.toFixed(1).padStart(4)}`;

/** What an evaluation found besides the validation loss; empty for a family that has nothing to add. */
export function evaluationMeasures(event: EvaluationEvent): string {
  const { validationDivergence, validationMutualInformation: information, validationActiveUnits: units } = event;
  if (validationDivergence === undefined) return competitionMeasures(event);
  return [
    divergenceText(validationDivergence),
    ...(information === undefined ? [] : [`MI ${Math.max(0, information).toFixed(1).padStart(4)}`]),
    ...(units === undefined ? [] : [`${String(units).padStart(2)} active`]),
  ].join(", ");
}

/** What a latent variable adds while training. */
export const progressDivergence = ({ trainDivergence }: ProgressEvent): string => (trainDivergence === undefined ? "" : divergenceText(trainDivergence));

/** All that is known while training. */
export function progressMeasures(event: ProgressEvent): string {
  const { validationLoss } = event;
  return [progressDivergence(event), competitionMeasures(event), validationLoss === undefined ? "" : `validation ${formatLoss(validationLoss)}`].filter((part) => part !== "").join(", ");
}

/** How generator and discriminator stand: the generator's entropy, the discriminator's accuracy, quality and sameness of what is written. */
export function competitionMeasures({ trainEntropy, trainDiscriminatorAccuracy, sampleBleu, sampleSelfBleu }: EvaluationEvent | ProgressEvent): string {
  return [
    ...(trainEntropy === undefined ? [] : [`entropy ${trainEntropy.toFixed(2)}`]),
    ...(trainDiscriminatorAccuracy === undefined ? [] : [`D right ${formatPercent(trainDiscriminatorAccuracy)}`]),
    ...(sampleBleu === undefined ? [] : [`BLEU-3 ${sampleBleu.toFixed(3)}`]),
    ...(sampleSelfBleu === undefined ? [] : [`Self-BLEU-3 ${sampleSelfBleu.toFixed(3)}`]),
  ].join(", ");
}

/** The same where there is little room. */
export const shortCompetition = (event: EvaluationEvent | ProgressEvent): string =>
  competitionMeasures(event).replace("D right", "D").replace(/BLEU-\d/, "BLEU").replace(/Self-BLEU-\d/, "Self");
