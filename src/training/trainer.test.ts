import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import type { Batch } from "../text/batch.js";
import type { Batcher } from "../text/batcher.js";
import type { TrainingEvent } from "./events.js";
import type { MetricsLine } from "./metrics_log.js";
import { RunFolder } from "./run_folder.js";
import { STEADY_COURSE, type Coefficients, type Course, type Observed } from "./course.js";
import { Trainer, type TrainerOptions, type UpdateProgram } from "./trainer.js";
import type { EvaluationProgram } from "./evaluation_program.js";
import type { StepResult, TrainingProgram } from "./training_program.js";

const paths: string[] = [];
afterEach(() => {
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true });
});

interface Script {
  /** The validation loss at a step. */
  readonly validation: (step: number) => number;
  readonly result?: (step: number) => Partial<StepResult>;
  readonly totalSteps?: number | null;
  readonly evaluateEvery?: number;
  readonly duringEvaluation?: (step: number) => void;
  readonly duringSample?: () => void;
  readonly coefficients?: (step: number) => Coefficients;
  /** Instead of coefficients. */
  readonly course?: Course;
  /** Whether the program trains a second weight beside the model's own, by how many updates it counts. */
  readonly companion?: boolean;
}

/** A trainer of one weight, which each step raises by 1: what it is shows how many steps it has behind it. */
class Bench {
  readonly folder: RunFolder;
  readonly events: TrainingEvent[] = [];
  /** What each step was given, where the script has any. */
  readonly coefficients: Readonly<Record<string, number>>[] = [];
  /** The numbers of the batches that each update was given, from 1 on in the order in which they were taken. */
  readonly batches: number[][] = [];
  private taken = 0;

  constructor() {
    const path = mkdtempSync(join(tmpdir(), "wordloom-trainer-"));
    paths.push(path);
    this.folder = RunFolder.create(join(path, "run"));
  }

  trainer({ validation, result = () => ({}), totalSteps = null, evaluateEvery = 1, duringEvaluation, duringSample, coefficients, course, companion = false }: Script, signal = new AbortController().signal): Trainer {
    const buffers = new ParameterBuffers([{ name: "weight", shape: [1], decay: false, initialize: () => undefined }]);
    const beside = new ParameterBuffers([{ name: "companion", shape: [1], decay: false, initialize: () => undefined }]);
    let step = 0;
    let counted = 0;
    const program: Pick<UpdateProgram, "step" | "companions" | "state" | "restore"> & { carried: Pick<TrainingProgram["carried"], "tensors"> } = {
      carried: { tensors: () => ({}) },
      ...(companion ? { companions: [beside], state: () => counted, restore: (state: unknown) => (counted = state as number) } : {}),
      step: async (batches, _rate, number, _dropout, weights) => {
        step = number;
        if (weights) this.coefficients.push(weights);
        this.batches.push(batches.map((batch) => (batch as unknown as { number: number }).number));
        buffers.values("weight")[0] += 1;
        beside.values("companion")[0] += ++counted;
        return { loss: 10 - step, gradientNorm: 1, tokens: 4, ...result(step) };
      },
    };
    const evaluation: Pick<EvaluationProgram, "evaluate"> = {
      evaluate: async () => {
        duringEvaluation?.(step);
        const nats = 2 * validation(step);
        return { nats, targets: 2, batches: { nats: [nats], targets: [2] }, ...(coefficients || course ? { measures: { samples: 4, sums: { divergence: 2 * step } } } : {}) };
      },
    };
    const batcher: Pick<Batcher, "next" | "state" | "restore"> = {
      next: () => ({ number: ++this.taken }) as unknown as Batch,
      state: () => ({ kind: "random_windows", random: new RandomStream(step, "state").state() }),
      restore: () => undefined,
    };
    const options = {
      folder: this.folder,
      buffers,
      program,
      evaluation,
      batcher,
      validationPass: () => [],
      schedule: { name: "constant", learningRate: 0.5, minimumLearningRate: 0, warmupSteps: 0 },
      accumulation: 1,
      ...(coefficients ? { course: { ...STEADY_COURSE, updates: (step: number) => [coefficients(step)] } } : {}),
      ...(course ? { course } : {}),
      totalSteps,
      totalSeconds: null,
      evaluateEvery,
      threads: 1,
      dropout: new RandomStream(1, "dropout"),
      sample: async () => {
        duringSample?.();
        return "a sample";
      },
      emit: (event: TrainingEvent) => this.events.push(event),
      signal,
    };
    return new Trainer(options as unknown as TrainerOptions);
  }

