// The command line explaining how language models read: as tables, pages, pictures and numbers, and what it refuses.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY, TINY_TEXT, Workplace } from "../testing/command_line.js";
import { explainedJson } from "../testing/explained_json.js";

const place = new Workplace();
const oneThread = ["--threads", "1"] as const;
/** Of samples, with an end of their own; of one long text. */
const LINES = ["--lines", "--tokenizer", "character", ...TINY];
const TEXT = "The sea \n was";

beforeAll(async () => {
  await Promise.all([
    place.train("poem.txt", ...TINY_TEXT, "--steps", "12", "--out", "gpt2"),
    place.train("poem.txt", ...LINES, "--dialect", "llama", "--steps", "12", "--lr", "0.01", "--out", "llama"),
    place.train("poem.txt", ...LINES, "--family", "lstm", "--layers", "2", "--steps", "12", "--lr", "0.01", "--out", "lstm"),
  ]);
}, 600_000);
afterAll(() => place.remove());

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe.each([
  ["gpt2", "One morning", 1],
  ["llama", "Anna ran.", 0],
  ["lstm", "One rainy morning Anna ran.", 0],
])("explain with %s", (run, text, unpredicted) => {
  it("finds the loss of evaluate in its probabilities, and integrals that are complete", async () => {
    const json = await explainedJson(place, run, text);
    place.write("text.txt", `${text}${run === "gpt2" ? "" : "\n"}`);
    const { stdout } = await place.run("evaluate", run, "text.txt", "--json", ...oneThread);
    const evaluated = JSON.parse(stdout) as { loss: number; tokens: number };
    expect(json.mean.tokens).toBe(evaluated.tokens);
    expect(json.mean.nats).toBeCloseTo(evaluated.loss, 4);
    const spoken = json.tokens.filter(({ special }) => !special);
    expect(spoken.map((token) => token.text).join("")).toBe(text);
    expect(spoken.filter(({ probability }) => probability === null)).toHaveLength(unpredicted);
    for (const { probability, surprisal, alternatives, rank } of json.tokens) {
      if (probability === null) continue;
      expect(surprisal!.nats).toBeCloseTo(-Math.log(probability), 4);
      expect(alternatives).toHaveLength(5);
      if (rank! <= 5) expect(alternatives[rank! - 1].probability).toBeCloseTo(probability, 5);
    }
    expect(json.saliency).toHaveLength(evaluated.tokens);
    for (const { integratedGradients, logProbability, baselineLogProbability, token } of json.saliency) {
      const difference = logProbability - baselineLogProbability;
      expect(Math.abs(sum(integratedGradients) - difference)).toBeLessThanOrEqual(0.01 * Math.abs(difference));
      expect(Math.exp(logProbability)).toBeCloseTo(json.tokens[token].probability!, 4);
    }
  });

  it("draws a page, and pictures of all that it has", async () => {
    const views = run === "lstm" ? ["surprisal", "saliency", "units"] : ["surprisal", "saliency", "attention", "lens"];
    for (const view of views) {
      const { code, stdout, stderr } = await place.run("explain", run, text, "--show", view, "--out", `${view}.svg`, ...oneThread);
      expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: "" });
      expect(readFileSync(place.file(`${view}.svg`), "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    }
    expect(await place.run("explain", run, text, "--out", "page.html", ...oneThread)).toMatchObject({ code: 0 });
    expect(readFileSync(place.file("page.html"), "utf8")).toMatch(/^<!doctype html>/);
  });
});

describe("explain", () => {
  it("writes a plain table into a pipe", async () => {
    const { code, stdout, stderr } = await place.run("explain", "gpt2", TEXT, ...oneThread);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toMatch(/[\u001B\u2066-\u2069]/);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^no\. +token +p +bits +rank +likeliest$/);
    expect(lines[1]).toMatch(/^ +1 +T +\(nothing stands before it\)$/);
    expect(lines[9]).toMatch(/^ +9 +↵ +\d+(\.\d+)?% +\d+\.\d\d +\d+ {2}\S+ \d/);
    expect(lines[TEXT.length + 1]).toMatch(/^ +\(next\) +\S+ \d/);
    expect(lines.at(-1)).toMatch(/^13 tokens\. Mean surprisal [\d.]+ nats \([\d.]+ bits\) a token, perplexity [\d.]+\.$/);
  });

  it("explains the one token that it is asked for", async () => {
    const json = await explainedJson(place, "llama", "Anna ran.", "--token", "3");
    expect(json.saliency.map(({ token }) => json.tokens[token].number)).toEqual([3]);
    expect((await explainedJson(place, "llama", "Anna ran.", "--token", "last")).saliency.map(({ token }) => json.tokens[token].text)).toEqual(["."]);
  });

  it("names the units that follow a text, wherever its windows end", async () => {
    const text = 'Anna said "Go Away" and Bob said "No, No" to her. '.repeat(4);
    const json = await explainedJson(place, "lstm", text);
    expect(json.units.map(({ name, values }) => [name, values.length, values[0].length])).toEqual(
      ["layer 1, hidden", "layer 1, cell", "layer 2, hidden", "layer 2, cell"].map((name) => [name, 16, text.length + 1]),
    );
    expect(json.properties.map(({ name }) => name)).toEqual(["inside quotes", "position in the line", "after a space", "upper case"]);
    // Of so many tokens the last is explained, over the 128 before it.
    expect(json.saliency.map(({ token, first }) => token - first)).toEqual([128]);
    const { stdout } = await place.run("explain", "lstm", text, ...oneThread);
    expect(stdout).toMatch(/\nHidden units that follow the text, with their correlation:\ninside quotes: layer \d, (hidden|cell) \d+ \(-?[01]\.\d\d\)/);
  });

  it("reads a text that is too long as far as the model does, says so, and reads what it never saw as <unk>", async () => {
    const { code, stdout, stderr } = await place.run("explain", "gpt2", `五${"the sea ".repeat(5)}`, ...oneThread);
    expect(code).toBe(0);
    expect(stderr).toBe('1 text was longer than the model holds (16 tokens) and read only as far.\nThe model never saw "五", and reads that as <unk>.\n');
    expect(stdout).toMatch(/^ +1 +<unk> /m);
    expect(stdout).toMatch(/^16 tokens\./m);
  });
});

