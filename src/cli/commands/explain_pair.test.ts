// The command line explaining how one text is written of another: pairs and variational autoencoders, as tables, pages, pictures and numbers.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReadingJson } from "../../explanation/reading_json.js";
import { TINY_GRU, Workplace } from "../testing/command_line.js";
import { explainedJson } from "../testing/explained_json.js";
import { numberPairs, writeNumberPairs } from "../testing/number_pairs.js";

let place: Workplace;
const oneThread = ["--threads", "1"] as const;
const VAE = ["--family", "vae", "--tokenizer", "word", "--width", "16", "--latent", "4", "--lr", "0.02", "--steps", "30", ...oneThread];
const MOODS = ["happy", "sad"];
const SOURCE = "three seven";

beforeAll(async () => {
  place = new Workplace();
  writeNumberPairs(place);
  place.write("one.tsv", `source\ttarget\n${SOURCE}\tdrei sieben\n`);
  place.write("moods.csv", `said,mood\n${numberPairs().map(({ source }, i) => `${source},${MOODS[i % 2]}`).join("\n")}\n`);
  const tiny = [...TINY_GRU, "--lr", "0.02", "--steps", "40"];
  await Promise.all([
    place.train("named.tsv", "--source", "asked", "--target", "answered", ...tiny, "--out", "pairs"),
    place.train("plain.tsv", ...tiny, "--attention", "none", "--out", "blind"),
    place.train("lines.en", ...VAE, "--out", "vae"),
    place.train("moods.csv", "--column", "said", "--label", "mood", ...VAE, "--cell", "transformer", "--heads", "2", "--layers", "1", "--out", "moods"),
  ]);
}, 600_000);
afterAll(() => place.remove());

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const show = (run: string): string[] => (run === "pairs" || run === "blind" ? ["--show", "saliency"] : []);
const named = ({ tokens }: ReadingJson, from: number, to?: number): string[] => tokens.slice(from, to).map(({ text }) => text);

describe.each(["pairs", "blind", "vae", "moods"])("explain with %s", (run) => {
  it("tells how a target is written after its source, and what each of its tokens is owed to", async () => {
    const target = run === "pairs" || run === "blind" ? "drei sieben" : SOURCE;
    const json = await explainedJson(place, run, SOURCE, ...show(run), "--target", target);
    expect(json).toMatchObject({ format: "wordloom-reading", source: 3, read: 6, text: `${SOURCE} → ${target}`, mean: { tokens: 3 } });
    expect(named(json, 0, 3).join("")).toBe(`${SOURCE}<eos>`);
    expect(named(json, 3).join("")).toBe(`<bos>${target}<eos>`);
    for (const [i, { probability, alternatives, rank }] of json.tokens.entries()) {
      expect(probability === null, String(i)).toBe(i <= 3);
      if (probability === null) continue;
      expect(alternatives).toHaveLength(5);
      if (rank! <= 5) expect(alternatives[rank! - 1].probability).toBeCloseTo(probability, 5);
    }
    expect(json.saliency.map(({ token, first }) => [token, first])).toEqual([[4, 0], [5, 0], [6, 0]]);
    for (const { integratedGradients, gradientInput, logProbability, baselineLogProbability, token } of json.saliency) {
      const difference = logProbability - baselineLogProbability;
      expect(Math.abs(sum(integratedGradients) - difference)).toBeLessThanOrEqual(0.01 * Math.abs(difference));
      expect(Math.exp(logProbability)).toBeCloseTo(json.tokens[token].probability!, 4);
      expect([integratedGradients.length, gradientInput.length]).toEqual([token, token]);
    }
  });

  it("writes a table into a pipe, a page, and pictures of the token that is asked for", async () => {
    const { code, stdout, stderr } = await place.run("explain", run, SOURCE, ...oneThread);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^no\. +token +p +bits +rank +likeliest$/);
    expect(lines[1]).toMatch(/^ +1 +three +\(read\)$/);
    expect(lines[4]).toMatch(/^ +↓$/);
    expect(lines[5]).toMatch(/^ +1 +\S+ +<?\d+(\.\d+)?% +\d+\.\d\d +\d+ {2}\S+ \d/);
    expect(lines.at(-1)).toMatch(/^\d+ tokens?, written after reading 2\. Mean surprisal [\d.]+ nats/);
    for (const file of ["pair.html", "pair.svg"]) {
      expect(await place.run("explain", run, SOURCE, "--token", "1", ...(file === "pair.svg" ? ["--show", "saliency"] : []), "--out", file, ...oneThread)).toMatchObject({ code: 0, stdout: "" });
      expect(readFileSync(place.file(file), "utf8")).toMatch(/^<!doctype html>|^<svg [\s\S]*class="marked"[\s\S]*<\/svg>\n$/);
    }
    expect((await explainedJson(place, run, SOURCE, ...show(run), "--token", "1")).saliency.map(({ token }) => token)).toEqual([4]);
  });
});

describe("what is told of a pair", () => {
  it.each(["pairs", "blind"])("is the loss that evaluate finds: %s", async (run) => {
    const { mean } = await explainedJson(place, run, SOURCE, "--target", "drei sieben", "--show", "surprisal");
    const { stdout } = await place.run("evaluate", run, "one.tsv", "--source", "source", "--target", "target", "--beams", "1", "--json", ...oneThread);
    const evaluated = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as { loss: number };
    expect(mean.nats).toBeCloseTo(evaluated.loss, 4);
  });

  it.each(["vae", "moods"])("is the log-probability of the text that reconstruct writes: %s", async (run) => {
    const label = run === "moods" ? ["--label", "sad"] : [];
    const { stdout } = await place.run("reconstruct", run, SOURCE, "--json", ...label, ...oneThread);
    const written = JSON.parse(stdout) as { text: string; logProbability: number; finishReason: string };
    const { tokens } = await explainedJson(place, run, SOURCE, "--target", written.text, ...label);
    const counted = tokens.filter(({ probability, text }) => probability !== null && (written.finishReason === "end" || text !== "<eos>"));
    expect(-sum(counted.map(({ surprisal }) => surprisal!.nats))).toBeCloseTo(written.logProbability, 3);
  });

  it("depends on the label that a sentence is given, and says what was never seen", async () => {
    const [happy, sad] = await Promise.all(MOODS.map((label) => place.run("explain", "moods", SOURCE, "--label", label, ...oneThread)));
    expect([happy.code, sad.code]).toEqual([0, 0]);
    expect(happy.stdout).not.toBe(sad.stdout);
    const { stdout, stderr } = await place.run("explain", "vae", "three 五", ...oneThread);
    expect(stdout).toMatch(/^ +2 +<unk> +\(read\)$/m);
    expect(stderr).toBe('The model never saw "五", and reads that as <unk>.\n');
  });

  it("is attention where a model of pairs is to be drawn and nothing else is asked for", async () => {
    expect(JSON.parse(await place.run("explain", "pairs", SOURCE, "--out", "map.json", ...oneThread).then(() => readFileSync(place.file("map.json"), "utf8")))).toMatchObject({ kind: "alignment" });
    expect(await explainedJson(place, "blind", SOURCE)).toMatchObject({ format: "wordloom-reading" });
  });
});
