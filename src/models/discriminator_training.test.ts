// A discriminator's loss as training sees it: what is counted, what only training adds, and that it learns to tell texts apart.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { constant, filled, grad, input, mul, sub, sum, type Tensor } from "../tensor/index.js";
import { compile, evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { OBJECTIVES } from "./adversarial_loss.js";
import { ConvolutionalDiscriminator } from "./convolutional_discriminator.js";
import { Discriminator } from "./discriminator.js";
import { DiscriminatorTraining, type DiscriminatorTrainingOptions } from "./discriminator_training.js";
import { interpolate } from "./gradient_penalty.js";
import { batchInputs } from "./text_model.js";

const PLAIN: DiscriminatorTrainingOptions = { objective: "standard", endId: null, penalty: null };

/** Says what each text's first embedded number is. */
class FirstNumber extends Discriminator {
  constructor() {
    super({ vocabularySize: 3, embeddingWidth: 1, labelCount: 0, dropout: 0, spectralNorm: false }, 1);
  }

  protected features(embedded: Tensor): Tensor {
    return sum(embedded, [1]);
  }
}

const network = (labelCount = 0): Discriminator =>
  new ConvolutionalDiscriminator({ vocabularySize: 7, embeddingWidth: 4, labelCount, dropout: 0, spectralNorm: false, windows: [1, 2], filters: [8, 8] });

describe("a batch", () => {
  it("has labels of both kinds of texts where the discriminator knows labels", () => {
    expect(Object.keys(new DiscriminatorTraining(network(), PLAIN).batchFields)).toEqual(["real", "fake"]);
    const shape = { rows: 4, length: 5 };
    const inputs = batchInputs(new DiscriminatorTraining(network(2), PLAIN), shape);
    expect(Object.entries(inputs).map(([name, { dtype, shape: sizes }]) => [name, dtype, sizes])).toEqual([
      ["real", "int64", [4, 5]],
      ["fake", "int64", [4, 5]],
      ["realLabels", "int64", [4]],
      ["fakeLabels", "int64", [4]],
    ]);
  });
});

describe("what is shown", () => {
  /** How many of the samples are told right, where tokens 0, 1, 2 have logits −1, 0.5 and 2. */
  async function told(objective: (typeof OBJECTIVES)[number], real: readonly number[], fake: readonly number[]): Promise<readonly number[]> {
    const discriminator = new FirstNumber();
    nameParameters(discriminator);
    const tokens = (ids: readonly number[]): Tensor => constant(ids, [ids.length, 1], "int64");
    const { measures } = new DiscriminatorTraining(discriminator, { ...PLAIN, objective }).loss({ real: tokens(real), fake: tokens(fake) }, {}, new TraceContext(false));
    const feeds = {
      "embedding.weight": toHost({ shape: [3, 1], data: [-1, 0.5, 2] }, "float32"),
      "head.weight": toHost({ shape: [1, 1], data: [1] }, "float32"),
      "head.bias": toHost({ shape: [1], data: [0] }, "float32"),
    };
    const values = await evaluate({ samples: measures!.samples, correct: measures!.sums.correct }, feeds);
    return [values.correct.data[0], values.samples.data[0]];
  }

  it.each(["standard", "hinge"] as const)("of %s is how many logits have the right sign", async (objective) => {
    expect(await told(objective, [2, 1, 0], [0, 0, 2])).toEqual([4, 6]);
  });

  it.each(["relativistic", "wasserstein"] as const)("of %s is how many pairs are in the right order", async (objective) => {
    expect(await told(objective, [2, 1, 0], [1, 0, 2])).toEqual([4, 6]);
    expect(await told(objective, [1, 1], [1, 2])).toEqual([0, 4]);
  });
});

describe("the gradient penalty", () => {
  const tokens = (seed: number): Tensor => constant([seed, 4, 5, seed, 2, 2], [2, 3], "int64");

  it.each(["r1", "interpolated"] as const)("%s is part of what is minimised, not of what is shown, and of no evaluation", async (kind) => {
    const discriminator = network();
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(discriminator)), []);
    buffers.initialize(new RandomStream(1, "penalty"));
    const batch = { real: tokens(1), fake: tokens(3) };
    const context = new TraceContext(true);
    const training = new DiscriminatorTraining(discriminator, { ...PLAIN, penalty: { kind, weight: 10 } });
    const trained = training.loss(batch, {}, context);
    const shown = training.loss(batch, {}, new TraceContext(false));
    const plain = new DiscriminatorTraining(discriminator, PLAIN).loss(batch, {}, new TraceContext(true));
    const noise = Object.fromEntries(context.noiseSites().map((site) => [site.name, toHost({ shape: site.shape, data: [0.1, 0.2, -1, 2] }, "float32")]));
    const values = await evaluate({ trained: trained.lossSum, nats: trained.natsSum!, shown: shown.lossSum, plain: plain.lossSum }, { ...buffers.feeds(), ...noise });
    expect(values.trained.data[0]).toBeGreaterThan(values.plain.data[0] + 1e-3);
    expectClose(values.nats.data, values.plain.data, "what is shown while training");
    expectClose(values.shown.data, values.plain.data, "what is shown otherwise");
  });

  it("is taken at points that are evenly spread between made and real texts", async () => {
    const rows = 2000;
    const points = interpolate(filled(1, [rows, 1, 1]), filled(0, [rows, 1, 1]), new TraceContext(true));
    const random = new RandomStream(5, "even points");
    const noise = toHost({ shape: [rows, 2], data: Array.from({ length: 2 * rows }, () => random.normal()) }, "float32");
    const { shares } = await evaluate({ shares: points }, { "noise.0": noise });
    const sorted = [...shares.data].sort((a, b) => a - b);
    const distance = Math.max(...sorted.map((share, i) => Math.abs(share - (i + 0.5) / rows)));
    expect(distance).toBeLessThan(1.63 / Math.sqrt(rows)); // Kolmogorov and Smirnov, 1 %
  });
});

