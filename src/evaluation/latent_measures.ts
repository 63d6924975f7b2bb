// Says how much of a latent space a variational autoencoder uses: the divergence and the activity of each dimension.

import { WordloomError } from "../errors.js";

/**
 * The diagonal Gaussians q(z|x) that an encoder gives for `count` sentences, each over `width` latent dimensions. Both
 * arrays are count x width, row by row; a log variance is the natural logarithm of a variance.
 */
export interface Posteriors {
  readonly count: number;
  readonly width: number;
  readonly means: Float32Array;
  readonly logVariances: Float32Array;
}

/**
 * @param fewest how many posteriors the measure needs to be defined
 * @throws WordloomError `invalid_argument` if there are fewer, or if the arrays are not count x width
 */
export function checkPosteriors({ count, width, means, logVariances }: Posteriors, fewest: number, measure: string): void {
  const shape = `${count} x ${width}`;
  if (!Number.isInteger(count) || count < fewest || !Number.isInteger(width) || width < 1) {
    const needed = `at least ${fewest} ${fewest === 1 ? "posterior" : "posteriors"} of at least 1 dimension`;
    throw new WordloomError("invalid_argument", `${measure} needs ${needed}, not ${shape}; encode more sentences.`);
  }
  if (means.length !== count * width || logVariances.length !== count * width) {
    const lengths = `${means.length} means and ${logVariances.length} log variances`;
    throw new WordloomError("invalid_argument", `${measure} cannot be taken of ${lengths} for ${shape} posteriors; give ${count * width} of both.`);
  }
}

/** Divergences of posteriors from the prior, as means over the sentences, in nats. */
export interface LatentDivergences {
  /** One for each dimension. */
  readonly perDimension: Float64Array;
  /** The sum over the dimensions: E KL(q(z|x) || p(z)), the divergence term of the evidence lower bound. */
  readonly total: number;
}

/**
 * The mean over the sentences of KL(q(z|x) || N(0, 1)) = (mean² + variance - 1 - log variance) / 2, dimension by dimension
 * (Kingma and Welling 2014, "Auto-Encoding Variational Bayes", appendix B).
 *
 * @throws WordloomError `invalid_argument` if there is no posterior or a size does not fit
 */
export function divergences(posteriors: Posteriors): LatentDivergences {
  checkPosteriors(posteriors, 1, "The divergence from the prior");
  const { count, width, means, logVariances } = posteriors;
  const perDimension = new Float64Array(width);
  for (let place = 0; place < count * width; place++) {
    const mean = means[place];
    const logVariance = logVariances[place];
    // expm1 keeps the digits of a posterior that all but equals the prior.
    perDimension[place % width] += (mean * mean + Math.expm1(logVariance) - logVariance) / 2;
  }
  for (let l = 0; l < width; l++) perDimension[l] /= count;
  return { perDimension, total: perDimension.reduce((sum, value) => sum + value, 0) };
}

/**
 * How far each dimension follows the sentences: A_u = Cov_x(E_q[u]), the variance over the sentences of the posterior's mean
 * (Burda et al. 2016, "Importance Weighted Autoencoders", section 5.2). The sum of squares is divided by count - 1, as the
 * code of He et al. 2019 does, "Lagging Inference Networks and Posterior Collapse in Variational Autoencoders".
 *
 * @returns one variance for each dimension, in squared units of the latent space, where the prior has variance 1
 * @throws WordloomError `invalid_argument` if there are fewer than two posteriors or a size does not fit
 */
export function activity(posteriors: Posteriors): Float64Array {
  checkPosteriors(posteriors, 2, "The activity of latent dimensions");
  const { count, width, means } = posteriors;
  const centre = new Float64Array(width);
  for (let place = 0; place < count * width; place++) centre[place % width] += means[place] / count;
  const variances = new Float64Array(width);
  for (let place = 0; place < count * width; place++) {
    variances[place % width] += (means[place] - centre[place % width]) ** 2 / (count - 1);
  }
  return variances;
}

/**
 * How many dimensions are active: those whose activity is above the threshold, which is 0.01 in Burda et al. 2016, section
 * 5.2, and in most work since.
 *
 * @param activities what `activity` gives
 */
export function activeUnits(activities: Float64Array, threshold = 0.01): number {
  return activities.reduce((active, variance) => active + (variance > threshold ? 1 : 0), 0);
}
