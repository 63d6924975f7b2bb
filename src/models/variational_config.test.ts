// A variational autoencoder's config.json: what was chosen comes back as the same model, and what cannot be built is refused.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { RecurrentVariationalAutoencoder } from "./recurrent_variational_autoencoder.js";
import { TransformerVariationalAutoencoder } from "./transformer_variational_autoencoder.js";
import { createVariationalAutoencoder, createVariationalConfig, isVariational, parseVariationalConfig, variationalArchitecture, type VariationalChoices, type VariationalConfig } from "./variational_config.js";

const choices: VariationalChoices = {
  cell: "gru", vocabularySize: 11, contextLength: 9, layers: 2, heads: 3, width: 12, feedForwardWidth: 20, embeddingWidth: 7, latentWidth: 5, labels: ["no", "yes", "maybe"], dropout: 0.1, wordDropout: 0.4, freeBits: 0.25, freeBitsTotal: 3, normFirst: false,
};
const recurrent = createVariationalConfig(choices);
const transformer = createVariationalConfig({ ...choices, cell: "transformer" });

const onDisk = (config: VariationalConfig): unknown => JSON.parse(JSON.stringify({ ...config, wordloom_version: 1, wordloom_training: { kind: "latent" } }));
const shapesOf = (config: VariationalConfig): [string, readonly number[]][] => parameterSpecs(nameParameters(createVariationalAutoencoder(config))).map(({ name, shape }) => [name, shape]);

describe.each([["recurrent", recurrent], ["transformer", transformer]])("the %s config", (kind, config) => {
  it("comes back from disk as it was, what else stands in the file beside it", () => {
    const parsed = parseVariationalConfig(onDisk(config), '"config.json"');
    expect(parsed).toMatchObject(config);
    expect(parsed).toMatchObject({ wordloom_version: 1 });
    expect(shapesOf(parsed)).toEqual(shapesOf(config));
  });

  it("describes the model that was chosen", () => {
    const model = createVariationalAutoencoder(config);
    expect(model).toBeInstanceOf(kind === "recurrent" ? RecurrentVariationalAutoencoder : TransformerVariationalAutoencoder);
    expect(model).toMatchObject({ vocabularySize: 11, contextLength: 9, latentWidth: 5, labelCount: 3 });
    const shapes = new Map(shapesOf(config));
    expect(shapes.get("posterior_layer.bias")).toEqual([10]);
    expect(shapes.get("embedding.weight")).toEqual([11, kind === "recurrent" ? 7 : 12]);
    expect(config).toMatchObject({ num_hidden_layers: 2, hidden_size: 12, dropout: 0.1, word_dropout: 0.4, free_bits: 0.25, free_bits_total: 3, labels: ["no", "yes", "maybe"] });
  });

  it("is known by its kind", () => {
    expect(isVariational(config)).toBe(true);
    expect(variationalArchitecture(config)).toBe(kind === "recurrent" ? "vae gru" : "vae transformer");
  });

  const shared: [string, unknown][] = [
    ["latent_size", 0], ["latent_size", 2.5], ["vocab_size", undefined], ["hidden_size", "12"], ["hidden_size", 1 << 25], ["num_hidden_layers", 1001], ["max_position_embeddings", -1],
    ["dropout", 1], ["word_dropout", -0.1], ["free_bits", -1], ["free_bits_total", null], ["labels", undefined], ["labels", "no"], ["pad_token_id", "0"],
  ];
  const own: [string, unknown][] = kind === "recurrent" ? [["cell", "transformer"], ["embedding_size", 0]] : [["num_attention_heads", 0], ["intermediate_size", undefined], ["norm_first", 1], ["layer_norm_epsilon", 0]];
  it.each([...shared, ...own])("is refused with %s %j, which the sentence names", (field, value) => {
    const message = new RegExp(`^"config\\.json" describes no model that can be built: "${field}" is wrong \\(.+\\)\\.$`);
    expect(() => parseVariationalConfig({ ...config, [field]: value }, '"config.json"')).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringMatching(message) }));
  });

  it("is refused with a label that is no text, which the sentence names", () => {
    expect(() => parseVariationalConfig({ ...config, labels: ["no", 1] }, '"config.json"')).toThrow('"labels.1" is wrong');
  });
});

describe("the transformer config", () => {
  it("hands its own sizes on", () => {
    expect(transformer).toMatchObject({ num_attention_heads: 3, intermediate_size: 20, norm_first: false });
    expect(shapesOf(transformer).some(([name, shape]) => name.startsWith("encoder") && shape.join() === "20,12")).toBe(true);
    expect(shapesOf(createVariationalConfig({ ...choices, cell: "transformer", normFirst: true })).length).not.toBe(0);
  });

  it("is no model where the heads do not divide the width", () => {
    expect(() => createVariationalAutoencoder({ ...transformer, num_attention_heads: 5 } as VariationalConfig)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

describe("a config of another kind", () => {
  it.each([[{ model_type: "gpt2" }], [{ model_type: "wordloom-seq2seq" }], [{}]])("%j is none of a variational autoencoder", (json) => {
    expect(isVariational(json)).toBe(false);
    expect(() => parseVariationalConfig(json, "It")).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringMatching(/^It describes no model that can be built: "model_type" is wrong/) }));
  });

  it("of a family that this version does not know is refused too", () => {
    expect(isVariational({ model_type: "wordloom-vae-other" })).toBe(true);
    expect(() => parseVariationalConfig({ ...recurrent, model_type: "wordloom-vae-other" }, "It")).toThrow('"model_type" is wrong');
  });
});
