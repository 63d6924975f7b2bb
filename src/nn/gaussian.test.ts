// The latent Gaussian: divergence against PyTorch and against sampling, the sample's moments, free bits.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { input, mul, sum, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { divergenceFromPrior, reparameterise, withFreeBits, type Gaussian } from "./gaussian.js";

const ROWS = 2;
const DIMENSIONS = 3;
const MEAN = [0.5, -1.5, 0, 2, 0.25, -0.75];
const LOG_VARIANCE = [-1, 0.5, 0, -2, 1, -0.25];

const gaussian: Gaussian = { mean: input("mean", [ROWS, DIMENSIONS], "float64"), logVariance: input("logVariance", [ROWS, DIMENSIONS], "float64") };
const feeds = Object.fromEntries([["mean", MEAN], ["logVariance", LOG_VARIANCE]].map(([name, data]) => [name as string, toHost({ shape: [ROWS, DIMENSIONS], data: data as number[] }, "float64")]));

async function valuesOf(tensor: Tensor, more: Parameters<typeof evaluate>[1] = {}): Promise<number[]> {
  const { value } = await evaluate({ value: tensor }, { ...feeds, ...more });
  return Array.from(value.data as ArrayLike<number>);
}

describe("the divergence from the prior", () => {
  it.each(["float64", "float32"] as const)("is PyTorch's in %s, with its gradients", async (dtype) => {
    const [fixture] = fixtureCases("gaussian_divergence");
    await compareWithFixture({ fixture, dtype, trace: ({ mean, logVariance }) => ({ divergence: sum(divergenceFromPrior({ mean, logVariance }), [1]) }) });
  });

  it("is the mean of log q − log p over samples", async () => {
    const random = new RandomStream(11, "divergence by sampling");
    const analytic = await valuesOf(divergenceFromPrior(gaussian));
    const draws = 40_000;
    analytic.forEach((expected, i) => {
      const deviation = Math.exp(LOG_VARIANCE[i] / 2);
      let total = 0;
      let squares = 0;
      for (let draw = 0; draw < draws; draw++) {
        const noise = random.normal();
        const z = MEAN[i] + deviation * noise;
        const difference = (z * z - noise * noise - LOG_VARIANCE[i]) / 2;
        total += difference;
        squares += difference * difference;
      }
      const estimate = total / draws;
      const standardError = Math.sqrt((squares / draws - estimate ** 2) / draws);
      expect(Math.abs(estimate - expected)).toBeLessThan(5 * standardError + 1e-12);
    });
  });
});

describe("a sample", () => {
  it("is the mean and so many deviations of noise", async () => {
    const noise = [1, -2, 0.5, 0, 3, -1];
    const sample = reparameterise(gaussian, input("noise", [ROWS, DIMENSIONS], "float64"));
    const values = await valuesOf(sample, { noise: toHost({ shape: [ROWS, DIMENSIONS], data: noise }, "float64") });
    values.forEach((value, i) => expect(value).toBeCloseTo(MEAN[i] + Math.exp(LOG_VARIANCE[i] / 2) * noise[i], 12));
  });
});

describe("free bits", () => {
  const rows = mul(input("rows", [], "float64"), 1);
  const more = { rows: toHost({ shape: [], data: [ROWS] }, "float64") };
  const plain = divergenceFromPrior(gaussian);

  it("none are the plain sum", async () => {
    const all = await valuesOf(plain);
    const [total] = await valuesOf(withFreeBits(plain, rows, { perDimension: 0, total: 0 }), more);
    expect(total).toBeCloseTo(all.reduce((a, b) => a + b), 12);
  });

  it("raise each dimension's mean to no less than they are", async () => {
    const all = await valuesOf(plain);
    const means = [0, 1, 2].map((dimension) => (all[dimension] + all[dimension + DIMENSIONS]) / ROWS);
    const free = (Math.min(...means) + Math.max(...means)) / 2;
    const [total] = await valuesOf(withFreeBits(plain, rows, { perDimension: free, total: 0 }), more);
    expect(total).toBeCloseTo(ROWS * means.reduce((sum_, mean) => sum_ + Math.max(mean, free), 0), 12);
    expect(means.some((mean) => mean < free) && means.some((mean) => mean > free)).toBe(true);
  });

  it("raise the whole to no less than the total", async () => {
    const sum_ = (await valuesOf(plain)).reduce((a, b) => a + b);
    for (const free of [0.5 * (sum_ / ROWS), 2 * (sum_ / ROWS)]) {
      const [total] = await valuesOf(withFreeBits(plain, rows, { perDimension: 0, total: free }), more);
      expect(total).toBeCloseTo(Math.max(sum_, ROWS * free), 12);
    }
  });
});