  resumed(script: Script): Trainer {
    const trainer = this.trainer({ ...script });
    const state = this.folder.resume();
    trainer.resume(state);
    return trainer;
  }

  get kept(): number {
    return this.folder.readWeights().get("weight")!.data[0] as number;
  }

  get current(): number {
    return this.folder.resume().tensors.get("weight")!.data[0] as number;
  }

  get metrics(): [step: number, trainLoss: number, validationLoss: number, learningRate: number][] {
    return this.folder.readMetrics().map(({ step, trainLoss, validationLoss, learningRate }) => [step, trainLoss, validationLoss, learningRate]);
  }
}

describe("a model with measures and coefficients", () => {
  const script: Script = {
    validation: (step) => 10 - step,
    result: (step) => ({ measures: { samples: 2, sums: { divergence: step } } }),
    coefficients: (step) => ({ divergence: step / 10 }),
    totalSteps: 4,
    evaluateEvery: 4,
  };

  it("is given the coefficients of each step, counted from 0, and its means go into the metrics", async () => {
    const bench = new Bench();
    await bench.trainer(script).run();
    expect(bench.coefficients).toEqual([0, 0.1, 0.2, 0.3].map((divergence) => ({ divergence })));
    expect(bench.folder.readMetrics()).toMatchObject([{ step: 4, trainDivergence: (1 + 2 + 3 + 4) / 8, validationDivergence: 2 }]);
  });

  it("goes on from a checkpoint between two evaluations with what it had measured", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    await bench.trainer({ ...script, result: (step) => (step === 2 && controller.abort(), script.result!(step)) }, controller.signal).run();
    await bench.resumed(script).run();
    expect(bench.coefficients).toEqual([0, 0.1, 0.2, 0.3].map((divergence) => ({ divergence })));
    expect(bench.folder.readMetrics()).toMatchObject([{ step: 4, trainDivergence: (1 + 2 + 3 + 4) / 8 }]);
  });
});

/** Turns of two updates, until it has seen so many evaluations; what it decides depends on its state. */
class Turns implements Course {
  seen: number[] = [];

  constructor(private readonly most: number) {}

  updates(step: number): Coefficients[] {
    return this.seen.length < this.most ? [{ reads: step }, { writes: step }] : [{ both: step }];
  }

  async observe({ step, validationDivergence }: MetricsLine): Promise<Observed> {
    this.seen.push(step);
    return { measures: { validationActiveUnits: 10 * step + validationDivergence }, notices: this.seen.length === this.most ? ["from now on both", "and so on"] : [] };
  }

  state(): unknown {
    return this.seen;
  }

  restore(state: unknown): void {
    this.seen = state as number[];
  }
}

