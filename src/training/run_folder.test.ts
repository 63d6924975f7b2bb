// Checks how runs are made, refused, opened and resumed, and that a kill at any moment leaves one that goes on exactly.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { temporaryPath } from "../storage/atomic_file.js";
import { packageVersion } from "../storage/package_version.js";
import type { StoredTensor } from "../storage/safetensors.js";
import type { MetricsLine } from "./metrics_log.js";
import { runConfigSchema } from "./run_config.js";
import { RunFolder } from "./run_folder.js";
import type { TrainingState } from "./training_state.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-run-"));
  path = join(folder, "runs", "poems");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failure(action: () => unknown): WordloomError {
  try {
    action();
  } catch (error) {
    if (error instanceof WordloomError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

function metrics(step: number): MetricsLine {
  return { step, seconds: step / 7, trainLoss: 2, validationLoss: 2.5, learningRate: 0.001, tokensPerSecond: 10 };
}

function weights(value: number): Map<string, StoredTensor> {
  return new Map([["w", { dtype: "F32", shape: [2, 2], data: new Float32Array(4).fill(value) }]]);
}

function state(step: number): TrainingState {
  const shuffling = new RandomStream(step, "shuffling");
  shuffling.normal(); // leaves a spare one
  const random = { shuffling: shuffling.state(), dropout: new RandomStream(step, "dropout").state() };
  const best = { bestStep: step, bestLoss: step === 0 ? null : 0.1 + 0.2 };
  const progress = { step, seconds: step / 7, ...best, threads: 2, random, batcher: { epoch: 1, at: [5] }, other: "x" };
  return { tensors: weights(step), progress };
}

/** A run with one checkpoint, not locked. */
function savedRun(): RunFolder {
  const run = RunFolder.create(path);
  run.writeTokenizer('{"model": {}}');
  run.writeConfig({ family: "lstm", layers: 2 });
  run.saveCheckpoint({ state: state(1), bestWeights: weights(1), metrics: metrics(1) });
  run.release();
  return run;
}

describe("a run folder", () => {
  it("gives back all that was written, and nothing else is left in it", () => {
    const run = RunFolder.create(path);
    run.writeConfig({ family: "lstm", layers: 2, wordloom_format: 77 });
    run.writeTokenizer('{"model": {}}');
    run.writeGenerationConfig({ temperature: 0.8 });
    run.saveCheckpoint({ state: state(3), bestWeights: weights(3), metrics: metrics(3) });
    run.writeModelCard("# Poems\n");
    run.release();
    const back = RunFolder.open(path);
    const schema = runConfigSchema.extend({ layers: z.int() });
    const versions = { wordloom_format: 1, wordloom_version: packageVersion };
    expect(back.readConfig(schema)).toEqual({ family: "lstm", layers: 2, ...versions });
    expect(back.readTokenizer()).toBe('{"model": {}}');
    expect(back.readGenerationConfig()).toEqual({ temperature: 0.8 });
    expect(back.readWeights()).toEqual(weights(3));
    expect(back.readMetrics()).toEqual([metrics(3)]);
    expect(back.resume()).toEqual(state(3));
    back.release();
    const files = ["README.md", "config.json", "generation_config.json", "metrics.jsonl", "model.safetensors"];
    expect(readdirSync(path).sort()).toEqual([...files, "tokenizer.json", "training_state"]);
    expect(readdirSync(join(path, "training_state"))).toEqual(["state.safetensors"]);
  });

  it("keeps a random stream such that it goes on where it was", () => {
    const run = RunFolder.create(path);
    const stream = new RandomStream(5, "dropout");
    stream.normal();
    const saved = state(2);
    run.saveCheckpoint({ state: { ...saved, progress: { ...saved.progress, random: { dropout: stream.state() } } } });
    run.release();
    const restored = new RandomStream(0, "");
    restored.restore(run.resume().progress.random.dropout);
    const draw = (from: RandomStream): number[] => Array.from({ length: 5 }, () => from.normal());
    expect(draw(restored)).toEqual(draw(stream));
    run.release();
  });

  it("has no generation defaults of its own unless they were written", () => {
    expect(savedRun().readGenerationConfig()).toEqual({});
  });
});

describe("create", () => {
  it("refuses a folder that holds something else, and leaves it alone", () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "config.json"), '{"model_type": "gpt2"}');
    const error = failure(() => RunFolder.create(path));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toBe(`The folder "${path}" is not empty and holds no run; choose another one (--out).`);
    expect(readdirSync(path)).toEqual(["config.json"]);
    mkdirSync(join(path, "training_state"));
    expect(failure(() => RunFolder.create(path)).message).toContain("holds no run");
    rmSync(join(path, "config.json"));
    writeFileSync(join(path, "notes.txt"), "mine");
    expect(failure(() => RunFolder.create(path)).message).toContain("holds no run");
  });

  it("refuses a run and says how to go on with it", () => {
    savedRun();
    const error = failure(() => RunFolder.create(path));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain("holds a run already; resume it (--resume) or choose another folder (--out).");
    rmSync(join(path, "training_state"), { recursive: true });
    expect(failure(() => RunFolder.create(path)).message).toContain("holds a run already; choose another folder");
  });

  it("never begins anew over a run whose state alone was removed", () => {
    const run = savedRun();
    run.resume();
    run.saveCheckpoint({ state: state(2), metrics: metrics(2) });
    run.release();
    rmSync(join(path, "training_state", "state.safetensors"));
    expect(failure(() => RunFolder.create(path)).message).toContain("holds a run already; choose another folder");
  });

  it("takes an empty folder, and one where a run was killed before its first checkpoint", () => {
    mkdirSync(path, { recursive: true });
    const killed = RunFolder.create(path);
    killed.writeTokenizer("{}");
    killed.writeConfig({ family: "lstm" });
    killed.writeWeights(weights(1));
    writeFileSync(killed.files.metrics, '{"step": 1, "seco');
    writeFileSync(temporaryPath(join(path, "training_state", "state.safetensors")), "half");
    killed.release();
    const run = RunFolder.create(path);
    expect(readdirSync(path)).toEqual(["training_state"]);
    expect(readdirSync(join(path, "training_state"))).toEqual(["lock"]);
    run.release();
  });

  it("refuses while another trainer is at work there, even before its first checkpoint", () => {
    const run = RunFolder.create(path);
    run.writeTokenizer("{}");
    expect(failure(() => RunFolder.create(path)).message).toContain("is in use by this very process");
    expect(existsSync(run.files.tokenizer)).toBe(true);
    run.release();
  });

  it("says that the path is, or leads through, a file", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(failure(() => RunFolder.create(file)).message).toContain("is a file, not a run");
    expect(failure(() => RunFolder.create(join(file, "run"))).message).toContain("part of that path is a file");
  });

  it("can be taken back, with the folders it made, until something is saved", () => {
    const run = RunFolder.create(path);
    run.writeConfig({});
    run.discard();
    expect(readdirSync(folder)).toEqual([]);
    const saved = savedRun();
    saved.resume();
    saved.discard();
    expect(RunFolder.open(path).resume()).toEqual(state(1));
  });
});

