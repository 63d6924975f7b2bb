// A latent space is collapsed where posteriors are the prior, or all the same: the second is what free bits hide.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { isUninformative, isVanishing, littleSaid, type LatentUse } from "./collapse.js";
import { divergences } from "./latent_measures.js";
import { mutualInformation } from "./mutual_information.js";
import { samplePosteriors } from "./sample_posteriors.js";

const WIDTH = 32;

/** The use of posteriors whose means are `shift` in each dimension and `spread` apart, of variance 1. */
function useOf(count: number, shift: number, spread: number): LatentUse {
  const random = new RandomStream(3, "posteriors");
  const posteriors = { count, width: WIDTH, means: Float32Array.from({ length: count * WIDTH }, () => shift + spread * random.normal()), logVariances: new Float32Array(count * WIDTH) };
  return { divergence: divergences(posteriors).total, information: mutualInformation(posteriors, samplePosteriors(posteriors, random)) };
}

describe("a latent space", () => {
  it("that is used is neither", () => {
    for (const count of [8, 1000]) {
      const use = useOf(count, 0, 1);
      expect([isVanishing(use), isUninformative(use)]).toEqual([false, false]);
    }
  });

  it("whose posteriors are the prior is both, and its divergence says so", () => {
    const use = useOf(1000, 0, 0.05);
    expect([isVanishing(use), isUninformative(use)]).toEqual([true, true]);
    expect(littleSaid(use)).toMatch(/^0\.\d\d nats of its sentence$/);
  });

  it("whose posteriors are the same, far from the prior, says nothing for all its divergence", () => {
    const use = useOf(1000, 0.6, 0.05);
    expect(use.divergence).toBeGreaterThan(5);
    expect([isVanishing(use), isUninformative(use)]).toEqual([false, true]);
    expect(littleSaid(use)).toBe(`${Math.max(0, use.information.nats).toFixed(2)} nats of its sentence (its KL of ${use.divergence.toFixed(2)} is much the same for all)`);
  });

  it("of one sentence can show nothing, whatever an estimate is", () => {
    expect(isUninformative({ divergence: 5, information: { nats: -0.1, bound: 0 } })).toBe(false);
  });

  it("of two sentences can show log 2, and has to show half of that", () => {
    const use = (nats: number): LatentUse => ({ divergence: 5, information: { nats, bound: Math.log(2) } });
    expect([isUninformative(use(0.34)), isUninformative(use(0.36))]).toEqual([true, false]);
  });
});
