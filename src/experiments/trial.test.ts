// Through the built library: its worker threads need the built files.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateStories } from "../text/stories/index.js";
import type { TrainingEvent } from "../training/events.js";
import type { TrialRequest } from "./trial.js";
import type * as Trial from "./trial.js";

const MODULE = new URL("../../dist/experiments/trial.js", import.meta.url).href;
const { readCurve, runTrial } = (await import(MODULE)) as typeof Trial;

let folder: string;
let tiny: TrialRequest["options"];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-trial-"));
  const data = join(folder, "text.txt");
  writeFileSync(data, generateStories(40, 0).map((story) => story.text).join("\n"));
  tiny = { data, lines: false, tokenizer: "character", family: "rnn", layers: 1, width: 8, context: 8, batch: 4, dropout: 0.2, threads: 1, evaluateEvery: 2, steps: 24 };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): TrialRequest["options"] & { readonly out: string } => ({ ...tiny, out: join(folder, name) });
/** What does not depend on the clock. */
const losses = (path: string) => readCurve(path).map(({ step, trainLoss, validationLoss, learningRate }) => ({ step, trainLoss, validationLoss, learningRate }));
const weights = (path: string): Buffer => readFileSync(join(path, "model.safetensors"));
/** A trial in a process of its own, killed as soon as it has shown an evaluation. */
const killed = (options: TrialRequest["options"]): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = join(folder, "killed.mjs");
    writeFileSync(script, `const { runTrial } = await import(${JSON.stringify(MODULE)});\nawait runTrial({ options: ${JSON.stringify(options)}, onEvent: ({ type }) => type === "evaluation" && process.kill(process.pid, "SIGKILL") });\n`);
    spawn(process.execPath, [script]).on("error", reject).on("close", (_, by) => (by === "SIGKILL" ? resolve() : reject(new Error("The trial was not killed."))));
  });

describe("a trial", () => {
  it("that is paused, killed and gone on with ends as one that ran through", async () => {
    const whole = inFolder("throughout").out;
    expect(await runTrial({ options: inFolder("throughout") })).toMatchObject({ status: "ended", end: { reason: "steps", step: 24 } });
    const options = inFolder("parts");
    const told: TrainingEvent[] = [];
    const first = await runTrial({ options, until: 3, onEvent: (event) => told.push(event) });
    expect(first).toMatchObject({ status: "paused", end: { run: options.out } });
    expect(first.end.step).toBeGreaterThanOrEqual(4);
    expect(losses(options.out)).toEqual(losses(whole).slice(0, losses(options.out).length));
    expect(told.at(-1)).toEqual(first.end);

    const again = await runTrial({ options, until: 3 }); // it is there already, but for a step or two until the stop arrives
    expect(again.status).toBe("paused");
    expect(again.end.step).toBeLessThan(24);

    await killed(options);
    const later: TrainingEvent[] = [];
    expect(await runTrial({ options, until: 24, onEvent: (event) => later.push(event) })).toMatchObject({ status: "ended", end: { reason: "steps", step: 24 } });
    expect(losses(options.out)).toEqual(losses(whole));
    expect(weights(options.out)).toEqual(weights(whole));
    expect(later.flatMap((event) => (event.type === "notice" && event.message.includes("not used") ? [event.message] : []))).toEqual([]);
  });

  it("has no curve before its first checkpoint, and says what is wrong", async () => {
    expect(readCurve(join(folder, "nowhere"))).toEqual([]);
    await expect(runTrial({ options: tiny })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("folder") });
    await expect(runTrial({ options: { ...inFolder("never"), data: join(folder, "nothing.txt") } })).rejects.toMatchObject({ code: "file_not_found" });
  });
});
