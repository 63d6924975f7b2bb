// Training a variational autoencoder as a person does it: every format, the run's folder, going on, doing it again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetrics, type MetricsLine } from "../../training/metrics_log.js";
import type { TrainingState } from "../../training/training_state.js";
import { commandLine, Workplace } from "../testing/command_line.js";
import { numberPairs } from "../testing/number_pairs.js";
import { RunReader } from "../testing/run_contents.js";

/** Two or three words each, so that batches have padding. */
const SENTENCES = numberPairs().map(({ source }, i) => (i % 3 === 0 ? `${source} ${source.split(" ")[0]}` : source));
const MOODS = ["happy", "sad"];

/** Flags of the smallest training there is of sentences. */
const SMALL = ["--family", "vae", "--tokenizer", "word", "--width", "16", "--latent", "4", "--batch-tokens", "150", "--threads", "1", "--evaluate-every", "4"];
const TINY_VAE = [...SMALL, "--embedding", "8"];
/** Of texts of many words: a recurrent graph has nodes for each of them. */
const OF_STORIES = ["stories", "--stories", "24", "--label", "mood", "--cell", "transformer", "--layers", "1", "--heads", "2"];

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
const cardOf = (run: string): string => reader.card(run);
const progressOf = (run: string): TrainingState["progress"] => reader.state(run).progress;
const contents = (run: string): unknown => reader.contents(run);

describe("what is read", () => {
  it("is the same from lines, from a table and from JSON lines", async () => {
    const formats = [["lines.txt"], ["moods.csv", "--column", "said"], ["stars.jsonl"]];
    const runs = await Promise.all(formats.map((args, i) => place.train(...args, ...TINY_VAE, "--steps", "4", "--out", `format ${i}`)));
    for (const [i, { stdout, stderr }] of runs.entries()) {
      expect(stdout).toBe("");
      expect(stderr).toContain("Validation is on 10 samples chosen at random of 100 samples.");
      expect(stderr).toContain(`Training format ${i}: vae lstm, `);
      expect(stderr).toContain(`Write with it: wordloom generate 'format ${i}' -n 10; from one sentence to another: wordloom interpolate 'format ${i}' "…" "…"\n`);
      expect(stderr).not.toContain("apart");
      expect(metricsOf(`format ${i}`)).toEqual(metricsOf("format 0"));
      expect(configOf(`format ${i}`)).toMatchObject({ labels: [], wordloom_training: { data: { label: null } } });
    }
    expect(runs[2].stderr).toContain('The texts were read from the column "body".');
  });

  it.each([
    ["words of a table", ["moods.csv", "--column", "said", "--label", "mood"], MOODS, /Told 2 labels apart: happy \(\d+\), sad \(\d+\)\./],
    ["numbers of JSON lines", ["stars.jsonl", "--label", "stars"], ["1", "2", "3"], /Told 3 labels apart: 1 \(\d+\), 2 \(\d+\), 3 \(\d+\)\./],
    ["moods of the embedded stories", OF_STORIES, ["funny", "happy", "sad", "scary"], /Told 4 labels apart: funny \(\d+\), happy/],
  ])("may be labelled, with %s", async (what, args, labels, sentence) => {
    const { stderr } = await place.train(...args, ...SMALL, "--steps", "2", "--out", what);
    expect(stderr).toMatch(sentence);
    expect(configOf(what)).toMatchObject({ labels, wordloom_training: { data: { label: args[args.indexOf("--label") + 1] } } });
  });

  it("counts rows without a label, and leaves them out", async () => {
    place.write("gaps.csv", `said,mood\n${SENTENCES.map((text, i) => `${text},${i % 10 === 0 ? " " : MOODS[i % 2]}`).join("\n")}\n`);
    const { stderr } = await place.train("gaps.csv", "--column", "said", "--label", "mood", ...TINY_VAE, "--steps", "2", "--out", "gaps");
    expect(stderr).toContain('Skipped 10 rows without a label ("mood").');
    expect(stderr).toContain("of 90 samples.");
    expect(configOf("gaps")).toMatchObject({ labels: MOODS });
  });

  it("is whole sentences: what is longer than --context is left out, and counted", async () => {
    const { stderr } = await place.train("lines.txt", ...TINY_VAE, "--context", "3", "--steps", "2", "--out", "short");
    const left = [...stderr.matchAll(/^Left out (\d+) sentences? (to learn from|of the validation part) of more than 2 tokens \(--context\)\.$/gm)];
    expect(left.map(([, , part]) => part)).toEqual(["to learn from", "of the validation part"]);
    expect(left.reduce((total, [, count]) => total + Number(count), 0)).toBe(SENTENCES.filter((text) => text.split(" ").length > 2).length);
  });

  it("an option of its own is enough to name the family", async () => {
    await place.train("lines.txt", ...TINY_VAE.slice(2), "--steps", "2", "--out", "unnamed");
    expect(configOf("unnamed")).toMatchObject({ model_type: "wordloom-vae-recurrent" });
  });
});

