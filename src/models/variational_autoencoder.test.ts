// What every variational autoencoder of sentences promises: PyTorch's numbers, decoding that equals training, padding, word dropout.

import { describe, expect, it } from "vitest";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { reparameterise } from "../nn/gaussian.js";
import type { CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { add, concat, constant, exp, input, log, logSoftmax, mean as meanOf, mul, neg, reshape, slice, sub, sum, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { evaluate, TEST_SESSION, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { RecurrentVariationalAutoencoder } from "./recurrent_variational_autoencoder.js";
import { TransformerVariationalAutoencoder } from "./transformer_variational_autoencoder.js";
import type { VariationalAutoencoder, VariationalAutoencoderConfig } from "./variational_autoencoder.js";

/** Longer than the caches of a decoder that has just been started. */
const CONTEXT = 40;
const VOCABULARY = 7;
const LATENT = 3;
const CONFIG: VariationalAutoencoderConfig = { vocabularySize: VOCABULARY, contextLength: CONTEXT, layers: 2, width: 4, latentWidth: LATENT, labelCount: 0, dropout: 0, wordDropout: 0, freeBits: { perDimension: 0, total: 0 } };

const recurrent = (cell: CellKind, changes: Partial<VariationalAutoencoderConfig>): VariationalAutoencoder =>
  new RecurrentVariationalAutoencoder({ ...CONFIG, embeddingWidth: 3, ...changes, cell });
const transformer = (normFirst: boolean, changes: Partial<VariationalAutoencoderConfig>): VariationalAutoencoder =>
  new TransformerVariationalAutoencoder({ ...CONFIG, width: 8, heads: 2, feedForwardWidth: 12, epsilon: 1e-5, ...changes, normFirst });

const FAMILIES: Readonly<Record<string, (changes: Partial<VariationalAutoencoderConfig>) => VariationalAutoencoder>> = {
  rnn: (changes) => recurrent("rnn", changes),
  lstm: (changes) => recurrent("lstm", changes),
  gru: (changes) => recurrent("gru", changes),
  "transformer, norms before": (changes) => transformer(true, changes),
  "transformer, norms after": (changes) => transformer(false, changes),
};

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

/** The model that a case describes in PyTorch's words. */
function modelOf({ config }: FixtureCase): VariationalAutoencoder {
  const freeBits = { perDimension: config.free_bits as number, total: 0 };
  if ("kind" in config) return recurrent(config.kind as CellKind, { freeBits });
  return transformer(config.norm_first as boolean, { freeBits, labelCount: config.label_count as number });
}

/** log p(x|z) + log p(z) − log q(z|x) at the case's points, of the two rows that count: (2, points). */
function importanceWeights(model: VariationalAutoencoder, { config }: FixtureCase, { sources, labels, tokens, targets }: Readonly<Record<string, Tensor>>, dtype: DataType): Tensor {
  const posterior = model.posterior(sources, labels, new TraceContext(false));
  const columns = (config.importance_noise as number[][][]).map((rows) => {
    const noise = constant(rows.flat(), [rows.length, LATENT], dtype);
    const points = reparameterise(posterior, noise);
    const ratio = mul(sum(sub(add(mul(noise, noise), posterior.logVariance), mul(points, points)), [1]), 0.5);
    return reshape(sub(ratio, model.reconstructionNats(points, labels, tokens, targets)), [rows.length, 1]);
  });
  return slice(concat(columns, 1), 0, 0, 2);
}

const fixtures = [...fixtureCases("variational_autoencoder"), ...fixtureCases("variational_autoencoder_transformer")];

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("has in %s the posterior, the objective and every gradient that PyTorch's layers have", async (dtype) => {
    const model = modelOf(fixture);
    await compareWithFixture({
      fixture,
      dtype,
      parameters: nameParameters(model, dtype),
      trace: ({ noise, ...batch }) => {
        const { mean, logVariance } = model.posterior(batch.sources, batch.labels, new TraceContext(false));
        const trained = model.loss(batch, {}, new GivenContext(true, noise, fixture.config.divergence_weight as number));
        const tested = model.loss(batch, {}, new GivenContext(false, noise));
        const logWeights = importanceWeights(model, fixture, batch, dtype);
        const importanceWeighted = sum(neg(log(meanOf(exp(logWeights), [1]))));
        return { mean, logVariance, reconstruction: tested.measures!.sums.reconstruction, divergence: tested.measures!.sums.divergence, negativeElbo: add(tested.measures!.sums.reconstruction, tested.measures!.sums.divergence), loss: trained.lossSum, logWeights, importanceWeighted };
      },
    });
  });
});

const integers = (rows: readonly (readonly number[])[]): ReturnType<typeof toHost> => toHost({ shape: [rows.length, rows[0].length], data: rows.flat() }, "int64");
const POINTS = [[1, -1, 0.5], [0, 0.25, -2]];
const LABELS = [2, 0];

describe.each(Object.entries(FAMILIES))("%s", (_, create) => {
  /** A model with its parameters moved away from where they start, so that no gain is 1 and no bias 0. */
  function smallModel(changes: Partial<VariationalAutoencoderConfig> = {}): { model: VariationalAutoencoder; buffers: ParameterBuffers } {
    const model = create(changes);
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)), []);
    const random = new RandomStream(3, "small autoencoder");
    buffers.initialize(random);
    const flat = buffers.flat();
    for (let i = 0; i < flat.length; i++) flat[i] += 0.2 * random.normal();
    return { model, buffers };
  }

  describe("decoding", () => {
    it.each([0, 3])("token by token from points equals the training graph, however far caches grow and rows move: %i labels", async (labelCount) => {
      const { model, buffers } = smallModel({ labelCount });
      const random = new RandomStream(1, "texts");
      const texts = [0, 1].map(() => Array.from({ length: CONTEXT }, () => random.integer(VOCABULARY)));
      const labels = labelCount === 0 ? undefined : constant(LABELS, [2], "int64");
      const points = constant(Float32Array.from(POINTS.flat()), [2, LATENT]);
      const written = logSoftmax(model.decode(points, labels, input("texts", [2, CONTEXT], "int64"), new TraceContext(false)));
      const { whole } = await evaluate({ whole: written }, { ...buffers.feeds(), texts: integers(texts) });
      const expected = (rows: readonly number[], t: number): number[] =>
        rows.flatMap((row) => whole.data.slice((2 * t + row) * VOCABULARY, (2 * t + row + 1) * VOCABULARY));

      const graph = model.decoder();
      expect(graph.pointWidth).toBe(labelCount === 0 ? LATENT : LATENT + 1);
      const decoder = await ProgramDecoder.compile(graph, buffers, nodeBackend, TEST_SESSION);
      let rows = [0, 1];
      let state = await decoder.encode(POINTS.map((point, row) => (labelCount === 0 ? point : [...point, LABELS[row]])));
      for (let t = 0; t < CONTEXT; t++) {
        if (t === 19) {
          rows = [1, 0, 1];
          state = decoder.select(state, Int32Array.from(rows));
        }
        const stepped = await decoder.step(Int32Array.from(rows, (row) => texts[row][t]), state);
        expectClose(stepped.logits, expected(rows, t), `log-probabilities after ${t + 1} tokens`, 1e-4);
        state = stepped.state;
      }
      await decoder.release();
    });

    it("depends on the point at every position", async () => {
      const { model, buffers } = smallModel();
      const tokens = constant([1, 4, 5, 1, 4, 5], [2, 3], "int64");
      const { logits } = await evaluate({ logits: model.decode(constant(Float32Array.from(POINTS.flat()), [2, LATENT]), undefined, tokens, new TraceContext(false)) }, buffers.feeds());
      for (let t = 0; t < 3; t++) {
        const [first, second] = [0, 1].map((row) => logits.data[(2 * t + row) * VOCABULARY]);
        expect(Math.abs(first - second), `position ${t}`).toBeGreaterThan(1e-3);
      }
    });
  });

  it("says what it was told: another label gives other logits, in the posterior and in the text", async () => {
    const { model, buffers } = smallModel({ labelCount: 3 });
    const sources = constant([4, 5, 2], [1, 3], "int64");
    const points = constant(Float32Array.from(POINTS[0]), [1, LATENT]);
    const of = async (label: number): Promise<number[]> => {
      const labels = constant([label], [1], "int64");
      const { mean, logits } = await evaluate({ mean: model.posterior(sources, labels, new TraceContext(false)).mean, logits: model.decode(points, labels, sources, new TraceContext(false)) }, buffers.feeds());
      return [mean.data[0], logits.data[0]];
    };
    const [first, second] = [await of(0), await of(2)];
    first.forEach((value, i) => expect(Math.abs(value - second[i])).toBeGreaterThan(1e-3));
  });

  it("gives the nats of sentences from given points, which add up to the reconstruction of the loss", async () => {
    const { model, buffers } = smallModel();
    const sources = constant([4, 5, 2, 6, 2, 0], [2, 3], "int64");
    const tokens = constant([1, 4, 5, 1, 6, 0], [2, 3], "int64");
    const targets = constant([4, 5, 2, 6, 2, -1], [2, 3], "int64");
    const context = new GivenContext(false, constant(new Float32Array(2 * LATENT), [2, LATENT])); // the point is the mean
    const { mean } = model.posterior(sources, undefined, context);
    const { sums } = model.loss({ sources, tokens, targets }, {}, context).measures!;
    const alone = model.reconstructionNats(slice(mean, 0, 1, 2), undefined, slice(tokens, 0, 1, 2), slice(targets, 0, 1, 2));
    const { whole, rows, second } = await evaluate({ whole: sums.reconstruction, rows: model.reconstructionNats(mean, undefined, tokens, targets), second: alone }, buffers.feeds());
    expect(rows.shape).toEqual([2]);
    expectClose([rows.data[0] + rows.data[1]], whole.data, "the sum of both sentences");
    expectClose(second.data, [rows.data[1]], "a sentence alone");
  });

  it("finds the same posterior however much padding stands behind a sentence, and whatever stands beside it", async () => {
    const { model, buffers } = smallModel();
    const sentences = [[4, 5, 2], [6, 2], [3, 3, 5, 1, 2], [2]];
    const posteriorOf = async (rows: readonly (readonly number[])[], length: number): Promise<readonly number[]> => {
      const { mean, logVariance } = model.posterior(input("sources", [rows.length, length], "int64"), undefined, new TraceContext(false));
      const sources = integers(rows.map((row) => [...row, ...new Array<number>(length - row.length).fill(0)]));
      const values = await evaluate({ mean, logVariance }, { ...buffers.feeds(), sources });
      return rows.flatMap((_row, i) => [values.mean, values.logVariance].flatMap(({ data }) => data.slice(i * LATENT, (i + 1) * LATENT)));
    };
    const together = await posteriorOf(sentences, 8);
    const alone: number[] = [];
    for (const sentence of sentences) alone.push(...(await posteriorOf([sentence], sentence.length)));
    expectClose(together, alone, "means and log-variances");
  });

  describe("word dropout", () => {
    it("hides whole words from the decoder, never the first, and only while training", () => {
      const { model } = smallModel({ wordDropout: 0.5 });
      const tokens = input("tokens", [2, 4], "int64");
      const poolsOf = (context: TraceContext): unknown => {
        model.decode(input("points", [2, LATENT]), undefined, tokens, context);
        return context.maskPools();
      };
      expect(poolsOf(new TraceContext(true))).toEqual([{ rate: 0.5, sites: [3 * 2] }]);
      expect(poolsOf(new TraceContext(false))).toEqual([]);
    });

    it("makes a hidden word one of the embedding 0 in the same place, and leaves the others as they are", async () => {
      const { model, buffers } = smallModel({ wordDropout: 0.5 });
      const nothing = 6;
      const embeddings = buffers.values("embedding.weight");
      const width = embeddings.length / VOCABULARY;
      embeddings.fill(0, nothing * width, (nothing + 1) * width);
      const context = new TraceContext(true);
      const points = constant(Float32Array.from(POINTS[0]), [1, LATENT]);
      const tokens = input("tokens", [1, 4], "int64");
      const logits = model.decode(points, undefined, tokens, context);
      const logitsOf = async (ids: number[], mask: number[]): Promise<readonly number[]> => {
        const pool = toHost({ shape: [mask.length], data: mask }, "float32");
        const { value } = await evaluate({ value: logits }, { ...buffers.feeds(), tokens: integers([ids]), "dropout.0.5.pool": pool, "dropout.0.5.offsets": toHost({ shape: [1], data: [0] }, "int64") });
        return value.data;
      };
      expect(await logitsOf([1, 4, 5, 3], [2, 0, 2])).toEqual(await logitsOf([1, 4, nothing, 3], [2, 2, 2]));
      expect(await logitsOf([1, 4, 5, 3], [2, 0, 2])).not.toEqual(await logitsOf([1, 4, 5, 3], [2, 2, 2]));
      const { untouched } = await evaluate({ untouched: model.decode(points, undefined, tokens, new TraceContext(false)) }, { ...buffers.feeds(), tokens: integers([[1, 4, 5, 3]]) });
      expect(await logitsOf([1, 4, 5, 3], [2, 2, 2])).toEqual(untouched.data); // what is left is not scaled
    });
  });

  it("refuses a batch longer than the model", () => {
    const { model } = smallModel();
    const batch = { sources: input("sources", [1, CONTEXT + 1], "int64"), tokens: input("tokens", [1, 4], "int64"), targets: input("targets", [1, 4], "int64") };
    expect(() => model.loss(batch, {}, new TraceContext(false))).toThrow(`A source of ${CONTEXT + 1} tokens does not fit`);
  });
});
