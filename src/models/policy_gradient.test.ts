// A generator's step against a discriminator as PyTorch makes it: texts, roll-outs, rewards, advantages, losses and every gradient.

import { afterAll, describe, expect, it } from "vitest";
import { Module, nameParameters, parameterSpecs, type Parameter } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { hostTensor } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { constant, input, reshape, slice, type Tensor } from "../tensor/index.js";
import { evaluate, TEST_SESSION, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase, type FixtureTensors } from "../testing/fixtures.js";
import { batchOfTexts, isWritten, TextDrawer } from "../training/drawn_batches.js";
import { RollOutRewards } from "../training/roll_out_rewards.js";
import { tokenAdvantages, type Baseline } from "../training/token_advantages.js";
import type { Objective } from "./adversarial_loss.js";
import { ConvolutionalDiscriminator } from "./convolutional_discriminator.js";
import { DiscriminatorTraining } from "./discriminator_training.js";
import { relaxedTexts, rollOut, type TextDrawing } from "./drawn_texts.js";
import { PolicyGradient } from "./policy_gradient.js";
import { RecurrentLanguageModel } from "./recurrent.js";
import { RelaxedGenerator } from "./relaxed_generator.js";

const LENGTH = 5;

/** A stream whose uniform numbers are given: multiples of 1/1024. */
class GivenStream extends RandomStream {
  private taken = 0;

  constructor(private readonly numbers: readonly number[]) {
    super(0, "given");
  }

  override nextUint32(): number {
    return this.numbers[this.taken++] * 2 ** 32;
  }
}

/** A trace whose noise and temperature are given. */
class GivenContext extends TraceContext {
  private position = 0;

  constructor(private readonly given: Tensor, private readonly temperature: number) {
    super(true);
  }

  override gumbel(shape: readonly number[]): Tensor {
    return reshape(slice(this.given, 0, this.position, ++this.position), shape);
  }

  override coefficient(): Tensor {
    return constant(this.temperature);
  }
}

/** Names the parameters of two networks apart. */
class Both extends Module {
  constructor(
    readonly generator: RecurrentLanguageModel,
    readonly discriminator: ConvolutionalDiscriminator,
  ) {
    super();
  }
}

/** Both networks of a case, and what texts are drawn by. */
function networksOf({ config }: FixtureCase): { generator: RecurrentLanguageModel; discriminator: ConvolutionalDiscriminator; drawing: TextDrawing } {
  const sizes = config as Readonly<Record<string, number>>;
  const generator = new RecurrentLanguageModel({ cell: "lstm", vocabularySize: sizes.vocab_size, layers: sizes.num_layers, width: sizes.hidden_size, embeddingWidth: sizes.generator_embedding_dim, dropout: 0, tieEmbeddings: false });
  const bank = { windows: config.windows as number[], filters: config.filters as number[] };
  const discriminator = new ConvolutionalDiscriminator({ vocabularySize: sizes.vocab_size, embeddingWidth: sizes.embedding_dim, labelCount: 0, dropout: 0, spectralNorm: false, ...bank });
  const drawing = { decoder: generator.decoder(), length: LENGTH, padId: sizes.padding, endId: sizes.end, excluded: config.excluded as number[] };
  return { generator, discriminator, drawing };
}

const integers = ({ shape, data }: FixtureTensors[string]): ReturnType<typeof toHost> => toHost({ shape, data }, "int64");

/** The tensors whose names begin with a network's, without it. */
const partOf = (tensors: FixtureTensors, network: string): FixtureTensors =>
  Object.fromEntries(Object.entries(tensors).flatMap(([name, tensor]) => (name.startsWith(`${network}.`) ? [[name.slice(network.length + 1), tensor] as const] : [])));

/** A network's parameters in memory, as the case has them. */
function buffersOf(parameters: ReadonlyMap<string, Parameter>, stored: FixtureTensors): ParameterBuffers {
  const buffers = new ParameterBuffers(parameterSpecs(parameters), []);
  expect(Object.keys(stored).sort()).toEqual([...parameters.keys()].sort());
  for (const [name, { data }] of Object.entries(stored)) buffers.values(name).set(data);
  return buffers;
}

const released: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const release of released) await release();
});

const cases = fixtureCases("policy_gradient");
const named = (key: string): (readonly [string, FixtureCase])[] => cases.filter(({ config }) => key in config).map((fixture) => [fixture.name, fixture] as const);

