// Says how much the latent code of a variational autoencoder tells about the sentence: nothing, where it has collapsed.

import { WordloomError } from "../errors.js";
import { checkPosteriors, type Posteriors } from "./latent_measures.js";
import { logMeanExp } from "./log_mean_exp.js";

/** An estimate, with what has to be known to read it. */
export interface MutualInformation {
  /** The estimate of I_q(x; z). */
  readonly nats: number;
  /** log N, the most that N posteriors can show: an estimate near it says only "at least about so much". */
  readonly bound: number;
  /** At how many of the points log q(z) was evaluated. */
  readonly points: number;
}

/**
 * The posteriors in the form in which densities are evaluated, row by row as they are. All densities here are without their
 * factor (2π)^(-L/2): the two terms of the mutual information share it.
 */
interface Densities {
  readonly means: Float64Array; // (N, L)
  readonly precisions: Float64Array; // (N, L), 1 / variance
  readonly peaks: Float64Array; // (N), log q(z|x) at its own mean
}

function prepareDensities({ count, width, means, logVariances }: Posteriors): Densities {
  const precisions = new Float64Array(count * width);
  const peaks = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    let logVolume = 0;
    for (let place = n * width; place < (n + 1) * width; place++) {
      logVolume += logVariances[place];
      precisions[place] = Math.exp(-logVariances[place]);
    }
    peaks[n] = -logVolume / 2;
  }
  return { means: Float64Array.from(means), precisions, peaks };
}

/** Writes log q(z|x_n), without that factor, for every posterior n at one point z of `width` values. */
function logDensitiesAt(point: Float32Array, { means, precisions, peaks }: Densities, result: Float64Array): void {
  const width = point.length;
  let place = 0;
  for (let n = 0; n < peaks.length; n++) {
    let squares = 0;
    for (let l = 0; l < width; l++, place++) {
      const deviation = point[l] - means[place];
      squares += deviation * deviation * precisions[place];
    }
    result[n] = peaks[n] - squares / 2;
  }
}

/**
 * The mutual information of sentence and latent code under the encoder, I_q(x; z) = E KL(q(z|x) || p(z)) - KL(q(z) || p(z)),
 * estimated as the mean of log q(z_n|x_n) - log q(z_n) with q(z) the mean of all N posteriors and one sample z_n of each
 * (Hoffman and Johnson 2016, "ELBO surgery"). He et al. 2019, "Lagging Inference Networks and Posterior Collapse in
 * Variational Autoencoders", section 4.2, have the exact entropy for the first term; at the same points as the second it has
 * the same expectation, and what is by chance in both cancels: of a collapsed code of 32 dimensions the exact entropy leaves
 * 4 nats a point.
 *
 * It is at most log N, for a code can tell N sentences apart and no more. The code of He et al. takes the mean over batches of
 * at most 32 sentences, so that what is published from it is at most log 32 = 3.47 nats: to compare with that, call this for
 * each such batch.
 *
 * Time grows with points x N x L. For more than `mostPoints` sentences only as many, evenly spaced, give a term of the mean;
 * q(z) is still the mean of all N posteriors. 10,000 posteriors of 32 dimensions at 2,000 points take a second or two.
 *
 * @param points N x L, row by row: z_n drawn from q(z|x_n)
 * @throws WordloomError `invalid_argument` if there is no posterior, a size does not fit or `mostPoints` is not a whole number
 *   from 1 on
 */
export function mutualInformation(posteriors: Posteriors, points: Float32Array, mostPoints = 2000): MutualInformation {
  checkPosteriors(posteriors, 1, "The mutual information");
  const { count, width } = posteriors;
  if (points.length !== count * width) {
    const sizes = `${points.length} values of points for ${count} x ${width} posteriors`;
    throw new WordloomError("invalid_argument", `The mutual information cannot be taken of ${sizes}; give one sample of each posterior.`);
  }
  if (!Number.isInteger(mostPoints) || mostPoints < 1) {
    throw new WordloomError("invalid_argument", `The mutual information cannot be taken at ${mostPoints} points; give a whole number from 1 on.`);
  }
  const densities = prepareDensities(posteriors);
  const logDensities = new Float64Array(count);
  const used = Math.min(count, mostPoints);
  let sum = 0;
  for (let i = 0; i < used; i++) {
    const n = Math.floor((i * count) / used);
    logDensitiesAt(points.subarray(n * width, (n + 1) * width), densities, logDensities);
    sum += logDensities[n] - logMeanExp(logDensities, 0, count);
  }
  return { nats: sum / used, bound: Math.log(count), points: used };
}
