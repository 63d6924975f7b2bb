// One training step as a program: accumulation, losses that are no number, carried state, dropout, evaluation.

import { describe, expect, it } from "vitest";
import type { ModelSizes } from "../models/model_config.js";
import { PARAMETER_VECTOR } from "../runtime/parameters.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { drawTokens, FAMILY_NAMES, lossOf, RECURRENT_NAMES, smallModel, type SmallModel } from "../testing/small_models.js";
import type { Batch } from "../text/batch.js";
import { createOptimizer, OPTIMIZER_DEFAULTS, type OptimizerSettings } from "./optimizer.js";
import { EvaluationProgram } from "./evaluation_program.js";
import { TrainingProgram } from "./training_program.js";
import { GRADIENT_VECTOR } from "./update_graph.js";

const LENGTH = 6;
const sgd: OptimizerSettings = { ...OPTIMIZER_DEFAULTS, name: "sgd", momentum: 0.9, weightDecay: 0.01 };

interface Rows {
  readonly tokens: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
}

function batchOf({ tokens, targets }: Rows, restart: readonly number[] = tokens.map(() => 0)): Batch {
  const flat = (rows: readonly (readonly number[])[]): BigInt64Array => BigInt64Array.from(rows.flat(), BigInt);
  return { shape: { rows: tokens.length, length: LENGTH }, tokens: flat(tokens), targets: flat(targets), restart: Float32Array.from(restart), targetCount: targets.flat().filter((target) => target !== -1).length };
}

/** Rows with ever more targets, so that a mean of means is not the mean. */
const rows: Rows = {
  tokens: drawTokens("training tokens", 4, LENGTH),
  targets: drawTokens("training targets", 4, LENGTH).map((row, i) => row.map((target, t) => (t < 2 + i ? target : -1))),
};
const half = (from: number): Rows => ({ tokens: rows.tokens.slice(from, from + 2), targets: rows.targets.slice(from, from + 2) });

interface Trained extends SmallModel {
  readonly program: TrainingProgram;
  /** Steps with a learning rate of 0.1 unless given. */
  step(batches: readonly Batch[], learningRate?: number): ReturnType<TrainingProgram["step"]>;
}

interface TrainOptions {
  readonly family: string;
  readonly sizes?: Partial<ModelSizes>;
  readonly settings?: OptimizerSettings;
  readonly accumulation?: number;
  readonly rows: number;
  readonly clipNorm?: number | null;
}

async function trained({ family, sizes, settings = sgd, accumulation = 1, rows: count, clipNorm = 1 }: TrainOptions): Promise<Trained> {
  const optimizer = createOptimizer(settings);
  const slots = accumulation > 1 ? [...optimizer.slots, GRADIENT_VECTOR] : optimizer.slots;
  const small = smallModel(family, sizes, slots);
  const program = await TrainingProgram.compile({
    ...small,
    optimizer,
    shapes: [{ rows: count, length: LENGTH }],
    accumulation,
    clipNorm,
    seed: 1,
    backend: nodeBackend,
    session: TEST_SESSION,
  });
  const dropout = new RandomStream(1, "dropout");
  let steps = 0;
  return { ...small, program, step: (batches, learningRate = 0.02) => program.step(batches, learningRate, ++steps, dropout) };
}

/** A copy of the parameters and of the optimizer's slots. */
const vectorsOf = ({ buffers }: SmallModel, slots: readonly string[]): Record<string, Float32Array> =>
  Object.fromEntries([PARAMETER_VECTOR, ...slots].map((name) => [name, buffers.flat(name).slice()]));

describe("accumulation", () => {
  it.each(FAMILY_NAMES)("%s: two half batches are one step over the whole", async (family) => {
    const whole = await trained({ family, rows: 4 });
    const halves = await trained({ family, rows: 2, accumulation: 2 });
    for (let i = 0; i < 3; i++) {
      const before = whole.buffers.flat().slice();
      // Both halves begin with an empty state; in the whole batch all rows do.
      const one = await whole.step([batchOf(rows, [1, 1, 1, 1])]);
      const two = await halves.step([batchOf(half(0), [1, 1]), batchOf(half(2), [1, 1])]);
      expect([one.tokens, two.tokens]).toEqual([14, 14]);
      expectClose([two.loss, two.gradientNorm], [one.loss, one.gradientNorm], "loss and norm", 1e-6);
      expectClose(halves.buffers.flat(), whole.buffers.flat(), `parameters after step ${i + 1}`, 1e-6);
      const moved = (flat: Float32Array): Float32Array => flat.map((value, j) => value - before[j]);
      expectClose(moved(halves.buffers.flat()), moved(whole.buffers.flat()), `update ${i + 1}`, 1e-4);
    }
    await whole.program.release();
    await halves.program.release();
  });
});

