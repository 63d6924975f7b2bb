// What is said of a generator's texts, drawn from generators made by hand: one that writes anything, one that repeats itself.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { harmonicBleu, samplesBleu, selfBleu } from "../evaluation/samples_bleu.js";
import { createModel, createModelConfig } from "../models/model_config.js";
import type { TextDrawing } from "../models/drawn_texts.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { PHASES } from "../training/adversarial_course.js";
import type { Observed, Phase } from "../training/course.js";
import { TextDrawer } from "../training/drawn_batches.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { GenerationWatch, WATCHED_TEXTS } from "./adversarial_watch.js";

const [PAD, BOS, EOS] = [0, 1, 2];
const WORDS = 12;
const VOCABULARY = 3 + WORDS;
const LENGTH = 6;
const ROUNDS: Phase = { name: PHASES.rounds, from: 0, to: 100 };
const LIKELIHOOD: Phase = { name: PHASES.likelihood, from: 0, to: 100 };

/** Texts of any words, five each. */
const random = new RandomStream(1, "real texts");
const real = Array.from({ length: 60 }, () => Array.from({ length: LENGTH - 1 }, () => 3 + (random.nextUint32() % WORDS)));

const model = createModel(createModelConfig("gru", { vocabularySize: VOCABULARY, contextLength: LENGTH, layers: 1, heads: 1, keyValueHeads: 1, width: 4, embeddingWidth: 4, dropout: 0, tieEmbeddings: false }));
const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
const outputBias = [...nameParameters(model).keys()].find((name) => buffers.values(name).length === VOCABULARY)!;
let drawer: TextDrawer;
beforeAll(async () => {
  const drawing: TextDrawing = { decoder: model.decoder(), length: LENGTH, padId: PAD, endId: EOS, excluded: [PAD, BOS, EOS] };
  drawer = await TextDrawer.compile(drawing, 64, buffers, nodeBackend, TEST_SESSION);
});
afterAll(() => drawer.release());

/** Makes a word so much likelier than all others, whatever stands before it. */
function prefer(logit: number): void {
  for (const name of nameParameters(model).keys()) buffers.values(name).fill(0);
  buffers.values(outputBias)[5] = logit;
}

const watch = (): GenerationWatch => new GenerationWatch({ drawer, starts: [BOS], real });
const metrics = (accuracy?: number): MetricsLine => ({ step: 9, seconds: 0, trainLoss: 1, validationLoss: 1, learningRate: 1, tokensPerSecond: 1, ...(accuracy === undefined ? {} : { trainDiscriminatorAccuracy: accuracy }) });

describe("measures", () => {
  it("are those of as many texts as are watched, and always of the same ones", async () => {
    prefer(0);
    const { measures, score } = await watch().observe(metrics(), LIKELIHOOD);
    expect(await watch().observe(metrics(), LIKELIHOOD)).toEqual({ measures, score, notices: [] });
    expect(measures["realSelfBleu"]).toBe(selfBleu(real).mean[3]);
    expect(measures["sampleDistinct"]).toBeGreaterThan(0.95);
    expect(Number.isInteger(measures["sampleDistinct"] * WATCHED_TEXTS)).toBe(true);
    // Texts of any words are as the real ones.
    expect(measures["sampleSelfBleu"]).toBeCloseTo(measures["realSelfBleu"], 1);
    expect(score).toBeCloseTo(1 - (2 * measures["sampleBleu"] * measures["sampleBackwardBleu"]) / (measures["sampleBleu"] + measures["sampleBackwardBleu"]), 12);
  });

  it("are of each text by itself where all are the same", async () => {
    prefer(50);
    const text = Array.from({ length: LENGTH }, () => 5);
    const texts = Array.from({ length: WATCHED_TEXTS }, () => text);
    const { measures, score } = await watch().observe(metrics(), LIKELIHOOD);
    expect(measures).toMatchObject({ sampleSelfBleu: 1, sampleDistinct: 1 / WATCHED_TEXTS, sampleBleu: samplesBleu(texts, real).mean[3] });
    expect(score).toBeCloseTo(1 - harmonicBleu(samplesBleu(texts, real).mean, samplesBleu(real, texts).mean)[3], 12);
  });
});

