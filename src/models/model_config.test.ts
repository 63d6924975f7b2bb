// config.json: what is written describes the model that is built, and what cannot be built is one clear sentence.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { nameParameters } from "../nn/module.js";
import { fixtureCases } from "../testing/fixtures.js";
import { SMALL_SIZES } from "../testing/small_models.js";
import { ARCHITECTURES, architectureOf, createModel, createModelConfig, isRecurrent, parseModelConfig } from "./model_config.js";

const shapes = (model: ReturnType<typeof createModel>): unknown[] => [...nameParameters(model)].map(([name, { shape }]) => [name, shape]);

describe("a config", () => {
  it.each(ARCHITECTURES)("of %s read back from its file builds the same model", (architecture) => {
    const config = createModelConfig(architecture, { ...SMALL_SIZES, keyValueHeads: 2 });
    const read = parseModelConfig(JSON.parse(JSON.stringify(config)), "config.json");
    expect(read).toEqual(config);
    expect(architectureOf(read)).toBe(architecture);
    expect(shapes(createModel(read))).toEqual(shapes(createModel(config)));
    expect(createModel(read).vocabularySize).toBe(SMALL_SIZES.vocabularySize);
  });

  it("has the keys of transformers, with its values, where transformers has the architecture", () => {
    for (const [topic, written] of [
      ["gpt2", createModelConfig("gpt2", { ...SMALL_SIZES, heads: 2, tieEmbeddings: true })],
      ["llama", { ...createModelConfig("llama", { ...SMALL_SIZES, keyValueHeads: 2 }), intermediate_size: 24 }],
    ] as const) {
      const [fixture] = fixtureCases(topic);
      const sizes = Object.keys(written).filter((key) => key in fixture.config);
      expect(sizes.length).toBeGreaterThanOrEqual(10);
      for (const key of sizes) expect([key, (written as Record<string, unknown>)[key]]).toEqual([key, fixture.config[key]]);
      const built = createModel(parseModelConfig({ ...written, ...fixture.config }, "config.json"));
      expect(new Map(shapes(built) as [string, number[]][])).toEqual(new Map(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape])));
    }
  });

  it.each(["rnn", "lstm", "gru"] as const)("of %s builds the model of its sizes", (architecture) => {
    const [fixture] = fixtureCases(`${architecture}_language_model`);
    const sizes = { vocabularySize: 7, layers: 2, width: 6, embeddingWidth: 5 };
    const built = createModel(createModelConfig(architecture, { ...SMALL_SIZES, ...sizes }));
    expect(shapes(built)).toEqual(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape]));
  });

  it("says whether batches follow one another in the text", () => {
    expect(ARCHITECTURES.map((architecture) => isRecurrent(createModelConfig(architecture, SMALL_SIZES)))).toEqual([false, false, true, true, true]);
  });

  it("that describes no model names the field", () => {
    const config = createModelConfig("gpt2", SMALL_SIZES);
    const parse = (json: unknown) => () => parseModelConfig(json, '"run/config.json"');
    expect(parse({ ...config, n_layer: 0 })).toThrow(/^"run\/config\.json" describes no model that can be built: "n_layer" is wrong/);
    expect(parse({ ...config, n_embd: "wide" })).toThrow('"n_embd"');
    expect(parse({ ...config, activation_function: "relu" })).toThrow('"activation_function"');
    expect(parse({ ...config, model_type: "bert" })).toThrow('"model_type"');
    expect(parse({})).toThrow('"model_type"');
    expect(parse(null)).toThrow(WordloomError);
    expect(parse([])).toThrow(WordloomError);
  });
});
