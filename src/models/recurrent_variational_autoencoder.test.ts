// The recurrent variational autoencoder: against PyTorch's layers, its decoding against its training graph, word dropout.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import type { CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { concat, constant, input, slice, split, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose, FLOAT32_TOLERANCE } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { RecurrentVariationalAutoencoder, type RecurrentVariationalAutoencoderConfig } from "./recurrent_variational_autoencoder.js";

const CONFIG: RecurrentVariationalAutoencoderConfig = { cell: "gru", vocabularySize: 7, contextLength: 9, layers: 2, width: 4, embeddingWidth: 3, latentWidth: 3, labelCount: 0, dropout: 0, wordDropout: 0, freeBits: { perDimension: 0, total: 0 } };

/** A trace whose noise and coefficient are given. */
class GivenContext extends TraceContext {
  constructor(training: boolean, private readonly given: Tensor, private readonly weight = 1) {
    super(training);
  }

  override normal(_shape: Shape): Tensor {
    return this.given;
  }

  override coefficient(_name: string, dtype: DataType = "float32"): Tensor {
    return constant(this.weight, [], dtype);
  }
}

const modelOf = ({ config }: FixtureCase): RecurrentVariationalAutoencoder =>
  new RecurrentVariationalAutoencoder({ ...CONFIG, cell: config.kind as CellKind, freeBits: { perDimension: config.free_bits as number, total: 0 } });

describe.each(fixtureCases("variational_autoencoder").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("has in %s the posterior, the objective and every gradient that PyTorch's layers have", async (dtype) => {
    const model = modelOf(fixture);
    await compareWithFixture({
      fixture,
      dtype,
      parameters: nameParameters(model, dtype),
      trace: ({ sources, tokens, targets, noise }) => {
        const { mean, logVariance } = model.posterior(sources, undefined, new TraceContext(false));
        const batch = { sources, tokens, targets };
        const trained = model.loss(batch, {}, new GivenContext(true, noise, fixture.config.divergence_weight as number));
        const tested = model.loss(batch, {}, new GivenContext(false, noise));
        return { mean, logVariance, reconstruction: tested.measures!.sums.reconstruction, divergence: tested.measures!.sums.divergence, negativeElbo: tested.lossSum, loss: trained.lossSum };
      },
    });
  });
});

function smallModel(changes: Partial<RecurrentVariationalAutoencoderConfig> = {}): { model: RecurrentVariationalAutoencoder; buffers: ParameterBuffers } {
  const model = new RecurrentVariationalAutoencoder({ ...CONFIG, ...changes });
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)), []);
  buffers.initialize(new RandomStream(3, "small autoencoder"));
  return { model, buffers };
}

const integers = (rows: readonly (readonly number[])[]): ReturnType<typeof toHost> => toHost({ shape: [rows.length, rows[0].length], data: rows.flat() }, "int64");

describe("decoding", () => {
  it.each([["rnn", 0], ["lstm", 0], ["gru", 0], ["gru", 3]] as const)("step by step from a point equals the training graph: %s, %i labels", async (cell, labelCount) => {
    const { model, buffers } = smallModel({ cell, labelCount });
    const graph = model.decoder();
    const width = graph.pointWidth!;
    expect(width).toBe(labelCount === 0 ? 3 : 4);
    const points = input("points", [2, width]);
    const tokens = input("tokens", [2, 4], "int64");
    let state: Record<string, Tensor> = { ...graph.encode!(points) };
    const steps: Tensor[] = [];
    for (const token of split(tokens, 1, 4)) {
      const step = graph.step({ tokens: token, positions: input("positions", [1], "int64"), mask: input("mask", [1, 1]), state });
      steps.push(step.logits);
      state = { ...state, ...step.state };
    }
    const labels = [2, 0];
    const data = [[0.5, -1, 2], [0, 0.25, -0.5]].flatMap((point, row) => (labelCount === 0 ? point : [...point, labels[row]]));
    const feeds = { ...buffers.feeds(), points: toHost({ shape: [2, width], data }, "float32"), tokens: integers([[1, 4, 5, 3], [1, 6, 2, 5]]) };
    const given = labelCount === 0 ? undefined : constant(labels, [2], "int64");
    const { whole, stepped } = await evaluate({ whole: model.decode(slice(points, 1, 0, 3), given, tokens, new TraceContext(false)), stepped: concat(steps, 0) }, feeds);
    expectClose(stepped.data, whole.data, "logits", FLOAT32_TOLERANCE);
  });

  it("says what it was told: another label gives other logits, in the posterior and in the text", async () => {
    const { model, buffers } = smallModel({ labelCount: 3 });
    const sources = constant([4, 5, 2], [1, 3], "int64");
    const points = constant(Float32Array.of(1, -1, 0.5), [1, 3]);
    const of = async (label: number): Promise<number[]> => {
      const labels = constant([label], [1], "int64");
      const { mean, logits } = await evaluate({ mean: model.posterior(sources, labels, new TraceContext(false)).mean, logits: model.decode(points, labels, sources, new TraceContext(false)) }, buffers.feeds());
      return [mean.data[0] as number, logits.data[0] as number];
    };
    const [first, second] = [await of(0), await of(2)];
    first.forEach((value, i) => expect(Math.abs(value - second[i])).toBeGreaterThan(1e-3));
  });
});

