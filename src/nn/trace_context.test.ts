// Dropout: nothing outside training, and masks that are stretches of a pool while training; Gumbel noise from pools too.

import { describe, expect, it } from "vitest";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { MaskFeeds, maskPools } from "../runtime/mask_feeds.js";
import { RandomStream } from "../runtime/random.js";
import { add, concat, grad, input, mul, reshape, sum, type Tensor } from "../tensor/index.js";
import { compile, evaluate, toHost } from "../tensor/testing/evaluate.js";
import { maskInputs, TraceContext } from "./trace_context.js";

const x = input("x", [2, 3]);
const values = [1, -2, 3, -4, 5, -6];
const xFeed = { x: toHost({ shape: [2, 3], data: values }, "float32") };

/** Feeds a rate's masks from a pool of known numbers. */
function masks(rate: number, pool: readonly number[], offsets: readonly number[]): Record<string, HostTensor> {
  const names = maskInputs(rate);
  return {
    [names.pool]: hostTensor(Float32Array.from(pool), [pool.length]),
    [names.offsets]: hostTensor(BigInt64Array.from(offsets, BigInt), [offsets.length]),
  };
}

function feedsOf(context: TraceContext, seed: number): MaskFeeds {
  const wanted = context.maskPools().map((pool) => ({ ...pool, ...maskInputs(pool.rate) }));
  return new MaskFeeds(maskPools(seed, wanted), wanted);
}

describe("dropout", () => {
  it("is the tensor itself outside training and at a rate of 0", () => {
    const context = new TraceContext(false);
    expect(context.dropout(x, 0.5)).toBe(x);
    expect(context.maskPools()).toEqual([]);
    const training = new TraceContext(true);
    expect(training.dropout(x, 0)).toBe(x);
    expect(training.maskPools()).toEqual([]);
  });

  it("says which pools it wants: one a rate, one site a use", () => {
    const context = new TraceContext(true);
    context.dropout(x, 0.5);
    context.dropout(reshape(x, [6]), 0.1);
    context.dropout(input("y", [4]), 0.5);
    expect(context.maskPools()).toEqual([{ rate: 0.5, sites: [6, 4] }, { rate: 0.1, sites: [6] }]);
  });

  it("multiplies by the pool from the site's offset on; another offset is another mask", async () => {
    const context = new TraceContext(true);
    const first = context.dropout(x, 0.5);
    const second = context.dropout(x, 0.5);
    const program = await compile({ first, second });
    const pool = [2, 0, 2, 2, 0, 0, 2, 0, 2, 2];
    for (const offsets of [[0, 0], [0, 3], [4, 1]]) {
      const results = await program.run({ ...xFeed, ...masks(0.5, pool, offsets) });
      const expected = (offset: number): number[] => values.map((value, i) => value * pool[offset + i]);
      expect(Array.from(results.first.data, Number)).toEqual(expected(offsets[0]));
      expect(Array.from(results.second.data, Number)).toEqual(expected(offsets[1]));
    }
    await program.release();
  });

  it("lets the gradient through where it let the value through", async () => {
    const context = new TraceContext(true);
    const [gradient] = grad(sum(context.dropout(mul(x, 3), 0.5)), [x]);
    const pool = [0, 2, 2, 0, 2, 0, 2];
    const results = await evaluate({ gradient }, { ...xFeed, ...masks(0.5, pool, [1]) });
    expect(results.gradient.data).toEqual(pool.slice(1).map((kept) => 3 * kept));
  });

  it("keeps the expected value: the drawn masks average to 1, and zero the share they should", async () => {
    const SIZE = 4000;
    const RUNS = 25;
    for (const rate of [0.1, 0.5]) {
      const context = new TraceContext(true);
      const ones = input("ones", [SIZE]);
      const program = await compile({ mask: context.dropout(ones, rate) });
      const feeds = feedsOf(context, 11);
      const random = new RandomStream(11, "dropout");
      const all: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { mask } = await program.run({ ones: hostTensor(new Float32Array(SIZE).fill(1), [SIZE]), ...feeds.draw(random) });
        all.push(...Array.from(mask.data, Number));
      }
      await program.release();
      const error = Math.sqrt(rate / (1 - rate) / all.length);
      expect(Math.abs(all.reduce((total, value) => total + value, 0) / all.length - 1)).toBeLessThan(5 * error);
      expect(Math.abs(all.filter((value) => value === 0).length / all.length - rate)).toBeLessThan(5 * error);
      expect(new Set(all)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    }
  });

  it("sites of one run do not share a mask", async () => {
    const context = new TraceContext(true);
    const ones = input("ones", [1, 500]);
    const sites: Tensor[] = [context.dropout(ones, 0.5), context.dropout(ones, 0.5)];
    const feeds = feedsOf(context, 2);
    const { both, total } = await evaluate(
      { both: concat(sites, 0), total: add(sites[0], sites[1]) },
      { ones: hostTensor(new Float32Array(500).fill(1), [1, 500]), ...feeds.draw(new RandomStream(2, "dropout")) },
    );
    expect(both.data.slice(0, 500)).not.toEqual(both.data.slice(500));
    expect(new Set(total.data)).toEqual(new Set([0, 2, 4]));
  });
});

describe("Gumbel noise", () => {
  it("has a pool beside those of dropout, also where nothing is trained", () => {
    const context = new TraceContext(true);
    context.dropout(x, 0.5);
    context.gumbel([2, 3]);
    context.gumbel([4]);
    expect(context.maskPools()).toEqual([{ rate: 0.5, sites: [6] }, { rate: "gumbel", sites: [6, 4] }]);
    const evaluating = new TraceContext(false);
    evaluating.gumbel([5]);
    expect(evaluating.maskPools()).toEqual([{ rate: "gumbel", sites: [5] }]);
  });

  it("is finite, with the mean and the variance of the standard Gumbel distribution", async () => {
    const size = 100_000;
    const context = new TraceContext(true);
    const noise = context.gumbel([size / 100, 100]);
    const results = await evaluate({ noise }, feedsOf(context, 4).draw(new RandomStream(4, "dropout")));
    expect(results.noise.shape).toEqual([size / 100, 100]);
    const mean = results.noise.data.reduce((total, value) => total + value, 0) / size;
    const variance = results.noise.data.reduce((total, value) => total + (value - mean) ** 2, 0) / size;
    expect(Math.abs(mean - 0.5772157)).toBeLessThan((4 * Math.PI) / Math.sqrt(6 * size));
    expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan((4 * Math.PI ** 2) / 6 * Math.sqrt(4.4 / size)); // of kurtosis 5.4
  });

  it("leaves pieces room: the largest fits into its pool sixteen times, and all of them lie within", () => {
    const largest = 1 << 18;
    const wanted = [{ rate: "gumbel" as const, sites: [largest, 7], ...maskInputs("gumbel") }];
    const pools = maskPools(1, wanted);
    const { length } = pools.get("gumbel")!.data;
    expect(length).toBe(16 * largest);
    const feeds = new MaskFeeds(pools, wanted);
    const random = new RandomStream(1, "dropout");
    for (let run = 0; run < 200; run++) {
      const [first, second] = feeds.draw(random)[maskInputs("gumbel").offsets].data;
      expect(Number(first) + largest).toBeLessThanOrEqual(length);
      expect(Number(second) + 7).toBeLessThanOrEqual(length);
    }
  });
});
