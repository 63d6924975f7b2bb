// The recurrent variational autoencoder: against PyTorch's layers, its decoding against its training graph, word dropout.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import type { CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { concat, constant, input, split, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose, FLOAT32_TOLERANCE } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { RecurrentVariationalAutoencoder, type RecurrentVariationalAutoencoderConfig } from "./recurrent_variational_autoencoder.js";

const CONFIG: RecurrentVariationalAutoencoderConfig = { cell: "gru", vocabularySize: 7, contextLength: 9, layers: 2, width: 4, embeddingWidth: 3, latentWidth: 3, dropout: 0, wordDropout: 0, freeBits: 0 };

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
  new RecurrentVariationalAutoencoder({ ...CONFIG, cell: config.kind as CellKind, freeBits: config.free_bits as number });

describe.each(fixtureCases("variational_autoencoder").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("has in %s the posterior, the objective and every gradient that PyTorch's layers have", async (dtype) => {
    const model = modelOf(fixture);
    await compareWithFixture({
      fixture,
      dtype,
      parameters: nameParameters(model, dtype),
      trace: ({ sources, tokens, targets, noise }) => {
        const { mean, logVariance } = model.posterior(sources, new TraceContext(false));
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
  it.each(["rnn", "lstm", "gru"] as const)("step by step from a point equals the training graph: %s", async (cell) => {
    const { model, buffers } = smallModel({ cell });
    const points = input("points", [2, 3]);
    const tokens = input("tokens", [2, 4], "int64");
    const graph = model.decoder();
    let state: Record<string, Tensor> = { ...model.from(points) };
    const steps: Tensor[] = [];
    for (const token of split(tokens, 1, 4)) {
      const step = graph.step({ tokens: token, positions: input("positions", [1], "int64"), mask: input("mask", [1, 1]), state });
      steps.push(step.logits);
      state = { ...state, ...step.state };
    }
    const feeds = { ...buffers.feeds(), points: toHost({ shape: [2, 3], data: [0.5, -1, 2, 0, 0.25, -0.5] }, "float32"), tokens: integers([[1, 4, 5, 3], [1, 6, 2, 5]]) };
    const { whole, stepped } = await evaluate({ whole: model.decode(points, tokens, new TraceContext(false)), stepped: concat(steps, 0) }, feeds);
    expectClose(stepped.data, whole.data, "logits", FLOAT32_TOLERANCE);
  });
});

describe("the posterior", () => {
  it("is the same however much padding stands behind a sentence", async () => {
    const { model, buffers } = smallModel();
    const [short, long] = await Promise.all(
      [[[4, 5, 2]], [[4, 5, 2, 0, 0]]].map(async (sources) => {
        const { mean } = await evaluate({ mean: model.posterior(input("sources", [1, sources[0].length], "int64"), new TraceContext(false)).mean }, { ...buffers.feeds(), sources: integers(sources) });
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
    model.decode(points, tokens, training);
    expect(training.maskPools()).toEqual([{ rate: 0.5, sites: [3 * 2] }]);
    const testing = new TraceContext(false);
    model.decode(points, tokens, testing);
    expect(testing.maskPools()).toEqual([]);
  });

  it("makes a hidden word count for nothing", async () => {
    const { model, buffers } = smallModel({ wordDropout: 0.5 });
    const context = new TraceContext(true);
    const logits = model.decode(input("points", [1, 3]), input("tokens", [1, 3], "int64"), context);
    const logitsOf = async (tokens: number[], mask: number[]): Promise<number[]> => {
      const pool = toHost({ shape: [2], data: mask }, "float32");
      const { value } = await evaluate({ value: logits }, { ...buffers.feeds(), points: toHost({ shape: [1, 3], data: [1, -1, 0.5] }, "float32"), tokens: integers([tokens]), "dropout.0.5.pool": pool, "dropout.0.5.offsets": toHost({ shape: [1], data: [0] }, "int64") });
      return Array.from(value.data as ArrayLike<number>);
    };
    expect(await logitsOf([1, 4, 5], [0, 0])).toEqual(await logitsOf([1, 6, 2], [0, 0]));
    expect(await logitsOf([1, 4, 5], [2, 2])).not.toEqual(await logitsOf([1, 6, 2], [2, 2]));
    const plain = smallModel({ wordDropout: 0 });
    const { value } = await evaluate(
      { value: plain.model.decode(input("points", [1, 3]), input("tokens", [1, 3], "int64"), new TraceContext(true)) },
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