describe("a course", () => {
  /** Losses and measures that tell which of a step's updates they are of. */
  const script = (course: Course, more: Partial<Script> = {}): Script => {
    let update = 0;
    return {
      validation: (step) => 10 - step,
      result: () => ({ loss: ++update, tokens: update, measures: { samples: 2, sums: { divergence: update } } }),
      totalSteps: 4,
      evaluateEvery: 2,
      course,
      ...more,
    };
  };
  const given: Coefficients[] = [{ reads: 0 }, { writes: 0 }, { reads: 1 }, { writes: 1 }, { both: 2 }, { both: 3 }];

  it("may make a step of several updates, each on a batch of its own, and all of them count", async () => {
    const bench = new Bench();
    await bench.trainer(script(new Turns(1))).run();
    expect(bench.coefficients).toEqual(given);
    expect(bench.batches).toEqual([[1], [2], [3], [4], [5], [6]]);
    expect(bench.folder.readMetrics()).toMatchObject([
      { step: 2, trainLoss: (1 + 4 + 9 + 16) / (1 + 2 + 3 + 4), trainDivergence: (1 + 2 + 3 + 4) / 8 },
      { step: 4, trainLoss: (25 + 36) / (5 + 6), trainDivergence: (5 + 6) / 4 },
    ]);
  });

  it("numbers updates on, for the optimizer's bias corrections, over a resume too", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    const numbers: number[] = [];
    const whole = script(new Turns(1));
    const result = (update: number): Partial<StepResult> => (numbers.push(update) === 3 && controller.abort(), whole.result!(update));
    await bench.trainer({ ...whole, result }, controller.signal).run();
    await bench.resumed({ ...whole, course: new Turns(1), result }).run();
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("has the tokens of all updates in the speed", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const bench = new Bench();
      const result = (): Partial<StepResult> => (vi.advanceTimersByTime(100), { tokens: 7 });
      await bench.trainer(script(new Turns(9), { result, totalSteps: 4, evaluateEvery: 4 })).run();
      // Three steps after the first, of two updates of 0.1 s each.
      expect(bench.folder.readMetrics()[0].tokensPerSecond).toBeCloseTo((3 * 2 * 7) / 0.6, 6);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is asked after each evaluation: its measures go into the metrics, its notices come behind them", async () => {
    const bench = new Bench();
    const course = new Turns(2);
    await bench.trainer(script(course)).run();
    expect(course.seen).toEqual([2, 4]);
    // The bench's own divergence is half the number of updates, of which each step has two.
    expect(bench.folder.readMetrics()).toMatchObject([{ validationDivergence: 2, validationActiveUnits: 22 }, { validationDivergence: 4, validationActiveUnits: 44 }]);
    const shown = bench.events.filter(({ type }) => type !== "progress");
    expect(shown).toMatchObject([
      { type: "evaluation", step: 2, validationActiveUnits: 22 },
      { type: "evaluation", step: 4, validationActiveUnits: 44 },
      { type: "notice", message: "from now on both" },
      { type: "notice", message: "and so on" },
    ]);
  });

  it("stands in the checkpoint as the evaluation left it, and goes on from there", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    const whole = script(new Turns(1));
    const result = (update: number): Partial<StepResult> => (update === 5 && controller.abort(), whole.result!(update)); // in step 3
    await bench.trainer({ ...whole, result }, controller.signal).run();
    expect(bench.folder.resume().progress.other).toMatchObject({ course: [2] });
    const course = new Turns(1);
    await bench.resumed({ ...whole, course }).run();
    expect(bench.coefficients).toEqual(given);
    expect(course.seen).toEqual([2, 4]);
    expect(bench.folder.readMetrics()).toMatchObject([{ step: 2 }, { step: 4, trainLoss: (25 + 36) / (5 + 6), trainDivergence: (5 + 6) / 4 }]);
  });

  it("is not asked after an evaluation that was cut short, but when it is made up for", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    const course = new Turns(1);
    const whole = script(course);
    await bench.trainer({ ...whole, duringEvaluation: () => controller.abort() }, controller.signal).run();
    expect(course.seen).toEqual([]);
    const resumed = new Turns(1);
    await bench.resumed({ ...whole, course: resumed }).run();
    expect(resumed.seen).toEqual([2, 4]);
    expect(bench.coefficients).toEqual(given);
  });
});

