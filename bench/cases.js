// The models and batches that the benchmarks share.

import { createModel, createModelConfig } from "../dist/models/model_config.js";
import { createSequenceToSequenceConfig, createSequenceToSequenceModel } from "../dist/models/sequence_to_sequence_config.js";
import { nameParameters, parameterSpecs } from "../dist/nn/module.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { ParameterBuffers } from "../dist/runtime/parameters.js";
import { RandomStream } from "../dist/runtime/random.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../dist/training/optimizer.js";
import { TrainingProgram } from "../dist/training/training_program.js";

export const VOCABULARY = 65;
/** Byte pairs of an encoder–decoder, as for Multi30k. */
const PAIR_VOCABULARY = 6000;

/** Language models: architecture, layers, heads, width, window, rows. Encoder–decoders: cell, width, lengths of both sides, rows. */
export const CASES = {
  "gpt-4-4-128": { architecture: "gpt2", layers: 4, heads: 4, width: 128, length: 64, rows: 12, limit: 2.0 },
  "gpt-6-6-384": { architecture: "gpt2", layers: 6, heads: 6, width: 384, length: 256, rows: 8, limit: 2.0 },
  "lstm-256": { architecture: "lstm", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: 2.5 },
  "lstm-2x512": { architecture: "lstm", layers: 2, heads: 1, width: 512, length: 64, rows: 64, limit: 2.5 },
  "gru-256": { architecture: "gru", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: null },
  "rnn-256": { architecture: "rnn", layers: 1, heads: 1, width: 256, length: 64, rows: 32, limit: null },
  "seq2seq-transformer": { cell: "transformer", layers: 3, heads: 4, width: 256, sourceLength: 16, targetLength: 16, rows: 128, limit: null },
  "seq2seq-gru": { cell: "gru", layers: 1, heads: 1, width: 512, sourceLength: 16, targetLength: 16, rows: 128, limit: null },
};

/** The shape of a case's batches. */
export const shapeOf = ({ cell, rows, length, sourceLength, targetLength }) => (cell ? { rows, sourceLength, targetLength } : { rows, length });

export function buildModel({ architecture, cell, layers, heads, width, length }) {
  if (cell) {
    const vocabularies = { sourceVocabularySize: PAIR_VOCABULARY, vocabularySize: PAIR_VOCABULARY, contextLength: 64 };
    const choices = { attention: "general", inputFeeding: false, feedForwardWidth: 2 * width, embeddingWidth: 256, dropout: 0, labelSmoothing: 0.1, normFirst: true, jointEmbeddings: true };
    return createSequenceToSequenceModel(createSequenceToSequenceConfig({ cell, layers, heads, width, ...vocabularies, ...choices }));
  }
  const sizes = { vocabularySize: VOCABULARY, contextLength: length, layers, heads, keyValueHeads: heads, width, embeddingWidth: width, dropout: 0, tieEmbeddings: architecture === "gpt2" };
  return createModel(createModelConfig(architecture, sizes));
}

/** A batch of random tokens, none of it padding. */
export function randomBatch(entry) {
  const random = new RandomStream(1, "bench");
  const shape = shapeOf(entry);
  const draw = (count, vocabulary) => BigInt64Array.from({ length: count }, () => BigInt(entry.cell ? 4 + random.integer(vocabulary - 4) : random.integer(vocabulary)));
  if (!entry.cell) {
    const { rows, length } = entry;
    return { shape, tokens: draw(rows * length, VOCABULARY), targets: draw(rows * length, VOCABULARY), restart: new Float32Array(rows), targetCount: rows * length };
  }
  const { rows, sourceLength, targetLength } = entry;
  const count = rows * targetLength;
  return { shape, sources: draw(rows * sourceLength, PAIR_VOCABULARY), tokens: draw(count, PAIR_VOCABULARY), targets: draw(count, PAIR_VOCABULARY), targetCount: count };
}

/** The compiled training step of a case. */
export async function compileCase(name, session) {
  const entry = CASES[name];
  const model = buildModel(entry);
  const parameters = nameParameters(model);
  const optimizer = createOptimizer(OPTIMIZER_DEFAULTS);
  const buffers = new ParameterBuffers(parameterSpecs(parameters), optimizer.slots);
  buffers.initialize(new RandomStream(1, "initialisation"));
  const program = await TrainingProgram.compile({ model, parameters, buffers, optimizer, shapes: [shapeOf(entry)], accumulation: 1, clipNorm: 1, seed: 1, backend: nodeBackend, session });
  return { program, buffers };
}
