// What every discriminator promises: PyTorch's numbers, and that padding, company and the form of its input change nothing.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import type { CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { largestSingularValue } from "../nn/spectral_normalization.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { input, oneHot, split, sum, type Shape, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { generatorLoss, isPairwise, type Objective } from "./adversarial_loss.js";
import { ConvolutionalDiscriminator } from "./convolutional_discriminator.js";
import { textMask, type Discriminator, type DiscriminatorSizes } from "./discriminator.js";
import { DiscriminatorTraining } from "./discriminator_training.js";
import type { GradientPenalty } from "./gradient_penalty.js";
import { RecurrentDiscriminator } from "./recurrent_discriminator.js";
import { TransformerDiscriminator } from "./transformer_discriminator.js";

const END = 2;
const VOCABULARY = 7;
const SIZES: DiscriminatorSizes = { vocabularySize: VOCABULARY, embeddingWidth: 3, labelCount: 0, dropout: 0, spectralNorm: false };

const convolutional = (changes: Partial<DiscriminatorSizes>, windows = [1, 2, 3, 8], filters = [3, 2, 3, 2]): Discriminator =>
  new ConvolutionalDiscriminator({ ...SIZES, ...changes, windows, filters });
const recurrent = (cell: CellKind, changes: Partial<DiscriminatorSizes>): Discriminator => new RecurrentDiscriminator({ ...SIZES, ...changes, cell, layers: 2, width: 4 });
const transformer = (normFirst: boolean, changes: Partial<DiscriminatorSizes>): Discriminator =>
  new TransformerDiscriminator({ ...SIZES, ...changes, normFirst, layers: 2, width: 8, heads: 2, feedForwardWidth: 12, epsilon: 1e-5 });

const KINDS: Readonly<Record<string, (changes: Partial<DiscriminatorSizes>) => Discriminator>> = {
  cnn: (changes) => convolutional(changes),
  rnn: (changes) => recurrent("rnn", changes),
  lstm: (changes) => recurrent("lstm", changes),
  gru: (changes) => recurrent("gru", changes),
  "transformer, norms before": (changes) => transformer(true, changes),
  "transformer, norms after": (changes) => transformer(false, changes),
};

/** The discriminator that a case describes in PyTorch's words. */
function discriminatorOf({ config }: FixtureCase): Discriminator {
  const changes = { labelCount: config.label_count as number };
  if (config.kind === "recurrent") return recurrent(config.cell as CellKind, changes);
  if (config.kind === "transformer") return transformer(config.norm_first as boolean, changes);
  return convolutional(changes, config.windows as number[], config.filters as number[]);
}

/** A trace whose noise is given. */
class GivenContext extends TraceContext {
  constructor(private readonly given: Tensor) {
    super(true);
  }

  override normal(_shape: Shape): Tensor {
    return this.given;
  }
}

describe.each(fixtureCases("discriminators").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("has in %s the logits, the losses and every gradient that PyTorch's layers have", async (dtype) => {
    const { config } = fixture;
    const objective = config.objective as Objective;
    const penalty = config.penalty === null ? null : ({ kind: config.penalty, weight: config.penalty_weight } as GradientPenalty);
    const discriminator = discriminatorOf(fixture);
    const model = new DiscriminatorTraining(discriminator, { objective, endId: END, penalty });
    // What only moves all logits alike has no effect where only their differences count: its gradient is rounding.
    const { "head.bias": _bias, ...others } = fixture.gradients;
    const gradients = isPairwise(objective) ? others : fixture.gradients;
    await compareWithFixture({
      fixture: { ...fixture, gradients },
      dtype,
      parameters: nameParameters(discriminator, dtype),
      trace: ({ noise, ...batch }) => {
        const logits = (tokens: Tensor, labels: Tensor | undefined): Tensor =>
          discriminator.score(discriminator.embedTokens(tokens), textMask(tokens, END, dtype), labels, new TraceContext(false));
        const [realLogits, fakeLogits] = [logits(batch.real, batch.realLabels), logits(batch.fake, batch.fakeLabels)];
        const trained = model.loss(batch, {}, new GivenContext(noise));
        const tested = model.loss(batch, {}, new TraceContext(false));
        return { realLogits, fakeLogits, generatorLoss: sum(generatorLoss(objective, realLogits, fakeLogits)), plainLoss: tested.lossSum, loss: trained.lossSum };
      },
    });
  });
});

