// Checks the mutual information against PyTorch, closed forms, and what leaves information as it is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { fixtureCase } from "../testing/fixtures.js";
import type { Posteriors } from "./latent_measures.js";
import { mutualInformation } from "./mutual_information.js";
import { fixturePosteriors, posteriorsOf } from "./testing/posteriors.js";

/** Points so many standard deviations from the means. */
function pointsAt({ means, logVariances }: Posteriors, deviations: (place: number) => number): Float32Array {
  return means.map((mean, place) => mean + Math.exp(logVariances[place] / 2) * deviations(place));
}

const alternating = (place: number): number => (place % 3 === 1 ? -1 : 1);

/** Posteriors of one variance whose means are drawn from N(0, spread²), so that q(z) is about N(0, spread² + variance). */
function gaussianAggregate(count: number, width: number, spread: number, variance: number): { posteriors: Posteriors; points: Float32Array } {
  const random = new RandomStream(7, "posteriors");
  const normals = Array.from({ length: 2 * count * width }, () => random.normal());
  const means = Float32Array.from(normals.slice(count * width), (normal) => spread * normal);
  const posteriors = { count, width, means, logVariances: new Float32Array(count * width).fill(Math.log(variance)) };
  return { posteriors, points: pointsAt(posteriors, (place) => normals[place]) };
}

describe("mutualInformation", () => {
  it.each(["posteriors that overlap", "posteriors far from each other"])("is PyTorch's of %s", (name) => {
    const fixture = fixtureCase("latent_measures", name);
    const found = mutualInformation(fixturePosteriors(fixture), Float32Array.from(fixture.inputs.points.data));
    expect(found.nats).toBeCloseTo(fixture.outputs.mutualInformation.data[0], 12);
    expect(found).toMatchObject({ bound: Math.log(12), points: 12 });
  });

  it("approaches log(1 + spread² / variance) / 2 a dimension where all is Gaussian", () => {
    for (const [width, spread, variance] of [[1, 3, 0.25], [2, 1, 0.25], [3, 0.5, 1]]) {
      const { posteriors, points } = gaussianAggregate(2000, width, spread, variance);
      // The standard error of the mean over 2,000 points is at most sqrt(width / 2000), 0.04.
      const expected = (width / 2) * Math.log(1 + spread ** 2 / variance);
      expect(Math.abs(mutualInformation(posteriors, points).nats - expected)).toBeLessThan(0.09);
    }
  });

  it("is 0 where all posteriors are one, on the prior or not", () => {
    const posteriors = posteriorsOf(Array.from({ length: 50 }, () => [0.5, -2, 0]), Array.from({ length: 50 }, () => [0, -3, 1]));
    expect(mutualInformation(posteriors, pointsAt(posteriors, alternating)).nats).toBeCloseTo(0, 5);
  });

  it("is all but exact where posteriors are all but one, however many dimensions they have", () => {
    const { posteriors, points } = gaussianAggregate(500, 32, 0.01, 1);
    expect(Math.abs(mutualInformation(posteriors, points).nats)).toBeLessThan(0.01);
  });

  it("is log N where posteriors are far apart, at some of the points too, however their widths differ", () => {
    const rows = Array.from({ length: 30 }, (_, n) => n);
    const posteriors = posteriorsOf(rows.map((n) => [100 * n, 1]), rows.map((n) => [n % 7 - 3, -n / 5]));
    const points = pointsAt(posteriors, alternating);
    const found = mutualInformation(posteriors, points);
    expect(found.nats).toBeCloseTo(Math.log(30), 3);
    expect(found.bound).toBe(Math.log(30));
    const some = mutualInformation(posteriors, points, 4);
    expect(some).toMatchObject({ bound: Math.log(30), points: 4 });
    expect(some.nats).toBeCloseTo(Math.log(30), 3);
  });

  it("takes evenly spaced sentences where there are more than it may take", () => {
    // Every other sentence lies alone, the rest lie together: 3 of 6 from the first on are those that lie alone.
    const posteriors = posteriorsOf([[100], [0], [200], [0], [300], [0]], Array.from({ length: 6 }, () => [0]));
    const points = pointsAt(posteriors, () => 1);
    expect(mutualInformation(posteriors, points, 3).nats).toBeCloseTo(Math.log(6), 10);
    expect(mutualInformation(posteriors, points, 6).nats).toBeCloseTo((Math.log(6) + Math.log(2)) / 2, 10);
    expect(mutualInformation(posteriors, points, 7).points).toBe(6);
  });

  it("at some of the points is about what it is at all", () => {
    const { posteriors, points } = gaussianAggregate(2000, 2, 1, 0.25);
    const difference = mutualInformation(posteriors, points, 500).nats - mutualInformation(posteriors, points).nats;
    expect(Math.abs(difference)).toBeLessThan(0.15); // the standard error at 500 points is 0.045
    expect(difference).not.toBe(0);
  });

  it("stays finite where densities are too small or too large to write down", () => {
    const rows = Array.from({ length: 5 }, (_, n) => n);
    const everywhere = (value: number): number[] => Array.from({ length: 40 }, () => value);
    const posteriors = posteriorsOf(rows.map((n) => everywhere(1000 * n)), rows.map(() => everywhere(-8)));
    expect(mutualInformation(posteriors, pointsAt(posteriors, () => 1)).nats).toBeCloseTo(Math.log(5), 1);
    const { nats } = mutualInformation(posteriors, posteriors.means.map((mean) => mean + 1e6));
    expect(Number.isFinite(nats)).toBe(true);
  });

  it("does not hide a number that is none", () => {
    const posteriors = posteriorsOf([[0], [NaN]], [[0], [0]]);
    expect(mutualInformation(posteriors, Float32Array.of(1, 1)).nats).toBeNaN();
  });
});

