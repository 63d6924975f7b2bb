// How probable sequences are to a language model, and sequences to score: a model's own samples, and uniform ones.

import { ProgramDecoder } from "../../dist/generation/program_decoder.js";
import { Sampler } from "../../dist/generation/sampler.js";
import { nodeBackend } from "../../dist/runtime/node_backend.js";
import { RandomStream } from "../../dist/runtime/random.js";
import { BatchBuilder } from "../../dist/text/batch.js";
import { EvaluationProgram } from "../../dist/training/evaluation_program.js";
import { PROTOCOL } from "./oracle_weights.js";

/** Rows of a scored batch: its logits, rows · 20 · 5000 of them, take 40 MB. */
const SCORED_ROWS = 100;
/** Rows that are sampled side by side. */
const SAMPLED_ROWS = 1000;
/** The softmax as it is. */
const PLAIN = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, forbiddenTokens: [] };

/** Sequences as batches of one shape, the start token before each; what is left of the last batch counts for nothing. */
export function* batches(sequences, length) {
  const count = sequences.length / length;
  for (let first = 0; first < count; first += SCORED_ROWS) {
    const batch = new BatchBuilder(SCORED_ROWS, length, PROTOCOL.startToken);
    batch.restart.fill(1);
    for (let row = 0; row < Math.min(SCORED_ROWS, count - first); row++) {
      const at = (first + row) * length;
      for (let i = 0; i < length; i++) batch.set(row, i, i === 0 ? PROTOCOL.startToken : sequences[at + i - 1], sequences[at + i]);
    }
    yield batch.build();
  }
}

/**
 * Scores sequences under a language model whose weights may change between two calls: NLL_oracle under the oracle, NLL_gen
 * (of the oracle's sequences) under a generator (Yu et al. 2017, section 5.1).
 */
export class SequenceScorer {
  /**
   * @param oracle the model and the buffers of its parameters
   * @param threads of ONNX Runtime
   */
  constructor({ model, buffers }, { threads = 1, length = PROTOCOL.length } = {}) {
    this.length = length;
    this.program = new EvaluationProgram({ model, buffers, backend: nodeBackend, session: { device: "cpu", threads } });
  }

  /**
   * @param {Int32Array} sequences (N x length) token ids, row by row, at least one row
   * @returns {Promise<number>} mean negative log-likelihood a token, in nats
   */
  async score(sequences) {
    const { nats, targets } = await this.program.evaluate(batches(sequences, this.length));
    return nats / targets;
  }

  release() {
    return this.program.release();
  }
}

/**
 * Draws sequences from a model's softmax, one token after another.
 * @param count how many; a multiple of 1,000 leaves no row unused
 * @param random the stream to draw from: one uniform number a token, batch by batch, in each step by step, in each row by row
 * @returns {Promise<Int32Array>} (count x length) token ids, row by row
 */
export async function sampleSequences({ model, buffers }, { count, random, threads = 1, length = PROTOCOL.length }) {
  const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, { device: "cpu", threads });
  const sampler = new Sampler(model.vocabularySize, PLAIN);
  const sequences = new Int32Array(count * length);
  for (let first = 0; first < count; first += SAMPLED_ROWS) {
    const rows = Math.min(SAMPLED_ROWS, count - first);
    let tokens = new Int32Array(rows).fill(PROTOCOL.startToken);
    let state = decoder.start(rows);
    for (let i = 0; i < length; i++) {
      const step = await decoder.step(tokens, state);
      state = step.state;
      tokens = tokens.map((_, row) => sampler.sample(step.logits, row, random, null));
      for (let row = 0; row < rows; row++) sequences[(first + row) * length + i] = tokens[row];
    }
  }
  await decoder.release();
  return sequences;
}

/** Sequences of tokens that are all equally probable: (count x length), row by row. */
export function uniformSequences(count, random, { vocabularySize, length } = PROTOCOL) {
  return Int32Array.from({ length: count * length }, () => random.integer(vocabularySize));
}

/**
 * What an oracle says of uniform sequences and of its own.
 * @param sample draws sequences; takes the arguments of `sampleSequences`
 * @returns {Promise<{ uniform: number, own: number }>} mean negative log-likelihood a token, in nats
 */
export async function scoreOracle(oracle, { count = 10_000, seed = 1, threads = 1, sample = sampleSequences } = {}) {
  const scorer = new SequenceScorer(oracle, { threads });
  try {
    const uniform = await scorer.score(uniformSequences(count, new RandomStream(seed, "uniform sequences")));
    const own = await scorer.score(await sample(oracle, { count, random: new RandomStream(seed, "the oracle's own sequences"), threads }));
    return { uniform, own };
  } finally {
    await scorer.release();
  }
}
