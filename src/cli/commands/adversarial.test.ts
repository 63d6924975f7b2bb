// Training a generator against a discriminator as a person does it: every format, every network, labels, the run's folder, going on.
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetrics, type MetricsLine } from "../../training/metrics_log.js";
import { Workplace } from "../testing/command_line.js";
import type { Finished } from "../testing/resident_command_line.js";
import { numberPairs } from "../testing/number_pairs.js";
import { RunReader } from "../testing/run_contents.js";

/** Two or three words each, so that batches have padding. */
const SENTENCES = numberPairs().map(({ source }, i) => (i % 3 === 0 ? `${source} ${source.split(" ")[0]}` : source));
const MOODS = ["happy", "sad"];
const LABELLED = ["moods.csv", "--column", "said", "--label", "mood"];

/** Flags of the smallest training there is of both networks. */
const SIZES = ["--family", "gan", "--tokenizer", "word", "--width", "8", "--batch", "8", "--threads", "1"];
const TINY_GAN = [...SIZES, "--context", "4", "--likelihood-steps", "8", "--discriminator-steps", "2", "--rounds", "2"];
const POLICY = ["--roll-outs", "1"];
const PHASES = ["likelihood", "discriminator", "adversarial"] as const;

let place: Workplace;
beforeAll(() => {
  place = new Workplace();
  place.write("lines.txt", `${SENTENCES.join("\n")}\n`);
  place.write("moods.csv", `mood,id,said\n${SENTENCES.map((text, i) => `${MOODS[i % 2]},${i},"${text}"`).join("\n")}\n`);
  place.write("stars.jsonl", SENTENCES.map((text, i) => JSON.stringify({ body: text, stars: (i % 3) + 1 })).join("\n"));
});
afterAll(() => place.remove());

const reader = new RunReader(() => place);
const metricsOf = (run: string): MetricsLine[] => reader.metrics(run);
const configOf = (run: string): Record<string, unknown> => reader.config(run);
const parsed = (text: string): Record<string, unknown>[] => text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
/** The smallest run there is, of lines, in the folder "format 0"; and one with labels, as JSON. Trained once, for many looks. */
let ofLines: Promise<Finished> | undefined;
let ofLabels: Promise<Finished> | undefined;
const tiny = (): Promise<Finished> => (ofLines ??= place.train("lines.txt", ...TINY_GAN, "--out", "format 0"));
const labelled = (): Promise<Finished> => (ofLabels ??= place.train(...LABELLED, ...TINY_GAN, "--likelihood-steps", "16", "--discriminator-steps", "4", "--rounds", "4", "--out", "labelled", "--json"));

const generate = async (run: string, ...args: string[]): Promise<Record<string, unknown>[]> => parsed(await place.pipe("", "generate", run, "--json", "--threads", "1", ...args));

describe("what is read", () => {
  it("is the same from lines, from a table and from JSON lines", async () => {
    const formats = [["lines.txt"], ["moods.csv", "--column", "said"], ["stars.jsonl"]];
    const runs = await Promise.all(formats.map((args, i) => (i === 0 ? tiny() : place.train(...args, ...TINY_GAN, "--out", `format ${i}`))));
    for (const [i, { stdout, stderr }] of runs.entries()) {
      expect(stdout).toBe("");
      expect(stderr).toContain("Validation is on 10 samples chosen at random of 100 samples.");
      expect(stderr).toContain(`Training format ${i}: gan lstm, `);
      expect(stderr).toContain(`Write with it: wordloom generate 'format ${i}' -n 10\n`);
      expect(stderr).not.toContain("apart");
      expect(metricsOf(`format ${i}`)).toEqual(metricsOf("format 0"));
    }
    expect(runs[2].stderr).toContain('The texts were read from the column "body".');
  });

  it("is whole texts: what is longer than --context is left out, and counted", async () => {
    const { stderr } = await place.train("lines.txt", ...TINY_GAN, "--context", "3", "--out", "short");
    const left = [...stderr.matchAll(/^Left out (\d+) texts? (to learn from|of the validation part) of more than 2 tokens \(--context\)\.$/gm)];
    expect(left.map(([, , part]) => part)).toEqual(["to learn from", "of the validation part"]);
    expect(left.reduce((total, [, count]) => total + Number(count), 0)).toBe(SENTENCES.filter((text) => text.split(" ").length > 2).length);
  });

  it("an option of its own is enough to name the family", async () => {
    await place.train("lines.txt", ...TINY_GAN.slice(2), "--out", "unnamed");
    expect(configOf("unnamed")).toMatchObject({ wordloom_training: { adversarial: { rounds: 2 } } });
  });
});