describe("what cannot be explained", () => {
  it.each([
    ["nothing", ["gpt2", " "], /no text to explain/],
    ["a file", ["gpt2", "poem.txt"], /"poem\.txt" is a file, and explain takes a text/],
    ["a token that the text has not", ["gpt2", "The sea", "--token", "8"], /no token 8 whose probability could be explained; choose one from 2 to 7, "last" or "all"/],
    ["a token of no number", ["llama", "The sea", "--token", "first"], /no token first .* from 1 to 8/],
    ["an unknown view", ["gpt2", "The sea", "--show", "all", "--out", "x.svg"], /no view "all"; choose one of surprisal, saliency, attention, lens, units/],
    ["a view of a page", ["gpt2", "The sea", "--show", "lens", "--out", "x.html"], /--show chooses what an \.svg picture shows/],
    ["attention of an LSTM", ["lstm", "Anna", "--show", "attention", "--out", "x.svg"], /no attention to draw/],
    ["a picture of no known form", ["gpt2", "The sea", "--out", "x.png"], /extension \.html .*\.svg .*\.json/],
    ["a target", ["lstm", "Anna", "--target", "x"], /--target is for models of pairs/],
    ["labels", ["gpt2", "The sea", "--label", "mood"], /--label is for variational autoencoders/],
  ])("%s", async (_, args, sentence) => {
    expect(await place.fails("explain", ...args)).toMatch(sentence);
  });
});
