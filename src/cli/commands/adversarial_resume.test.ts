// Adversarial training that is ended in each of its phases, politely or not, goes on to the very same end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, Workplace } from "../testing/command_line.js";
import { numberPairs } from "../testing/number_pairs.js";
import { RunReader } from "../testing/run_contents.js";

const SENTENCES = numberPairs().map(({ source }, i) => (i % 3 === 0 ? `${source} ${source.split(" ")[0]}` : source));
const MOODS = ["happy", "sad"];
const LABELLED = ["moods.csv", "--column", "said", "--label", "mood"];
const SIZES = ["--family", "gan", "--tokenizer", "word", "--width", "8", "--context", "4", "--batch", "8", "--threads", "1"];

/** Enough of each phase that a signal arrives in it. */
const PHASES = { likelihood: [0, 40], discriminator: [40, 100], adversarial: [100, 120] } as const;
type PhaseName = keyof typeof PHASES;
const LONG = [...SIZES, "--likelihood-steps", "40", "--discriminator-steps", "60", "--rounds", "20"];

let place: Workplace;
beforeAll(() => {
  place = new Workplace();
  place.write("lines.txt", `${SENTENCES.join("\n")}\n`);
  place.write("moods.csv", `mood,said\n${SENTENCES.map((text, i) => `${MOODS[i % 2]},${text}`).join("\n")}\n`);
});
afterAll(() => place.remove());

const reader = new RunReader(() => place);

/** Sends a signal in a phase, behind the run's first evaluation. @returns what was written on the standard error */
async function ended(signal: NodeJS.Signals, phase: PhaseName, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [commandLine, "train", ...args, "--json"], { cwd: place.path, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const [from, to] = PHASES[phase];
  let asked = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { type, step } = JSON.parse(line) as { type: string; step?: number };
    const there = (type === "progress" && phase !== "likelihood") || type === "evaluation";
    if (!asked && there && step! >= Math.max(1, from) && step! < to) asked = child.kill(signal); // a second one would end it at once
  });
  expect(await once(child, "close")).toEqual(signal === "SIGKILL" ? [null, "SIGKILL"] : [130, null]);
  return stderr;
}

// Each of both endings in each phase, by turns of one of both estimators and the other.
describe.each([
  ["a policy gradient, with labels", [...LABELLED, ...LONG, "--roll-outs", "1", "--dropout", "0.2"], ["likelihood", "adversarial"], ["discriminator"]],
  ["a relaxation", ["lines.txt", ...LONG, "--cell", "gru", "--estimator", "gumbel", "--discriminator", "lstm", "--gradient-penalty", "r1", "--spectral-norm"], ["discriminator"], ["likelihood", "adversarial"]],
] as [string, string[], PhaseName[], PhaseName[]][])("a run with %s is the same bit for bit as one that was never stopped", (what, args, stopped, killed) => {
  let whole: Promise<unknown> | undefined;
  const uninterrupted = (): Promise<unknown> => (whole ??= place.train(...args, "--out", `whole, ${what}`).then(() => reader.contents(`whole, ${what}`)));

  it.each(stopped)("stopped by Ctrl-C in the phase %s", async (phase) => {
    const out = `stopped in ${phase}, ${what}`;
    const stderr = await ended("SIGINT", phase, ...args, "--out", out);
    expect(stderr).toContain(`Saved. Go on with: wordloom train ${args[0]} --out '${out}' --resume\n`);
    const [from, to] = PHASES[phase];
    const { step } = reader.state(out).progress;
    expect(step).toBeGreaterThanOrEqual(from);
    expect(step).toBeLessThan(to);
    const resumed = await place.train(args[0], "--out", out, "--resume");
    expect(resumed.stderr).toContain(`Going on from step ${step} of the run in "${out}".`);
    expect(reader.contents(out)).toEqual(await uninterrupted());
  });

  it.each(killed)("killed in the phase %s", async (phase) => {
    const out = `killed in ${phase}, ${what}`;
    await ended("SIGKILL", phase, ...args, "--out", out);
    expect(await place.run("generate", out, "-n", "2", "--threads", "1")).toMatchObject({ code: 0, stderr: "" });
    await place.train(args[0], "--out", out, "--resume");
    expect(reader.contents(out)).toEqual(await uninterrupted());
  });
});