describe("a run's folder", () => {
  it("holds all its files, and the KL of each evaluation", async () => {
    const { stdout, stderr } = await place.train("moods.csv", "--column", "said", "--label", "mood", ...TINY_VAE, "--steps", "10", "--out", "json", "--json");
    expect(readdirSync(place.file("json")).sort()).toEqual(["README.md", "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "tokenizer.json", "training_state"]);
    expect(configOf("json")).toMatchObject({ model_type: "wordloom-vae-recurrent", cell: "lstm", latent_size: 4, hidden_size: 16, labels: MOODS });

    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown> & { type: string });
    const of = (type: string): Record<string, unknown>[] => events.filter((event) => event.type === type);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["notice", "start", "progress", "evaluation", "end"]));
    for (const event of of("progress")) expect(event).toMatchObject({ trainDivergence: expect.any(Number), trainReconstruction: expect.any(Number) });
    expect(of("evaluation").map(({ step }) => step)).toEqual([4, 8, 10]);
    expect(stderr).toMatch(/^Write with it: .*\n$/);

    const lines = readMetrics(place.file("json/metrics.jsonl"));
    for (const [i, line] of lines.entries()) {
      expect(of("evaluation")[i]).toMatchObject(line);
      expect(line).toMatchObject({ validationMutualInformation: expect.any(Number), trainDivergence: expect.any(Number), trainReconstruction: expect.any(Number) });
      expect([0, 1, 2, 3, 4]).toContain(line["validationActiveUnits"]);
      expect(line["validationDivergence"]).toBeGreaterThan(0);
      // The loss of a token is the negative ELBO of all sentences, at full weight, over their tokens; free bits count as such.
      const nats = line["validationReconstruction"] + line["validationDivergence"];
      const tokens = of("start")[0]["validationTokens"] as number;
      expect(line.validationLoss).toBeGreaterThanOrEqual((10 * nats) / tokens - 1e-5);
      expect(line.validationLoss).toBeLessThanOrEqual((10 * (nats + 4 * 0.2)) / tokens + 1e-5);
    }
    const [end] = of("end");
    const best = lines.find(({ step }) => step === end["bestStep"])!;
    expect(cardOf("json")).toContain(`| \`KL at the best step (nats a sentence)\` | ${Number(best["validationDivergence"].toFixed(3))} |`);
    expect(cardOf("json")).toContain(`| \`active units\` | ${best["validationActiveUnits"]} |`);
    expect(cardOf("json")).toContain("npx wordloom generate . -n 20");
    expect((events.at(-1)!)["type"]).toBe("end");
  });

  it("is shown to people with the KL, and with sentences written again and new ones", async () => {
    const { stderr } = await place.train("lines.txt", ...TINY_VAE, "--steps", "8", "--out", "shown");
    const evaluations = stderr.match(/^step [48] .* KL +\d+\.\d, MI +\d+\.\d, +[0-4] active.*$/gm);
    expect(evaluations).toHaveLength(2);
    const samples = stderr.match(/^ {4}\S+ \S+.* → .*↵\S+ \S+.* → .*↵∼ .*↵∼ .*$/gm);
    expect(samples).toHaveLength(2);
    expect(stderr.match(/^The posterior is collapsing: a point says \d\.\d\d nats of its sentence/gm)).toHaveLength(1); // once, though it stays so
  });
});

