// Learning-rate schedules: a warm-up, then a shape, as a function of how far the run has come.

export type ScheduleName = "constant" | "linear" | "cosine";

export interface ScheduleSettings {
  readonly name: ScheduleName;
  /** The highest learning rate. */
  readonly learningRate: number;
  /** Where linear and cosine end. */
  readonly minimumLearningRate: number;
  /** Steps over which the rate rises linearly from near 0. */
  readonly warmupSteps: number;
}

/**
 * The learning rate of a step. Cosine as in Loshchilov and Hutter 2017, eq. 5, without restarts.
 * @param step counted from 0
 * @param fraction how much of the run after the warm-up is over, 0 to 1; of steps, or of time where time bounds the run
 */
export function learningRateAt(settings: ScheduleSettings, step: number, fraction: number): number {
  const { name, learningRate, minimumLearningRate, warmupSteps } = settings;
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const done = Math.min(1, Math.max(0, fraction));
  const span = learningRate - minimumLearningRate;
  switch (name) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate - span * done;
    case "cosine":
      return minimumLearningRate + span * 0.5 * (1 + Math.cos(Math.PI * done));
  }
}
