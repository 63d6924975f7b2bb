// MAUVE falls with damage, is drawn around by its interval, and refuses what it cannot compare.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { generateStories } from "../text/stories/index.js";
import { mauve, mauveOfFeatures } from "./mauve.js";
import { divergenceFrontierFixture } from "./testing/divergence_frontier_fixture.js";

const stories = generateStories(400, 5).map(({ text }) => text);
const [references, others] = [stories.slice(0, 200), stories.slice(200)];
const quick = { resamples: 50 };
const shortened = (share: number) => others.map((text) => text.slice(0, Math.ceil(share * text.length)));

describe("mauve", () => {
  it("is near 1 for texts of the same source, and 1 for the same texts", () => {
    const { mauve: value, interval, clusters } = mauve(others, references, quick);
    expect(value).toBeGreaterThan(0.9);
    expect(clusters).toBe(20);
    expect(interval.low).toBeLessThan(value);
    expect(interval.high).toBeGreaterThan(value);
    expect(interval.high).toBeLessThanOrEqual(1);
    expect(mauve(references, references, quick).mauve).toBeCloseTo(1, 12);
  });

  it("falls the more the less is left of the texts", () => {
    const values = [1, 0.85, 0.7].map((share) => mauve(shortened(share), references, quick).mauve);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1] - 0.02);
  });

  it("falls the fewer different texts there are", () => {
    const values = [200, 40, 5].map((different) => mauve(Array.from(others, (_, i) => others[i % different]), references, quick).mauve);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1] - 0.1);
  });

  it("falls with the order of the words", () => {
    const random = new RandomStream(0, "order");
    expect(mauve(others.map((text) => random.shuffle(text.split(" ")).join(" ")), references, quick).mauve).toBeLessThan(0.8);
  });

  it("is the same for the same seed, and takes another number of clusters", () => {
    expect(mauve(others, references, { seed: 3, ...quick })).toEqual(mauve(others, references, { seed: 3, ...quick }));
    expect(mauve(others, references, { seed: 3, ...quick })).not.toEqual(mauve(others, references, { seed: 4, ...quick }));
    expect(mauve(others, references, { clusters: 7, ...quick }).clusters).toBe(7);
  });

  it("takes as many clusters as mauve-text does", () => {
    for (const [i, buckets] of divergenceFrontierFixture().buckets.entries()) {
      const texts = Array.from({ length: i + 1 }, (_, t) => [t % 3]);
      expect(mauveOfFeatures(texts, [...texts, [0]], { resamples: 1 }).clusters).toBe(buckets);
    }
  });

  it("has an interval as wide as other samples would make it", () => {
    // Two places, of which samples and references choose one: half of each.
    const random = new RandomStream(1, "places");
    const drawn = () => Array.from({ length: 100 }, () => [random.integer(2)]);
    const values = Array.from({ length: 200 }, () => mauveOfFeatures(drawn().map(([x]) => [x * random.integer(2)]), drawn(), { resamples: 1 }).mauve);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const widths = Array.from({ length: 20 }, () => mauveOfFeatures(drawn().map(([x]) => [x * random.integer(2)]), drawn(), { resamples: 200 }).interval).map(({ low, high }) => high - low);
    const width = widths.reduce((sum, value) => sum + value, 0) / widths.length;
    expect(width / (2 * 1.96 * deviation)).toBeGreaterThan(0.75);
    expect(width / (2 * 1.96 * deviation)).toBeLessThan(1.33);
  });

  it.each([
    [[], references, {}, "MAUVE compares samples with references, both lists of texts; give at least one text as samples."],
    [others, "text", {}, "MAUVE compares samples with references, both lists of texts; give at least one text as references."],
    [others, [3], {}, "MAUVE compares samples with references, both lists of texts; give at least one text as references."],
    [["a", "b"], ["a"], { clusters: 4 }, "MAUVE cannot be taken of 3 texts in 4 clusters; give a whole number from 2 to the number of texts, or leave it out for a tenth of them."],
    [["a"], ["a"], { clusters: 1 }, "MAUVE cannot be taken of 2 texts in 1 clusters; give a whole number from 2 to the number of texts, or leave it out for a tenth of them."],
    [["a"], ["a"], { seed: -1 }, "No interval can be drawn with the seed -1; give a whole number from 0 on."],
  ])("refuses what it cannot compare", (samples, real, options, message) => {
    expect(() => mauve(samples as string[], real as string[], options)).toThrow(message);
  });

  it("refuses vectors that do not fit", () => {
    const message = "MAUVE compares two lists of vectors that all have the same width; give at least one finite vector of each side.";
    for (const [p, q] of [[[], [[1]]], [[[1]], []], [[[1]], [[1, 2]]], [[[]], [[]]], [[[NaN]], [[1]]]]) expect(() => mauveOfFeatures(p, q)).toThrow(message);
  });
});