it.each([
  ["rnn", "wordloom-vae-recurrent", ["--embedding", "8"]],
  ["gru", "wordloom-vae-recurrent", ["--layers", "2"]],
  ["lstm", "wordloom-vae-recurrent", ["--annealing", "logistic", "--word-dropout", "0.3"]],
  ["transformer", "wordloom-vae-transformer", ["--layers", "2", "--heads", "2", "--feed-forward", "24", "--norm", "post"]],
])("every cell trains and writes: %s", async (cell, type, flags) => {
  await place.train("lines.txt", ...SMALL, "--cell", cell, ...flags, "--steps", "8", "--lr", "0.01", "--out", cell);
  expect(configOf(cell)).toMatchObject({ model_type: type, wordloom_training: { cell } });
  const [first, last] = metricsOf(cell);
  expect(last["validationReconstruction"]).toBeLessThan(first["validationReconstruction"]);
  expect((await place.pipe("", "generate", cell, "-n", "3", "--json", "--threads", "1")).match(/^\{"text":".*\}$/gm)).toHaveLength(3);
});

it("the seed decides all of a run", async () => {
  const train = (out: string, seed: string): Promise<unknown> => place.train("lines.txt", ...TINY_VAE, "--steps", "3", "--word-dropout", "0.2", "--seed", seed, "--out", out);
  await Promise.all([train("seed 5", "5"), train("seed 5, again", "5"), train("seed 6", "6")]);
  expect(contents("seed 5, again")).toEqual(contents("seed 5"));
  expect(metricsOf("seed 6")).not.toEqual(metricsOf("seed 5"));
});

describe("a run that goes on", () => {
  const STEPS = 160;
  const learning = ["--lr", "0.02", "--schedule", "constant", "--warmup", "3", "--annealing-steps", "100", "--beta", "0.1", "--free-bits-total", "4", "--word-dropout", "0.9", "--validation", "0.3", "--evaluate-every", "20"];

  /** Sends Ctrl-C at the first evaluation. @returns what was written on the standard error */
  async function interrupted(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [commandLine, "train", ...args], { cwd: place.path, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    let asked = false;
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
      if (!asked && stderr.includes("\nstep ")) asked = child.kill("SIGINT"); // a second one would end it at once
    });
    expect(await once(child, "close")).toEqual([130, null]);
    return stderr;
  }

  it.each([
    ["linear annealing", ["--annealing", "linear", "--dropout", "0.2"], false],
    ["cyclical annealing", ["--annealing", "cyclical", "--cycles", "3", "--cell", "gru"], false],
    ["aggressive updates", ["--aggressive", "2", "--dropout", "0"], true], // where it is interrupted
  ])("is the same bit for bit as one that was never stopped: with %s", async (what, flags, aggressive) => {
    const args = (out: string, steps: number): string[] => ["lines.txt", ...SMALL, ...learning, "--embedding", "16", "--width", "32", "--batch-tokens", "600", ...flags, "--steps", String(steps), "--out", out];
    const [whole, stopped] = ["whole", "stopped"].map((name) => `${name}, ${what}`);
    const [stderr] = await Promise.all([interrupted(...args(stopped, STEPS)), place.train(...args(whole, STEPS))]);
    expect(stderr).toContain(`Saved. Go on with: wordloom train lines.txt --out '${stopped}' --resume\n`);
    const { step, other } = progressOf(stopped);
    expect(step).toBeLessThan(STEPS);
    expect(other).toMatchObject({ course: { aggressive } });

    const resumed = await place.train("lines.txt", "--out", stopped, "--resume", "--steps", String(STEPS));
    expect(resumed.stderr).not.toContain("not used");
    expect(contents(stopped)).toEqual(contents(whole));
  });

  it("goes on with the labels that it began with, beyond the end that it had, and only with the same file", async () => {
    const args = (out: string, steps: string): string[] => ["moods.csv", "--column", "said", "--label", "mood", ...TINY_VAE, ...learning, "--evaluate-every", "4", "--steps", steps, "--out", out];
    await Promise.all([place.train(...args("labels", "4")), place.train(...args("whole, with labels", "8"))]);
    const { stderr } = await place.train("moods.csv", "--out", "labels", "--resume", "--steps", "8");
    expect(stderr).toContain('Going on from step 4 of the run in "labels".');
    expect(configOf("labels")).toMatchObject({ labels: MOODS, wordloom_training: { totalSteps: 8, data: { label: "mood", column: "said" } } });
    expect(metricsOf("labels").map(({ step }) => step)).toEqual([4, 8]);
    expect(contents("labels")).toEqual(contents("whole, with labels"));
    expect(await place.fails("train", "lines.txt", "--out", "labels", "--resume", "--steps", "9")).toMatch(/lines\.txt/);
  });
});

it.each([
  ["of cells, cyclical, with labels", ["moods.csv", "--column", "said", "--label", "mood", ...TINY_VAE, "--annealing", "cyclical", "--cycles", "2", "--annealing-steps", "5", "--beta", "0.5", "--lowercase", "--validation", "7"]],
  ["of cells, updated aggressively", ["lines.txt", ...TINY_VAE, "--cell", "gru", "--annealing", "none", "--free-bits-total", "2", "--aggressive", "2", "--word-dropout", "0.2", "--optimizer", "sgd", "--validation", "moods.txt"]],
  ["of a Transformer", ["stars.jsonl", ...SMALL, "--cell", "transformer", "--norm", "post", "--heads", "2", "--feed-forward", "24", "--layers", "1", "--label", "stars", "--tokenizer", "bpe", "--vocabulary", "290", "--annealing", "logistic"]],
  ["of stories", [...OF_STORIES, "--stories", "20", ...SMALL, "--context", "70"]],
])("the command that a run's card gives makes the same run again: %s", async (what, args) => {
  place.write("moods.txt", `${SENTENCES.slice(0, 9).join("\n")}\n`);
  const [first, again] = [what, `${what}, again`];
  await place.train(...args, "--steps", "3", "--out", first);
  await reader.repeat(first, again);
  expect(contents(again)).toEqual(contents(first));
});
