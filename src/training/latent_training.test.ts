// Training a model with a latent variable: its noise, its coefficients and its measures, step by step and in evaluations.

import { afterAll, describe, expect, it } from "vitest";
import { RecurrentVariationalAutoencoder } from "../models/recurrent_variational_autoencoder.js";
import { DIVERGENCE_WEIGHT } from "../models/variational_autoencoder.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { PARAMETER_VECTOR, ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import type { SizedBatch } from "../text/batch.js";
import { learnsCoefficient, type Coefficients } from "./course.js";
import { EvaluationProgram } from "./evaluation_program.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "./optimizer.js";
import { TrainingProgram, type StepResult } from "./training_program.js";
import { GRADIENT_VECTOR } from "./update_graph.js";

const SENTENCES = [[4, 5, 6], [6, 4], [5, 5, 4, 6], [4]];
const LENGTH = 6;

/** A batch of sentences between whose rows and the given number stand empty ones. */
function batchOf(sentences: readonly (readonly number[])[], rows = sentences.length): SizedBatch {
  const filledUp = (row: readonly number[], fill: number): number[] => [...row, ...new Array<number>(LENGTH - row.length).fill(fill)];
  const all = Array.from({ length: rows }, (_, row) => sentences[row]);
  const ids = (of: (sentence: readonly number[]) => number[], fill: number): BigInt64Array => BigInt64Array.from(all.flatMap((sentence) => filledUp(sentence ? of(sentence) : [], fill)), BigInt);
  return {
    shape: { rows, sourceLength: LENGTH, targetLength: LENGTH },
    sources: ids((sentence) => [...sentence, 2], 0),
    tokens: ids((sentence) => [1, ...sentence], 0),
    targets: ids((sentence) => [...sentence, 2], -1),
    targetCount: sentences.reduce((total, sentence) => total + sentence.length + 1, 0),
  } as unknown as SizedBatch;
}

const released: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const release of released) await release();
});

interface Trained {
  readonly buffers: ParameterBuffers;
  readonly evaluation: EvaluationProgram;
  step(batches: readonly SizedBatch[], weight: number, learning?: Coefficients): Promise<StepResult>;
}

/** The parts that learn in turns, where a test lets them. */
const partOf = (name: string): string => (/^(encoder|posterior_layer)\b/.test(name) ? "encoder" : "decoder");

interface Setting {
  readonly rows?: number;
  readonly accumulation?: number;
  readonly seed?: number;
  /** Whether encoder and decoder can learn in turns. */
  readonly turns?: boolean;
}

async function trained({ rows = SENTENCES.length, accumulation = 1, seed = 1, turns = false }: Setting = {}): Promise<Trained> {
  const model = new RecurrentVariationalAutoencoder({ cell: "gru", vocabularySize: 7, contextLength: LENGTH, layers: 1, width: 8, embeddingWidth: 4, latentWidth: 3, dropout: 0, wordDropout: 0.2, labelCount: 0, freeBits: { perDimension: 0, total: 0 } });
  const parameters = nameParameters(model);
  const optimizer = createOptimizer({ ...OPTIMIZER_DEFAULTS, name: "adam", weightDecay: 0 });
  const buffers = new ParameterBuffers(parameterSpecs(parameters, turns ? partOf : undefined), accumulation > 1 ? [...optimizer.slots, GRADIENT_VECTOR] : optimizer.slots);
  buffers.initialize(new RandomStream(5, "latent training"));
  const program = await TrainingProgram.compile({
    model, parameters, buffers, optimizer, accumulation, clipNorm: null, seed: 1, backend: nodeBackend, session: TEST_SESSION,
    shapes: [{ rows, sourceLength: LENGTH, targetLength: LENGTH }],
  });
  const evaluation = new EvaluationProgram({ model, buffers, backend: nodeBackend, session: TEST_SESSION });
  released.push(() => program.release(), () => evaluation.release());
  const random = new RandomStream(seed, "dropout");
  let steps = 0;
  return { buffers, evaluation, step: (batches, weight, learning = {}) => program.step(batches, 0.01, ++steps, random, { [DIVERGENCE_WEIGHT]: weight, ...learning }) };
}

