// A discriminator's JSON: what was chosen comes back as the same network, and what cannot be built is refused.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { ConvolutionalDiscriminator, SEQGAN_BANK } from "./convolutional_discriminator.js";
import { createDiscriminator, createDiscriminatorConfig, DISCRIMINATOR_DEFAULTS, DISCRIMINATOR_KINDS, parseDiscriminatorConfig, type DiscriminatorChoices, type DiscriminatorConfig } from "./discriminator_config.js";
import { RecurrentDiscriminator } from "./recurrent_discriminator.js";
import { TransformerDiscriminator } from "./transformer_discriminator.js";

const choices: DiscriminatorChoices = {
  kind: "cnn", vocabularySize: 11, embeddingWidth: 7, labelCount: 3, dropout: 0.1, spectralNorm: true, windows: [1, 4], filters: [5, 6], layers: 2, width: 12, heads: 3, feedForwardWidth: 20, normFirst: false,
};
const CLASSES = { cnn: ConvolutionalDiscriminator, lstm: RecurrentDiscriminator, transformer: TransformerDiscriminator };
const FEATURES = { cnn: 11, lstm: 12, transformer: 12 };

const shapesOf = (config: DiscriminatorConfig): [string, readonly number[]][] => parameterSpecs(nameParameters(createDiscriminator(config))).map(({ name, shape }) => [name, shape]);

describe.each(DISCRIMINATOR_KINDS)("the %s config", (kind) => {
  const config = createDiscriminatorConfig({ ...choices, kind });

  it("comes back from disk as it was, what else stands in the file beside it", () => {
    const parsed = parseDiscriminatorConfig(JSON.parse(JSON.stringify({ ...config, wordloom_version: 1 })), '"discriminator.json"');
    expect(parsed).toEqual({ ...config, wordloom_version: 1 });
    expect(shapesOf(parsed)).toEqual(shapesOf(config));
  });

  it("describes the network that was chosen", () => {
    const discriminator = createDiscriminator(config);
    expect(discriminator).toBeInstanceOf(CLASSES[kind]);
    expect(discriminator).toMatchObject({ vocabularySize: 11, labelCount: 3 });
    const shapes = new Map(shapesOf(config));
    expect(shapes.get("embedding.weight")).toEqual([11, 7]);
    expect(shapes.get("label_embedding.weight")).toEqual([3, FEATURES[kind]]);
    expect(config).toMatchObject({ dropout: 0.1, spectral_norm: true });
  });

  it("can be built with nothing but a vocabulary said", () => {
    const plain = createDiscriminatorConfig({ ...DISCRIMINATOR_DEFAULTS, kind, vocabularySize: 9 });
    expect(parseDiscriminatorConfig(plain, "it")).toEqual(plain);
    expect(shapesOf(plain).some(([name]) => name.startsWith("label"))).toBe(false);
  });

  const shared: [string, unknown][] = [
    ["model_type", "gpt2"], ["kind", "rnn"], ["vocab_size", undefined], ["embedding_size", 0], ["label_count", -1], ["dropout", 1], ["spectral_norm", 1],
  ];
  const stack: [string, unknown][] = [["num_hidden_layers", 1001], ["hidden_size", "12"]];
  const own: Readonly<Record<typeof kind, [string, unknown][]>> = {
    cnn: [["filter_windows", []], ["filter_counts", undefined]],
    lstm: stack,
    transformer: [...stack, ["num_attention_heads", 0], ["intermediate_size", 0.5], ["norm_first", 1], ["layer_norm_epsilon", 0]],
  };
  it.each([...shared, ...own[kind]])("is refused with %s %j, which the sentence names", (field, value) => {
    const message = new RegExp(`^"discriminator\\.json" describes no discriminator that can be built: "${field}" is wrong \\(.+\\)\\.$`);
    expect(() => parseDiscriminatorConfig({ ...config, [field]: value }, '"discriminator.json"')).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringMatching(message) }));
  });
});

describe("sizes that do not fit each other", () => {
  const build = (changes: Partial<DiscriminatorChoices>): unknown => createDiscriminator(createDiscriminatorConfig({ ...choices, ...changes }));

  it("are refused with what to do", () => {
    expect(() => build({ windows: [1, 2, 3] })).toThrow("A bank of 3 windows and 2 numbers of filters does not fit; give each window its number.");
    expect(() => build({ kind: "lstm", width: 13 })).toThrow("The width 13 cannot be divided among the encoder's two directions; choose an even one.");
    expect(() => build({ kind: "transformer", heads: 5 })).toThrow("The width 12 cannot be divided among 5 heads; choose a multiple.");
  });

  it("are not among the published bank", () => {
    expect(build({ windows: SEQGAN_BANK.windows, filters: SEQGAN_BANK.filters })).toBeInstanceOf(ConvolutionalDiscriminator);
  });
});
