// The labels of sentences that are given to a model which knows labels: named, or found by what the model thinks of them.

import { WordloomError } from "../errors.js";
import { importanceWeights } from "../evaluation/importance_weights.js";
import { logMeanExp } from "../evaluation/log_mean_exp.js";
import type { SessionOptions } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import type { LatentSpace } from "./latent_space.js";

/** What a model knows of labels. */
export interface KnownLabels {
  readonly labels: readonly string[];
  /** The run's path, for messages. */
  readonly path: string;
}

/**
 * The place of a label that was asked for; null for a model without labels.
 * @throws WordloomError "invalid_argument" for a label that the model does not know, or for any where it knows none
 */
export function placeOfLabel({ labels, path }: KnownLabels, asked: string | undefined): number | null {
  if (asked === undefined) return null;
  const known = labels.map((label) => JSON.stringify(label)).join(", ");
  if (labels.length === 0) throw new WordloomError("invalid_argument", `The model in "${path}" was trained without labels and cannot be told ${JSON.stringify(asked)}; leave the label out, or train with a column of labels (option "label").`);
  const place = labels.indexOf(asked);
  if (place < 0) throw new WordloomError("invalid_argument", `The model in "${path}" does not know the label ${JSON.stringify(asked)}, but ${known}; name one of these.`);
  return place;
}

/** Points of each sentence and label at which the model is asked. */
const SAMPLES = 16;

/**
 * Gives each sentence without a label the one under which the model finds it likeliest, by a bound on p(x|y) (Burda et al.
 * 2016, eq. 8) of a few samples; sentences that have one keep it.
 */
export async function withLikeliestLabels(
  sentences: readonly TextPair[],
  { space, model, buffers, session, labels, where, signal }: { readonly space: LatentSpace; readonly model: VariationalAutoencoder; readonly buffers: ParameterBuffers; readonly session: SessionOptions; readonly labels: readonly string[]; readonly where: (index: number) => string; readonly signal?: AbortSignal },
): Promise<readonly TextPair[]> {
  const places = [...sentences.keys()].filter((i) => sentences[i].label === undefined);
  if (labels.length === 0 || places.length === 0) return sentences;
  const best = places.map(() => ({ label: 0, nats: -Infinity }));
  for (const label of labels.keys()) {
    const tokenized = space.tokenized(places.map((i) => ({ ...sentences[i], label })), (i) => where(places[i]));
    const posteriors = await space.encode(tokenized, signal);
    const weights = await importanceWeights({ model, buffers, backend: nodeBackend, session, sentences: tokenized, posteriors, samples: SAMPLES, random: new RandomStream(0, "points of the likeliest label"), signal });
    best.forEach((found, i) => {
      const nats = logMeanExp(weights, i * SAMPLES, SAMPLES);
      if (nats > found.nats) best[i] = { label, nats };
    });
  }
  const all = [...sentences];
  places.forEach((i, at) => (all[i] = { ...sentences[i], label: best[at].label }));
  return all;
}
