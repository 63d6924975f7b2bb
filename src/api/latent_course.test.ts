// The course of a variational autoencoder: when it anneals, when encoder and decoder learn in turns, when it warns.

import { afterAll, describe, expect, it } from "vitest";
import { PosteriorProgram } from "../evaluation/posterior_program.js";
import { createVariationalAutoencoder, createVariationalConfig } from "../models/variational_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import { EncodedPairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { AnnealingSettings } from "../training/annealing.js";
import type { MetricsLine } from "../training/metrics_log.js";
import { LatentCourse, partOfParameter, type LatentCourseOptions } from "./latent_course.js";

const LATENT = 3;
const TEXTS = ["abc", "c", "bbaacc", "ab", "cabcab", "ba", "aaaa", "cbc"];
const tokenizer = trainCharacterTokenizer(TEXTS, Infinity, 1);
const LINEAR: AnnealingSettings = { name: "linear", steps: 10, weight: 2, cycles: 1 };
const choices = { vocabularySize: tokenizer.vocabularySize, contextLength: 8, layers: 1, heads: 2, width: 8, feedForwardWidth: 12, embeddingWidth: 6, latentWidth: LATENT, dropout: 0, wordDropout: 0, freeBits: 0, freeBitsTotal: 0, normFirst: true };

const released: PosteriorProgram[] = [];
afterAll(async () => {
  for (const program of released) await program.release();
});

interface Bench {
  readonly sentences: TokenizedPairs;
  course(options?: Partial<LatentCourseOptions>): LatentCourse;
  /** Makes the means of sentences differ by so much, with the variance of each posterior left at 1: 0 is collapsed. */
  spread(factor: number): void;
}

async function bench(): Promise<Bench> {
  const model = createVariationalAutoencoder(createVariationalConfig({ ...choices, cell: "gru", labels: [] }));
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  buffers.initialize(new RandomStream(4, "latent course"));
  const sentences = new EncodedPairs(TEXTS.map((text) => ({ source: text, target: text })), tokenizer, tokenizer).within({ maximumSource: 8, maximumTarget: 8 });
  const encoder = await PosteriorProgram.compile({ model, buffers, backend: nodeBackend, session: TEST_SESSION });
  released.push(encoder);
  const weight = buffers.values("posterior_layer.weight");
  const drawn = weight.slice();
  return {
    sentences,
    course: (options = {}) => new LatentCourse({ annealing: LINEAR, aggressive: 0, encoder, sentences, ...options }),
    // The first rows are those of the means.
    spread: (factor) => weight.set(drawn.map((value, at) => (at < weight.length / 2 ? factor * value : 0))),
  };
}

const metrics = (step: number, validationDivergence = 5): MetricsLine => ({ step, seconds: 1, trainLoss: 2, validationLoss: 2, learningRate: 0.1, tokensPerSecond: 1, validationDivergence });
const reads = { "learns.encoder": 1, "learns.decoder": 0 };
const writes = { "learns.encoder": 0, "learns.decoder": 1 };

describe("the weight of the divergence", () => {
  it.each<[AnnealingSettings, (readonly [step: number, weight: number])[]]>([
    [LINEAR, [[0, 0], [1, 0.2], [5, 1], [10, 2], [1000, 2]]],
    [{ name: "none", steps: 0, weight: 0.5, cycles: 1 }, [[0, 0.5], [7, 0.5]]],
    [{ name: "logistic", steps: 10, weight: 1, cycles: 1 }, [[5, 0.5], [10, 1]]],
    [{ name: "cyclical", steps: 40, weight: 1, cycles: 4 }, [[0, 0], [2, 0.4], [5, 1], [9, 1], [10, 0], [12, 0.4], [40, 1]]],
  ])("is %j by the step alone, in one update a step", async (annealing, expected) => {
    const { course } = await bench();
    const own = course({ annealing });
    for (const [step, weight] of [...expected].reverse()) {
      const updates = own.updates(step);
      expect(updates).toEqual([{ divergence: expect.closeTo(weight, 10) }]);
    }
  });
});

