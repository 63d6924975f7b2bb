// How the weight of a variational autoencoder's divergence grows over training, so that the latent space is used at all.

export const ANNEALINGS = ["none", "linear", "logistic", "cyclical"] as const;

export interface AnnealingSettings {
  readonly name: (typeof ANNEALINGS)[number];
  /** Steps after which the weight stays what it is at the end. */
  readonly steps: number;
  /** The weight at the end: β (Higgins et al. 2017, eq. 4); 1 is the plain ELBO. */
  readonly weight: number;
  /** cyclical: how often the weight grows anew. */
  readonly cycles: number;
}

/** Steepness of the logistic curve over the whole of the annealing: it begins and ends 0.7 % short of its limits. */
const STEEPNESS = 10;
/** The share of a cycle in which the weight grows. */
const RISE = 0.5;

/**
 * The weight at a step, counted from 0: growing in a line or an S (Bowman et al. 2016, section 3.1), or in a line again and
 * again, half of each cycle (Fu et al. 2019, eq. 6).
 */
export function annealedWeight({ name, steps, weight, cycles }: AnnealingSettings, step: number): number {
  if (name === "none" || step >= steps) return weight;
  switch (name) {
    case "linear":
      return (weight * step) / steps;
    case "logistic":
      return weight / (1 + Math.exp(-STEEPNESS * (step / steps - 0.5)));
    case "cyclical": {
      const cycle = steps / cycles;
      return weight * Math.min(1, (step % cycle) / cycle / RISE);
    }
  }
}