describe("open", () => {
  it("says that there is no such folder, or that it is a file", () => {
    expect(failure(() => RunFolder.open(path)).code).toBe("file_not_found");
    expect(failure(() => RunFolder.open(fileURLToPath(import.meta.url))).message).toContain("is a file, not a run");
  });

  it("names what a folder lacks to be a run", () => {
    const run = savedRun();
    rmSync(run.files.tokenizer);
    expect(failure(() => RunFolder.open(path)).message).toContain("has no tokenizer.json");
    rmSync(join(path, "training_state"), { recursive: true });
    rmSync(run.files.config);
    const error = failure(() => RunFolder.open(path));
    expect(error.code).toBe("invalid_run");
    expect(error.message).toContain("is no run: it has no config.json");
    writeFileSync(run.files.config, '{"model_type": "gpt2"}');
    expect(failure(() => RunFolder.open(path)).message).toContain('it has no "wordloom_format"');
  });

  it("says of a run without a checkpoint to start again", () => {
    const run = RunFolder.create(path);
    run.release();
    const sentence = `The run in "${path}" has no checkpoint yet; start again, without resuming.`;
    expect(failure(() => RunFolder.open(path)).message).toBe(sentence);
    run.writeConfig({});
    expect(failure(() => RunFolder.open(path)).message).toBe(sentence);
    run.writeWeights(weights(1)); // killed between the first weights and the first state
    run.writeTokenizer("{}");
    expect(failure(() => RunFolder.open(path).resume()).message).toBe(sentence);
    RunFolder.create(path).release();
  });

  it("refuses a newer format before it looks at anything else, and says to upgrade", () => {
    const run = savedRun();
    writeFileSync(run.files.config, '{"wordloom_format": 2, "wordloom_version": "9.1.0", "layers": "many"}');
    const error = failure(() => RunFolder.open(path));
    expect(error.code).toBe("unsupported_version");
    expect(error.message).toContain("was written by Wordloom 9.1.0 in format 2");
    expect(error.message).toMatch(/upgrade Wordloom\.$/);
    writeFileSync(run.files.config, '{"wordloom_format": 3, "wordloom_version": "\\u001b[2J"}');
    expect(failure(() => RunFolder.open(path)).message).toContain("by a newer Wordloom in format 3");
    writeFileSync(run.files.config, '{"wordloom_format": "one", "wordloom_version": "0.1.0"}');
    expect(failure(() => RunFolder.open(path)).message).toContain('is wrong at "wordloom_format"');
  });

  it("reads a run that may only be read, and one without its training state", () => {
    const run = savedRun();
    rmSync(join(path, "training_state"), { recursive: true });
    expect(RunFolder.open(path).readWeights()).toEqual(weights(1));
    expect(failure(() => run.resume()).message).toContain("has no training_state any more, so it cannot be resumed");
    truncateSync(run.files.weights, 100);
    const error = failure(() => RunFolder.open(path).readWeights());
    expect(error.code).toBe("invalid_run");
    expect(error.message).toContain("model.safetensors");
  });
});

