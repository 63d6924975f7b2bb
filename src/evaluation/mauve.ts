// Whether samples are spread as real texts are, quality and variety in one figure: MAUVE, with features that need no model.

import { WordloomError } from "../errors.js";
import { RandomStream } from "../runtime/random.js";
import { bootstrapInterval, type BootstrapOptions, type Interval } from "./bootstrap_interval.js";
import { divergenceFrontier, frontierArea, smoothedHistogram } from "./divergence_frontier.js";
import { kMeans } from "./k_means.js";
import { textFeatures } from "./text_features.js";

export interface MauveOptions extends BootstrapOptions {
  /** Bins of the histograms, at least 2; unless given a tenth of the texts on the side that has fewer. */
  readonly clusters?: number;
}

export interface Mauve {
  /** From 0 to 1: 1 where samples fall where references do, as often. */
  readonly mauve: number;
  /** How far it would move with other texts of the same two sources; the clusters stay as they are. */
  readonly interval: Interval;
  readonly clusters: number;
}

/** A tenth, rounded to the even number where two are as near, as Python does; at least 2. */
function usualClusters(texts: number): number {
  const below = Math.floor(texts / 10);
  const rest = texts % 10;
  return Math.max(2, rest > 5 || (rest === 5 && below % 2 === 1) ? below + 1 : below);
}

function checkFeatures(samples: readonly ArrayLike<number>[], references: readonly ArrayLike<number>[]): void {
  const width = samples[0]?.length ?? 0;
  const ofWidth = (vector: ArrayLike<number>) => vector.length === width && Array.prototype.every.call(vector, Number.isFinite);
  if (width > 0 && references.length > 0 && [...samples, ...references].every(ofWidth)) return;
  throw new WordloomError("invalid_argument", "MAUVE compares two lists of vectors that all have the same width; give at least one finite vector of each side.");
}

/** The labels' histogram, each bin with the half count of `smoothedHistogram`. */
function histogram(labels: Int32Array, bins: number, chosen: (i: number) => number = (i) => i): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) counts[labels[chosen(i)]]++;
  return smoothedHistogram(counts);
}

/**
 * MAUVE of features that a model or `textFeatures` gave: all vectors are put into clusters together (k-means), and the area
 * under the divergence frontier is taken of the two histograms over the clusters, smoothed (the package's `mauve_star`).
 *
 * The interval is drawn by taking both sides' texts anew, with replacement, from the clusters as they are. Histograms of texts
 * that were drawn twice over lie farther apart than those of the texts themselves, so what is drawn is moved by the difference
 * of the means: the interval lies around the figure.
 *
 * Source: Pillutla et al. 2021, "MAUVE: Measuring the Gap Between Neural Text and Human Text using Divergence Frontiers",
 * section 2; smoothing from Pillutla et al. 2023, "MAUVE Scores for Generative Models: Theory and Practice". Unlike theirs the
 * features are not projected onto principal components, and one clustering is made instead of the best of five.
 * @param samples a vector for each text, at best some of the length 1
 * @param references vectors of the same width; figures are comparable for as many texts on both sides alone
 * @throws WordloomError `invalid_argument` for no vectors, vectors of several widths and for a wrong option
 */
export function mauveOfFeatures(samples: readonly ArrayLike<number>[], references: readonly ArrayLike<number>[], options: MauveOptions = {}): Mauve {
  checkFeatures(samples, references);
  const { clusters = usualClusters(Math.min(samples.length, references.length)), ...bootstrap } = options;
  const count = samples.length + references.length;
  if (!Number.isInteger(clusters) || clusters < 2 || clusters > count) {
    throw new WordloomError("invalid_argument", `MAUVE cannot be taken of ${count} texts in ${clusters} clusters; give a whole number from 2 to the number of texts, or leave it out for a tenth of them.`);
  }
  const seed = bootstrap.seed ?? 0;
  const width = samples[0].length;
  const values = new Float64Array(count * width);
  for (const [i, vector] of [...samples, ...references].entries()) values.set(vector, i * width);
  const { labels } = kMeans(values, width, clusters, new RandomStream(seed, "clusters"));
  const [ofSamples, ofReferences] = [labels.subarray(0, samples.length), labels.subarray(samples.length)];
  const area = (p: Float64Array, q: Float64Array) => frontierArea(divergenceFrontier(p, q));
  const mauve = area(histogram(ofSamples, clusters), histogram(ofReferences, clusters));

  const random = new RandomStream(seed, "bootstrap of references");
  let [sum, drawn] = [0, 0];
  const { low, high } = bootstrapInterval(
    samples.length,
    (indices) => {
      const value = area(histogram(ofSamples, clusters, (i) => indices[i]), histogram(ofReferences, clusters, () => random.integer(references.length)));
      sum += value;
      drawn++;
      return value;
    },
    bootstrap,
  );
  const moved = (bound: number) => Math.min(1, Math.max(0, bound + mauve - sum / drawn));
  return { mauve, interval: { low: moved(low), high: moved(high) }, clusters };
}

/**
 * MAUVE of texts, with hashed words and characters (`textFeatures`) in the place of GPT-2's hidden states: it is no figure of the
 * paper's, and comparable only with figures taken the same way, of as many texts. It falls with what these features see: word order,
 * endings, lengths, variety; hardly with what goes wrong over long distances.
 *
 * Of 1,000 against 1,000 embedded stories (English captions, Chinese sentences of another corpus; `bench/mauve_features.js`): held-out
 * ones 0.98 (0.97, 0.96); with 30 % of the words shuffled 0.95 (0.97, 0.94), with all 0.41 (0.52, 0.56); samples of a trigram
 * model 0.26 (0.87, 0.74), of a bigram model 0.16 (0.72, 0.61), of a unigram model 0.10 (0.16, 0.15); the first three quarters of
 * each 0.12 (0.26, 0.31), the first half 0.01 (0.06, 0.12); 300 different ones 0.82 (0.86, 0.86), 100 of them 0.20 (0.03, 0.03).
 * Another seed moves such figures by about 0.01,
 * and those around 0.6 by up to 0.07, another order of the texts too, since the clusters begin elsewhere; the interval leaves that out.
 *
 * @throws WordloomError `invalid_argument` if a side has no text, something is not a text, and for a wrong option
 */
export function mauve(samples: readonly string[], references: readonly string[], options: MauveOptions = {}): Mauve {
  for (const [texts, what] of [[samples, "samples"], [references, "references"]] as const) {
    if (!Array.isArray(texts) || texts.length === 0 || !texts.every((text) => typeof text === "string")) {
      throw new WordloomError("invalid_argument", `MAUVE compares samples with references, both lists of texts; give at least one text as ${what}.`);
    }
  }
  return mauveOfFeatures(samples.map(textFeatures), references.map(textFeatures), options);
}
