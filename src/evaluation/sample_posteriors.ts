// Points drawn from posteriors.

import type { RandomStream } from "../runtime/random.js";
import type { Posteriors } from "./latent_measures.js";

/** One point of each posterior, z = μ + σ·ε: (count × width), row by row. */
export function samplePosteriors({ means, logVariances }: Posteriors, random: RandomStream): Float32Array {
  return means.map((mean, place) => mean + Math.exp(logVariances[place] / 2) * random.normal());
}