describe("aggressive updates", () => {
  it("are so many of the encoder alone, then one of the decoder alone, all at the step's weight", async () => {
    const { course } = await bench();
    for (const aggressive of [1, 3]) {
      const expected = [...Array.from({ length: aggressive }, () => ({ divergence: 1, ...reads })), { divergence: 1, ...writes }];
      expect(course({ aggressive }).updates(5)).toEqual(expected);
    }
  });

  it("go on as long as points come to say more, and end with a sentence, for good", async () => {
    const { course, spread } = await bench();
    const own = course({ aggressive: 2 });
    const informations: number[] = [];
    for (const factor of [30, 60, 120]) {
      spread(factor);
      const { measures, notices } = await own.observe(metrics(1));
      expect(notices).toEqual([]);
      expect(own.updates(10)).toHaveLength(3);
      informations.push(measures.validationMutualInformation);
    }
    expect(informations[1] - informations[0]).toBeGreaterThan(0.1);
    expect(informations[2] - informations[1]).toBeGreaterThan(0.1);
    const { measures, notices } = await own.observe(metrics(4)); // the same weights: no more than before
    expect(measures.validationMutualInformation).toBe(informations[2]);
    expect(notices).toEqual([`The points no longer come to say more of the sentences (${informations[2].toFixed(2)} nats): from now on encoder and decoder learn together.`]);
    const together = [{ divergence: 2, "learns.encoder": 1, "learns.decoder": 1 }];
    expect(own.updates(10)).toEqual(together);
    spread(240);
    expect((await own.observe(metrics(5))).notices).toEqual([]);
    expect(own.updates(10)).toEqual(together);
  });

  it("end when points say less than once before", async () => {
    const { course, spread } = await bench();
    const own = course({ aggressive: 2 });
    spread(120);
    await own.observe(metrics(1));
    spread(40);
    expect((await own.observe(metrics(2))).notices).toHaveLength(1);
    expect(own.updates(3)).toHaveLength(1);
  });

  it("are not begun where none are asked for, whatever the points say", async () => {
    const { course } = await bench();
    const own = course();
    for (let step = 1; step < 4; step++) expect((await own.observe(metrics(step))).notices).toEqual([]);
    expect(own.updates(4)).toEqual([{ divergence: 0.8 }]);
  });
});

describe("what is seen at an evaluation", () => {
  it("is how much points say and how many dimensions follow the sentences, the same for the same weights", async () => {
    const { course, spread, sentences } = await bench();
    const own = course();
    spread(60);
    const { measures } = await own.observe(metrics(1));
    expect(measures.validationActiveUnits).toBe(LATENT);
    expect(measures.validationMutualInformation).toBeGreaterThan(0.5);
    expect(measures.validationMutualInformation).toBeLessThan(Math.log(sentences.count) + 0.5);
    expect((await own.observe(metrics(2))).measures).toEqual(measures);
    spread(0);
    const collapsed = (await own.observe(metrics(3))).measures;
    expect(collapsed.validationActiveUnits).toBe(0);
    expect(collapsed.validationMutualInformation).toBeLessThan(measures.validationMutualInformation);
  });

  it("may be of one sentence, of which no unit can be active", async () => {
    const { course } = await bench();
    const sentences = new EncodedPairs([{ source: "abc", target: "abc" }], tokenizer, tokenizer).within({ maximumSource: 8, maximumTarget: 8 });
    expect((await course({ sentences }).observe(metrics(1))).measures.validationActiveUnits).toBe(0);
  });
});

