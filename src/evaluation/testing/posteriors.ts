// Posteriors for the tests of latent measures: out of rows of numbers, and out of a fixture.

import type { FixtureCase } from "../../testing/fixtures.js";
import type { Posteriors } from "../latent_measures.js";

/** One row a sentence. */
export function posteriorsOf(means: readonly (readonly number[])[], logVariances: readonly (readonly number[])[]): Posteriors {
  return {
    count: means.length,
    width: means[0]?.length ?? 1,
    means: Float32Array.from(means.flat()),
    logVariances: Float32Array.from(logVariances.flat()),
  };
}

/** Of a case of fixtures/latent_measures.json, whose inputs are exact in float32. */
export function fixturePosteriors({ inputs: { mean, logVariance } }: FixtureCase): Posteriors {
  const [count, width] = mean.shape;
  return { count, width, means: Float32Array.from(mean.data), logVariances: Float32Array.from(logVariance.data) };
}