describe("what is known of mutual information", () => {
  const value = fc.integer({ min: -4096, max: 4096 }).map((i) => i / 1024);
  const sentences = fc.integer({ min: 1, max: 4 }).chain((width) => {
    const row = fc.array(value, { minLength: width, maxLength: width });
    return fc.array(fc.record({ means: row, logVariances: row, points: row }), { minLength: 1, maxLength: 12 });
  });
  type Sentences = readonly { readonly means: number[]; readonly logVariances: number[]; readonly points: number[] }[];
  const posteriorsIn = (drawn: Sentences) => posteriorsOf(drawn.map(({ means }) => means), drawn.map(({ logVariances }) => logVariances));
  const natsOf = (drawn: Sentences) => mutualInformation(posteriorsIn(drawn), Float32Array.from(drawn.flatMap(({ points }) => points))).nats;
  const expectSame = (found: number, expected: number) => expect(Math.abs(found - expected)).toBeLessThan(1e-3 * (1 + Math.abs(expected)));

  it("no points show more than log N", () => {
    fc.assert(
      fc.property(sentences, (drawn) => {
        const { nats, bound } = mutualInformation(posteriorsIn(drawn), Float32Array.from(drawn.flatMap(({ points }) => points)));
        expect(nats).toBeLessThanOrEqual(bound + 1e-4);
      }),
    );
  });

  it("another origin, unit and order of sentences change nothing", () => {
    fc.assert(
      fc.property(sentences, value, fc.integer({ min: -3, max: 3 }), fc.nat(11), (drawn, shift, octaves, first) => {
        const unit = 2 ** octaves;
        const moved = drawn.map(({ means, logVariances, points }) => ({
          means: means.map((mean) => unit * (mean + shift)),
          logVariances: logVariances.map((logVariance) => logVariance + 2 * Math.log(unit)),
          points: points.map((point) => unit * (point + shift)),
        }));
        const from = first % drawn.length;
        expectSame(natsOf([...moved.slice(from), ...moved.slice(0, from)]), natsOf(drawn));
      }),
    );
  });

  it("every sentence twice tells no more, and a dimension that all share tells nothing", () => {
    fc.assert(
      fc.property(sentences, value, (drawn, shared) => {
        expectSame(natsOf([...drawn, ...drawn]), natsOf(drawn));
        const wider = drawn.map(({ means, logVariances, points }) => ({
          means: [...means, shared],
          logVariances: [...logVariances, 0],
          points: [...points, shared + 1],
        }));
        expectSame(natsOf(wider), natsOf(drawn));
      }),
    );
  });
});

describe("what cannot be measured", () => {
  const posteriors = posteriorsOf([[1, 2], [3, 4]], [[0, 0], [0, 0]]);
  it.each([
    ["no posterior", () => mutualInformation(posteriorsOf([], []), new Float32Array(0)), "at least 1 posterior"],
    ["too few points", () => mutualInformation(posteriors, new Float32Array(2)), "2 values of points for 2 x 2"],
    ["no point allowed", () => mutualInformation(posteriors, new Float32Array(4), 0), "at 0 points"],
    ["half a point allowed", () => mutualInformation(posteriors, new Float32Array(4), 1.5), "at 1.5 points"],
  ])("is refused: %s", (_, measure, text) => {
    expect(measure).toThrow(WordloomError);
    expect(measure).toThrow(text);
  });
});