describe("labels", () => {
  it.each([
    ["words of a table", LABELLED, MOODS, /Told 2 labels apart: happy \(\d+\), sad \(\d+\)\./],
    ["numbers of JSON lines, by relaxation", ["stars.jsonl", "--label", "stars", "--estimator", "gumbel"], ["1", "2", "3"], /Told 3 labels apart: 1 \(\d+\), 2 \(\d+\), 3 \(\d+\)\./],
  ])("are %s, and texts are written by them", async (what, args, labels, sentence) => {
    const run = args === LABELLED ? "labelled" : what;
    const { stdout, stderr } = await (args === LABELLED ? labelled() : place.train(...args, ...TINY_GAN, "--out", run));
    expect(stdout + stderr).toMatch(sentence);
    expect(configOf(run)).toMatchObject({ labels, wordloom_training: { data: { label: args[args.indexOf("--label") + 1] } } });
    expect(await generate(run, "-n", "2", "--label", labels.at(-1)!, "--seed", "1")).toHaveLength(2);
    expect(await place.fails("generate", run, "--label", "angry", "--threads", "1")).toBe(`The model in "${run}" does not know the label "angry", but ${labels.map((label) => `"${label}"`).join(", ")}; name one of these.`);
  });

  it("say what is written, and are not needed to write or to measure", async () => {
    // All that is sad begins with another word than all that is happy.
    place.write("begins.csv", `said,mood\n${SENTENCES.map((text, i) => `${i % 2 === 0 ? "hurrah" : "alas"} ${text},${MOODS[i % 2]}`).join("\n")}\n`);
    await place.train("begins.csv", "--column", "said", "--label", "mood", ...SIZES, "--width", "24", "--dropout", "0", "--lr", "0.03", "--context", "5", "--likelihood-steps", "120", "--discriminator-steps", "2", "--rounds", "2", "--out", "begins");
    const first = async (...label: string[]): Promise<unknown[]> => (await generate("begins", "-n", "20", "--seed", "1", ...label)).map(({ text }) => (text as string).trim().split(" ")[0]);
    const count = (words: readonly unknown[], word: string): number => words.filter((each) => each === word).length;
    const [happy, sad, any] = await Promise.all([first("--label", "happy"), first("--label", "sad"), first()]);
    expect(count(happy, "hurrah")).toBeGreaterThanOrEqual(17);
    expect(count(sad, "alas")).toBeGreaterThanOrEqual(17);
    expect(new Set(any)).toEqual(new Set(["hurrah", "alas"]));
    const [measured] = parsed(await place.pipe("", "evaluate", "begins", "begins.csv", "--column", "said", "--json", "--threads", "1"));
    expect(measured["loss"]).toBeGreaterThan(0);
    expect(measured["loss"]).toBeLessThan(metricsOf("begins")[0].validationLoss);
  });
});

it.each([
  ["a GRU, by relaxation", ["--cell", "gru", "--estimator", "gumbel", "--final-temperature", "0.2"], "wordloom-recurrent", { objective: "relativistic" }],
  ["a plain recurrent cell, with more updates in a round", ["--cell", "rnn", ...POLICY, "--generator-updates", "2", "--discriminator-updates", "1", "--likelihood-updates", "0", "--gradient-penalty", "r1"], "wordloom-recurrent", { rollOuts: 1, generatorUpdates: 2, discriminatorUpdates: 1, likelihoodUpdates: 0 }],
  ["GPT-2, by policy gradient without a baseline", ["--cell", "transformer", "--layers", "1", "--heads", "2", ...POLICY, "--baseline", "none"], "gpt2", { baseline: "none" }],
  ["Llama, by relaxation", ["--cell", "transformer", "--dialect", "llama", "--layers", "1", "--heads", "2", "--key-value-heads", "1", "--estimator", "gumbel"], "llama", { estimator: "gumbel" }],
  ["an LSTM against an LSTM, by policy gradient", [...POLICY, "--embedding", "4", "--discriminator", "lstm", "--objective", "hinge"], "wordloom-recurrent", { objective: "hinge" }],
  ["an LSTM against a Transformer", [...POLICY, "--discriminator", "transformer", "--baseline", "normalized", "--spectral-norm"], "wordloom-recurrent", { baseline: "normalized" }],
  ["by relaxation against an LSTM with a penalty", ["--discriminator", "lstm", "--estimator", "gumbel", "--objective", "wasserstein", "--gradient-penalty", "interpolated", "--penalty-weight", "5"], "wordloom-recurrent", { penalty: { kind: "interpolated", weight: 5 } }],
])("both networks train, and the generator writes: %s", async (what, flags, type, adversarial) => {
  await place.train("lines.txt", ...TINY_GAN, ...flags, "--lr", "0.01", "--out", what);
  expect(configOf(what)).toMatchObject({ model_type: type, wordloom_training: { adversarial } });
  const lines = metricsOf(what);
  expect(lines[7].validationLoss).toBeLessThan(lines[0].validationLoss);
  expect(lines.at(-1)).toMatchObject({ trainEntropy: expect.any(Number), trainDiscriminatorAccuracy: expect.any(Number) });
  expect(await generate(what, "-n", "3", "--max-tokens", "5")).toHaveLength(3);
});

