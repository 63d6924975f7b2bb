// The GPT-2 dialect against transformers' GPT2LMHeadModel: names on disk, logits, loss and every gradient.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import { compareWithFixture, SCALED_PRODUCT_TOLERANCE } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { traceFixture } from "../testing/trace_fixture.js";
import { Gpt2LanguageModel, type Gpt2Config } from "./gpt2.js";

const CONFIG: Gpt2Config = { vocabularySize: 11, contextLength: 8, layers: 2, heads: 2, width: 16, dropout: 0, tieEmbeddings: true, epsilon: 1e-5 };
const [fixture] = fixtureCases("gpt2");

describe("Gpt2LanguageModel", () => {
  it("has the names, the order and the shapes of the state_dict, without the tied head", () => {
    const parameters = [...nameParameters(new Gpt2LanguageModel(CONFIG))].map(([name, { shape }]) => [name, shape]);
    expect(parameters).toEqual(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape]));
  });

  it("has a head of its own where it is not tied", () => {
    const names = [...nameParameters(new Gpt2LanguageModel({ ...CONFIG, tieEmbeddings: false })).keys()];
    expect(names).toEqual([...Object.keys(fixture.parameters), "lm_head.weight"]);
  });

  it.each(["float64", "float32"] as const)("computes in %s what transformers computes", async (dtype) => {
    const model = new Gpt2LanguageModel(CONFIG);
    const parameters = nameParameters(model, dtype);
    await compareWithFixture({ fixture, dtype, parameters, trace: traceFixture(model, fixture, dtype), tolerance: SCALED_PRODUCT_TOLERANCE[dtype] });
  });

  it("says which width does not fit the heads", () => {
    expect(() => new Gpt2LanguageModel({ ...CONFIG, heads: 3 })).toThrow("The width 16 cannot be divided among 3 heads");
  });
});