describe("the nats of a sentence from a given point", () => {
  it("add up to the reconstruction of the loss, row by row", async () => {
    const { model, buffers } = smallModel();
    const sources = constant([4, 5, 2, 6, 2, 0], [2, 3], "int64");
    const tokens = constant([1, 4, 5, 1, 6, 0], [2, 3], "int64");
    const targets = constant([4, 5, 2, 6, 2, -1], [2, 3], "int64");
    const noise = constant(new Float32Array(6), [2, 3]); // the point is the mean
    const context = new GivenContext(false, noise);
    const { mean } = model.posterior(sources, undefined, context);
    const { sums } = model.loss({ sources, tokens, targets }, {}, context).measures!;
    const { whole, rows } = await evaluate({ whole: sums.reconstruction, rows: model.reconstructionNats(mean, undefined, tokens, targets) }, buffers.feeds());
    expect(rows.shape).toEqual([2]);
    expect((rows.data[0] as number) + (rows.data[1] as number)).toBeCloseTo(whole.data[0] as number, 5);
    const alone = model.reconstructionNats(slice(mean, 0, 1, 2), undefined, slice(tokens, 0, 1, 2), slice(targets, 0, 1, 2));
    const { value } = await evaluate({ value: alone }, buffers.feeds());
    expect(value.data[0]).toBeCloseTo(rows.data[1] as number, 5);
  });
});

describe("the posterior", () => {
  it("is the same however much padding stands behind a sentence", async () => {
    const { model, buffers } = smallModel();
    const [short, long] = await Promise.all(
      [[[4, 5, 2]], [[4, 5, 2, 0, 0]]].map(async (sources) => {
        const { mean } = await evaluate({ mean: model.posterior(input("sources", [1, sources[0].length], "int64"), undefined, new TraceContext(false)).mean }, { ...buffers.feeds(), sources: integers(sources) });
        return Array.from(mean.data as ArrayLike<number>);
      }),
    );
    long.forEach((value, i) => expect(value).toBeCloseTo(short[i], 6));
  });
});

describe("word dropout", () => {
  it("hides whole words from the decoder, never the first, and only while training", () => {
    const { model } = smallModel({ wordDropout: 0.5 });
    const points = input("points", [2, 3]);
    const tokens = input("tokens", [2, 4], "int64");
    const training = new TraceContext(true);
    model.decode(points, undefined, tokens, training);
    expect(training.maskPools()).toEqual([{ rate: 0.5, sites: [3 * 2] }]);
    const testing = new TraceContext(false);
    model.decode(points, undefined, tokens, testing);
    expect(testing.maskPools()).toEqual([]);
  });

  it("makes a hidden word count for nothing", async () => {
    const { model, buffers } = smallModel({ wordDropout: 0.5 });
    const context = new TraceContext(true);
    const logits = model.decode(input("points", [1, 3]), undefined, input("tokens", [1, 3], "int64"), context);
    const logitsOf = async (tokens: number[], mask: number[]): Promise<number[]> => {
      const pool = toHost({ shape: [2], data: mask }, "float32");
      const { value } = await evaluate({ value: logits }, { ...buffers.feeds(), points: toHost({ shape: [1, 3], data: [1, -1, 0.5] }, "float32"), tokens: integers([tokens]), "dropout.0.5.pool": pool, "dropout.0.5.offsets": toHost({ shape: [1], data: [0] }, "int64") });
      return Array.from(value.data as ArrayLike<number>);
    };
    expect(await logitsOf([1, 4, 5], [0, 0])).toEqual(await logitsOf([1, 6, 2], [0, 0]));
    expect(await logitsOf([1, 4, 5], [2, 2])).not.toEqual(await logitsOf([1, 6, 2], [2, 2]));
    const plain = smallModel({ wordDropout: 0 });
    const { value } = await evaluate(
      { value: plain.model.decode(input("points", [1, 3]), undefined, input("tokens", [1, 3], "int64"), new TraceContext(true)) },
      { ...plain.buffers.feeds(), points: toHost({ shape: [1, 3], data: [1, -1, 0.5] }, "float32"), tokens: integers([[1, 4, 5]]) },
    );
    expect(await logitsOf([1, 4, 5], [2, 2])).toEqual(Array.from(value.data as ArrayLike<number>)); // what is left is not scaled
  });
});

describe("sizes that do not fit", () => {
  it("the width must be even", () => {
    expect(() => new RecurrentVariationalAutoencoder({ ...CONFIG, width: 5 })).toThrow("The width 5 cannot be divided");
  });

  it("a batch longer than the model is refused", () => {
    const { model } = smallModel();
    const batch = { sources: input("sources", [1, 12], "int64"), tokens: input("tokens", [1, 4], "int64"), targets: input("targets", [1, 4], "int64") };
    expect(() => model.loss(batch, {}, new TraceContext(false))).toThrow("A source of 12 tokens does not fit");
  });
});
