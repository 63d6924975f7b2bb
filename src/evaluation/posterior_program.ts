// Runs a variational autoencoder's encoder: sentences in, the Gaussians that stand for them out.

import { WordloomError } from "../errors.js";
import { padSources } from "../generation/pad_sources.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import { TraceContext } from "../nn/trace_context.js";
import { SOURCE_LENGTH } from "../nn/decoder_graph.js";
import { hostTensor, type Backend, type SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { Program } from "../runtime/program.js";
import { input } from "../tensor/index.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { Posteriors } from "./latent_measures.js";

export interface LatentProgramOptions {
  readonly model: VariationalAutoencoder;
  readonly buffers: ParameterBuffers;
  readonly backend: Backend;
  readonly session: SessionOptions;
}

/** Sentences read at once. */
const ROWS = 64;

/** A compiled encoder. Free it with `release`. */
export class PosteriorProgram {
  private constructor(
    private readonly options: LatentProgramOptions,
    private readonly program: Program,
  ) {}

  static async compile(options: LatentProgramOptions): Promise<PosteriorProgram> {
    const { model, backend, session } = options;
    const sources = input("sources", ["rows", SOURCE_LENGTH], "int64");
    const labels = model.labelCount > 0 ? input("labels", ["rows"], "int64") : undefined;
    const { mean, logVariance } = model.posterior(sources, labels, new TraceContext(false));
    return new PosteriorProgram(options, await Program.compile({ mean, logVariance }, backend, session));
  }

  /**
   * The posteriors of sentences, in their order; what is found for one does not depend on the others, but for rounding.
   * @throws WordloomError "interrupted"; "invalid_argument" for a sentence that is longer than the model
   */
  async of(sentences: TokenizedPairs, signal?: AbortSignal): Promise<Posteriors> {
    const { model, buffers } = this.options;
    const { latentWidth: width, contextLength } = model;
    const { count } = sentences;
    const means = new Float32Array(count * width);
    const logVariances = new Float32Array(count * width);
    const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => sentences.sourceLength(a) - sentences.sourceLength(b) || a - b);
    for (let first = 0; first < count; first += ROWS) {
      if (signal?.aborted) throw new WordloomError("interrupted", "Reading sentences was interrupted before all were read.");
      const batch = order.slice(first, first + ROWS);
      const { ids, length } = padSources(batch.map((i) => Array.from({ length: sentences.sourceLength(i) }, (_, at) => sentences.source(i, at))), contextLength);
      const labels = hostTensor(BigInt64Array.from(batch, (i) => BigInt(sentences.label(i) ?? 0)), [batch.length]);
      const { mean, logVariance } = await this.program.run({ ...buffers.feeds(), sources: hostTensor(ids, [batch.length, length]), labels });
      batch.forEach((i, row) => {
        means.set((mean.data as Float32Array).subarray(row * width, (row + 1) * width), i * width);
        logVariances.set((logVariance.data as Float32Array).subarray(row * width, (row + 1) * width), i * width);
      });
    }
    return { count, width, means, logVariances };
  }

  release(): Promise<void> {
    return this.program.release();
  }
}
