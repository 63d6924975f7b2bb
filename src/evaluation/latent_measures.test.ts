// Checks divergence and activity against PyTorch, and where the answer is known without computing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { expectClose } from "../testing/close.js";
import { fixtureCase } from "../testing/fixtures.js";
import { activeUnits, activity, divergences } from "./latent_measures.js";
import { fixturePosteriors, posteriorsOf } from "./testing/posteriors.js";

describe.each(["posteriors that overlap", "posteriors far from each other"])("of %s", (name) => {
  const fixture = fixtureCase("latent_measures", name);
  const posteriors = fixturePosteriors(fixture);

  it("the divergences are PyTorch's", () => {
    const expected = fixture.outputs.divergence.data;
    const found = divergences(posteriors);
    expectClose(found.perDimension, expected, "divergence", 1e-13);
    expect(found.perDimension[2]).toBeCloseTo(expected[2], 14); // the third is small beside the others
    expect(found.total).toBeCloseTo(expected.reduce((sum, value) => sum + value, 0), 10);
  });

  it("the activity is PyTorch's, and so are the active units", () => {
    const found = activity(posteriors);
    expectClose(found, fixture.outputs.activity.data, "activity", 1e-13);
    expect(found[2]).toBeCloseTo(fixture.outputs.activity.data[2], 14);
    expect(activeUnits(found)).toBe(fixture.outputs.activeUnits.data[0]);
  });
});

describe("divergences", () => {
  it("is 0 for the prior alone", () => {
    expect(divergences(posteriorsOf([[0, 0]], [[0, 0]]))).toEqual({ perDimension: Float64Array.of(0, 0), total: 0 });
    const values = fc.double({ min: -5, max: 5, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 9 }), (sentences) => {
        const { total } = divergences(posteriorsOf(sentences.map(([mean]) => [mean]), sentences.map(([, logVariance]) => [logVariance])));
        expect(total >= 0).toBe(true);
        if (sentences.some(([mean, logVariance]) => Math.abs(mean) + Math.abs(logVariance) > 1e-6)) expect(total).toBeGreaterThan(0);
      }),
    );
  });

  it("keeps its digits where a posterior all but equals the prior", () => {
    const small = Math.fround(1e-6); // exp(x) - 1 - x = x²/2 + x³/6 + …
    expect(divergences(posteriorsOf([[0]], [[small]])).total / (small ** 2 / 4 + small ** 3 / 12)).toBeCloseTo(1, 3);
  });

  it("is a mean over the sentences, and a sum over the dimensions", () => {
    const { perDimension, total } = divergences(posteriorsOf([[1, 0], [3, 0]], [[0, 0], [0, Math.log(4)]]));
    expectClose(perDimension, [(0.5 + 4.5) / 2, (3 - Math.log(4)) / 4], "divergence", 1e-7);
    expect(total).toBe(perDimension[0] + perDimension[1]);
  });
});

describe("activity", () => {
  it("is the variance of the means, with one sentence less below it", () => {
    const found = activity(posteriorsOf([[1, 7], [2, 7], [3, 7], [4, 7]], [[0, -3], [1, 3], [2, -3], [3, 3]]));
    expectClose(found, [5 / 3, 0], "activity", 1e-15);
  });

  it("is not blurred by a mean that is far from 0", () => {
    expectClose(activity(posteriorsOf([[4096], [4096.125]], [[0], [0]])), [1 / 128], "activity", 1e-12);
  });
});

describe("activeUnits", () => {
  it("counts what is above the threshold", () => {
    const activities = Float64Array.of(0, 0.0099, 0.01, 0.0101, 1);
    expect(activeUnits(activities)).toBe(2);
    expect(activeUnits(activities, 0.005)).toBe(4);
    expect(activeUnits(new Float64Array(0))).toBe(0);
  });
});

describe("what cannot be measured", () => {
  it.each([
    ["no posterior", () => divergences(posteriorsOf([], [])), "at least 1 posterior of"],
    ["one posterior", () => activity(posteriorsOf([[1]], [[1]])), "at least 2 posteriors of at least 1 dimension, not 1 x 1"],
    ["no dimension", () => activity(posteriorsOf([[], []], [[], []])), "not 2 x 0"],
    ["too few means", () => divergences({ ...posteriorsOf([[1, 2]], [[1, 2]]), means: new Float32Array(1) }), "1 means and 2 log variances for 1 x 2"],
    ["too many log variances", () => activity({ ...posteriorsOf([[1], [2]], [[1], [2]]), logVariances: new Float32Array(3) }), "3 log variances for 2 x 1"],
  ])("is refused: %s", (_, measure, text) => {
    expect(measure).toThrow(WordloomError);
    expect(measure).toThrow(text);
  });
});
