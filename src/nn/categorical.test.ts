// Tokens drawn inside a graph: as often as the softmax says, at the place that the uniform number says, and never the excluded.

import { describe, expect, it } from "vitest";
import { MaskFeeds, maskPools, type MaskPools } from "../runtime/mask_feeds.js";
import { RandomStream } from "../runtime/random.js";
import { constant, expand, input } from "../tensor/index.js";
import { Draw } from "../tensor/testing/arrays.js";
import { checkDerivative } from "../tensor/testing/check_derivative.js";
import { compile, evaluate, toHost } from "../tensor/testing/evaluate.js";
import { chiSquare, criticalChiSquare, withRareOnesJoined } from "../testing/chi_square.js";
import { drawCategorical, EXCLUDED_LOGIT, gumbelSoftmax } from "./categorical.js";
import { maskInputs, TraceContext } from "./trace_context.js";

/** The largest number below 1 that a program is fed. */
const HIGHEST = 1 - 2 ** -24;
const RANDOM = (name: string): RandomStream => new RandomStream(3, name);

const normals = (count: number, scale: number, random: RandomStream): number[] => Array.from({ length: count }, () => Math.fround(scale * random.normal()));

function softmaxOf(logits: readonly number[]): number[] {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Fails unless classes occurred as often as their shares say, and would not have with the shares in another order. */
function expectShares(counts: readonly number[], shares: readonly number[]): void {
  const draws = counts.reduce((all, count) => all + count, 0);
  const statistic = (expected: readonly number[]): [number, number] => {
    const joined = withRareOnesJoined(counts, expected, draws);
    return [chiSquare(joined.counts, joined.shares), criticalChiSquare(joined.counts.length - 1)];
  };
  const [own, critical] = statistic(shares);
  expect(own).toBeLessThan(critical);
  const [other, otherCritical] = statistic(shares.toReversed());
  expect(other).toBeGreaterThan(otherCritical);
}

/** Draws so many rows again and again from the same logits, with uniform numbers of a fixed seed; counts by class. */
async function countsOf(logits: readonly number[], rows: number, runs: number): Promise<number[]> {
  const same = expand(constant(logits, [1, logits.length]), [rows, logits.length]);
  const program = await compile({ drawn: drawCategorical(same, input("uniforms", [rows])) });
  const random = RANDOM("uniform numbers");
  const counts = new Array<number>(logits.length).fill(0);
  for (let run = 0; run < runs; run++) {
    const uniforms = toHost({ shape: [rows], data: Array.from({ length: rows }, () => random.uniform()).map((value) => Math.min(value, HIGHEST)) }, "float32");
    for (const token of (await program.run({ uniforms })).drawn.data) counts[Number(token)]++;
  }
  await program.release();
  return counts;
}

/** What each uniform number draws from its row of logits. */
async function drawnAt(logits: readonly (readonly number[])[], uniforms: readonly number[]): Promise<readonly number[]> {
  const [rows, classes] = [logits.length, logits[0].length];
  const drawn = drawCategorical(input("logits", [rows, classes]), input("uniforms", [rows]));
  return (await evaluate({ drawn }, { logits: toHost({ shape: [rows, classes], data: logits.flat() }, "float32"), uniforms: toHost({ shape: [rows], data: uniforms }, "float32") })).drawn.data;
}

describe("a class drawn by a uniform number", () => {
  // Added up in one piece; in blocks that divide the classes evenly; in blocks of a prime number of classes.
  it.each([[20, 2000, 20], [600, 1000, 60], [5000, 200, 200], [1201, 500, 100]])("of %i occurs as often as the softmax says", async (classes, rows, runs) => {
    const logits = normals(classes, 1.5, RANDOM(`logits of ${classes}`));
    expectShares(await countsOf(logits, rows, runs), softmaxOf(logits));
  });

  it.each([1, 2, 20, 256, 257, 600, 1201, 5000])("of %i is the one in whose share of the sum the number lies, row by row", async (classes) => {
    const random = RANDOM(`rows of ${classes}`);
    const rows = Array.from({ length: 64 }, () => normals(classes, 2, random));
    const uniforms = rows.map((_, row) => Math.fround((row + 0.5) / 64));
    (await drawnAt(rows, uniforms)).forEach((token, row) => {
      const shares = softmaxOf(rows[row]);
      const below = shares.slice(0, token).reduce((all, share) => all + share, 0);
      expect(below, `row ${row}`).toBeLessThanOrEqual(uniforms[row] + 1e-5);
      expect(below + shares[token], `row ${row}`).toBeGreaterThanOrEqual(uniforms[row] - 1e-5);
    });
  });

  it.each([20, 600, 1201, 5000])("of %i is the first at 0 and the last just below 1, of those that are not excluded", async (classes) => {
    const logits = normals(classes, 0.5, RANDOM("flat logits"));
    expect(await drawnAt([logits, logits], [0, HIGHEST])).toEqual([0, classes - 1]);
    const within = logits.map((logit, i) => (i < 7 || i >= classes - 9 ? logit + EXCLUDED_LOGIT : logit));
    expect(await drawnAt([within, within], [0, HIGHEST])).toEqual([7, classes - 10]);
    const only = logits.map((logit, i) => (i === 11 ? logit : logit + EXCLUDED_LOGIT));
    expect(await drawnAt([only, only, only], [0, 0.5, HIGHEST])).toEqual([11, 11, 11]);
  });

  it.each([20, 600, 1201])("of %i is never an excluded one, however steep the others", async (classes) => {
    const random = RANDOM("steep");
    const steep = normals(classes, 20, random);
    const logits = steep.map((logit, i) => (i % 3 === 0 ? logit + EXCLUDED_LOGIT : logit));
    const rows = Array.from({ length: 999 }, () => logits);
    const drawn = await drawnAt(rows, rows.map((_, row) => (row === 0 ? 0 : row === 1 ? HIGHEST : Math.fround(random.uniform()))));
    expect(drawn.filter((token) => token % 3 === 0)).toEqual([]);
  });

  it("does not depend on how large all logits are", async () => {
    const logits = Array.from({ length: 30 }, (_, i) => (i % 7) / 2);
    const uniforms = Array.from({ length: 40 }, (_, i) => (i + 0.25) / 40);
    const at = (offset: number): Promise<readonly number[]> => drawnAt(uniforms.map(() => logits.map((logit) => logit + offset)), uniforms);
    expect(await at(512)).toEqual(await at(0));
    expect(await at(-512)).toEqual(await at(0));
  });
});

describe("the Gumbel-softmax", () => {
  const classes = 20;
  const pools = new Map<number, MaskPools>();

  /** Relaxed samples of the logits with noise from the pool that a training of the seed would be fed. */
  async function sampled(logits: readonly number[], temperature: number, rows: number, seed = 1): Promise<{ relaxed: readonly number[]; drawn: readonly number[] }> {
    const context = new TraceContext(true);
    const same = expand(constant(logits, [1, classes]), [rows, classes]);
    const outputs = gumbelSoftmax(same, context.gumbel([rows, classes]), constant(temperature));
    const wanted = context.maskPools().map(({ rate, sites }) => ({ rate, sites, ...maskInputs(rate) }));
    if (!pools.has(seed)) pools.set(seed, maskPools(seed, wanted));
    const { relaxed, drawn } = await evaluate<"relaxed" | "drawn">({ ...outputs }, new MaskFeeds(pools.get(seed)!, wanted).draw(RANDOM("offsets")));
    return { relaxed: relaxed.data, drawn: drawn.data };
  }

  it.each([1, 2])("draws classes as often as the softmax says, from the pool of seed %i", async (seed) => {
    const logits = normals(classes, 1.2, RANDOM("logits"));
    const counts = new Array<number>(classes).fill(0);
    for (const token of (await sampled(logits, 1, 20_000, seed)).drawn) counts[token]++;
    expectShares(counts, softmaxOf(logits));
  });

  it("is a distribution that leans to the class that was drawn, the more so the lower the temperature", async () => {
    const logits = normals(classes, 1.2, RANDOM("logits"));
    const rows = 500;
    let before = 0;
    for (const temperature of [5, 1, 0.2, 0.0001]) {
      const { relaxed, drawn } = await sampled(logits, temperature, rows);
      let share = 0;
      for (let row = 0; row < rows; row++) {
        const values = relaxed.slice(row * classes, (row + 1) * classes);
        expect(Math.abs(values.reduce((all, value) => all + value, 0) - 1)).toBeLessThan(1e-5);
        expect(Math.max(...values)).toBe(values[drawn[row]]);
        share += values[drawn[row]] / rows;
      }
      expect(share).toBeGreaterThan(before);
      before = share;
    }
    expect(before).toBeGreaterThan(0.999);
  });

  it("excludes a class", async () => {
    const logits = normals(classes, 1.2, RANDOM("logits")).map((logit, i) => (i === 4 ? logit + EXCLUDED_LOGIT : logit));
    const { relaxed, drawn } = await sampled(logits, 5, 500);
    expect(drawn.includes(4)).toBe(false);
    expect(relaxed.filter((value, i) => i % classes === 4 && value !== 0)).toEqual([]);
  });

  it.each(["float64", "float32"] as const)("has in %s the derivatives of its finite differences: by logits, noise and temperature", async (dtype) => {
    const draw = new Draw(1, "Gumbel-softmax");
    await checkDerivative({ inputs: [draw.uniform([3, 5]), draw.uniform([3, 5]), draw.uniform([], 0.6, 1.4)], build: (logits, noise, temperature) => gumbelSoftmax(logits, noise, temperature).relaxed }, dtype);
  });
});
