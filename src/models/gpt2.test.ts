// The GPT-2 dialect against transformers' GPT2LMHeadModel: names on disk, logits, loss and every gradient.

import { describe, expect, it } from "vitest";
import { nameParameters } from "../nn/module.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
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

  it("computes what transformers computes", async () => {
    const model = new Gpt2LanguageModel(CONFIG);
    const parameters = nameParameters(model);
    await compareWithFixture({ fixture, dtype: "float32", parameters, trace: traceFixture(model, fixture, "float32") });
  });

  it("says which width does not fit the heads", () => {
    expect(() => new Gpt2LanguageModel({ ...CONFIG, heads: 3 })).toThrow("The width 16 cannot be divided among 3 heads");
  });
});
