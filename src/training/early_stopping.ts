// Training until it stops improving: lower the learning rate on a plateau, and stop when that no longer helps.

/** Plain JSON, for the checkpoint. */
export interface EarlyStoppingState {
  readonly bestLoss: number | null;
  readonly evaluationsSinceBest: number;
  /** Factor on the learning rate. */
  readonly factor: number;
}

export interface EarlyStoppingSettings {
  /** Evaluations without improvement before the learning rate is lowered. */
  readonly patience: number;
  /** What the learning rate is multiplied by. */
  readonly reduction: number;
  /** The run has converged when the factor would fall below this. */
  readonly smallestFactor: number;
  /** An improvement must be at least this share of the loss. */
  readonly threshold: number;
}

export const EARLY_STOPPING_DEFAULTS: EarlyStoppingSettings = { patience: 4, reduction: 0.25, smallestFactor: 0.05, threshold: 5e-4 };

export type Verdict = "continue" | "reduce" | "stop";

/** Watches validation losses. Deterministic, so that a resumed run decides as it would have. */
export class EarlyStopping {
  private state: EarlyStoppingState = { bestLoss: null, evaluationsSinceBest: 0, factor: 1 };

  constructor(private readonly settings: EarlyStoppingSettings = EARLY_STOPPING_DEFAULTS) {}

  get factor(): number {
    return this.state.factor;
  }

  /** Whether the rate was lowered as far as it may be: the run is over, also when it is looked at again. */
  get converged(): boolean {
    return this.state.factor < this.settings.smallestFactor;
  }

  save(): EarlyStoppingState {
    return this.state;
  }

  restore(state: EarlyStoppingState): void {
    this.state = state;
  }

  /** Takes in a validation loss: "reduce" means go on from the best weights at the lower rate. */
  observe(loss: number): Verdict {
    const { bestLoss, evaluationsSinceBest, factor } = this.state;
    const { patience, reduction, smallestFactor, threshold } = this.settings;
    if (bestLoss === null || loss < bestLoss - Math.abs(bestLoss) * threshold) {
      this.state = { bestLoss: loss, evaluationsSinceBest: 0, factor };
      return "continue";
    }
    if (evaluationsSinceBest + 1 < patience) {
      this.state = { bestLoss, evaluationsSinceBest: evaluationsSinceBest + 1, factor };
      return "continue";
    }
    const lowered = factor * reduction;
    this.state = { bestLoss, evaluationsSinceBest: 0, factor: lowered };
    return lowered < smallestFactor ? "stop" : "reduce";
  }
}