describe("resume", () => {
  it("cuts the metrics to the last checkpoint and removes what a kill left", () => {
    const run = savedRun();
    const whole = readFileSync(run.files.metrics);
    writeFileSync(run.files.metrics, `${whole}${JSON.stringify(metrics(2))}\n{"step`);
    writeFileSync(temporaryPath(run.files.weights), "half");
    writeFileSync(temporaryPath(join(path, "training_state", "state.safetensors")), "half");
    RunFolder.open(path).resume();
    expect(readFileSync(run.files.metrics)).toEqual(whole);
    expect(readdirSync(path).filter((name) => name.startsWith("."))).toEqual([]);
    expect(readdirSync(join(path, "training_state")).sort()).toEqual(["lock", "state.safetensors"]);
  });

  it("refuses a second trainer, and lets the next one in after a release", () => {
    savedRun();
    const first = RunFolder.open(path);
    first.resume();
    expect(failure(() => RunFolder.open(path).resume()).code).toBe("invalid_run");
    first[Symbol.dispose]();
    const second = RunFolder.open(path);
    second.resume();
    second.release();
  });

  it("says of a damaged state that it cannot be read, and leaves the folder unlocked", () => {
    const run = savedRun();
    const stateFile = join(path, "training_state", "state.safetensors");
    cpSync(run.files.weights, stateFile);
    expect(failure(() => run.resume()).message).toContain("holds no state of training");
    truncateSync(stateFile, 20);
    expect(failure(() => run.resume()).message).toContain("it is cut off");
    expect(readdirSync(join(path, "training_state"))).toEqual(["state.safetensors"]);
  });
});

describe("saveCheckpoint", () => {
  it("leaves the last checkpoint and its metrics in place when the state cannot be written", () => {
    const run = savedRun();
    run.resume();
    const before = readFileSync(run.files.metrics);
    const wrong: StoredTensor = { dtype: "F32", shape: [3], data: new Float32Array(4) };
    const bad = { ...state(2), tensors: new Map([["w", wrong]]) };
    expect(failure(() => run.saveCheckpoint({ state: bad, metrics: metrics(2) })).code).toBe("invalid_argument");
    expect(readFileSync(run.files.metrics)).toEqual(before);
    run.release();
    expect(run.resume()).toEqual(state(1));
    run.release();
  });

  it("wants the lock", () => {
    expect(failure(() => savedRun().saveCheckpoint({ state: state(2) })).code).toBe("internal");
  });
});