describe("a step", () => {
  it.each(FAMILY_NAMES)("%s: moves the parameters down the gradient of the mean loss", async (family) => {
    const one = await trained({ family, rows: 4, settings: { ...sgd, momentum: 0, weightDecay: 0 }, clipNorm: null });
    const { lossSum, gradients } = await lossOf(one, rows);
    const before = Object.fromEntries([...one.parameters.keys()].map((name) => [name, one.buffers.values(name).slice()]));
    const { loss, gradientNorm, tokens } = await one.step([batchOf(rows)], 0.25);
    expectClose([loss], [lossSum / 14], "the loss");
    expectClose([gradientNorm], [Math.hypot(...Object.values(gradients).flat()) / 14], "the norm");
    expect(tokens).toBe(14);
    for (const [name, gradient] of Object.entries(gradients)) {
      const expected = gradient.map((value, i) => before[name][i] - (0.25 * value) / 14);
      expectClose(one.buffers.values(name), expected, name);
    }
    await one.program.release();
  });

  it.each(FAMILY_NAMES)("%s: forty of them learn one batch by heart", async (family) => {
    const one = await trained({ family, rows: 4, settings: OPTIMIZER_DEFAULTS });
    const losses: number[] = [];
    for (let i = 0; i < 40; i++) losses.push((await one.step([batchOf(rows, [1, 1, 1, 1])], 0.03)).loss);
    expect(losses[39]).toBeLessThan(0.15 * losses[0]);
    await one.program.release();
  });

  it("is the same bit for bit when it is run again from the start", async () => {
    const run = async (): Promise<Float32Array> => {
      const one = await trained({ family: "lstm", sizes: { dropout: 0.2 }, rows: 4, settings: OPTIMIZER_DEFAULTS });
      for (let i = 0; i < 3; i++) await one.step([batchOf(rows)]);
      await one.program.release();
      return one.buffers.flat().slice();
    };
    expect(await run()).toEqual(await run());
  });

  it("with no target at all, and no weight decay, changes nothing", async () => {
    const one = await trained({ family: "gpt2", rows: 4, settings: { ...sgd, weightDecay: 0 } });
    const before = vectorsOf(one, ["momentum"]);
    const { loss, gradientNorm, tokens } = await one.step([batchOf({ tokens: rows.tokens, targets: rows.targets.map((row) => row.map(() => -1)) })]);
    expect([Math.abs(loss), gradientNorm, tokens]).toEqual([0, 0, 0]);
    expect(vectorsOf(one, ["momentum"])).toEqual(before);
    await one.program.release();
  });
});

describe("a loss that is no number", () => {
  const slots = createOptimizer(OPTIMIZER_DEFAULTS).slots;

  it.each([["in one batch", 1], ["in one of two accumulated batches", 2]] as const)("%s changes no parameter, no slot and is reported", async (_, accumulation) => {
    const one = await trained({ family: "gru", rows: 2, accumulation, settings: OPTIMIZER_DEFAULTS });
    const batches = [batchOf(half(0)), batchOf(half(2))].slice(0, accumulation);
    const first = await one.step(batches);
    const head = one.buffers.values("head.weight");
    const good = head.slice();
    head.fill(3e38);
    const before = vectorsOf(one, slots);
    const { loss } = await one.step(batches);
    expect(Number.isFinite(loss)).toBe(false);
    expect(vectorsOf(one, slots)).toEqual(before);

    one.buffers.values("head.weight").set(good);
    const after = await one.step(batches);
    expect(Number.isFinite(after.loss)).toBe(true);
    expect(after.loss).not.toBe(first.loss);
    expect(one.buffers.flat().every(Number.isFinite)).toBe(true);
    await one.program.release();
  });

  it("a gradient that is no number under a loss that is one changes nothing either", async () => {
    const one = await trained({ family: "rnn", rows: 2, settings: OPTIMIZER_DEFAULTS });
    const scale = one.buffers.values("head.weight");
    for (let i = 0; i < scale.length; i++) scale[i] *= 1e37;
    const before = vectorsOf(one, slots);
    const { loss, gradientNorm } = await one.step([batchOf(half(0))]);
    expect([Number.isFinite(loss), Number.isFinite(gradientNorm)]).toEqual([true, false]);
    expect(vectorsOf(one, slots)).toEqual(before);
    await one.program.release();
  });
});

