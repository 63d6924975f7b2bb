// The numbers that a family shows beside its losses, in a few words: a latent space's, or those of two networks that compete.
import type { EvaluationEvent, ProgressEvent } from "../../training/events.js";
import { formatLoss, formatPercent } from "./format.js";

/** How far a sentence's posterior is from the prior, in nats. */
const divergenceText = (nats: number): string => `KL ${nats.toFixed(1).padStart(4)}`;

/** What an evaluation found besides the validation loss; empty for a family that has nothing to add. */
export function evaluationMeasures(event: EvaluationEvent): string {
  const { validationDivergence, validationMutualInformation: information, validationActiveUnits: units } = event;
  if (validationDivergence === undefined) return competitionText(event);
  return [
    divergenceText(validationDivergence),
    ...(information === undefined ? [] : [`MI ${Math.max(0, information).toFixed(1).padStart(4)}`]),
    ...(units === undefined ? [] : [`${String(units).padStart(2)} active`]),
  ].join(", ");
}

/** The same while training. */
export function progressMeasures(event: ProgressEvent): string {
  if (event.trainDivergence !== undefined) return divergenceText(event.trainDivergence);
  const { validationLoss } = event;
  return [competitionText(event), ...(validationLoss === undefined ? [] : [`validation ${formatLoss(validationLoss)}`])].filter((part) => part !== "").join(", ");
}

/** How generator and discriminator stand: the generator's entropy, the discriminator's accuracy, quality and sameness of what is written. */
function competitionText({ trainEntropy, trainDiscriminatorAccuracy, sampleBleu, sampleSelfBleu }: EvaluationEvent | ProgressEvent): string {
  return [
    ...(trainEntropy === undefined ? [] : [`entropy ${trainEntropy.toFixed(2)}`]),
    ...(trainDiscriminatorAccuracy === undefined ? [] : [`D right ${formatPercent(trainDiscriminatorAccuracy)}`]),
    ...(sampleBleu === undefined ? [] : [`BLEU-3 ${sampleBleu.toFixed(3)}`]),
    ...(sampleSelfBleu === undefined ? [] : [`Self-BLEU-3 ${sampleSelfBleu.toFixed(3)}`]),
  ].join(", ");
}