/** Compiles what a trainer needs into a folder where a process of its own can import it. */
function compileInto(target: string): void {
  const source = dirname(dirname(fileURLToPath(import.meta.url)));
  const compilerOptions: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  for (const room of ["", "storage", "training"]) {
    mkdirSync(join(target, "src", room), { recursive: true });
    for (const name of readdirSync(join(source, room))) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      const { outputText } = ts.transpileModule(readFileSync(join(source, room, name), "utf8"), { compilerOptions });
      writeFileSync(join(target, "src", room, name.replace(/ts$/, "js")), outputText);
    }
  }
  cpSync(join(source, "../package.json"), join(target, "package.json"));
  symlinkSync(join(source, "../node_modules"), join(target, "node_modules"), "dir");
}

const lastStep = 250;

/** Every step is an evaluation with a checkpoint, every third one the best so far; all values are the step itself. */
const trainer = `
import { RunFolder } from "./src/training/run_folder.js";
const [path, mode] = process.argv.slice(2);
const tensors = (step, size) => new Map([
  ["a", { dtype: "F32", shape: [size], data: new Float32Array(size).fill(step) }],
  ["b", { dtype: "F64", shape: [size], data: new Float64Array(size).fill(step) }],
]);
const run = mode === "create" ? RunFolder.create(path) : RunFolder.open(path);
let step = 0;
if (mode === "create") {
  run.writeTokenizer("{}");
  run.writeConfig({ family: "test" });
} else {
  step = run.resume().progress.step;
}
while (step < ${lastStep}) {
  step++;
  const progress = { step, seconds: step, bestStep: step, bestLoss: step, threads: 1, random: {}, batcher: step };
  const metrics = { step, seconds: step, trainLoss: 1, validationLoss: 1 / step, learningRate: 1, tokensPerSecond: 1 };
  const bestWeights = step % 3 === 1 ? tensors(step, 5000) : undefined;
  run.saveCheckpoint({ state: { tensors: tensors(step, 20000), progress }, bestWeights, metrics });
}
run.release();
`;

/** Starts the trainer and kills it after so many milliseconds, unless it ends before. */
async function train(mode: string, killAfter: number): Promise<number | null> {
  const program = [join(folder, "trainer.js"), path, mode];
  const child = spawn(process.execPath, program, { stdio: ["ignore", "ignore", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfter);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
  return code;
}

function valuesOf(tensors: ReadonlyMap<string, StoredTensor>): number[] {
  return [...new Set([...tensors.values()].flatMap(({ data }) => [...data].map(Number)))];
}

/** Looks at a folder as the next process would: what can be done with it? */
function examine(): "create" | "resume" {
  if (!existsSync(path)) return "create";
  let run: RunFolder;
  try {
    run = RunFolder.open(path);
  } catch (error) {
    expect((error as Error).message).toContain("has no checkpoint yet; start again");
    return "create";
  }
  expect(valuesOf(run.readWeights())).toHaveLength(1);
  run.readMetrics();
  if (!run.hasState) return "create";
  const { tensors, progress } = run.resume();
  expect(valuesOf(tensors)).toEqual([progress.step]);
  expect(run.readMetrics().map(({ step }) => step)).toEqual(Array.from({ length: progress.step }, (_, i) => i + 1));
  run.release();
  return "resume";
}

describe("a run that is killed again and again", () => {
  it("can be opened each time, and ends with the same files as one that never was", async () => {
    compileInto(folder);
    writeFileSync(join(folder, "trainer.js"), trainer);
    const random = new RandomStream(1, "kills");
    let code: number | null = null;
    for (let kills = 0; kills < 12 && code === null; kills++) {
      code = await train(examine(), 80 + random.integer(150));
      expect(code === null || code === 0).toBe(true);
    }
    if (code === null) code = await train(examine(), 60_000);
    expect(code).toBe(0);
    const killedPath = path;
    path = join(folder, "uninterrupted");
    expect(await train("create", 60_000)).toBe(0);
    const files = ["config.json", "metrics.jsonl", "model.safetensors", "tokenizer.json", "training_state"];
    expect(readdirSync(killedPath).sort()).toEqual(files);
    expect(readdirSync(join(killedPath, "training_state"))).toEqual(["state.safetensors"]);
    for (const name of [...files.slice(0, 4), "training_state/state.safetensors"]) {
      expect(readFileSync(join(killedPath, name)).equals(readFileSync(join(path, name)))).toBe(true);
    }
  });
});
