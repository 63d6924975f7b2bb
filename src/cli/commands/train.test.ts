import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Command } from "commander";
import { readData } from "../../api/data.js";
import { commandFor } from "../../api/run_card.js";
import { parseTrainOptions } from "../../api/train_options.js";
import { architectureFor, chooseSettings, isChosenBySpeed, tokenizerFor } from "../../api/training_settings.js";
import { createModelConfig } from "../../models/model_config.js";
import { tokenize } from "../../text/tokenized.js";
import { trainTokenizer } from "../../text/train_tokenizer.js";
import { commandLine, killScript, runNode, TINY, TINY_TEXT, Workplace } from "../testing/command_line.js";
import { addTrainCommand } from "./train.js";

/** A recurrent graph has nodes for each token of its windows. */
const SHORT = [...TINY, "--context", "8"];
const SHORT_TEXT = [...TINY_TEXT, "--context", "8"];

let place: Workplace;
beforeAll(() => {
  place = new Workplace();
});
afterAll(() => place.remove());

describe("a run's folder", () => {
  it("holds all its files, and a line of metrics for each evaluation", async () => {
    const { stdout, stderr } = await place.train("poem.txt", ...SHORT_TEXT, "--family", "gru", "--steps", "5", "--out", "run");
    expect(readdirSync(place.file("run")).sort()).toEqual([
      "README.md",
      "config.json",
      "generation_config.json",
      "metrics.jsonl",
      "model.safetensors",
      "tokenizer.json",
      "training_state",
    ]);
    expect(readdirSync(place.file("run/training_state"))).toEqual(["state.safetensors"]);
    const lines = readFileSync(place.file("run/metrics.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, number>);
    expect(lines.map(({ step }) => step)).toEqual([2, 4, 5]);
    for (const line of lines) {
      expect(Object.keys(line).sort()).toEqual(["learningRate", "seconds", "step", "tokensPerSecond", "trainLoss", "validationLoss"]);
    }
    expect(stdout).toBe("");
    expect(stderr).toMatch(/Write with it: wordloom generate run\n$/);
  });

  it("may have any name", async () => {
    const data = `it's "a"\n 📜.txt`;
    place.write(data, readFileSync(place.file("poem.txt")));
    const out = `a "b"\n'c' 🦜`;
    const { stderr } = await place.train(data, ...SHORT_TEXT, "--family", "rnn", "--steps", "2", "--out", out);
    const words = await place.run("generate", out, "--threads", "1", "--max-tokens", "3");
    expect(words).toMatchObject({ code: 0, stderr: "" });
    expect(stderr).not.toContain("\u001b");
    place.write("-x.txt", readFileSync(place.file("poem.txt")));
    await place.train(...SHORT_TEXT, "--family", "rnn", "--steps", "2", "--out=-y", "--", "-x.txt");
    expect(existsSync(place.file("-y/model.safetensors"))).toBe(true);
  });
});

it("--json writes one event a line on the standard output, and the last is the end", async () => {
  const { stdout } = await place.train("poem.txt", ...SHORT_TEXT, "--family", "lstm", "--steps", "4", "--out", "json", "--json");
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { type: string });
  expect(events.map(({ type }) => type).filter((type) => type !== "progress" && type !== "notice")).toEqual(["start", "evaluation", "evaluation", "end"]);
  expect(events.at(-1)).toMatchObject({ type: "end", reason: "steps", step: 4, run: "json" });
});

describe("every family and tokenizer trains", () => {
  it.each([
    ["gpt2", ["--heads", "2", "--tokenizer", "bpe", "--vocabulary", "300"]],
    ["llama", ["--dialect", "llama", "--heads", "2", "--key-value-heads", "1", "--tokenizer", "word"]],
    ["rnn", ["--family", "rnn", "--tokenizer", "character", "--optimizer", "sgd"]],
    ["lstm", ["--family", "lstm", "--tokenizer", "word", "--optimizer", "rmsprop", "--tie"]],
    ["gru", ["--family", "gru", "--tokenizer", "bpe", "--vocabulary", "280", "--embedding", "0"]],
  ])("%s", async (name, flags) => {
    await place.train("poem.txt", "--no-lines", ...SHORT, ...flags, "--steps", "5", "--out", name);
    expect(JSON.parse(readFileSync(place.file(`${name}/config.json`), "utf8"))).toMatchObject({ wordloom_training: { architecture: name } });
  });
});

it("reads the columns of tables and of JSON lines", async () => {
  const rows = readFileSync(place.file("poem.txt"), "utf8").split("\n").slice(0, 25);
  place.write("table.csv", `id,"the, text"\n${rows.map((row, i) => `${i},"${row.replaceAll('"', '""')}"`).join("\n")}\n`);
  place.write("lines.jsonl", rows.map((row, id) => JSON.stringify({ id, body: row })).join("\n"));
  const flags = [...SHORT, "--tokenizer", "word", "--family", "rnn", "--steps", "2"];
  const table = await place.train("table.csv", ...flags, "--column", "the, text", "--out", "table");
  const lines = await place.train("lines.jsonl", ...flags, "--out", "lines");
  expect(lines.stderr).toContain('The texts were read from the column "body".');
  const trained = (stderr: string): string | undefined => /step +2 .*validation (\S+)/.exec(stderr)?.[1];
  expect(trained(table.stderr)).toMatch(/^\d/);
  expect(trained(table.stderr)).toBe(trained(lines.stderr));
  // The column is part of the run, but says nothing about plain text.
  expect(await place.run("evaluate", "table", "poem.txt", "--threads", "1", "--json")).toMatchObject({ code: 0 });
});

it("ends as converged when nothing bounds it", async () => {
  place.write("tiny.txt", readFileSync(place.file("poem.txt"), "utf8").slice(0, 1500)); // soon known by heart
  const { stdout } = await place.train("tiny.txt", "--no-lines", "--tokenizer", "character", "--family", "rnn", ...SHORT, "--evaluate-every", "10", "--lr", "0.05", "--out", "converged", "--json");
  const end = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as { reason: string; bestStep: number; step: number };
  expect(end).toMatchObject({ type: "end", reason: "converged" });
  expect(end.bestStep).toBeLessThanOrEqual(end.step);

  const before = place.contents();
  const resumed = await place.train("tiny.txt", "--out", "converged", "--resume", "--threads", "1", "--json");
  expect(JSON.parse(resumed.stdout.trimEnd().split("\n").at(-1)!)).toMatchObject({ type: "end", reason: "converged", step: end.step, bestStep: end.bestStep });
  for (const file of ["model.safetensors", "metrics.jsonl", "training_state/state.safetensors"]) {
    expect(place.contents()[`converged/${file}`]).toBe(before[`converged/${file}`]);
  }
});

describe("a run that goes wrong", () => {
  it("says at which step it diverged and what to change, and still opens", async () => {
    const { code, stderr } = await place.run("train", "poem.txt", ...SHORT_TEXT, "--heads", "2", "--steps", "20", "--optimizer", "sgd", "--lr", "1e6", "--clip", "0", "--out", "diverged");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wordloom: Training diverged at step \d+: .*--lr.*--clip\)\.$/m);
    expect(stderr.match(/^wordloom: /gm)).toHaveLength(1);
    const kept = stderr.includes("the last good checkpoint is kept");
    expect(existsSync(place.file("diverged"))).toBe(kept);
    if (kept) {
      expect(await place.run("generate", "diverged", "--max-tokens", "2", "--threads", "1")).toMatchObject({ code: 0, stderr: "" });
    }
  });

  it("keeps the last checkpoint when the disk is full", async (context) => {
    mkdirSync(place.file("disk"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", place.file("disk")], { stdio: "ignore" });
    } catch {
      context.skip("a small disk cannot be mounted here");
    }
    try {
      const args = ["poem.txt", ...SHORT_TEXT, "--family", "lstm", "--out", "disk/run"];
      await place.train(...args, "--steps", "2");
      expect(() => writeFileSync(place.file("disk/filler"), Buffer.alloc(2 ** 21))).toThrow("ENOSPC");
      const before = place.contents();
      const { code, stderr } = await place.run("train", ...args, "--steps", "6", "--resume");
      expect(stderr).toMatch(/^wordloom: The disk is full: .*free some space and try again\.$/m);
      expect(code).toBe(2);
      expect(place.contents()).toEqual(before);
      expect(await place.run("generate", "disk/run", "--max-tokens", "2", "--threads", "1")).toMatchObject({ code: 0, stderr: "" });
    } finally {
      execFileSync("umount", [place.file("disk")]);
    }
  });
});

describe("a run that is interrupted", () => {
  it("by Ctrl-C says how to go on", async () => {
    const child = spawn(process.execPath, [commandLine, "train", "poem.txt", ...SHORT_TEXT, "--family", "gru", "--steps", "100000", "--out", "stop me"], { cwd: place.path, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    let asked = false;
    child.stderr.on("data", (data: Buffer) => {
      stderr += data.toString();
      if (!asked && stderr.includes("step ")) asked = child.kill("SIGINT"); // a second one would end it at once
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(stderr).toMatch(/Saved\. Go on with: wordloom train poem\.txt --out 'stop me' --resume\n$/);
    expect(code).toBe(130);
  });

  it.each([
    ["SIGKILL", "2", "lstm"],
    ["SIGINT", "1", "gpt2"],
  ])("by %s opens, and goes on to the very same end", async (signal, kills, family) => {
    const { code, stdout, stderr } = await runNode([killScript, "--kills", kills, "--steps", "12", "--seed", "19", "--signal", signal, "--families", family], place.path);
    expect(stdout + stderr).toMatch(/\nSound: /);
    expect(code).toBe(0);
  });
});

describe("the command that a run's card gives", () => {
  /** Everything that a run on poem.txt with these flags is made of, on a machine of this speed. */
  async function chosen(flags: readonly string[], flopsPerSecond: number) {
    const program = new Command();
    addTrainCommand(program);
    let given: unknown;
    const [train] = program.commands;
    train.action((data: string, rest: object) => {
      given = { ...rest, data: place.file(data) };
    });
    await train.parseAsync(flags as string[], { from: "user" });
    const options = parseTrainOptions(given);
    const { lines = null, column = null, validation, stories = null, seed } = options;
    const data = await readData({ path: options.data, lines, column, validation, stories, seed });
    const tokenizer = trainTokenizer(tokenizerFor(options, data.corpus), data.split.train, { vocabularySize: options.vocabulary });
    const text = tokenize(tokenizer, data.split.kind, data.split.train);
    const { sizes, settings } = chooseSettings(options, data, text, tokenizer.vocabularySize, isChosenBySpeed(options) ? { flopsPerSecond } : null);
    return { config: createModelConfig(architectureFor(options), sizes), settings, tokenizer };
  }

  it.each([
    ["with nothing asked for", []],
    ["of a gpt2", ["--heads", "2", "--width", "32", "--dropout", "0.3", "--no-tie", "--clip", "0", "--beta1", "0.8", "--beta2", "0.9", "--steps", "70", "--no-lines", "--validation", "0.2"]],
    ["of a llama", ["--dialect", "llama", "--heads", "4", "--key-value-heads", "2", "--tokenizer", "word", "--vocabulary", "90", "--accumulation", "3", "--minutes", "3", "--threads", "2", "--lines"]],
    ["of an rnn", ["--family", "rnn", "--optimizer", "sgd", "--momentum", "0.5", "--schedule", "linear", "--lr", "0.3", "--minimum-lr", "0.2", "--warmup", "7", "--validation", "500", "--no-lines"]],
    ["of an lstm", ["--family", "lstm", "--optimizer", "rmsprop", "--tie", "--layers", "2", "--width", "24", "--context", "20", "--batch", "3", "--seed", "5", "--evaluate-every", "9", "--weight-decay", "0.02"]],
    ["of a gru", ["--family", "gru", "--optimizer", "adam", "--embedding", "0", "--tokenizer", "bpe", "--vocabulary", "300"]],
  ])("makes the same run again: %s", async (_, flags) => {
    const run = await chosen(["poem.txt", ...flags], 1e11);
    const again = await chosen(commandFor(run).slice("npx wordloom train".split(" ").length), 1e7); // on a far slower machine
    expect(again.config).toEqual(run.config);
    expect(again.tokenizer.toJSON()).toEqual(run.tokenizer.toJSON());
    expect(again.settings).toEqual(run.settings);
  });
});
