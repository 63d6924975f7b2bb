// Bounds how improbable sentences are under a variational autoencoder, more tightly than the evidence lower bound does.

import { WordloomError } from "../errors.js";
import { logMeanExp } from "./log_mean_exp.js";

/**
 * The importance-weighted bound on -log p(x), summed over the sentences: the sum over n of -log((1/K) Σ_k w_nk) (Burda et
 * al. 2016, "Importance Weighted Autoencoders", equation 8). For one sample it is the negative evidence lower bound; more
 * samples lower it, in expectation, towards -log p(x), which it never passes. For many sentences call it batch by batch and
 * add up.
 *
 * @param logWeights sentences x samples, row by row: log w_nk = log p(x_n|z_nk) + log p(z_nk) - log q(z_nk|x_n), in nats, for
 *   samples z_nk from q(z|x_n)
 * @returns nats, of all the sentences together; 0 for none
 * @throws WordloomError `invalid_argument` if there are not sentences x samples weights, or no samples
 */
export function importanceWeightedNats(logWeights: Float32Array | Float64Array, sentences: number, samples: number): number {
  const whole = Number.isInteger(sentences) && Number.isInteger(samples) && samples >= 1;
  if (!whole || logWeights.length !== sentences * samples) {
    const sizes = `${logWeights.length} log weights for ${sentences} sentences of ${samples} samples`;
    const needed = "give one weight for each sample, and at least one sample";
    throw new WordloomError("invalid_argument", `The importance-weighted bound cannot be taken of ${sizes}; ${needed}.`);
  }
  let nats = 0;
  for (let n = 0; n < sentences; n++) nats -= logMeanExp(logWeights, n * samples, samples);
  return nats;
}
