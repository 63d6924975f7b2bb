// Training on pairs of texts as a person does it: every format, the run's folder, going on, doing it again.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../storage/safetensors.js";
import { commandLine, TINY_GRU, TINY_TRANSFORMER, Workplace } from "../testing/command_line.js";
import { writeNumberPairs } from "../testing/number_pairs.js";
import { RunReader } from "../testing/run_contents.js";

let place: Workplace;
beforeAll(() => {
  place = new Workplace();
  writeNumberPairs(place);
});
afterAll(() => place.remove());

const reader = new RunReader(() => place);
const metricsOf = (run: string): object[] => reader.metrics(run);
const configOf = (run: string): Record<string, unknown> => reader.config(run);
const contents = (run: string): unknown => reader.contents(run);

it("reads the same pairs from every format", async () => {
  const named = ["--source", "asked", "--target", "answered"];
  const formats = [["plain.tsv", "--source", "1", "--target", "2"], ["named.tsv", ...named], ["named.csv", ...named], ["named.jsonl", ...named], ["lines.en", "--target-file", "lines.de"]];
  const runs = await Promise.all(formats.map((args, i) => place.train(...args, ...TINY_GRU, "--steps", "4", "--out", `format ${i}`)));
  for (const [i, { stderr }] of runs.entries()) {
    expect(stderr).toContain("Validation is on 10 of 100 pairs, whose sources were chosen at random and are not trained on.");
    expect(stderr).toContain(`Convert with it: wordloom generate 'format ${i}' --input "…"\n`);
    expect(metricsOf(`format ${i}`)).toEqual(metricsOf("format 0"));
  }
  expect(runs[0].stderr).toContain("no row of column names; its first row was read as a pair");
});

it("a look at the data is enough to know that it is pairs, unless a column is named", async () => {
  const flags = [...TINY_TRANSFORMER, "--steps", "2"];
  const [pairs, column] = await Promise.all([
    place.train("plain.tsv", ...flags),
    place.train("known.jsonl", ...flags, "--column", "tgt", "--tokenizer", "character", "--context", "16"),
  ]);
  expect(pairs.stderr).toMatch(/^Read as pairs of texts.*name a --column/);
  expect(pairs.stderr).toContain("Training runs/plain-seq2seq: seq2seq transformer");
  expect(column.stderr).toContain("Training runs/known-transformer: gpt2");
});

it("byte pairs are learned without a line on the standard output", async () => {
  const flags = ["--steps", "2", "--tokenizer", "bpe", "--vocabulary", "280", "--json", "--width", "16", "--threads", "1"];
  const runs = await Promise.all([place.train("plain.tsv", ...flags, "--out", "byte pairs"), place.train("poem.txt", "--family", "lstm", ...flags, "--out", "byte pairs of a poem")]);
  for (const { stdout } of runs) for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("type");
  expect(runs[0].stdout).toContain("Read as byte pairs: 280 for both sides (--tokenizer, --vocabulary).");
});

describe("embedded pairs", () => {
  it("are dates, which recurrent cells read", async () => {
    const { stderr } = await place.train("dates", "--stories", "60", "--width", "16", "--threads", "1", "--steps", "2");
    expect(stderr).toContain("Training runs/dates-seq2seq: seq2seq gru");
    expect(stderr).toMatch(/Convert with it: wordloom generate runs\/dates-seq2seq --input "3 mars 1987"\n$/);
    expect(await place.pipe("", "generate", "runs/dates-seq2seq", "--input", "3 mars 1987", "--threads", "1")).toMatch(/^.*\n$/);
  });

  it("are stories with a view", async () => {
    await place.train("stories", "--view", "chinese", "--stories", "40", ...TINY_TRANSFORMER, "--steps", "2", "--out", "chinese");
    expect(configOf("chinese")).toMatchObject({ wordloom_training: { data: { reading: { view: "chinese", count: 40 } } } });
    const { stdout } = await place.run("evaluate", "chinese", "stories", "--stories", "20", "--beams", "1", "--max-tokens", "4", "--threads", "1");
    expect(stdout).toMatch(/\n  ≠ .*\p{Script=Han}/u);
    const foreign = await place.run("evaluate", "chinese", "plain.tsv", "--beams", "1", "--max-tokens", "4", "--threads", "1", "--json");
    expect(foreign).toMatchObject({ code: 0 });
    expect(JSON.parse(foreign.stdout)).toMatchObject({ pairs: 100, beams: 1 });
  });
});

