// Readings as JSON: all that is in them, in numbers that agree with each other.

import { expect, it } from "vitest";
import { completenessGap } from "./reading.js";
import { readingJson } from "./reading_json.js";
import { exampleReading } from "./testing/example_readings.js";

it("has the reading's parts, row by row", () => {
  const reading = exampleReading(["<bos>", "a", "b", "c"], { marked: true });
  const json = readingJson(reading);
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json.tokens.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  expect(json.tokens[0]).toMatchObject({ special: true, probability: null, surprisal: null, rank: null, alternatives: [] });
  expect(json.tokens[1].probability).toBeCloseTo(0.25, 6);
  expect(json.tokens[1].surprisal).toEqual({ nats: 1.386294, bits: 2 });
  expect(json.mean).toEqual({ nats: 2.079442, bits: 3, tokens: 3 });
  expect(json.attention.map(({ heads }) => heads.map((rows) => rows.map((row) => row.length)))).toEqual([[[4, 4, 4, 4], [4, 4, 4, 4]], [[4, 4, 4, 4], [4, 4, 4, 4]]]);
  expect(json.logitLens.map(({ predictions }) => predictions.length)).toEqual([4, 4]);
  json.saliency.forEach(({ integratedGradients, logProbability, baselineLogProbability, token, first }) => {
    expect(integratedGradients).toHaveLength(token - first);
    expect(integratedGradients.reduce((a, b) => a + b, 0)).toBeCloseTo(logProbability - baselineLogProbability, 5);
  });
  expect(Math.max(...reading.saliency.map(completenessGap))).toBeLessThan(1e-5);
});

it("has units by their number, and counts a stream's tokens from 1", () => {
  const reading = exampleReading(["a", "b"], { recurrent: true });
  const json = readingJson(reading);
  expect(json.tokens.map(({ number }) => number)).toEqual([1, 2]);
  expect(json.units[0].values).toHaveLength(3);
  json.units[0].values.forEach((own, unit) => own.forEach((value, row) => expect(value).toBeCloseTo(reading.units[0].values[row * 3 + unit], 4)));
  expect(json.properties[0].units[0]).toEqual({ layer: 0, unit: 2, correlation: -0.75 });
});

it("counts a source's tokens and a target's each by themselves, and tells them apart", () => {
  const json = readingJson(exampleReading(["a", "b", "<bos>", "c"], { source: 2, marked: true, title: "\u2068ab\u2069 → \u2068c\u2069" }));
  expect(json).toMatchObject({ text: "ab → c", source: 2, mean: { tokens: 1 } });
  expect(json.tokens.map(({ number, probability }) => [number, probability === null])).toEqual([[1, true], [2, true], [0, true], [1, false]]);
});