describe("training", () => {
  it.each(OBJECTIVES)("with %s tells texts apart by a pair of words that stands anywhere in the real ones", async (objective) => {
    const discriminator = network();
    const bounded = objective !== "wasserstein"; // else only the penalty keeps the logits from growing forever
    const training = new DiscriminatorTraining(discriminator, { ...PLAIN, objective, penalty: { kind: "r1", weight: bounded ? 0.1 : 2 } });
    const named = nameParameters(discriminator);
    const buffers = new ParameterBuffers(parameterSpecs(named), []);
    buffers.initialize(new RandomStream(1, "training"));
    const rows = 32;
    const random = new RandomStream(2, "texts");
    const text = (): number[] => Array.from({ length: 6 }, () => random.integer(5));
    const real = Array.from({ length: rows }, () => {
      const words = text();
      const place = random.integer(5);
      return [...words.slice(0, place), 5, 6, ...words.slice(place + 2)];
    });
    const fake = Array.from({ length: rows }, () => {
      const words = text();
      const place = random.integer(5);
      return [...words.slice(0, place), 6, 5, ...words.slice(place + 2)];
    });
    const host = (texts: readonly (readonly number[])[]): ReturnType<typeof toHost> => toHost({ shape: [rows, 6], data: texts.flat() }, "int64");
    const { lossSum, measures } = training.loss({ real: input("real", [rows, 6], "int64"), fake: input("fake", [rows, 6], "int64") }, {}, new TraceContext(true));
    const tensors = [...named.values()].map((parameter) => parameter.tensor);
    const gradients = grad(mul(lossSum, 1 / rows), tensors);
    const step = await compile({ correct: measures!.sums.correct, ...Object.fromEntries([...named.keys()].map((name, i) => [`next ${name}`, sub(tensors[i], mul(gradients[i], bounded ? 0.2 : 0.1))])) });
    const feeds = buffers.feeds();
    let correct = 0;
    for (let i = 0; i < 150; i++) {
      const results = await step.run({ ...feeds, real: host(real), fake: host(fake) });
      correct = (results.correct.data as Float32Array)[0];
      for (const name of named.keys()) buffers.values(name).set(results[`next ${name}`].data as Float32Array);
    }
    await step.release();
    expect(correct / (2 * rows)).toBeGreaterThan(0.95);
  });
});
