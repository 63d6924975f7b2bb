// Checks the bound against PyTorch, against a model whose likelihood is known, and the theorem that more samples tighten it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { fixtureCase, fixtureCases } from "../testing/fixtures.js";
import { importanceWeightedNats } from "./importance_weighted_bound.js";

const logNormal = (x: number, mean: number, variance: number): number => -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) ** 2 / variance);

describe("importanceWeightedNats", () => {
  it("is PyTorch's, also where every weight is 0 in floating point", () => {
    const { inputs, outputs } = fixtureCase("latent_measures", "importance weights");
    const [sentences, samples] = inputs.logWeights.shape;
    const expected = outputs.importanceWeightedNats.data[0];
    expect(importanceWeightedNats(Float64Array.from(inputs.logWeights.data), sentences, samples)).toBeCloseTo(expected, 10);
    expect(importanceWeightedNats(Float32Array.from(inputs.logWeights.data), sentences, samples)).toBeCloseTo(expected, 10);
    for (let n = 0; n < sentences; n++) {
      const row = Float64Array.from(inputs.logWeights.data.slice(n * samples, (n + 1) * samples));
      expect(importanceWeightedNats(row, 1, samples)).toBeCloseTo(-outputs.logMeans.data[n], 10);
    }
  });

  it("of one sample a sentence is the negative evidence lower bound", () => {
    expect(importanceWeightedNats(Float64Array.of(-3, -4.5, -20.25), 3, 1)).toBe(27.75);
  });

  it("of no sentences is 0", () => {
    expect(importanceWeightedNats(new Float64Array(0), 0, 5)).toBe(0);
  });

  it("of K samples is at most the mean of what each K - 1 of them give (Burda et al. 2016, theorem 1)", () => {
    const weights = fc.array(fc.double({ min: -900, max: 30, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, (row) => {
        const without = row.map((_, left) => importanceWeightedNats(Float64Array.from(row.toSpliced(left, 1)), 1, row.length - 1));
        const mean = without.reduce((sum, nats) => sum + nats, 0) / row.length;
        const all = importanceWeightedNats(Float64Array.from(row), 1, row.length);
        expect(all).toBeLessThanOrEqual(mean + 1e-9 * (1 + Math.abs(mean)));
        expect(all).toBeGreaterThanOrEqual(-Math.max(...row) - 1e-9);
      }),
    );
  });

  // z from N(0, 1) and x from N(z, 1), so that p(x) = N(0, 2) and p(z|x) = N(x/2, 1/2).
  const sentences = [-1.5, 0.25, 2];
  const truth = -sentences.reduce((sum, x) => sum + logNormal(x, 0, 2), 0);

  function weights(samples: number, posterior: (x: number) => { mean: number; variance: number }): Float64Array {
    const random = new RandomStream(3, "samples");
    return Float64Array.from({ length: sentences.length * samples }, (_, place) => {
      const x = sentences[Math.floor(place / samples)];
      const { mean, variance } = posterior(x);
      const z = mean + Math.sqrt(variance) * random.normal();
      return logNormal(x, z, 1) + logNormal(z, 0, 1) - logNormal(z, mean, variance);
    });
  }

  it("is the likelihood itself for the true posterior, with any number of samples", () => {
    for (const samples of [1, 2, 9]) {
      expect(importanceWeightedNats(weights(samples, (x) => ({ mean: x / 2, variance: 0.5 })), 3, samples)).toBeCloseTo(truth, 9);
    }
  });

  it("falls from the evidence lower bound to the likelihood as samples are added", () => {
    const all = weights(30_000, () => ({ mean: 0, variance: 1 }));
    // The same samples in groups of K: the mean over the groups is the bound for K.
    const bounds = [1, 5, 50, 30_000].map((samples) => importanceWeightedNats(all, all.length / samples, samples) / (30_000 / samples));
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeLessThan(bounds[i - 1]);
    // E log w = log N(x; 0, 1) - 1/2 for the prior: what the first sum is near, with a standard error of 0.02.
    const evidenceLowerBound = sentences.reduce((sum, x) => sum + logNormal(x, 0, 1) - 0.5, 0);
    expect(Math.abs(bounds[0] + evidenceLowerBound)).toBeLessThan(0.08);
    expect(Math.abs(bounds[3] - truth)).toBeLessThan(0.08);
  });

  it.each([
    [5, 2, 3],
    [6, 6, 0],
    [0, 0, 0],
    [3, 1.5, 2],
    [2, -1, -2],
  ])("refuses %d weights for %d sentences of %d samples", (length, count, samples) => {
    expect(() => importanceWeightedNats(new Float64Array(length), count, samples)).toThrow(WordloomError);
  });
});

describe.each(["variational_autoencoder", "variational_autoencoder_transformer"])("the weights of PyTorch's %s", (file) => {
  it("give PyTorch's bound", () => {
    for (const { outputs } of fixtureCases(file)) {
      const { shape: [sentences, samples], data } = outputs.logWeights;
      expect(importanceWeightedNats(Float64Array.from(data), sentences, samples)).toBeCloseTo(outputs.importanceWeighted.data[0], 10);
    }
  });
});
