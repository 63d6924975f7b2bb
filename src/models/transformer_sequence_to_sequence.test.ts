// The Transformer encoder–decoder against torch.nn.Transformer: names, logits, loss and every gradient; its sizes and dropout.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { tracePairFixture } from "../testing/small_sequence_to_sequence.js";
import { batchInputs } from "./text_model.js";
import { TransformerSequenceToSequence, type TransformerSequenceToSequenceConfig } from "./transformer_sequence_to_sequence.js";

const CONFIG: TransformerSequenceToSequenceConfig = {
  sourceVocabularySize: 6,
  vocabularySize: 7,
  contextLength: 9,
  labelSmoothing: 0,
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 2,
  width: 8,
  feedForwardWidth: 12,
  dropout: 0,
  normFirst: true,
  jointEmbeddings: false,
  tieEmbeddings: false,
  epsilon: 1e-5,
};

/** The model that a case describes in PyTorch's words. */
function modelOf({ config }: FixtureCase): TransformerSequenceToSequence {
  return new TransformerSequenceToSequence({
    ...CONFIG,
    sourceVocabularySize: config.source_vocab_size as number,
    normFirst: config.norm_first as boolean,
    jointEmbeddings: config.joint_embeddings as boolean,
    tieEmbeddings: config.tie_embeddings as boolean,
    labelSmoothing: config.label_smoothing as number,
  });
}

describe.each(fixtureCases("sequence_to_sequence_transformer").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it("has the names and the shapes of the state_dict", () => {
    const shapes = (entries: Iterable<readonly [string, { readonly shape: readonly number[] }]>): unknown =>
      Object.fromEntries(Array.from(entries, ([name, { shape }]) => [name, shape]));
    expect(shapes(nameParameters(modelOf(fixture)))).toEqual(shapes(Object.entries(fixture.parameters)));
  });

  it.each(["float64", "float32"] as const)("computes in %s what torch.nn.Transformer computes", async (dtype) => {
    const model = modelOf(fixture);
    const parameters = nameParameters(model, dtype);
    // A head of 4 has the scale ½, which is exact in float32 too, so that doubles stay doubles.
    await compareWithFixture({ fixture, dtype, parameters, trace: tracePairFixture(model, fixture) });
  });
});

describe("sizes that do not fit", () => {
  it("heads must divide the width", () => {
    expect(() => new TransformerSequenceToSequence({ ...CONFIG, heads: 3 })).toThrow("The width 8 cannot be divided among 3 heads");
  });

  it("joint embeddings need one vocabulary, and the message says how large the two are", () => {
    expect(() => new TransformerSequenceToSequence({ ...CONFIG, jointEmbeddings: true })).toThrow("sources have 6 ids and targets 7");
  });
});

describe("weights that are shared", () => {
  it("are counted once", () => {
    const count = (config: Partial<TransformerSequenceToSequenceConfig>): number =>
      [...nameParameters(new TransformerSequenceToSequence({ ...CONFIG, sourceVocabularySize: 7, ...config })).values()].reduce(
        (total, { shape }) => total + shape.reduce((product, size) => product * size, 1),
        0,
      );
    const table = CONFIG.vocabularySize * CONFIG.width;
    expect(count({}) - count({ jointEmbeddings: true })).toBe(table);
    expect(count({}) - count({ tieEmbeddings: true })).toBe(table);
    expect(count({}) - count({ jointEmbeddings: true, tieEmbeddings: true })).toBe(2 * table);
  });
});

describe("dropout", () => {
  it("is on the embeddings, the weights of every attention, inside the feed-forward part and on what each part adds", () => {
    const [rows, sourceLength, targetLength] = [2, 3, 5];
    const model = new TransformerSequenceToSequence({ ...CONFIG, dropout: 0.1, encoderLayers: 1, decoderLayers: 1 });
    nameParameters(model);
    const context = new TraceContext(true);
    model.loss(batchInputs(model, { rows, sourceLength, targetLength }), {}, context);
    const [{ sites }] = context.maskPools();
    const stream = (length: number): number => rows * length * CONFIG.width;
    const weights = (queries: number, keys: number): number => rows * CONFIG.heads * queries * keys;
    const feedForward = (length: number): number[] => [rows * length * CONFIG.feedForwardWidth, stream(length)];
    const encoder = [weights(sourceLength, sourceLength), stream(sourceLength), ...feedForward(sourceLength)];
    const decoder = [weights(targetLength, targetLength), stream(targetLength), weights(targetLength, sourceLength), stream(targetLength), ...feedForward(targetLength)];
    expect(sites).toEqual([stream(sourceLength), ...encoder, stream(targetLength), ...decoder]);
  });
});
