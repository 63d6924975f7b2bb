// What the events of a run have told so far, as far as a picture of it needs to know.
import type { EndEvent, EvaluationEvent, ProgressEvent, StartEvent, TrainingEvent } from "../../training/events.js";
import { isLikelihood } from "./family_measures.js";
import { LossHistory } from "./loss_history.js";

/** The newest event of each kind, the best evaluation, and the losses over time. */
export class TrainingSummary {
  start: StartEvent | null = null;
  progress: ProgressEvent | null = null;
  evaluation: EvaluationEvent | null = null;
  best: EvaluationEvent | null = null;
  end: EndEvent | null = null;
  readonly trainLosses = new LossHistory();
  readonly validationLosses = new LossHistory();

  add(event: TrainingEvent): void {
    switch (event.type) {
      case "start":
        this.start = event;
        break;
      case "progress":
        this.progress = event;
        if (isLikelihood(event)) this.trainLosses.add(event.step, event.trainLoss);
        break;
      case "evaluation":
        this.evaluation = event;
        if (event.best) this.best = event;
        this.validationLosses.add(event.step, event.validationLoss);
        this.progress = this.#progressed(event);
        break;
      case "end":
        this.end = event;
        break;
      case "notice":
        break;
    }
  }

  /** An evaluation is progress too; where every step has one, there is no other. */
  #progressed({ type: _type, best: _best, sample: _sample, ...told }: EvaluationEvent): ProgressEvent | null {
    const { progress, start } = this;
    if (progress === null && start === null) return null;
    const before = progress ?? { totalSteps: start!.totalSteps, totalSeconds: start!.totalSeconds, stepsPerSecond: 0, secondsLeft: null };
    // What is left is of the phase that was.
    const secondsLeft = progress?.phase?.name === told.phase?.name ? before.secondsLeft : null;
    return { ...before, ...told, type: "progress", secondsLeft };
  }
}
