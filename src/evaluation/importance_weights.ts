// The importance weights of sentences under a variational autoencoder: many points of each, decoded in wide batches.

import { WordloomError } from "../errors.js";
import { hostTensor } from "../runtime/backend.js";
import { Program } from "../runtime/program.js";
import type { RandomStream } from "../runtime/random.js";
import { input } from "../tensor/index.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import type { Posteriors } from "./latent_measures.js";
import type { LatentProgramOptions } from "./posterior_program.js";

/** Rows decoded at once. */
const ROWS = 256;
/** The most lengths that a program is compiled for. */
const LENGTHS = 8;

export interface ImportanceRequest extends LatentProgramOptions {
  readonly sentences: TokenizedPairs;
  readonly posteriors: Posteriors;
  /** Points of each sentence. */
  readonly samples: number;
  readonly random: RandomStream;
  readonly signal?: AbortSignal;
  /** Hears how many sentences are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * log w = log p(x|z) + log p(z) − log q(z|x) of each sentence and each of its points (Burda et al. 2016, eq. 8), in nats.
 * @returns (sentences × samples), row by row
 * @throws WordloomError "interrupted"
 */
export async function importanceWeights(request: ImportanceRequest): Promise<Float64Array> {
  const { sentences, posteriors, samples, random, signal, onProgress } = request;
  const { count, width, means, logVariances } = posteriors;
  const weights = new Float64Array(count * samples);
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => sentences.targetLength(a) - sentences.targetLength(b) || a - b);
  const longest = count === 0 ? 1 : sentences.targetLength(order[count - 1]);
  const programs = new Map<number, Promise<Program>>();
  const rows: Row[] = [];
  try {
    for (const [done, sentence] of order.entries()) {
      for (let sample = 0; sample < samples; sample++) {
        if (signal?.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
        const point = new Float32Array(width);
        let logRatio = 0; // log p(z) − log q(z|x)
        for (let i = 0; i < width; i++) {
          const noise = random.normal();
          const at = sentence * width + i;
          point[i] = means[at] + Math.exp(logVariances[at] / 2) * noise;
          logRatio += (noise * noise + logVariances[at] - point[i] * point[i]) / 2;
        }
        rows.push({ sentence, place: sentence * samples + sample, point, logRatio });
        if (rows.length === ROWS) await weigh(rows.splice(0), request, longest, programs, weights);
      }
      onProgress?.(done + 1, count);
    }
    if (rows.length > 0) await weigh(rows, request, longest, programs, weights);
  } finally {
    for (const program of programs.values()) await (await program).release();
  }
  return weights;
}

interface Row {
  readonly sentence: number;
  /** Where its weight belongs. */
  readonly place: number;
  readonly point: Float32Array;
  readonly logRatio: number;
}

/** Decodes one batch and writes its weights. */
async function weigh(rows: readonly Row[], request: ImportanceRequest, longest: number, programs: Map<number, Promise<Program>>, weights: Float64Array): Promise<void> {
  const { model, buffers, sentences } = request;
  const width = model.latentWidth;
  const step = Math.max(1, Math.ceil(longest / LENGTHS));
  const needed = rows.reduce((most, { sentence }) => Math.max(most, sentences.targetLength(sentence)), 1);
  const length = Math.min(longest, step * Math.ceil(needed / step));
  const found = programs.get(length) ?? compile(request, length);
  programs.set(length, found);
  const points = new Float32Array(ROWS * width);
  const tokens = new BigInt64Array(ROWS * length);
  const targets = new BigInt64Array(ROWS * length).fill(-1n);
  const labels = new BigInt64Array(ROWS);
  rows.forEach(({ sentence, point }, row) => {
    points.set(point, row * width);
    labels[row] = BigInt(sentences.label(sentence) ?? 0);
    for (let i = 0; i < sentences.targetLength(sentence); i++) {
      tokens[row * length + i] = BigInt(sentences.input(sentence, i));
      targets[row * length + i] = BigInt(sentences.target(sentence, i));
    }
  });
  const program = await found;
  const { nats } = await program.run({
    ...buffers.feeds(),
    points: hostTensor(points, [ROWS, width]),
    tokens: hostTensor(tokens, [ROWS, length]),
    targets: hostTensor(targets, [ROWS, length]),
    labels: hostTensor(labels, [ROWS]),
  });
  rows.forEach(({ place, logRatio }, row) => (weights[place] = logRatio - (nats.data[row] as number)));
}

function compile({ model, backend, session }: ImportanceRequest, length: number): Promise<Program> {
  const labels = model.labelCount > 0 ? input("labels", [ROWS], "int64") : undefined;
  const nats = model.reconstructionNats(input("points", [ROWS, model.latentWidth]), labels, input("tokens", [ROWS, length], "int64"), input("targets", [ROWS, length], "int64"));
  return Program.compile({ nats }, backend, { ...session, intermediates: "freed" });
}