describe("carried state", () => {
  it.each(RECURRENT_NAMES)("%s: passes from step to step, and a restart forgets it", async (family) => {
    const one = await trained({ family, rows: 2 });
    const second = { ...half(0), carried: (await lossOf(one, half(0))).carried };
    const expected = await lossOf(one, second);
    const fresh = await lossOf(one, half(0));
    const restarted = await lossOf(one, { ...second, restart: [1, 1] });

    const losses = [];
    for (const restart of [[0, 0], [0, 0], [1, 1]]) losses.push((await one.step([batchOf(half(0), restart)], 0)).loss * 5);
    expectClose(losses, [fresh.lossSum, expected.lossSum, restarted.lossSum], "losses");
    expect(Math.abs(losses[1] - losses[0])).toBeGreaterThan(1e-3);
    for (const [name, { data }] of Object.entries(restarted.carried)) expectClose(one.program.carried.tensors()[name].data as Float32Array, data, name);
    await one.program.release();
  });
});

describe("carried state of accumulated batches", () => {
  it.each(RECURRENT_NAMES)("%s: passes from each to the next", async (family) => {
    const one = await trained({ family, rows: 2, accumulation: 2 });
    const first = await lossOf(one, half(0));
    const second = await lossOf(one, { ...half(2), carried: first.carried });
    const { loss, tokens } = await one.step([batchOf(half(0)), batchOf(half(2))]);
    expectClose([loss * tokens], [first.lossSum + second.lossSum], "the loss");
    for (const [name, { data }] of Object.entries(second.carried)) expectClose(one.program.carried.tensors()[name].data as Float32Array, data, name);
    await one.program.release();
  });
});

describe("dropout", () => {
  it.each(FAMILY_NAMES)("%s: each step has its own masks, and evaluation has none", async (family) => {
    const one = await trained({ family, sizes: { dropout: 0.3 }, rows: 4 });
    const { lossSum } = await lossOf(one, rows);
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) losses.push((await one.step([batchOf(rows, [1, 1, 1, 1])], 0)).loss);
    expect(new Set(losses).size).toBe(5);

    const evaluation = new EvaluationProgram({ ...one, backend: nodeBackend, session: TEST_SESSION });
    const { nats, targets } = await evaluation.evaluate([batchOf(rows)]);
    expect(targets).toBe(14);
    expectClose([nats], [lossSum], "the loss without dropout");
    await evaluation.release();
    await one.program.release();
  });
});

describe("EvaluationProgram", () => {
  it("adds up batches, hands the state on between them, and begins each pass without one", async () => {
    const small = smallModel("lstm");
    const evaluation = new EvaluationProgram({ ...small, backend: nodeBackend, session: TEST_SESSION });
    const first = await lossOf(small, half(0));
    const second = await lossOf(small, { ...half(2), carried: first.carried });
    const batches = [batchOf(half(0)), batchOf(half(2))];
    for (let pass = 0; pass < 2; pass++) {
      const { nats, targets } = await evaluation.evaluate(batches);
      expectClose([nats], [first.lossSum + second.lossSum], "the loss");
      expect(targets).toBe(14);
    }
    await evaluation.release();
  });

  it("stops between batches when the signal is aborted", async () => {
    const small = smallModel("rnn");
    const evaluation = new EvaluationProgram({ ...small, backend: nodeBackend, session: TEST_SESSION });
    const aborter = new AbortController();
    function* batches(): Generator<Batch> {
      yield batchOf(half(0));
      aborter.abort();
      yield batchOf(half(2));
    }
    expect((await evaluation.evaluate(batches(), aborter.signal)).targets).toBe(5);
    await evaluation.release();
  });
});