describe("a run's folder", () => {
  it("holds all its files, and both networks' measures of each evaluation", async () => {
    const { stdout, stderr } = await labelled();
    expect(readdirSync(place.file("labelled")).sort()).toEqual(["README.md", "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "tokenizer.json", "training_state"]);
    const events = parsed(stdout);
    const of = (type: string): Record<string, unknown>[] => events.filter((event) => event["type"] === type);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["notice", "start", "progress", "evaluation", "end"]));
    expect(of("start")).toMatchObject([{ family: "gan lstm", totalSteps: 24 }]);
    const bounds = [[0, 16], [16, 20], [20, 24]];
    for (const event of of("progress")) {
      const phase = event["phase"] as { name: (typeof PHASES)[number]; from: number; to: number };
      expect([phase.from, phase.to]).toEqual(bounds[PHASES.indexOf(phase.name)]);
    }
    expect(of("evaluation").map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 20, 21, 22, 23, 24]);
    expect(stderr).toMatch(/^Write with it: .*\n$/);

    const lines = readMetrics(place.file("labelled/metrics.jsonl"));
    for (const [i, line] of lines.entries()) {
      expect(of("evaluation")[i]).toMatchObject(line);
      for (const name of ["sampleBleu", "sampleBackwardBleu", "sampleSelfBleu", "sampleDistinct", "realSelfBleu"]) {
        expect(line[name]).toBeGreaterThanOrEqual(0);
        expect(line[name]).toBeLessThanOrEqual(1);
      }
      expect(line["realSelfBleu"]).toBe(lines[0]["realSelfBleu"]);
      expect("trainDiscriminatorAccuracy" in line).toBe(line.step > 16);
      expect("trainEntropy" in line).toBe(line.step > 20);
      if (line.step > 20) expect(line["trainEntropy"]).toBeLessThanOrEqual(Math.log(configOf("labelled")["vocab_size"] as number));
    }
    const [end] = of("end");
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "steps", step: 24, judgedBy: expect.stringContaining("BLEU-3") });
    const best = lines.find(({ step }) => step === end["bestStep"])!;
    const [forward, backward] = [best["sampleBleu"], best["sampleBackwardBleu"]];
    expect(end["bestValidationLoss"]).toBeCloseTo(1 - (2 * forward * backward) / (forward + backward), 10);
    expect(reader.card("labelled")).toContain(`| \`BLEU-3 at the best step\` | ${Number(best["sampleBleu"].toFixed(4))} |`);
    expect(reader.card("labelled")).toContain(`| \`Self-BLEU-3\` | ${Number(best["sampleSelfBleu"].toFixed(4))} |`);
  });

  it("is shown to people with phases, entropy, the discriminator's accuracy and both BLEUs", async () => {
    const { stderr } = await tiny();
    expect(stderr.match(/^step +[1-8] .* likelihood +\d\.\d+  validation \d\.\d+ .* BLEU-3 \d\.\d+, Self-BLEU-3 \d\.\d+.*$/gm)).toHaveLength(8);
    expect(stderr.match(/^step 10 .* discriminator \d\.\d+ .* D right \d+%, BLEU-3 .*$/gm)).toHaveLength(1);
    expect(stderr.match(/^step 1[12] .* generator +\d\.\d+ .* entropy \d\.\d\d, D right \d+%, BLEU-3 .*$/gm)).toHaveLength(2);
    expect(stderr).toMatch(/^Done: 12 steps in \d+s\nBest weights of step \d+, by 1 − BLEU-3 both ways \(\d\.\d+, the lower the better\), kept in format 0$/m);
  });

  it("is a language model's: measured, written with from a prompt, the same for the same seed", async () => {
    await tiny();
    const [measured] = parsed(await place.pipe("", "evaluate", "format 0", "lines.txt", "--json", "--threads", "1"));
    expect(measured).toMatchObject({ loss: expect.any(Number), perplexity: expect.any(Number), bitsPerCharacter: expect.any(Number) });
    const [many, few] = await Promise.all(["12", "4"].map((n) => generate("format 0", "-n", n, "--seed", "5")));
    expect(many.slice(0, 4)).toEqual(few);
    expect(many).toHaveLength(12);
    const [{ text }] = await generate("format 0", "--prompt", "one two");
    expect(text).toMatch(/^( |\S)/);
  });
});