describe("a program of several networks", () => {
  it.each([1, 2, 3, 4, 5])("goes on with all of them and with what it counts, interrupted in step %i", async (at) => {
    const script: Script = { validation: (step) => 10 - step, totalSteps: 6, evaluateEvery: 2, companion: true };
    const whole = new Bench();
    await whole.trainer(script).run();
    const bench = new Bench();
    const controller = new AbortController();
    await bench.trainer({ ...script, result: (step) => (step === at && controller.abort(), {}) }, controller.signal).run();
    expect(bench.folder.resume().progress.other).toMatchObject({ program: at });
    let step = at;
    await bench.resumed({ ...script, validation: () => script.validation(step), result: (now) => ((step = now), {}) }).run();
    const { tensors } = bench.folder.resume();
    expect(tensors).toEqual(whole.folder.resume().tensors);
    expect(tensors.get("companion")!.data[0]).toBe(1 + 2 + 3 + 4 + 5 + 6);
    expect(bench.metrics).toEqual(whole.metrics);
    // What is kept is the model alone.
    expect([...bench.folder.readWeights().keys()]).toEqual(["weight"]);
  });

  it("has a mean of each measure over the updates that have it", async () => {
    const bench = new Bench();
    const result = (step: number): Partial<StepResult> => ({ measures: step % 2 === 1 ? { samples: 2, sums: { divergence: step } } : { samples: 8, sums: { entropy: 10 * step } } });
    await bench.trainer({ validation: () => 1, result, totalSteps: 4, evaluateEvery: 4 }).run();
    expect(bench.folder.readMetrics()).toMatchObject([{ trainDivergence: (1 + 3) / 4, trainEntropy: (20 + 40) / 16 }]);
  });
});

/** A course that is judged by scores of its own and may end the run. */
const judging = (observed: (step: number) => Partial<Observed>, more: Partial<Course> = {}): Course => ({
  ...STEADY_COURSE,
  judgedBy: "a score of its own",
  observe: async ({ step }) => ({ measures: {}, notices: [], ...observed(step) }),
  ...more,
});

describe("a course that judges", () => {
  it("chooses the best weights by its score, not by the validation loss", async () => {
    const bench = new Bench();
    const scores: Record<number, number> = { 1: -1, 2: -5, 3: -4, 4: -5 };
    const end = await bench.trainer({ validation: (step) => 10 - step, totalSteps: 4, course: judging((step) => ({ score: scores[step] })) }).run();
    expect(end).toMatchObject({ reason: "steps", bestStep: 2, bestValidationLoss: -5, judgedBy: "a score of its own" });
    expect(bench.kept).toBe(2);
    expect(bench.metrics.map(([, , validation]) => validation)).toEqual([9, 8, 7, 6]);
    expect(bench.events.filter(({ type }) => type === "evaluation")).toMatchObject([{ best: true }, { best: true }, { best: false }, { best: false }]);
  });

  it("goes by the validation loss where it gives no score, and names no other judge unless it has one", async () => {
    const bench = new Bench();
    const end = await bench.trainer({ validation: (step) => (step === 3 ? 1 : 2), totalSteps: 4 }).run();
    expect(end).toMatchObject({ bestStep: 3, bestValidationLoss: 1 });
    expect("judgedBy" in end).toBe(false);
  });

  it("ends the run, which is saved, and says why after what it has to say besides", async () => {
    const bench = new Bench();
    const course = judging((step) => (step === 4 ? { notices: ["first this"], stop: "All texts are alike." } : {}));
    const end = await bench.trainer({ validation: (step) => 10 - step, totalSteps: 9, evaluateEvery: 2, course }).run();
    expect(end).toMatchObject({ reason: "collapsed", step: 4, bestStep: 4 });
    expect(bench.current).toBe(4);
    expect(bench.events.filter(({ type }) => type !== "progress").slice(-3)).toMatchObject([{ type: "evaluation", step: 4 }, { type: "notice", message: "first this" }, { type: "notice", message: "All texts are alike." }]);
  });

  it("ends as collapsed also with its last step", async () => {
    const bench = new Bench();
    expect(await bench.trainer({ validation: () => 1, totalSteps: 3, course: judging((step) => (step === 3 ? { stop: "All texts are alike." } : {})) }).run()).toMatchObject({ reason: "collapsed", step: 3 });
  });

  it("says when it is evaluated, and the end is in any case", async () => {
    const bench = new Bench();
    await bench.trainer({ validation: () => 1, totalSteps: 6, evaluateEvery: 1, course: judging(() => ({}), { evaluates: (steps) => steps === 1 || steps === 4 }) }).run();
    expect(bench.metrics.map(([step]) => step)).toEqual([1, 4, 6]);
  });

  it("says the learning rate of each step", async () => {
    const bench = new Bench();
    await bench.trainer({ validation: () => 1, totalSteps: 3, course: judging(() => ({}), { learningRate: (step) => step / 8 }) }).run();
    expect(bench.metrics.map(([, , , rate]) => rate)).toEqual([1 / 8, 2 / 8, 3 / 8]);
  });
});