describe.each(named("baseline"))("%s", (_, fixture) => {
  const { generator, discriminator, drawing } = networksOf(fixture);
  const { inputs, outputs, config } = fixture;
  const rows = inputs.start.shape[0];
  const generatorBuffers = buffersOf(nameParameters(generator), partOf(fixture.parameters, "generator"));
  const apart = nameParameters(new DiscriminatorTraining(discriminator, { objective: "standard", endId: drawing.endId, penalty: null })); // names that are not the generator's
  const discriminatorBuffers = buffersOf(apart, Object.fromEntries(Object.entries(fixture.parameters).filter(([name]) => apart.has(name))));
  const start = integers(inputs.start);
  const texts = integers(outputs.texts);

  it("draws the texts", async () => {
    const drawer = await TextDrawer.compile(drawing, rows, generatorBuffers, nodeBackend, TEST_SESSION);
    released.push(() => drawer.release());
    expect(await drawer.draw(start, new GivenStream(inputs.uniforms.data))).toEqual(texts);
  });

  it("goes on from their beginnings", async () => {
    const [turns, count] = inputs.rollOutUniforms.shape;
    const uniforms = input("uniforms", [turns * count]);
    const traced = Object.fromEntries(Array.from({ length: turns }, (_turn, i) => [`turn ${i}`, rollOut(drawing, input("start", [rows], "int64"), input("texts", [rows, LENGTH], "int64"), slice(uniforms, 0, i * count, (i + 1) * count))]));
    const results = await evaluate<string>(traced, { ...generatorBuffers.feeds(), start, texts, uniforms: hostTensor(Float32Array.from(inputs.rollOutUniforms.data), [turns * count]) });
    expect(Object.values(results).flatMap(({ data }) => data)).toEqual(outputs.rollOuts.data);
  });

  it("has the rewards and the advantages", async () => {
    const rewarding = await RollOutRewards.compile({ drawing, rows, discriminator, generatorBuffers, discriminatorBuffers, backend: nodeBackend, session: TEST_SESSION });
    released.push(() => rewarding.release());
    const rewards = await rewarding.of(texts, start, undefined, inputs.rollOutUniforms.shape[0], new GivenStream(inputs.rollOutUniforms.data));
    expectClose(rewards, outputs.rewards.data, "the rewards");
    const written = batchOfTexts(texts.data as BigInt64Array, start.data as BigInt64Array, drawing);
    const writtenAt = (text: number, position: number): boolean => isWritten(written, text * LENGTH + position);
    const baseline = config.baseline as Baseline;
    expectClose(tokenAdvantages(outputs.rewards.data, writtenAt, { rows, length: LENGTH }, baseline), outputs.advantages.data, "the advantages");
    // Differences of rewards that are much alike: a rounding weighs more in them.
    expectClose(tokenAdvantages(rewards, writtenAt, { rows, length: LENGTH }, baseline), outputs.advantages.data, "the advantages of the rewards here", 1e-4);
  });

  it.each(["float64", "float32"] as const)("has in %s the loss and every gradient", async (dtype) => {
    const { tokens, targets } = batchOfTexts(texts.data as BigInt64Array, start.data as BigInt64Array, drawing);
    const ids = (data: BigInt64Array): FixtureTensors[string] => ({ shape: [rows, LENGTH], data: Array.from(data, Number), dtype: "int64" });
    const { generator: fresh } = networksOf(fixture); // of the type of this computation
    const model = new PolicyGradient(fresh, drawing);
    const { nats, loss } = outputs;
    await compareWithFixture({
      fixture: { ...fixture, parameters: partOf(fixture.parameters, "generator"), inputs: { tokens: ids(tokens), targets: ids(targets), advantages: outputs.advantages }, outputs: { nats, loss }, gradients: partOf(fixture.gradients, "generator") },
      dtype,
      parameters: nameParameters(fresh, dtype),
      trace: (batch) => {
        const { lossSum, natsSum } = model.loss(batch, {});
        return { nats: natsSum!, loss: lossSum };
      },
    });
  });
});

describe.each(named("objective"))("%s", (_, fixture) => {
  it("has the texts, the loss and every gradient", async () => {
    const { generator, discriminator, drawing } = networksOf(fixture);
    const { objective, temperature } = fixture.config as unknown as { objective: Objective; temperature: number };
    const model = new RelaxedGenerator({ generator, discriminator, drawing, objective });
    const parameters = nameParameters(new Both(generator, discriminator));
    const context = (noise: Tensor): GivenContext => new GivenContext(noise, temperature);
    const trace = ({ start, real, noise }: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
      const given = context(noise);
      const { tokens, distributions } = relaxedTexts(drawing, start, () => given.gumbel([start.shape[0] as number, drawing.decoder.vocabularySize]), constant(temperature));
      const { lossSum, measures } = model.loss({ start, real }, {}, context(noise));
      return { tokens, distributions, written: measures!.samples, nats: measures!.sums.entropy, loss: lossSum };
    };
    await compareWithFixture({ fixture, dtype: "float32", parameters, trace });
  });
});
