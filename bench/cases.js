// The models and batches that the benchmarks share.

import { createModel, createModelConfig } from "../dist/models/model_config.js";
import { nameParameters, parameterSpecs } from "../dist/nn/module.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { ParameterBuffers } from "../dist/runtime/parameters.js";
import { RandomStream } from "../dist/runtime/random.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../dist/training/optimizer.js";
import { TrainingProgram } from "../dist/training/training_program.js";

export const VOCABULARY = 65;

/** architecture, layers, heads, width, window, rows */
export const CASES = {
  "gpt-4-4-128": { architecture: "gpt2", layers: 4, heads: 4, width: 128, length: 64, rows: 12, limit: 2.0 },
  "gpt-6-6-384": { architecture: "gpt2", layers: 6, heads: 6, width: 384, length: 256, rows: 8, limit: 2.0 },
  "lstm-256": { architecture: "lstm", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: 2.5 },
  "lstm-2x512": { architecture: "lstm", layers: 2, heads: 1, width: 512, length: 64, rows: 64, limit: 2.5 },
  "gru-256": { architecture: "gru", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: null },
  "rnn-256": { architecture: "rnn", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: null },
};
export function buildModel({ architecture, layers, heads, width, length }) {
  const sizes = { vocabularySize: VOCABULARY, contextLength: length, layers, heads, keyValueHeads: heads, width, embeddingWidth: width, dropout: 0, tieEmbeddings: architecture === "gpt2" };
  return createModel(createModelConfig(architecture, sizes));
}

/** A batch of random tokens. */
export function randomBatch(rows, length) {
  const random = new RandomStream(1, "bench");
  const draw = () => BigInt64Array.from({ length: rows * length }, () => BigInt(random.integer(VOCABULARY)));
  return { shape: { rows, length }, tokens: draw(), targets: draw(), restart: new Float32Array(rows), targetCount: rows * length };
}

/** The compiled training step of a case. */
export async function compileCase(name, session) {
  const { rows, length, ...rest } = CASES[name];
  const model = buildModel({ ...rest, length });
  const parameters = nameParameters(model);
  const optimizer = createOptimizer(OPTIMIZER_DEFAULTS);
  const buffers = new ParameterBuffers(parameterSpecs(parameters), optimizer.slots);
  buffers.initialize(new RandomStream(1, "initialisation"));
  const program = await TrainingProgram.compile({ model, parameters, buffers, optimizer, shapes: [{ rows, length }], accumulation: 1, clipNorm: 1, seed: 1, backend: nodeBackend, session });
  return { program, buffers };
}