describe("a model with a latent variable", () => {
  it("trains the same from the same stream, and not from another", async () => {
    const runs = await Promise.all([trained(), trained(), trained({ seed: 2 })]);
    const results = await Promise.all(runs.map(async ({ step }) => [await step([batchOf(SENTENCES)], 0.5), await step([batchOf(SENTENCES)], 0.6)]));
    expect(results[1]).toEqual(results[0]);
    expect(runs[1].buffers.flat()).toEqual(runs[0].buffers.flat());
    expect(results[2]).not.toEqual(results[0]);
  });

  it("is measured apart, and the loss shown is all of it, whatever the divergence weighs", async () => {
    const { step } = await trained();
    for (const weight of [0, 0.3, 1]) {
      const { loss, tokens, measures } = await step([batchOf(SENTENCES)], weight);
      const { samples, sums } = measures!;
      expect(samples).toBe(SENTENCES.length);
      expect(sums.divergence).toBeGreaterThan(0);
      expect(loss * tokens).toBeCloseTo(sums.reconstruction + sums.divergence, 3);
    }
  });

  it("is pulled to the prior by the divergence's weight", async () => {
    const divergenceAfter = async (weight: number): Promise<number> => {
      const { step } = await trained();
      let last = 0;
      for (let i = 0; i < 40; i++) last = (await step([batchOf(SENTENCES)], weight)).measures!.sums.divergence;
      return last;
    };
    const [free, held] = await Promise.all([divergenceAfter(0), divergenceAfter(50)]);
    expect(held).toBeLessThan(free / 4);
  });

  it("counts no sample for rows that only fill up a batch", async () => {
    const { step } = await trained({ rows: 6 });
    expect((await step([batchOf(SENTENCES, 6)], 1)).measures!.samples).toBe(SENTENCES.length);
  });

  it("adds its measures up over the batches of a step", async () => {
    const { step } = await trained({ rows: 2, accumulation: 2 });
    const { measures, loss, tokens } = await step([batchOf(SENTENCES.slice(0, 2)), batchOf(SENTENCES.slice(2))], 1);
    expect(measures!.samples).toBe(SENTENCES.length);
    expect(loss * tokens).toBeCloseTo(measures!.sums.reconstruction + measures!.sums.divergence, 3);
  });

  it("is evaluated the same each time, on −ELBO, and not trained by it", async () => {
    const { evaluation, buffers } = await trained();
    const before = buffers.flat().slice();
    const [first, second] = [await evaluation.evaluate([batchOf(SENTENCES)]), await evaluation.evaluate([batchOf(SENTENCES)])];
    expect(second).toEqual(first);
    expect(first.nats).toBeCloseTo(first.measures!.sums.reconstruction + first.measures!.sums.divergence, 3);
    expect(first.targets).toBe(batchOf(SENTENCES).targetCount);
    expect(buffers.flat()).toEqual(before);
  });
});

describe.each([1, 2])("parts that learn in turns, with %i batches a step", (accumulation) => {
  const batches = accumulation === 1 ? [batchOf(SENTENCES)] : [batchOf(SENTENCES.slice(0, 2)), batchOf(SENTENCES.slice(2))];
  const begun = (turns: boolean): Promise<Trained> => trained({ rows: SENTENCES.length / accumulation, accumulation, turns });
  const learning = (encoder: number, decoder: number): Coefficients => ({ [learnsCoefficient("encoder")]: encoder, [learnsCoefficient("decoder")]: decoder });

  /** Copies of a part's parameters and optimizer slots, by their names. */
  function held({ buffers }: Trained, part: string): Record<string, Float32Array> {
    const vectors = [PARAMETER_VECTOR, ...buffers.slots.filter((slot) => slot !== GRADIENT_VECTOR)];
    const names = buffers.specs.map(({ name }) => name).filter((name) => partOf(name) === part);
    return Object.fromEntries(vectors.flatMap((vector) => names.map((name) => [`${vector} ${name}`, buffers.values(name, vector).slice()])));
  }

  it("are the parts of the model that they are named for", async () => {
    const run = await begun(true);
    const named = (part: string): string[] => [...new Set(Object.keys(held(run, part)).map((name) => name.split(" ")[1].split(".")[0]))].sort();
    expect(named("encoder")).toEqual(["encoder", "posterior_layer"]);
    expect(named("decoder")).toEqual(["bridge", "decoder_stack", "embedding", "head"]);
  });

  it.each([["encoder", "decoder", 0, 1], ["decoder", "encoder", 1, 0]])("leave the %s and its moments as they are, bit for bit, while the %s moves", async (still, moving, encoder, decoder) => {
    const run = await begun(true);
    await run.step(batches, 1, learning(1, 1)); // moments that are not zero
    const [before, other] = [held(run, still), held(run, moving)];
    for (let i = 0; i < 3; i++) await run.step(batches, 1, learning(encoder, decoder));
    expect(held(run, still)).toEqual(before);
    for (const [name, values] of Object.entries(held(run, moving))) expect([name, values]).not.toEqual([name, other[name]]);
  });

  it("both learn, bit for bit, as in a program without turns", async () => {
    const [gated, plain] = await Promise.all([begun(true), begun(false)]);
    for (let i = 0; i < 3; i++) expect(await gated.step(batches, 0.7, learning(1, 1))).toEqual(await plain.step(batches, 0.7));
    for (const part of ["encoder", "decoder"]) expect(held(gated, part)).toEqual(held(plain, part));
  });

  it("learn alone what they would have learnt of the same step together", async () => {
    const [both, one, other] = await Promise.all([begun(true), begun(true), begun(true)]);
    await both.step(batches, 1, learning(1, 1));
    await one.step(batches, 1, learning(1, 0));
    await other.step(batches, 1, learning(0, 1));
    expect(held(one, "encoder")).toEqual(held(both, "encoder"));
    expect(held(other, "decoder")).toEqual(held(both, "decoder"));
  });
});