describe("a collapsing posterior", () => {
  const warnings = async (course: LatentCourse, seen: readonly (readonly [step: number, divergence: number])[]): Promise<number[]> => {
    const warned: number[] = [];
    for (const [step, divergence] of seen) {
      const { notices } = await course.observe(metrics(step, divergence));
      expect(notices.length).toBeLessThan(2);
      if (notices.length > 0) {
        expect(notices[0]).toContain(`The posterior is collapsing: a point says ${divergence.toFixed(2)} nats of its sentence`);
        warned.push(step);
      }
    }
    return warned;
  };

  it("is said once a collapse, and not in the first half of annealing", async () => {
    const { course, spread } = await bench();
    spread(120);
    expect(await warnings(course(), [[2, 0.01], [4, 0.01], [5, 0.5], [6, 0.02], [12, 0.01], [13, 1], [14, 0.9], [15, 0.1]])).toEqual([5, 14]);
  });

  it("is said from the first step on where nothing is annealed, but not before it", async () => {
    const { course } = await bench();
    const none: AnnealingSettings = { name: "none", steps: 0, weight: 1, cycles: 1 };
    expect(await warnings(course({ annealing: none }), [[0, 0], [1, 0.3], [2, 0.3]])).toEqual([1]);
  });
});

describe("posteriors that are far from the prior and all the same", () => {
  it("are said to be collapsing, but not while they come to say more, nor in the first half of annealing", async () => {
    const { course, spread } = await bench();
    const own = course();
    const notices: string[][] = [];
    for (const [factor, step] of [[2, 3], [1, 4], [4, 5], [4, 6], [1, 7], [120, 8], [1, 9]]) {
      spread(factor);
      notices.push([...(await own.observe(metrics(step, 5))).notices]);
    }
    expect(notices.map(({ length }) => length)).toEqual([0, 0, 0, 1, 0, 0, 1]);
    expect(notices[3][0]).toMatch(/^The posterior is collapsing: a point says 0\.\d\d nats of its sentence \(its KL of 5\.00 is much the same for all\), so that/);
  });
});

describe("the state of a course", () => {
  it("goes through a checkpoint, and what comes then is the same", async () => {
    const { course, spread } = await bench();
    const own = course({ aggressive: 2 });
    const json = (of: LatentCourse): unknown => JSON.parse(JSON.stringify(of.state()));
    for (const [factor, step, divergence] of [[60, 1, 5], [120, 6, 0.2], [120, 7, 0.2], [240, 8, 5], [240, 9, 0.2]]) {
      const restored = course({ aggressive: 2 });
      restored.restore(json(own));
      expect(restored.state()).toEqual(own.state());
      expect(restored.updates(step)).toEqual(own.updates(step));
      spread(factor);
      expect(await restored.observe(metrics(step, divergence))).toEqual(await own.observe(metrics(step, divergence)));
    }
    expect(own.updates(10)).toHaveLength(1);
  });

  it.each([[null], [{}], ["aggressive"], [{ aggressive: 1, information: 0, warned: false }], [{ aggressive: true, information: "much", warned: false }], [[true, 0, false]]])("is refused where it is %j", async (state) => {
    const { course } = await bench();
    const own = course({ aggressive: 2 });
    expect(() => own.restore(state)).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringMatching(/train again\.$/) }));
    expect(own.updates(0)).toHaveLength(3);
  });
});

describe("the parts that learn in turns", () => {
  it.each(["gru", "lstm", "rnn", "transformer"] as const)("divide every parameter of a %s: what reads and what writes", (cell) => {
    const model = createVariationalAutoencoder(createVariationalConfig({ ...choices, cell, labels: ["x", "y"] }));
    const parts = new Map<string, string>();
    for (const name of nameParameters(model).keys()) parts.set(name.split(".")[0], partOfParameter(name));
    for (const reader of ["encoder", "posterior_layer", "label_embedding"]) expect([reader, parts.get(reader)]).toEqual([reader, "encoder"]);
    for (const [name, part] of parts) if (!["encoder", "posterior_layer", "label_embedding"].includes(name)) expect([name, part]).toEqual([name, "decoder"]);
    expect(parts.get("decoder_stack")).toBe("decoder");
  });
});