describe("a step whose tokens do not count", () => {
  it("is evaluated all the same where a run was interrupted in that evaluation", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    const script: Script = { validation: () => 1, totalSteps: 4, evaluateEvery: 2, result: () => ({ tokens: 0 }) };
    await bench.trainer({ ...script, duringEvaluation: (step) => step === 2 && controller.abort() }, controller.signal).run();
    expect(bench.metrics).toEqual([]);
    expect(bench.folder.resume().progress.other).toMatchObject({ pending: true, lossTokens: 0 });
    await bench.resumed(script).run();
    expect(bench.metrics.map(([step]) => step)).toEqual([2, 4]);
  });
});

describe("a training of so many steps", () => {
  it("keeps the best weights and the last state, and its losses are means since the last evaluation", async () => {
    const bench = new Bench();
    const losses: Record<number, number> = { 2: 3, 4: 1, 5: 2 };
    const end = await bench.trainer({ validation: (step) => losses[step], totalSteps: 5, evaluateEvery: 2 }).run();
    expect(end).toMatchObject({ reason: "steps", step: 5, bestStep: 4, bestValidationLoss: 1 });
    expect(bench.kept).toBe(4);
    expect(bench.current).toBe(5);
    expect(bench.metrics).toEqual([
      [2, 8.5, 3, 0.5],
      [4, 6.5, 1, 0.5],
      [5, 5, 2, 0.5],
    ]);
    expect(bench.events.filter(({ type }) => type === "evaluation")).toMatchObject([{ best: true }, { best: true }, { best: false, sample: "a sample" }]);
  });

  it("does nothing more when it is resumed after its end", async () => {
    const bench = new Bench();
    const script = { validation: () => 1, totalSteps: 2 };
    await bench.trainer(script).run();
    expect(await bench.resumed(script).run()).toMatchObject({ reason: "steps", step: 2 });
    expect(bench.metrics).toHaveLength(2);
  });
});

describe("a training until it stops improving", () => {
  it("goes on from the best weights at a lower rate, and then has converged", async () => {
    const bench = new Bench();
    const end = await bench.trainer({ validation: (step) => (step === 2 ? 1 : 2) }).run();
    expect(end).toMatchObject({ reason: "converged", bestStep: 2, bestValidationLoss: 1 });
    expect(bench.kept).toBe(2);
    // Four evaluations without improvement each time: after steps 6, 10 (the rate is lowered) and 14 (it ends).
    expect(end.step).toBe(14);
    expect(bench.metrics.map(([, , , rate]) => rate)).toEqual([...Array(6).fill(0.5), ...Array(4).fill(0.125), ...Array(4).fill(0.03125)]);
    expect(bench.current).toBe(2 + 4);
    expect(bench.events.filter(({ type }) => type === "notice")).toHaveLength(2);
  });

  it("does nothing more when it is resumed after it has converged", async () => {
    const bench = new Bench();
    const script: Script = { validation: (step) => (step === 2 ? 1 : 2) };
    const end = await bench.trainer(script).run();
    const { metrics, kept, current } = bench;
    expect(await bench.resumed(script).run()).toMatchObject({ reason: "converged", step: end.step, bestStep: 2, bestValidationLoss: 1 });
    expect({ metrics: bench.metrics, kept: bench.kept, current: bench.current }).toEqual({ metrics, kept, current });
  });

  it("keeps weights that are the best by too little to count as an improvement", async () => {
    const bench = new Bench();
    const creeping = (step: number): number => 1 - step * 1e-5;
    await bench.trainer({ validation: creeping, totalSteps: null }).run();
    const best = bench.metrics.at(-1)!;
    expect(bench.kept).toBe(best[0]);
  });
});

