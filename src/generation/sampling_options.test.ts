// What is said about options that are wrong, and what is filled in where none are given.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { parseSamplingOptions, type SamplingOptionsInput } from "./sampling_options.js";

function complaint(options: unknown): string {
  try {
    parseSamplingOptions(options as SamplingOptionsInput);
  } catch (error) {
    if (error instanceof WordloomError && error.code === "invalid_argument") return error.message;
    throw error;
  }
  return "";
}

describe("parseSamplingOptions", () => {
  it("fills in defaults that change nothing about the model's probabilities", () => {
    expect(parseSamplingOptions()).toEqual({
      temperature: 1,
      topK: 0,
      topP: 1,
      minP: 0,
      repetitionPenalty: 1,
      maxTokens: 200,
      stop: [],
      seed: 0,
      count: 1,
      forbiddenTokens: [],
      endTokens: [],
      logProbabilities: false,
    });
    expect(parseSamplingOptions({ temperature: undefined, topK: 5 })).toMatchObject({ temperature: 1, topK: 5 });
  });

  it.each([
    [{ temperature: -1 }, /^The temperature must be 0 or more, but -1 was given; /],
    [{ temperature: Number.NaN }, /^The temperature must be 0 or more, but NaN was given; /],
    [{ temperature: Infinity }, /^The temperature .* Infinity was given/],
    [{ temperature: "warm" }, /^The temperature .* "warm" was given/],
    [{ temperature: null }, /^The temperature .* null was given/],
    [{ topK: 2.5 }, /^The top-k must be a whole number of 0 or more, but 2\.5 was given; /],
    [{ topK: -1 }, /^The top-k .* -1 was given/],
    [{ topP: 1.01 }, /^The top-p must be from 0 to 1, but 1\.01 was given; /],
    [{ minP: -0.1 }, /^The min-p must be from 0 to 1, but -0\.1 was given; /],
    [{ repetitionPenalty: 0 }, /^The repetition penalty must be more than 0, but 0 was given; /],
    [{ maxTokens: 1e300 }, /^The largest number of tokens must be a whole number/],
    [{ stop: "\n" }, /^The stop strings must be a list of texts, but "\\n" was given; /],
    [{ stop: ["a", ""] }, /^The stop strings must be texts of at least one character, but "" was given; /],
    [{ seed: -3 }, /^The seed must be a whole number of 0 or more, but -3 was given; /],
    [{ count: 0 }, /^The number of samples must be a whole number of 1 or more, but 0 was given; /],
    [{ forbiddenTokens: [0, 1.5] }, /^The forbidden tokens must be whole numbers of 0 or more, but 1\.5 was given; /],
    [{ endTokens: 3 }, /^The end tokens must be a list of token ids, but 3 was given; /],
    [{ logProbabilities: 1 }, /^The choice of log-probabilities must be true or false, but 1 was given; /],
    [{ topk: 3 }, /^There is no sampling option called "topk"; the options are temperature, topK, /],
    ["hot", /^The sampling options must be an object, but "hot" was given; /],
    [null, /^The sampling options must be an object, but null was given; /],
  ])("says in one sentence what is wrong with %j", (options, sentence) => {
    const message = complaint(options);
    expect(message).toMatch(sentence);
    expect(message).toMatch(/^[^\n]*\.$/);
  });

  it("accepts the ends of every range", () => {
    expect(complaint({ temperature: 0, topK: 0, topP: 0, minP: 1, maxTokens: 0, seed: 0, count: 1 })).toBe("");
    expect(complaint({ topP: 1, minP: 0, repetitionPenalty: 0.5, seed: Number.MAX_SAFE_INTEGER })).toBe("");
  });

  it("shortens what it quotes", () => {
    expect(complaint({ temperature: "x".repeat(1000) }).length).toBeLessThan(200);
  });
});
