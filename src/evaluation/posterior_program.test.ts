// The encoder in use against the graph that trains: whatever the batch and the padding, the same posteriors.

import { describe, expect, it } from "vitest";
import { createVariationalAutoencoder, createVariationalConfig } from "../models/variational_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { constant } from "../tensor/index.js";
import { evaluate, TEST_SESSION } from "../tensor/testing/evaluate.js";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import { EncodedPairs } from "../text/pairs/tokenized_pairs.js";
import type { SequenceCell } from "../models/sequence_to_sequence_config.js";
import { importanceWeights } from "./importance_weights.js";
import { PosteriorProgram, type LatentProgramOptions } from "./posterior_program.js";

const TEXTS = ["abc", "c", "bbaacc", "ab", "cabcab", "ba"];
const tokenizer = trainCharacterTokenizer(TEXTS, Infinity, 1);

function setUp(cell: SequenceCell, labels: readonly string[] = []) {
  const config = createVariationalConfig({
    cell, labels, vocabularySize: tokenizer.vocabularySize, contextLength: 8, layers: 1, heads: 2, width: 8, feedForwardWidth: 12, embeddingWidth: 6, latentWidth: 3, dropout: 0.2, wordDropout: 0.1, freeBits: 0.1, freeBitsTotal: 0, normFirst: true,
  });
  const model = createVariationalAutoencoder(config);
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  buffers.initialize(new RandomStream(4, "posterior program"));
  const pairs = TEXTS.map((text, i) => ({ source: text, target: text, ...(labels.length > 0 ? { label: i % labels.length } : {}) }));
  const sentences = new EncodedPairs(pairs, tokenizer, tokenizer).within({ maximumSource: 8, maximumTarget: 8 });
  const options: LatentProgramOptions = { model, buffers, backend: nodeBackend, session: TEST_SESSION };
  return { model, buffers, sentences, options };
}

describe.each([["gru", []], ["lstm", ["x", "y"]], ["transformer", []], ["transformer", ["x", "y", "z"]]] as const)("%s with labels %j", (cell, labels) => {
  it("gives each sentence the posterior that it has alone in the training graph", async () => {
    const { model, buffers, sentences, options } = setUp(cell, labels);
    const program = await PosteriorProgram.compile(options);
    const { means, logVariances, width, count } = await program.of(sentences);
    await program.release();
    expect([count, width]).toEqual([TEXTS.length, 3]);
    for (let i = 0; i < count; i++) {
      const length = sentences.sourceLength(i);
      const source = constant(Array.from({ length }, (_, at) => sentences.source(i, at)), [1, length], "int64");
      const label = labels.length > 0 ? constant([sentences.label(i)!], [1], "int64") : undefined;
      const { mean, logVariance } = model.posterior(source, label, new TraceContext(false));
      const alone = await evaluate({ mean, logVariance }, buffers.feeds());
      for (let at = 0; at < 3; at++) {
        expect(means[3 * i + at]).toBeCloseTo(alone.mean.data[at] as number, 5);
        expect(logVariances[3 * i + at]).toBeCloseTo(alone.logVariance.data[at] as number, 5);
      }
    }
  });

  it("weighs points as the definition does: log p(x|z) + log p(z) − log q(z|x)", async () => {
    const { model, buffers, sentences, options } = setUp(cell, labels);
    const program = await PosteriorProgram.compile(options);
    const posteriors = await program.of(sentences);
    await program.release();
    const samples = 3;
    const weights = await importanceWeights({ ...options, sentences, posteriors, samples, random: new RandomStream(9, "weights") });
    // The same points again: drawn in the order of the sentences' lengths, as the batches are.
    const random = new RandomStream(9, "weights");
    const order = [...TEXTS.keys()].sort((a, b) => sentences.targetLength(a) - sentences.targetLength(b) || a - b);
    const gaussian = (value: number, mean: number, logVariance: number): number => -0.5 * (Math.log(2 * Math.PI) + logVariance + (value - mean) ** 2 / Math.exp(logVariance));
    for (const i of order) {
      for (let k = 0; k < samples; k++) {
        const place = Array.from({ length: 3 }, (_, d) => 3 * i + d);
        const point = place.map((at) => posteriors.means[at] + Math.exp(posteriors.logVariances[at] / 2) * random.normal());
        const length = sentences.targetLength(i);
        const tokens = constant(Array.from({ length }, (_, at) => sentences.input(i, at)), [1, length], "int64");
        const targets = constant(Array.from({ length }, (_, at) => sentences.target(i, at)), [1, length], "int64");
        const label = labels.length > 0 ? constant([sentences.label(i)!], [1], "int64") : undefined;
        const { nats } = await evaluate({ nats: model.reconstructionNats(constant(point, [1, 3]), label, tokens, targets) }, buffers.feeds());
        const ratio = place.reduce((sum, at, d) => sum + gaussian(point[d], 0, 0) - gaussian(point[d], posteriors.means[at], posteriors.logVariances[at]), 0);
        expect(weights[i * samples + k]).toBeCloseTo(ratio - (nats.data[0] as number), 4);
      }
    }
  });
});

describe("a long sentence", () => {
  it("is refused", async () => {
    const { options } = setUp("gru");
    const long = new EncodedPairs([{ source: "abcabcabcabc", target: "a" }], tokenizer, tokenizer).within({ maximumSource: 20, maximumTarget: 20 });
    const program = await PosteriorProgram.compile(options);
    await expect(program.of(long)).rejects.toMatchObject({ code: "invalid_argument" });
    await program.release();
  });
});
