// What a model writes of a pair and what that hangs on: the loss's own numbers, complete integrals, true gradients, no padding.

import { describe, expect, it } from "vitest";
import type { EmbeddedPairModel } from "../models/embedded_pair.js";
import { RecurrentVariationalAutoencoder } from "../models/recurrent_variational_autoencoder.js";
import { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import { TransformerVariationalAutoencoder } from "../models/transformer_variational_autoencoder.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { constant, type Tensor } from "../tensor/index.js";
import { compile, TEST_SESSION } from "../tensor/testing/evaluate.js";
import { smallSequenceToSequence } from "../testing/small_sequence_to_sequence.js";
import { PairReader, type PairTokens } from "./pair_reader.js";

interface Small {
  readonly model: SequenceToSequenceModel | VariationalAutoencoder;
  readonly buffers: ParameterBuffers;
  /** The embeddings of sources and of targets. */
  readonly embeddings: readonly [string, string];
  readonly label?: number;
}

const SIZES = { vocabularySize: 11, contextLength: 12, layers: 1, width: 8, latentWidth: 3, dropout: 0, wordDropout: 0.5, freeBits: { perDimension: 0, total: 0 } };

function smallAutoencoder(model: VariationalAutoencoder): Pick<Small, "model" | "buffers" | "embeddings"> {
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)), []);
  const random = new RandomStream(7, "small model");
  buffers.initialize(random);
  const flat = buffers.flat();
  for (let i = 0; i < flat.length; i++) flat[i] += 0.3 * random.normal();
  return { model, buffers, embeddings: ["embedding.weight", "embedding.weight"] };
}

const pairs = (name: string): Small => ({ ...smallSequenceToSequence(name), embeddings: ["source_embedding.weight", "target_embedding.weight"] });

const SMALL: Readonly<Record<string, () => Small>> = {
  "a gru that attends": () => pairs("gru, additive, input feeding"),
  "a lstm without attention": () => pairs("lstm, no attention"),
  "a transformer of pairs": () => pairs("transformer, norms first"),
  "a recurrent autoencoder": () => smallAutoencoder(new RecurrentVariationalAutoencoder({ ...SIZES, cell: "lstm", labelCount: 0, embeddingWidth: EMBEDDING_WIDTH })),
  "a transformer autoencoder with labels": () => ({ ...smallAutoencoder(new TransformerVariationalAutoencoder({ ...SIZES, heads: 2, feedForwardWidth: 12, epsilon: 1e-5, labelCount: 2 })), label: 1 }),
};

/** Positions to fill up: 3 of 8 and 4 of 8. No token stands twice. */
const SOURCE = [4, 7, 2];
const TARGET = [1, 5, 8, 3];
const NEXT = [5, 8, 3, 2];
/** Of the recurrent models. */
const EMBEDDING_WIDTH = 6;
const EXPLAINED = NEXT.map((target, position) => ({ position, target }));

const reader = ({ model, buffers }: Small): PairReader => new PairReader(model as EmbeddedPairModel, buffers, TEST_SESSION);
const pairOf = ({ label }: Small): PairTokens => ({ source: SOURCE, target: TARGET, ...(label === undefined ? {} : { label }) });
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** The cross-entropy of the target as training computes it, of a batch that is the pair and nothing else. */
async function trainingNats({ model, buffers, label }: Small): Promise<number> {
  const row = (ids: readonly number[]): Tensor => constant(ids, [1, ids.length], "int64");
  const batch = { sources: row(SOURCE), tokens: row(TARGET), targets: row(NEXT) };
  const context = new TraceContext(false);
  const labels = label === undefined ? undefined : constant([label], [1], "int64");
  const nats = model instanceof SequenceToSequenceModel ? model.loss(batch, {}, context).lossSum : model.reconstructionNats(model.posterior(batch.sources, labels, context).mean, labels, batch.tokens, batch.targets);
  const program = await compile({ nats });
  const found = await program.run(buffers.feeds());
  await program.release();
  return Number(found.nats.data[0]);
}

/** ln p of each token that comes. */
async function logProbabilities(reading: PairReader, small: Small): Promise<number[]> {
  const logits = await reading.logits(pairOf(small));
  const size = small.model.vocabularySize;
  expect(logits).toHaveLength(TARGET.length * size);
  return NEXT.map((next, t) => logits[t * size + next] - Math.log(sum(logits.subarray(t * size, (t + 1) * size).map(Math.exp))));
}

describe.each(Object.entries(SMALL))("%s", (_, create) => {
  it("predicts with the loss of training", async () => {
    const small = create();
    const reading = reader(small);
    expect(-sum(await logProbabilities(reading, small))).toBeCloseTo(await trainingNats(small), 4);
    await reading.release();
  });

  it("is explained by integrals that are complete to 1 percent, over the whole source and the target so far", async () => {
    const small = create();
    const reading = reader(small);
    const expected = await logProbabilities(reading, small);
    const found = await reading.attribute(pairOf(small), EXPLAINED);
    for (const [t, { integratedGradients, gradientInput, logProbability, baseline }] of found.entries()) {
      const difference = logProbability - baseline;
      expect(Math.abs(sum(integratedGradients) - difference)).toBeLessThanOrEqual(0.01 * Math.abs(difference));
      expect(logProbability).toBeCloseTo(expected[t], 4);
      expect([integratedGradients.length, gradientInput.length]).toEqual([SOURCE.length + t + 1, SOURCE.length + t + 1]);
      for (const value of integratedGradients.subarray(0, SOURCE.length)) expect(Math.abs(value)).toBeGreaterThan(0);
    }
    expect(new Set(found.map(({ baseline }) => baseline.toFixed(5))).size).toBeGreaterThan(1);
    await reading.release();
  });

  it("reads no padding: it finds the same with less of it", async () => {
    const small = create();
    const found: number[][] = [];
    for (const contextLength of [TARGET.length, 8]) {
      const model = Object.create(small.model, { contextLength: { value: contextLength } }) as Small["model"]; // lengths are rounded up to it
      const reading = reader({ ...small, model });
      const [{ gradientInput, logProbability }] = await reading.attribute(pairOf(small), EXPLAINED.slice(-1));
      found.push([logProbability, ...gradientInput]);
      await reading.release();
    }
    found[0].forEach((value, i) => expect(value).toBeCloseTo(found[1][i], 5));
  });
});

it.each(["a gru that attends", "a recurrent autoencoder"])("of gradient × input is what %s tells when an embedding grows", async (name) => {
  const small = SMALL[name]();
  const reading = reader(small);
  const [{ gradientInput }] = await reading.attribute(pairOf(small), EXPLAINED.slice(-1));
  const grown = async (table: string, token: number, factor: number): Promise<number> => {
    const values = small.buffers.values(table);
    const row = values.subarray(token * EMBEDDING_WIDTH, (token + 1) * EMBEDDING_WIDTH);
    const kept = row.slice();
    row.forEach((value, i) => (row[i] = value * factor));
    const found = (await logProbabilities(reading, small)).at(-1)!;
    row.set(kept);
    return found;
  };
  const step = 0.02;
  for (const [i, token] of [...SOURCE, ...TARGET].entries()) {
    const table = small.embeddings[i < SOURCE.length ? 0 : 1];
    const slope = ((await grown(table, token, 1 + step)) - (await grown(table, token, 1 - step))) / (2 * step);
    expect(gradientInput[i]).toBeCloseTo(slope, 3);
  }
  await reading.release();
});
