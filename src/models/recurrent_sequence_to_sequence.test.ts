// The recurrent encoder–decoder against a composition of PyTorch's layers: logits, loss and every gradient; its sizes and dropout.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import type { CellKind } from "../nn/recurrent.js";
import { TraceContext } from "../nn/trace_context.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { tracePairFixture } from "../testing/small_sequence_to_sequence.js";
import { RecurrentSequenceToSequence, type RecurrentSequenceToSequenceConfig } from "./recurrent_sequence_to_sequence.js";
import { batchInputs } from "./text_model.js";

const CONFIG: RecurrentSequenceToSequenceConfig = {
  sourceVocabularySize: 6,
  vocabularySize: 7,
  contextLength: 9,
  labelSmoothing: 0,
  cell: "gru",
  attention: "general",
  layers: 2,
  width: 4,
  embeddingWidth: 3,
  dropout: 0,
  inputFeeding: true,
  jointEmbeddings: false,
};

/** The model that a case describes. */
function modelOf({ config }: FixtureCase): RecurrentSequenceToSequence {
  return new RecurrentSequenceToSequence({
    ...CONFIG,
    cell: config.kind as CellKind,
    attention: config.attention as RecurrentSequenceToSequenceConfig["attention"],
    inputFeeding: config.input_feeding as boolean,
    jointEmbeddings: config.joint_embeddings as boolean,
    sourceVocabularySize: config.source_vocab_size as number,
    labelSmoothing: config.label_smoothing as number,
  });
}

describe.each(fixtureCases("sequence_to_sequence_recurrent").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  it.each(["float64", "float32"] as const)("computes in %s what PyTorch's layers compute", async (dtype) => {
    const model = modelOf(fixture);
    const parameters = nameParameters(model, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: tracePairFixture(model, fixture) });
  });
});

describe("sizes that do not fit", () => {
  it("the width must be even", () => {
    expect(() => new RecurrentSequenceToSequence({ ...CONFIG, width: 5 })).toThrow("The width 5 cannot be divided among the encoder's two directions; choose an even one.");
  });

  it("joint embeddings need one vocabulary, and the message says how large the two are", () => {
    expect(() => new RecurrentSequenceToSequence({ ...CONFIG, jointEmbeddings: true })).toThrow("sources have 6 ids and targets 7");
  });
});

describe("without attention", () => {
  it("input feeding has nothing to feed, and changes nothing", () => {
    const names = (inputFeeding: boolean): unknown[] =>
      [...nameParameters(new RecurrentSequenceToSequence({ ...CONFIG, attention: "none", inputFeeding }))].map(([name, { shape }]) => [name, shape]);
    expect(names(true)).toEqual(names(false));
  });

  it("the state of a decoder is that of its layers alone", () => {
    const parts = (config: Partial<RecurrentSequenceToSequenceConfig>): string[] => Object.keys(new RecurrentSequenceToSequence({ ...CONFIG, ...config }).decoder().state);
    expect(parts({ attention: "none", cell: "lstm" })).toEqual(["h0", "c0", "h1", "c1"]);
    expect(parts({ attention: "dot", inputFeeding: false })).toEqual(["h0", "h1", "values", "mask"]);
    expect(parts({})).toEqual(["h0", "h1", "attentional", "values", "mask", "keys"]);
  });
});

describe("dropout", () => {
  const [rows, sourceLength, targetLength] = [2, 3, 5];
  const { width, embeddingWidth } = CONFIG;

  /** How many elements each place of dropout takes, in the order of the graph. */
  function sites(config: Partial<RecurrentSequenceToSequenceConfig>): readonly number[] {
    const model = new RecurrentSequenceToSequence({ ...CONFIG, dropout: 0.1, ...config });
    nameParameters(model);
    const context = new TraceContext(true);
    model.loss(batchInputs(model, { rows, sourceLength, targetLength }), {}, context);
    return context.maskPools()[0].sites;
  }

  it("is on the embeddings, between the layers, on what is attended to and before the output", () => {
    const source = [rows * sourceLength * embeddingWidth, rows * sourceLength * width, rows * sourceLength * width];
    const output = rows * targetLength * width;
    const embedded = rows * targetLength * embeddingWidth;
    expect(sites({ inputFeeding: false })).toEqual([...source, embedded, output, output]);
    const steps = Array.from({ length: targetLength }, () => rows * width);
    expect(sites({ inputFeeding: true })).toEqual([...source, embedded, ...steps, output]);
  });
});