describe("a training that is interrupted", () => {
  const script: Script = { validation: (step) => (step === 4 ? 1 : 2), totalSteps: 7, evaluateEvery: 2 };

  async function whole(): Promise<Bench> {
    const bench = new Bench();
    await bench.trainer(script).run();
    return bench;
  }

  it.each([2, 4, 7])("in the evaluation of step %i, makes up for it when it is resumed", async (at) => {
    const bench = new Bench();
    const controller = new AbortController();
    const end = await bench.trainer({ ...script, duringEvaluation: (step) => step === at && controller.abort() }, controller.signal).run();
    expect(end).toMatchObject({ reason: "interrupted", step: at });
    expect(await resumedAt(bench, at).run()).toMatchObject({ reason: "steps", step: 7, bestStep: 4 });
    const expected = await whole();
    expect(bench.metrics).toEqual(expected.metrics);
    expect(bench.kept).toBe(expected.kept);
    expect(bench.current).toBe(expected.current);
  });

  it.each([1, 2, 3, 5])("in step %i, saves it and goes on with the next", async (at) => {
    const bench = new Bench();
    const controller = new AbortController();
    const end = await bench
      .trainer({ ...script, result: (step) => (step === at && controller.abort(), {}) }, controller.signal)
      .run();
    expect(end).toMatchObject({ reason: "interrupted", step: at });
    await resumedAt(bench, at).run();
    const expected = await whole();
    expect(bench.metrics).toEqual(expected.metrics);
    expect(bench.current).toBe(expected.current);
  });

  it("after the evaluation that ends it, has ended all the same", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    let samples = 0;
    const end = await bench.trainer({ validation: () => 1, duringSample: () => ++samples === 13 && controller.abort() }, controller.signal).run();
    expect(end).toMatchObject({ reason: "converged", step: 13 });
  });

  /** The stand-in for the program counts steps by what the trainer tells it; an evaluation may come before the first. */
  function resumedAt(bench: Bench, at: number): Trainer {
    let step = at;
    return bench.resumed({ ...script, validation: () => script.validation(step), result: (now) => ((step = now), {}) });
  }
});

describe("a training that diverges", () => {
  it.each([
    ["loss", { loss: NaN }],
    ["gradient", { gradientNorm: Infinity }],
  ])("because of its %s says so, and leaves the last checkpoint as it is", async (what, result) => {
    const bench = new Bench();
    const run = bench.trainer({ validation: (step) => step, totalSteps: 9, evaluateEvery: 2, result: (step) => (step === 4 ? result : {}) }).run();
    await expect(run).rejects.toMatchObject({ code: "non_finite_loss", message: expect.stringMatching(new RegExp(`at step 4: the ${what} is not finite; the last good checkpoint.*--lr`)) });
    expect(bench.kept).toBe(2);
    expect(bench.current).toBe(2);
  });

  it("in its validation loss ends too", async () => {
    const bench = new Bench();
    const run = bench.trainer({ validation: () => Infinity, totalSteps: 9 }).run();
    await expect(run).rejects.toMatchObject({ code: "non_finite_loss", message: expect.stringContaining("no checkpoint yet") });
    expect(bench.folder.hasWeights).toBe(false);
  });
});
