// The Llama dialect against transformers' LlamaForCausalLM: names on disk, logits, loss and every gradient.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { traceFixture } from "../testing/trace_fixture.js";
import { LlamaLanguageModel, type LlamaConfig } from "./llama.js";

const CONFIG: LlamaConfig = {
  vocabularySize: 11,
  contextLength: 8,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  width: 16,
  feedForwardWidth: 24,
  dropout: 0,
  tieEmbeddings: false,
  epsilon: 1e-5,
  ropeTheta: 10000,
};

describe("LlamaLanguageModel", () => {
  describe.each(fixtureCases("llama").map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
    const config = { ...CONFIG, tieEmbeddings: fixture.config.tie_word_embeddings as boolean };

    it("has the names and the shapes of the state_dict", () => {
      const parameters = [...nameParameters(new LlamaLanguageModel(config))].map(([name, { shape }]) => [name, shape] as const);
      expect(Object.fromEntries(parameters)).toEqual(Object.fromEntries(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape])));
    });

    it.each(["float64", "float32"] as const)("computes in %s what transformers computes", async (dtype) => {
      const model = new LlamaLanguageModel(config);
      const parameters = nameParameters(model, dtype);
      await compareWithFixture({ fixture, dtype, parameters, trace: traceFixture(model, fixture, dtype) });
    });
  });

  it("says which sizes do not fit", () => {
    expect(() => new LlamaLanguageModel({ ...CONFIG, heads: 3, keyValueHeads: 3 })).toThrow("The width 16 must be an even multiple of the 3 heads");
    expect(() => new LlamaLanguageModel({ ...CONFIG, heads: 16, keyValueHeads: 16 })).toThrow("The width 16 must be an even multiple of the 16 heads");
    expect(() => new LlamaLanguageModel({ ...CONFIG, keyValueHeads: 3 })).toThrow("4 heads cannot share 3 key-value heads evenly");
  });
});
