// An adversarial training that is interrupted in any of its phases ends bit for bit as one that was not.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import { BOTTLENECKS, RandomTexts, smallAdversarial } from "../testing/small_adversarial.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { AdversarialCourse, PHASES, type AdversarialSchedule, type AdversarialWatch } from "./adversarial_course.js";
import type { Bottleneck } from "./adversarial_program.js";
import type { Observed, Phase } from "./course.js";
import { EvaluationProgram } from "./evaluation_program.js";
import type { EndEvent } from "./events.js";
import type { MetricsLine } from "./metrics_log.js";
import { RunFolder } from "./run_folder.js";
import { Trainer } from "./trainer.js";

const RATE = { name: "cosine", learningRate: 0.02, minimumLearningRate: 0.002, warmupSteps: 2 } as const;
const SCHEDULE: AdversarialSchedule = {
  likelihoodSteps: 6,
  discriminatorSteps: 4,
  rounds: 6,
  generatorUpdates: 1,
  discriminatorUpdates: 2,
  likelihoodUpdates: 1,
  likelihoodRate: RATE,
  adversarialRate: 0.005,
  finalTemperature: 0.1,
  evaluateEvery: { likelihood: 4, rounds: 2 },
};
const STEPS = SCHEDULE.likelihoodSteps + SCHEDULE.discriminatorSteps + SCHEDULE.rounds;
/** Batches that are taken up to the end of a step, counted from 1. */
const batchesOf = (step: number): number => step + 3 * Math.max(0, step - 10);

const paths: string[] = [];
const released: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const release of released) await release();
  for (const path of paths) rmSync(path, { recursive: true, force: true });
});

/** Judges by how often it has looked, so that what is kept depends on its state. */
class CountingWatch implements AdversarialWatch {
  readonly judgedBy = "how often it has looked";
  private looks = 0;

  async observe({ validationLoss }: MetricsLine, { name }: Phase): Promise<Observed> {
    this.looks++;
    return { measures: { looks: this.looks }, notices: [], score: name === PHASES.rounds ? -this.looks : validationLoss };
  }

  state(): unknown {
    return this.looks;
  }

  restore(state: unknown): void {
    this.looks = state as number;
  }
}

/** One part of a run, as a process of its own would make it: to its end, or until the batch of that number is taken. */
async function part(folder: RunFolder, bottleneck: Bottleneck, interruptedAt: number | null): Promise<EndEvent> {
  const { program, generator, generatorBuffers, drawing } = await smallAdversarial({ bottleneck });
  const evaluation = new EvaluationProgram({ model: generator, buffers: generatorBuffers, backend: nodeBackend, session: TEST_SESSION });
  released.push(() => program.release(), () => evaluation.release());
  const controller = new AbortController();
  const state = folder.hasState ? folder.resume() : null;
  const before = batchesOf(state?.progress.step ?? 0);
  const trainer = new Trainer({
    architecture: "gan",
    folder,
    buffers: generatorBuffers,
    program,
    evaluation,
    batcher: new RandomTexts(drawing, "texts", false, (taken) => before + taken === interruptedAt && controller.abort()),
    validationPass: () => [new RandomTexts(drawing, "held-out texts").next()],
    schedule: RATE,
    accumulation: 1,
    course: new AdversarialCourse(SCHEDULE, new CountingWatch()),
    totalSteps: STEPS,
    totalSeconds: null,
    evaluateEvery: 1,
    threads: 1,
    dropout: new RandomStream(1, "dropout"),
    sample: async () => "a sample",
    emit: () => undefined,
    signal: controller.signal,
  });
  if (state) trainer.resume(state);
  return trainer.run();
}

function emptyFolder(): RunFolder {
  const path = mkdtempSync(join(tmpdir(), "wordloom-adversarial-"));
  paths.push(path);
  return RunFolder.create(join(path, "run"));
}

/** What a run leaves, but for how long it took. */
function left(folder: RunFolder): unknown {
  const { tensors, progress } = folder.resume();
  const { seconds: _seconds, ...others } = progress;
  const metrics = folder.readMetrics().map(({ seconds: _took, tokensPerSecond: _speed, ...line }) => line);
  return { tensors, progress: others, metrics, kept: folder.readWeights() };
}

describe.each(BOTTLENECKS.map((bottleneck) => [bottleneck.name, bottleneck] as const))("by %s", (_, bottleneck) => {
  const whole = emptyFolder();

  it("trains both networks through all phases", async () => {
    expect(await part(whole, bottleneck, null)).toMatchObject({ reason: "steps", step: STEPS, bestStep: STEPS, judgedBy: "how often it has looked" });
    const lines = whole.readMetrics();
    expect(lines.map(({ step }) => step)).toEqual([4, 6, 10, 12, 14, 16]);
    expect(lines.map((line) => ["trainEntropy", "trainDiscriminatorAccuracy"].map((name) => name in line))).toEqual([[false, false], [false, false], [false, true], [true, true], [true, true], [true, true]]);
    // Both networks with their moments.
    const names = [...whole.resume().tensors.keys()];
    for (const weight of ["head.weight", "discriminator.head.weight"]) {
      expect(names).toContain(weight);
      expect(names.filter((name) => /^optimizer\.\w+\./.test(name) && name.replace(/^optimizer\.\w+\./, "") === weight)).toHaveLength(2);
    }
  });

  it.each([
    ["within each phase", [batchesOf(3), batchesOf(8), batchesOf(12) - 2]],
    ["before the evaluation at each phase's end", [batchesOf(6), batchesOf(10), batchesOf(16)]],
  ])("interrupted %s, ends as if it had not been", async (_when, interruptions) => {
    const folder = emptyFolder();
    for (const at of interruptions) expect(await part(folder, bottleneck, at)).toMatchObject({ reason: "interrupted" });
    expect(await part(folder, bottleneck, null)).toMatchObject({ reason: "steps", step: STEPS, bestStep: STEPS });
    expect(left(folder)).toEqual(left(whole));
  });
});
