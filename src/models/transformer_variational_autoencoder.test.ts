// What is the Transformer autoencoder's own: two ways of telling the point, its dropout, its sizes; the shared promises are tested for all families.

import { describe, expect, it } from "vitest";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { constant } from "../tensor/index.js";
import { evaluate } from "../tensor/testing/evaluate.js";
import { batchInputs } from "./text_model.js";
import { TransformerVariationalAutoencoder, type TransformerVariationalAutoencoderConfig } from "./transformer_variational_autoencoder.js";

const CONFIG: TransformerVariationalAutoencoderConfig = {
  vocabularySize: 7,
  contextLength: 9,
  layers: 2,
  heads: 2,
  width: 8,
  feedForwardWidth: 12,
  latentWidth: 3,
  labelCount: 0,
  dropout: 0,
  wordDropout: 0,
  freeBits: { perDimension: 0, total: 0 },
  epsilon: 1e-5,
};

describe("the point", () => {
  const parts = ["condition_embedding.weight", "condition_memory.weight"];

  /** The largest difference of logits from two points, with the named parameters all 0. */
  async function difference(silenced: readonly string[]): Promise<number> {
    const model = new TransformerVariationalAutoencoder(CONFIG);
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)), []);
    buffers.initialize(new RandomStream(3, "small autoencoder"));
    for (const name of silenced) buffers.values(name).fill(0);
    const points = constant(Float32Array.of(1, -1, 0.5, 0, 0.25, -2), [2, 3]);
    const tokens = constant([1, 4, 1, 4], [2, 2], "int64");
    const { logits } = await evaluate({ logits: model.decode(points, undefined, tokens, new TraceContext(false)) }, buffers.feeds());
    return Math.max(...Array.from({ length: 2 * 7 }, (_, i) => Math.abs(logits.data[(i < 7 ? 0 : 14) + (i % 7)] - logits.data[(i < 7 ? 7 : 21) + (i % 7)])));
  }

  it.each(parts)("is heard without %s", async (silenced) => {
    expect(await difference([silenced])).toBeGreaterThan(1e-2);
  });

  it("is heard in no third way", async () => {
    expect(await difference(parts)).toBe(0);
  });
});

it("normalises before each part unless it is said otherwise", () => {
  const names = (config: Partial<TransformerVariationalAutoencoderConfig>): string[] => [...nameParameters(new TransformerVariationalAutoencoder({ ...CONFIG, ...config })).keys()];
  expect(names({})).toEqual(names({ normFirst: true }));
  expect(names({})).toContain("decoder_stack.norm.weight");
  expect(names({ normFirst: false })).not.toContain("decoder_stack.norm.weight");
});

it("drops out embeddings, the weights of every attention, inside the feed-forward part and what each part adds", () => {
  const [rows, sourceLength, targetLength] = [2, 3, 5];
  const model = new TransformerVariationalAutoencoder({ ...CONFIG, layers: 1, dropout: 0.1, wordDropout: 0.3 });
  nameParameters(model);
  const context = new TraceContext(true);
  model.loss(batchInputs(model, { rows, sourceLength, targetLength }), {}, context);
  const stream = (length: number): number => rows * length * CONFIG.width;
  const layer = (length: number, keys: number): number[] => [rows * CONFIG.heads * length * keys, stream(length), rows * length * CONFIG.feedForwardWidth, stream(length)];
  const encoder = [stream(sourceLength), ...layer(sourceLength, sourceLength)];
  const decoder = [stream(targetLength), ...layer(targetLength, targetLength + 1)]; // a position sees the memory too
  expect(context.maskPools()).toEqual([
    { rate: 0.1, sites: [...encoder, ...decoder] },
    { rate: 0.3, sites: [rows * (targetLength - 1)] },
  ]);
});

it("refuses a width that cannot be divided among the heads", () => {
  expect(() => new TransformerVariationalAutoencoder({ ...CONFIG, heads: 3 })).toThrow("The width 8 cannot be divided among 3 heads; choose a multiple.");
});