it("a run's folder has a source tokenizer only where the sides have their own", async () => {
  await Promise.all(["--joint", "--no-joint"].map((flag) => place.train("plain.tsv", ...TINY_GRU, flag, "--steps", "4", "--out", `run${flag}`)));
  const files = ["README.md", "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors", "source_tokenizer.json", "tokenizer.json", "training_state"];
  expect(readdirSync(place.file("run--no-joint")).sort()).toEqual(files);
  expect(readdirSync(place.file("run--joint")).sort()).toEqual(files.filter((name) => name !== "source_tokenizer.json"));
  expect(readFileSync(place.file("run--joint/README.md"), "utf8")).toContain('echo "..." | npx wordloom generate . --input -');
});

it("long pairs are cut off or left out, and counted", async () => {
  const [cut, left] = await Promise.all(["truncate", "drop"].map((how) => place.train("plain.tsv", ...TINY_GRU, "--tokenizer", "character", "--context", "10", "--long-pairs", how, "--steps", "2", "--out", how)));
  expect(cut.stderr).toMatch(/\nCut \d+ sources and \d+ targets off at 10 source or 10 target tokens, ends included \(--context, --long-pairs\)\./);
  expect(left.stderr).toMatch(/\nLeft out \d+ pairs of more than 10 source or 10 target tokens, ends included \(/);
});

describe("word vectors", () => {
  const vector = (word: string, width: number): string => `${word} ${Array.from({ length: width }, (_, i) => Math.sin(word.length + i)).join(" ")}`;
  const train = (file: string, ...more: string[]): string[] => ["plain.tsv", ...TINY_GRU, "--embedding", "8", "--embeddings", file, "--steps", "1", "--lr", "1e-9", "--out", file.replace(".txt", ""), ...more];

  it("are what the embedding begins with", async () => {
    place.write("vectors.txt", ["3 8", vector("three", 8), vector("drei", 8), vector("unheard", 8)].join("\n"));
    const { stderr } = await place.train(...train("vectors.txt"));
    expect(stderr).toMatch(/\nOf \d+ source words, 2 begin with vectors from vectors\.txt; the others begin at random\.\nOf \d+ target words, 2 begin/);
    const { model } = JSON.parse(readFileSync(place.file("vectors/source_tokenizer.json"), "utf8")) as { model: { vocab: Record<string, number> } };
    const embedding = readSafetensors(place.file("vectors/model.safetensors")).tensors.get("source_embedding.weight")!;
    for (const form of ["three", " three"]) {
      const row = Array.from((embedding.data as Float32Array).subarray(8 * model.vocab[form], 8 * model.vocab[form] + 8));
      const ratios = row.map((value, i) => value / Math.sin(5 + i));
      for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0], 5);
      expect(ratios[0]).toBeGreaterThan(0.01);
    }
    expect(configOf("vectors")).toMatchObject({ wordloom_training: { data: { embeddings: "vectors.txt" } } });
  });

  it.each([
    ["narrow.txt", vector("three", 4), /narrow\.txt has vectors of 4 values but the model's are 8 wide/],
    ["broken.txt", `${vector("three", 8)}\nseven 1 2 3\n`, /broken\.txt, line 2 has 3 values instead of 8/],
    ["foreign.txt", vector("tri", 8), /None of the model's \d+ source words and \d+ target words is in "foreign\.txt"/],
  ])("that do not fit are refused: %s", async (file, text, sentence) => {
    place.write(file, text);
    expect(await place.fails("train", ...train(file))).toMatch(sentence);
    expect(existsSync(place.file(file.replace(".txt", "")))).toBe(false);
  });
});

describe("a run that goes on", () => {
  const args = (out: string, ...more: string[]): string[] => ["lines.en", "--target-file", "lines.de", ...TINY_GRU, "--dropout", "0.2", "--schedule", "constant", "--warmup", "2", "--out", out, ...more];

  it("is the same bit for bit as one that was never stopped", async () => {
    await Promise.all([place.train(...args("whole", "--steps", "8")), place.train(...args("parts", "--steps", "4"))]);
    const { stderr } = await place.train("lines.en", "--target-file", "lines.de", "--out", "parts", "--resume", "--steps", "8");
    expect(stderr).not.toContain("not used");
    expect(contents("parts")).toEqual(contents("whole"));
    expect(await place.fails("train", "lines.en", "--out", "parts", "--resume", "--steps", "9")).toMatch(/trained on two aligned files; give the second one with --target-file/);
    expect(await place.fails("train", "lines.de", "--target-file", "lines.en", "--out", "parts", "--resume", "--steps", "9")).toMatch(/trained on another text than "lines\.de": on "lines\.en", or this file before it was changed/);
  });

  it("is refused with a file that was changed, in a sentence that one can read", async () => {
    place.write("changing.tsv", readFileSync(place.file("plain.tsv")));
    await place.train("changing.tsv", ...TINY_GRU, "--steps", "2", "--out", "changing");
    place.write("changing.tsv", readFileSync(place.file("plain.tsv"), "utf8").slice(0, -20));
    expect(await place.fails("train", "changing.tsv", "--out", "changing", "--resume", "--steps", "4")).toMatch(/The run in "changing" was trained on "changing\.tsv" before that was changed, or on another file of this name; resume with the same file\./);
  });

  it("after SIGKILL opens, and comes to the same end", async () => {
    const steps = ["--steps", "60", "--evaluate-every", "2"];
    const child = spawn(process.execPath, [commandLine, "train", ...args("killed", ...steps)], { cwd: place.path, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (data: Buffer) => void (data.includes("step ") && child.kill("SIGKILL")));
    const [whole, [, signal]] = await Promise.all([place.train(...args("never killed", ...steps)), once(child, "close")]);
    expect(whole.stderr).toContain("60 steps");
    expect(signal).toBe("SIGKILL");
    expect(await place.run("generate", "killed", "--input", "one two", "--threads", "1")).toMatchObject({ code: 0, stderr: "" });
    await place.train(...args("killed", ...steps, "--resume"));
    expect(contents("killed")).toEqual(contents("never killed"));
  });

  it("by Ctrl-C says how to go on, with both files", async () => {
    const child = spawn(process.execPath, [commandLine, "train", ...args("stopped", "--steps", "100000")], { cwd: place.path, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => {
      if (!stderr.includes("step ") && data.includes("step ")) child.kill("SIGINT");
      stderr += data.toString();
    });
    await once(child, "close");
    expect(stderr).toMatch(/Saved\. Go on with: wordloom train lines\.en --target-file lines\.de --out stopped --resume\n$/);
  });
});

it.each([
  ["of cells that attend", ["named.csv", ...TINY_GRU, "--tokenizer", "character", "--source", "asked", "--target", "answered", "--attention", "additive", "--input-feeding", "--embedding", "12", "--lowercase", "--validation", "7"]],
  ["of cells that do not", ["lines.de", "--target-file", "lines.en", ...TINY_GRU, "--attention", "none", "--joint", "--optimizer", "sgd", "--validation", "lines.de", "--validation-target", "lines.en"]],
  ["of a Transformer", ["both.tsv", "--language", "to", ...TINY_TRANSFORMER, "--norm", "post", "--feed-forward", "24", "--tokenizer", "bpe", "--vocabulary", "270", "--no-joint", "--label-smoothing", "0.2"]],
  ["of stories", ["stories", "--view", "summary", "--stories", "30", ...TINY_TRANSFORMER, "--context", "60", "--long-pairs", "drop"]],
])("the command that a run's card gives makes the same run again: %s", async (what, args) => {
  const [first, again] = [what, `${what}, again`];
  await place.train(...args, "--steps", "2", "--out", first);
  await reader.repeat(first, again);
  expect(contents(again)).toEqual(contents(first));
});