describe("a generator that collapses", () => {
  it("is said once while it stays so, and again when it had recovered", async () => {
    const watching = watch();
    const said: number[] = [];
    for (const logit of [0, 2.6, 2.6, 0, 2.6]) {
      prefer(logit);
      const { notices, stop } = await watching.observe(metrics(), ROUNDS);
      expect(stop).toBeUndefined();
      said.push(notices.length);
      for (const notice of notices) expect(notice).toMatch(/^The generator is collapsing, its texts grow alike \(Self-BLEU-3 is 0\.\d{3}, of real texts 0\.\d{3}; \d+ % of the texts are different, \d+\.\d tokens long on average, real ones \d+\.\d\); a lower --adversarial-lr or more --likelihood-updates prevent that\.$/);
    }
    expect(said).toEqual([0, 1, 0, 0, 1]);
  });

  it("ends the run when it has collapsed, but not while it learns by likelihood", async () => {
    prefer(50);
    expect(await watch().observe(metrics(), LIKELIHOOD)).toMatchObject({ notices: [] });
    expect((await watch().observe(metrics(), LIKELIHOOD)).stop).toBeUndefined();
    expect((await watch().observe(metrics(), ROUNDS)).stop).toMatch(/^The generator has collapsed \(Self-BLEU-3 is 1\.000, of real texts 0\.\d{3}; 0 % of the texts are different, .*\): the run ends here, its best weights are kept; train with a lower --adversarial-lr or more --likelihood-updates\.$/);
  });
});

describe("a generator that unlearns", () => {
  it("is said, and ends the run when it needs twice its best", async () => {
    prefer(0);
    const watching = watch();
    const told: (string | undefined)[] = [];
    for (const [validationLoss, phase] of [[2, LIKELIHOOD], [2.2, ROUNDS], [2.6, ROUNDS], [2.7, ROUNDS], [4.1, ROUNDS]] as const) {
      const { notices, stop } = await watching.observe({ ...metrics(0.7), validationLoss }, phase);
      told.push(stop ?? notices[0]);
    }
    expect(told).toEqual([undefined, undefined, expect.stringMatching(/^The generator is unlearning what it knew \(2\.60 nats a held-out token, 2\.00 at best\); a lower --adversarial-lr/), undefined, expect.stringMatching(/^The generator has unlearnt what it knew \(4\.10 nats a held-out token, 2\.00 at best\): the run ends here/)]);
  });
});

describe("a discriminator that knows nothing", () => {
  it("is said after five evaluations", async () => {
    prefer(0);
    const watching = watch();
    const said: number[] = [];
    for (const accuracy of [0.5, 0.51, 0.6, 0.5, 0.5, 0.49, 0.5, 0.5, 0.5]) said.push((await watching.observe(metrics(accuracy), ROUNDS)).notices.length);
    expect(said).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
  });
});

describe("a discriminator that wins", () => {
  beforeAll(() => prefer(0));
  const observed = async (watching: GenerationWatch, accuracies: readonly (number | undefined)[]): Promise<Observed[]> => {
    const all: Observed[] = [];
    for (const accuracy of accuracies) all.push(await watching.observe(metrics(accuracy), ROUNDS));
    return all;
  };

  it("is said at the second evaluation in a row, and ends the run at the fifth", async () => {
    prefer(0);
    const all = await observed(watch(), [0.99, 1, 0.98, 1, 1]);
    expect(all.map(({ notices }) => notices.length)).toEqual([0, 1, 0, 0, 0]);
    expect(all[1].notices[0]).toBe("The discriminator is winning: it tells 100.0 % of all texts right, and the generator learns little from it; train with a lower --discriminator-lr, fewer --discriminator-updates or --spectral-norm.");
    expect(all.map(({ stop }) => stop === undefined)).toEqual([true, true, true, true, false]);
    expect(all[4].stop).toMatch(/^The discriminator has won: it tells 100\.0 % of all texts right for 5 evaluations in a row, and the generator learns nothing from it: the run ends here; train with/);
  });

  it("begins anew with every evaluation that it does not win, and nothing is said where there is no discriminator", async () => {
    prefer(0);
    for (const { stop } of await observed(watch(), [1, 1, 1, 1, 0.97, 1, 1, 1, 1])) expect(stop).toBeUndefined();
    for (const { notices, stop } of await observed(watch(), [undefined, undefined, undefined])) expect({ notices, stop }).toEqual({ notices: [], stop: undefined });
  });

  it("is counted on where a checkpoint left off", async () => {
    prefer(0);
    const before = watch();
    await observed(before, [1, 1, 1, 1]);
    const after = watch();
    after.restore(JSON.parse(JSON.stringify(before.state())));
    expect((await observed(after, [1]))[0].stop).toMatch(/^The discriminator has won/);
    for (const state of [null, {}, { won: -1, warned: false }, { won: 1 }]) expect(() => watch().restore(state)).toThrow(expect.objectContaining({ code: "invalid_run" }));
  });
});
