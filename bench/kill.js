// Kills training at random moments and checks that what is left opens, and goes on to the very same end.
//
//   node bench/kill.js [--kills 20] [--steps 60] [--seed 1] [--signal SIGKILL] [--families lstm,gpt2]

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RandomStream } from "../dist/runtime/random.js";
import { readSafetensors } from "../dist/storage/safetensors.js";
import { generateStories } from "../dist/text/stories/index.js";
import { readMetrics } from "../dist/training/metrics_log.js";
import { readTrainingState } from "../dist/training/training_state.js";

const { values: flags } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    steps: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    signal: { type: "string", default: "SIGKILL" },
    families: { type: "string", default: "lstm,gpt2" },
  },
});
const kills = Number(flags.kills);
const wordloom = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const sizes = ["--no-lines", "--tokenizer", "character", "--layers", "1", "--width", "16", "--context", "8", "--batch", "4", "--threads", "1"];
const runs = {
  lstm: ["--family", "lstm", "--dropout", "0.2"],
  gpt2: ["--family", "transformer", "--heads", "2", "--dropout", "0.2", "--accumulation", "2"],
};
const families = flags.families.split(",").map((name) => [name, runs[name]]);
/** What a folder without weights may say to someone who wants to generate. */
const CLEAR = [/has no checkpoint yet; start again/, /has no weights to use yet; go on with --resume/, /There is no folder/, /There is no file/, /is no run: it has no config\.json/];

const folder = mkdtempSync(join(tmpdir(), "wordloom-kill-"));
const text = join(folder, "text.txt");
writeFileSync(text, generateStories(60, 0).map((story) => story.text).join("\n"));
const random = new RandomStream(Number(flags.seed), "kills");

/** Runs the command line; with a delay, sends the signal so many milliseconds after the run's first words. */
function run(args, delay) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [wordloom, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    let timer;
    child.stderr.on("data", (data) => {
      said += data;
      if (delay !== undefined) timer ??= setTimeout(() => child.kill(flags.signal), delay);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, said });
    });
  });
}

/** All of a run that must be the same whenever it was interrupted: bytes of tensors, and everything but times. */
function contents(out) {
  const tensors = (map) => [...map].map(([name, { shape, data }]) => [name, shape, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")]);
  const { state } = readTrainingState(join(out, "training_state", "state.safetensors"));
  return JSON.stringify([
    tensors(readSafetensors(join(out, "model.safetensors")).tensors),
    tensors(state.tensors),
    { ...state.progress, seconds: 0 },
    readMetrics(join(out, "metrics.jsonl")).map((line) => ({ ...line, seconds: 0, tokensPerSecond: 0 })),
    readFileSync(join(out, "config.json"), "utf8"),
    readFileSync(join(out, "tokenizer.json"), "utf8"),
  ]);
}

/** What is wrong with an interrupted run's folder, or how it is: it generates, or says clearly why it cannot. */
async function look(out) {
  const { code, said } = await run(["generate", out, "--max-tokens", "1", "--threads", "1"]);
  if (code === 0) return { sound: true, words: "generates" };
  const sentence = said.trim();
  return { sound: code === 2 && CLEAR.some((clear) => clear.test(sentence)), words: sentence.replaceAll(out, "…") };
}

async function killAndResume(name, family) {
  const args = (out) => ["train", text, "--out", out, "--resume", "--steps", flags.steps, "--evaluate-every", "2", ...sizes, ...family];
  const reference = join(folder, `${name}-reference`);
  const started = performance.now();
  const whole = await run(args(reference));
  const longest = performance.now() - started;
  if (whole.code !== 0) throw new Error(whole.said);
  const expected = contents(reference);
  let faults = 0;
  let attempt = 0;
  let out = "";
  const finish = async () => {
    const { code, said } = await run(args(out));
    const same = code === 0 && contents(out) === expected;
    if (!same) faults++;
    console.log(`${name}: resumed to the end, ${same ? "the same bit for bit as the run that was never interrupted" : `NOT THE SAME (exit code ${code}) ${said.trim().split("\n").at(-1)}`}`);
    out = "";
  };
  for (let kill = 1; kill <= kills; ) {
    out ||= join(folder, `${name}-${attempt++}`);
    const delay = random.uniform() * longest * 0.6;
    const { code, signal, said } = await run(args(out), delay);
    const interrupted = signal !== null || /Go on with: .*--resume/.test(said);
    if (!interrupted) {
      if (code !== 0) {
        faults++;
        console.log(`${name}: RESUMING FAILED: ${said.trim().split("\n").at(-1)}`);
        out = "";
        kill++;
      } else await finish(); // it was done before the signal came
      continue;
    }
    const { sound, words } = await look(out);
    if (!sound) faults++;
    const state = join(out, "training_state", "state.safetensors");
    const step = existsSync(state) ? readTrainingState(state).state.progress.step : "none";
    console.log(`${name}: ${flags.signal} ${kill} of ${kills} after ${delay.toFixed(0)} ms, checkpoint ${step}: ${sound ? "" : "BROKEN: "}${words}`);
    kill++;
  }
  if (out) await finish();
  return faults;
}

const began = performance.now();
let faults = 0;
try {
  for (const [name, family] of families) faults += await killAndResume(name, family);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(faults === 0 ? `Sound: ${kills} kills of each of ${families.length} runs, in ${seconds} s.` : `${faults} FAULTS, in ${seconds} s.`);
process.exitCode = faults === 0 ? 0 : 1;