const integers = (rows: readonly (readonly number[])[]): ReturnType<typeof toHost> => toHost({ shape: [rows.length, rows[0].length], data: rows.flat() }, "int64");

describe.each(Object.entries(KINDS))("%s", (_, create) => {
  /** A discriminator with its parameters moved away from where they start, so that no bias is 0 and labels make a difference. */
  function small(changes: Partial<DiscriminatorSizes> = {}): { discriminator: Discriminator; buffers: ParameterBuffers } {
    const discriminator = create(changes);
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(discriminator)), []);
    const random = new RandomStream(3, "small discriminator");
    buffers.initialize(random);
    const flat = buffers.flat();
    for (let i = 0; i < flat.length; i++) flat[i] += 0.2 * random.normal();
    return { discriminator, buffers };
  }

  /** Logits of texts, filled up with `filler` to the given length. */
  async function logitsOf({ discriminator, buffers }: ReturnType<typeof small>, texts: readonly (readonly number[])[], length: number, filler = 0): Promise<readonly number[]> {
    const tokens = input("tokens", [texts.length, length], "int64");
    const logits = discriminator.score(discriminator.embedTokens(tokens), textMask(tokens, END), undefined, new TraceContext(false));
    const padded = texts.map((text) => [...text, ...new Array<number>(length - text.length).fill(filler)]);
    return (await evaluate({ logits }, { ...buffers.feeds(), tokens: integers(padded) })).logits.data;
  }

  const TEXTS = [[4, 5, END], [6, END], [3, 3, 5, 1, 4, 6, 6, 0, END], [END]];

  it("gives a text the same logit however much padding stands behind it, of whatever token, and whatever stands beside it", async () => {
    const judge = small();
    const together = await logitsOf(judge, TEXTS, 12);
    expectClose(await logitsOf(judge, TEXTS, 12, 6), together, "with other padding", 0);
    const alone: number[] = [];
    for (const text of TEXTS) alone.push(...(await logitsOf(judge, [text], text.length)));
    expectClose(alone, together, "alone");
    expect(new Set(together.map((logit) => logit.toFixed(4))).size).toBe(TEXTS.length);
  });

  it("needs no mask where texts have no end", async () => {
    const { discriminator, buffers } = small();
    const tokens = input("tokens", [2, 6], "int64");
    const embedded = discriminator.embedTokens(tokens);
    const context = new TraceContext(false);
    const outputs = { masked: discriminator.score(embedded, textMask(tokens, null), undefined, context), bare: discriminator.score(embedded, null, undefined, context) };
    const { masked, bare } = await evaluate(outputs, { ...buffers.feeds(), tokens: integers([[4, 5, 2, 6, 2, 1], [6, 6, 3, 0, 1, 2]]) });
    expectClose(bare.data, masked.data, "logits");
  });

  it("reads distributions: one that is sure of its word is that word", async () => {
    const { discriminator, buffers } = small();
    const tokens = input("tokens", [2, 6], "int64");
    const mask = textMask(tokens, END);
    const context = new TraceContext(false);
    const outputs = {
      hard: discriminator.score(discriminator.embedTokens(tokens), mask, undefined, context),
      soft: discriminator.score(discriminator.embedDistribution(oneHot(tokens, VOCABULARY)), mask, undefined, context),
      wide: discriminator.score(discriminator.embedDistribution(oneHot(tokens, VOCABULARY + 3)), mask, undefined, context), // with labels behind the words
    };
    const { hard, soft, wide } = await evaluate(outputs, { ...buffers.feeds(), tokens: integers([[4, 5, 2, 6, 6, 6], [6, 6, 3, 0, 1, 2]]) });
    expectClose(soft.data, hard.data, "logits");
    expectClose(wide.data, hard.data, "logits");
  });

  it("judges many rows as it judges few", async () => {
    const judge = small();
    const random = new RandomStream(2, "many texts");
    const texts = Array.from({ length: 300 }, () => Array.from({ length: 5 }, () => random.integer(VOCABULARY)));
    const all = await logitsOf(judge, texts, 5);
    const pieces: number[] = [];
    for (let row = 0; row < 300; row += 100) pieces.push(...(await logitsOf(judge, texts.slice(row, row + 100), 5)));
    expectClose(all, pieces, "logits");
  });

  it("hears labels, and refuses to do without them or to hear unknown ones", async () => {
    const judge = (changes: Partial<DiscriminatorSizes>, labels: Tensor | undefined): Tensor => {
      const { discriminator } = small(changes);
      const tokens = input("tokens", [2, 3], "int64");
      return discriminator.score(discriminator.embedTokens(tokens), null, labels, new TraceContext(false));
    };
    const labels = input("labels", [2], "int64");
    expect(() => judge({ labelCount: 3 }, undefined)).toThrow("give a label for each");
    expect(() => judge({}, labels)).toThrow("knows no labels");
    const { buffers } = small({ labelCount: 3 });
    const feeds = { ...buffers.feeds(), tokens: integers([[4, 5, 2], [4, 5, 2]]), labels: toHost({ shape: [2], data: [0, 2] }, "int64") };
    const [first, second] = (await evaluate({ logits: judge({ labelCount: 3 }, labels) }, feeds)).logits.data;
    expect(Math.abs(first - second)).toBeGreaterThan(1e-4);
  });

  it("with spectral norms judges as one whose matrices are over their largest singular values", async () => {
    const texts = [[4, 5, END, 1], [6, 3, 1, 1]];
    const normalized = small({ spectralNorm: true });
    const judged = await logitsOf(normalized, texts, 4);
    const plain = small();
    const matrices = [...nameParameters(plain.discriminator).values()].filter(({ name, shape }) => shape.length === 2 && name !== "embedding.weight");
    const largest = await evaluate(Object.fromEntries(matrices.map(({ name, tensor }) => [`of ${name}`, largestSingularValue(tensor)])), plain.buffers.feeds());
    for (const { name } of matrices) {
      const values = plain.buffers.values(name);
      for (let i = 0; i < values.length; i++) values[i] /= largest[`of ${name}`].data[0];
    }
    expectClose(judged, await logitsOf(plain, texts, 4), "logits");
  });

  it("drops features only while training", () => {
    const { discriminator } = small({ dropout: 0.25 });
    const pools = (training: boolean): number => {
      const context = new TraceContext(training);
      discriminator.score(input("embedded", [2, 4, 3]), null, undefined, context);
      return context.maskPools().length;
    };
    expect([pools(true), pools(false)]).toEqual([1, 0]);
  });
});

describe("the mask of texts", () => {
  it("is 1 up to the first end, it included", async () => {
    const tokens = input("tokens", [4, 4], "int64");
    const feeds = { tokens: integers([[5, 2, 4, 2], [2, 2, 2, 2], [5, 4, 3, 1], [5, 4, 3, 2]]) };
    const [first, second, third, fourth] = split(textMask(tokens, END), 0, 4);
    const rows = await evaluate({ first, second, third, fourth, none: textMask(tokens, null, "float64") }, feeds);
    expect(rows.first.data).toEqual([1, 1, 0, 0]);
    expect(rows.second.data).toEqual([1, 0, 0, 0]);
    expect(rows.third.data).toEqual([1, 1, 1, 1]);
    expect(rows.fourth.data).toEqual([1, 1, 1, 1]);
    expect(rows.none.data).toEqual(new Array(16).fill(1));
  });
});
