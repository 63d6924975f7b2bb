// The recurrent family against PyTorch, and its two ways of reading tokens.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import type { CellKind } from "../nn/recurrent.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { traceFixture } from "../testing/trace_fixture.js";
import { RecurrentLanguageModel, type RecurrentConfig } from "./recurrent.js";

const CELLS: readonly CellKind[] = ["rnn", "lstm", "gru"];
const CONFIG: Omit<RecurrentConfig, "cell"> = { vocabularySize: 7, layers: 2, width: 6, embeddingWidth: 5, dropout: 0, tieEmbeddings: false };

describe.each(CELLS)("a language model of %s", (cell) => {
  const [fixture] = fixtureCases(`${cell}_language_model`);

  it("has the names, the order and the shapes of the state_dict", () => {
    const parameters = [...nameParameters(new RecurrentLanguageModel({ ...CONFIG, cell }))].map(([name, { shape }]) => [name, shape]);
    expect(parameters).toEqual(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape]));
  });

  it.each(["float64", "float32"] as const)("computes in %s what PyTorch computes", async (dtype) => {
    const model = new RecurrentLanguageModel({ ...CONFIG, cell });
    const parameters = nameParameters(model, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: traceFixture(model, fixture, dtype) });
  });

  it("carries a state of its width for each layer and row", () => {
    const carried = new RecurrentLanguageModel({ ...CONFIG, cell }).carried(3);
    const names = cell === "lstm" ? ["h0", "c0", "h1", "c1"] : ["h0", "h1"];
    expect(carried).toEqual(Object.fromEntries(names.map((name) => [name, [3, 6]])));
  });

  it("has no embedding where tokens are read as one-hot vectors", () => {
    const parameters = nameParameters(new RecurrentLanguageModel({ ...CONFIG, cell, embeddingWidth: 0 }));
    expect(parameters.has("embedding.weight")).toBe(false);
    expect(parameters.get("rnn.weight_ih_l0")!.shape[1]).toBe(7);
  });

  it("has no weight in a tied head", () => {
    const parameters = nameParameters(new RecurrentLanguageModel({ ...CONFIG, cell, embeddingWidth: 6, tieEmbeddings: true }));
    expect(parameters.has("head.weight")).toBe(false);
    expect(parameters.has("head.bias")).toBe(true);
  });
});

describe("sizes that do not fit", () => {
  it("a tied embedding must be as wide as the state", () => {
    expect(() => new RecurrentLanguageModel({ ...CONFIG, cell: "gru", tieEmbeddings: true })).toThrow("they are 5 and 6");
    expect(() => new RecurrentLanguageModel({ ...CONFIG, cell: "gru", embeddingWidth: 0, tieEmbeddings: true })).toThrow("they are 0 and 6");
  });
});