it("the seed decides all of a run", async () => {
  await Promise.all([tiny(), ...["1", "6"].map((seed) => place.train("lines.txt", ...TINY_GAN, "--seed", seed, "--out", `seed ${seed}`))]);
  expect(reader.contents("seed 1")).toEqual(reader.contents("format 0")); // 1 is what it is where none is given
  expect(metricsOf("seed 6")).not.toEqual(metricsOf("seed 1"));
});

it("minutes bound a run, and all three phases fit into them", async () => {
  const { stdout } = await place.train("lines.txt", ...SIZES, "--context", "4", "--minutes", "0.025", "--out", "minutes", "--json");
  const events = parsed(stdout);
  const [{ totalSteps, totalSeconds }] = events.filter(({ type }) => type === "start");
  expect({ totalSteps, totalSeconds }).toEqual({ totalSteps: null, totalSeconds: 1.5 });
  expect(["minutes", "steps"]).toContain(events.at(-1)!["reason"]);
});

/** Few texts, of which the discriminator soon tells all: every round ends with an evaluation. */
const WATCHED = [...SIZES, "--context", "4", "--likelihood-steps", "4", "--rounds", "10"];
const evaluationsOf = (stderr: string): string[] => stderr.match(/^step .* entropy .*$/gm) ?? [];

describe("networks of which one has lost", () => {
  it("are said to be a discriminator that wins, and the run ends when it has won", async () => {
    const { stderr } = await place.train("lines.txt", ...WATCHED, ...POLICY, "--likelihood-updates", "0", "--context", "6", "--discriminator-steps", "200", "--discriminator-updates", "30", "--discriminator-lr", "0.003", "--out", "won");
    expect(stderr.match(/^The discriminator is winning: it tells (100\.0|99\.\d|98\.\d) % of all texts right, and the generator learns little from it; train with a lower --discriminator-lr, fewer --discriminator-updates or --spectral-norm\.$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^The discriminator has won: it tells [\d.]+ % of all texts right for 5 evaluations in a row, and the generator learns nothing from it: the run ends here; .*\nStopped: 20\d steps/m);
    expect(evaluationsOf(stderr)).toHaveLength(4);
    // Verdicts that are 0 as float32 are no losses without end.
    for (const { trainLoss } of metricsOf("won")) expect(Number.isFinite(trainLoss)).toBe(true);
    expect(await generate("won", "-n", "2")).toHaveLength(2);
  });

  it("are said to be a generator that collapses, and the run ends when it has", async () => {
    const { stdout } = await place.train("lines.txt", ...WATCHED, ...POLICY, "--rounds", "60", "--discriminator-steps", "0", "--likelihood-updates", "0", "--discriminator-updates", "0", "--baseline", "none", "--adversarial-lr", "0.2", "--out", "collapsed", "--json");
    const events = parsed(stdout);
    const said = events.filter(({ type }) => type === "notice").map(({ message }) => message as string);
    expect(said.at(-1)).toMatch(/^The generator has collapsed \(Self-BLEU-3 is [01]\.\d+, of real texts 0\.\d+; .*\): the run ends here, its best weights are kept; train with a lower --adversarial-lr or more --likelihood-updates\.$/);
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "collapsed" });
    expect(events.at(-1)!["step"]).toBeLessThan(64);
    expect(events.at(-1)!["bestStep"]).toBeLessThan(events.at(-1)!["step"] as number);
    expect(metricsOf("collapsed").at(-1)!["sampleDistinct"]).toBeLessThan(0.5);
  });
});
