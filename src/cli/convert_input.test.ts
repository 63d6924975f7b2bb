// A coverage penalty on the command line: what it changes, and where it means nothing.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY_GRU, TINY_TEXT, Workplace } from "./testing/command_line.js";
import { writeNumberPairs } from "./testing/number_pairs.js";

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  writeNumberPairs(place);
  await Promise.all([
    place.train("plain.tsv", ...TINY_GRU, "--steps", "40", "--lr", "0.01", "--out", "run"),
    place.train("plain.tsv", ...TINY_GRU, "--attention", "none", "--steps", "2", "--out", "none"),
    place.train("poem.txt", ...TINY_TEXT, "--family", "gru", "--steps", "2", "--out", "language"),
  ]);
});
afterAll(() => place.remove());

describe("--coverage-penalty", () => {
  const scores = async (...flags: string[]): Promise<{ text: string; score: number; logProbability: number }[]> => {
    const { code, stdout, stderr } = await place.run("generate", "run", "--input", "lines.en", "--threads", "1", "--beams", "1", "--json", ...flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { text: string; score: number; logProbability: number });
  };

  it("of 0 is none, and above it lowers scores", async () => {
    const [plain, zero, two] = await Promise.all([scores(), scores("--coverage-penalty", "0"), scores("--coverage-penalty", "2")]);
    expect(plain).toHaveLength(100);
    expect(zero).toEqual(plain);
    expect(two.map(({ text }) => text)).toEqual(plain.map(({ text }) => text)); // greedy
    for (const [i, { score }] of two.entries()) expect(score).toBeLessThan(plain[i].score);
  });

  it.each([
    ["below 0", ["run", "--input", "one two", "--coverage-penalty", "-1"], /The coverage penalty must be 0 or more, but -1 was given/],
    ["of a model without attention", ["none", "--input", "one two", "--coverage-penalty", "0.2"], /The model in "none" was trained without attention, .*; leave the coverage penalty out\./],
    ["of texts drawn at random", ["run", "--input", "one two", "--coverage-penalty", "0.2", "--top-k", "3"], /A coverage penalty is for texts that are searched for with beams/],
    ["of a language model", ["language", "--coverage-penalty", "0.2"], /The option --coverage-penalty is for models of pairs of texts/],
  ])("%s is refused in one sentence", async (_, [run, ...flags], sentence) => {
    expect(await place.fails("generate", run, "--threads", "1", ...flags)).toMatch(sentence);
  });
});
