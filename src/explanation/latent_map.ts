// Where texts lie in a model's latent space: the plain data that every picture of it is made from.

import { WordloomError } from "../errors.js";

/** One dimension of a latent space. */
export interface LatentUnit {
  /** Variance of the posterior mean over the texts, Cov_x(E[u]) (Burda et al. 2016, section 5.2). */
  readonly activity: number;
  /** Mean divergence of the posterior from the prior N(0, 1), in nats. */
  readonly divergence: number;
}

/** Texts as points of a variational autoencoder's latent space of L dimensions. */
export interface LatentMap {
  /** The name of the run. */
  readonly run?: string;
  /** What was encoded: a file's name. */
  readonly data?: string;
  /** N texts, at least one. */
  readonly texts: readonly string[];
  /** One a text: its label, or null for none. */
  readonly labels: readonly (string | null)[];
  /** (N × L) row by row: the mean of each text's posterior. */
  readonly means: Float32Array;
  /** L of them, at least one. */
  readonly units: readonly LatentUnit[];
  /** I(x; z): how many nats of a text its point says. */
  readonly mutualInformation?: number;
}

/** The activity above which a unit counts as active (Burda et al. 2016, section 5.2). */
export const ACTIVE_FROM = 0.01;

// A mean of divergences in single precision comes out this far below 0 at worst.
const ROUNDING = 1e-3;

/** Whether a unit tells texts apart. */
export const isActive = ({ activity }: LatentUnit): boolean => activity > ACTIVE_FROM;

/**
 * Checks that a map is whole.
 * @throws WordloomError `invalid_data` if it has no texts or units, or a number that cannot be; `shape_mismatch` if there
 *   is not one label a text, or the means are not (texts × units)
 */
export function checkLatentMap({ texts, labels, means, units }: LatentMap): void {
  if (texts.length === 0) throw new WordloomError("invalid_data", "There is no text to place in the latent space; give at least one.");
  if (units.length === 0) {
    throw new WordloomError("invalid_data", "There is no unit in the latent space; explain a variational autoencoder.");
  }
  if (labels.length !== texts.length) {
    const given = `${texts.length} texts need as many labels`;
    throw new WordloomError("shape_mismatch", `${given}, but there are ${labels.length}; give one a text, null for none.`);
  }
  const size = texts.length * units.length;
  if (means.length !== size) {
    const given = `${texts.length} texts in ${units.length} units need ${size} means`;
    throw new WordloomError("shape_mismatch", `${given}, but there are ${means.length}; give one row a text.`);
  }
  const wrong = means.findIndex((mean) => !Number.isFinite(mean));
  if (wrong >= 0) {
    const place = `The mean of text ${Math.floor(wrong / units.length) + 1} in unit ${(wrong % units.length) + 1}`;
    throw new WordloomError("invalid_data", `${place} is ${means[wrong]}; give numbers, of a model whose loss is one.`);
  }
  units.forEach(({ activity, divergence }, unit) => {
    for (const [name, value, least] of [["activity", activity, 0], ["divergence", divergence, -ROUNDING]] as const) {
      if (Number.isFinite(value) && value >= least) continue;
      throw new WordloomError("invalid_data", `The ${name} of unit ${unit + 1} is ${value}; give a number that is not below 0.`);
    }
  });
}

/** How many units of a map are active. */
export function countActive(map: LatentMap): number {
  return map.units.filter(isActive).length;
}
