// BLEU as generators without a prompt are measured by it: each sample against all real texts at once, or against its fellows.

import { ngramCount } from "./ngram_matches.js";
import { numberElements, numberNgrams, type Numbered } from "./number_ngrams.js";
import { checkTexts, type Tokens } from "./tokens.js";

/** The longest n-grams that are counted: BLEU-2 to BLEU-5. */
export const SAMPLES_BLEU_ORDERS = [2, 3, 4, 5] as const;
export type SamplesBleuOrder = (typeof SAMPLES_BLEU_ORDERS)[number];

export interface SamplesBleu {
  /** BLEU-N under the key N, from 0 to 1: the mean over the samples. */
  readonly mean: Readonly<Record<SamplesBleuOrder, number>>;
  /** What it is the mean of, in the order of the samples. */
  readonly samples: Readonly<Record<SamplesBleuOrder, Float64Array>>;
}

const MAX_ORDER = 5;
/** What counts as matches where there is none (Chen and Cherry 2014, method 1). */
const EPSILON = 0.1;

/** For each n-gram, how often it is in the text that has most of it, which text that is, and how often in the next one. */
interface Highest {
  readonly count: Int32Array;
  readonly owner: Int32Array;
  readonly next: Int32Array;
}

function highestCounts(texts: readonly (readonly number[])[], kinds: number): Highest {
  const [count, owner, next, occurrences] = Array.from({ length: 4 }, () => new Int32Array(kinds));
  for (const [t, text] of texts.entries()) {
    for (const number of text) occurrences[number]++;
    for (const number of text) {
      const occurred = occurrences[number];
      occurrences[number] = 0; // so that the n-gram's second occurrence here has nothing to say
      if (occurred > count[number]) {
        next[number] = count[number];
        count[number] = occurred;
        owner[number] = t;
      } else if (occurred > next[number]) next[number] = occurred;
    }
  }
  return { count, owner, next };
}

/** Gives the length nearest to a text's, the shorter of two; with `others`, of the texts but for one of that length. */
function nearestLengths(texts: readonly Tokens[], others: boolean): (length: number) => number {
  const counts = new Map<number, number>();
  for (const { length } of texts) counts.set(length, (counts.get(length) ?? 0) + 1);
  const lengths = [...counts.keys()].sort((a, b) => a - b);
  const known = new Map<number, number>();
  return (length) => {
    let nearest = known.get(length);
    if (nearest === undefined) {
      const allowed = others && counts.get(length) === 1 ? lengths.filter((other) => other !== length) : lengths;
      nearest = allowed.reduce((best, other) => (Math.abs(other - length) < Math.abs(best - length) ? other : best));
      known.set(length, nearest);
    }
    return nearest;
  };
}

/** The clipped matches of each sample with the references, or with the other samples where there are none. */
function countMatches({ numbers, count: kinds }: Numbered, samples: number, others: boolean): Int32Array {
  const highest = highestCounts(others ? numbers : numbers.slice(samples), kinds);
  const used = new Int32Array(kinds);
  return Int32Array.from({ length: samples }, (_, s) => {
    let matches = 0;
    for (const number of numbers[s]) {
      const allowed = others && highest.owner[number] === s ? highest.next[number] : highest.count[number];
      if (used[number] >= allowed) continue;
      used[number]++;
      matches++;
    }
    for (const number of numbers[s]) used[number] = 0;
    return matches;
  });
}

function measure(samples: readonly Tokens[], references: readonly Tokens[], others: boolean): SamplesBleu {
  const elements = numberElements<string | number>([...samples, ...references]);
  const matches: Int32Array[] = [];
  let ngrams = elements;
  for (let n = 1; n <= MAX_ORDER; n++) {
    if (n > 1) ngrams = numberNgrams(ngrams, elements, n);
    matches.push(countMatches(ngrams, samples.length, others));
  }
  const nearestLength = nearestLengths(others ? samples : references, others);
  const scores = Object.fromEntries(SAMPLES_BLEU_ORDERS.map((order) => [order, new Float64Array(samples.length)])) as Record<SamplesBleuOrder, Float64Array>;
  for (const [s, { length }] of samples.entries()) {
    if (matches[0][s] === 0) continue;
    const penalty = Math.min(0, 1 - nearestLength(length) / length);
    let logarithms = Math.log(matches[0][s] / length);
    for (const order of SAMPLES_BLEU_ORDERS) {
      logarithms += Math.log((matches[order - 1][s] || EPSILON) / Math.max(1, ngramCount(length, order)));
      scores[order][s] = Math.exp(penalty + logarithms / order);
    }
  }
  const mean = SAMPLES_BLEU_ORDERS.map((order) => [order, scores[order].reduce((sum, score) => sum + score, 0) / samples.length]);
  return { mean: Object.fromEntries(mean) as Record<SamplesBleuOrder, number>, samples: scores };
}

/**
 * The mean BLEU-2 to BLEU-5 of the samples, each held to all references at once: how well n-grams of the samples are known
 * from real text. Texts that a language allows pass, however few different ones there are, so that it goes with Self-BLEU.
 * With the references as samples and the samples as references it is the backward BLEU, which says how much of the real text
 * the samples cover.
 *
 * A sample's score is the one of NLTK's `sentence_bleu(references, sample, weights=(1/N, …, 1/N),
 * smoothing_function=SmoothingFunction().method1)`: 0.1 matches count where an n-gram order has none, one n-gram where the
 * sample is too short for any, the nearest reference length is the shorter of two, and a sample without a known token has 0.
 * Time grows with the number of tokens: 10,000 samples against 10,000 references take a second or so.
 *
 * Published figures are of lower-case text cut by NLTK's `word_tokenize`. `tokenize13a(text.toLowerCase())` is near enough: of
 * 10,000 COCO captions it cuts 145 in another way, mostly a word with "'s", and BLEU changes by less than 0.001.
 *
 * Source: Yu et al. 2017, "SeqGAN: Sequence Generative Adversarial Nets with Policy Gradient", section 4; Zhu et al. 2018,
 * "Texygen: A Benchmarking Platform for Text Generation Models". Backward: Shi et al. 2018, "Toward Diverse Text Generation
 * with Inverse Reinforcement Learning", section 4.1.
 * @throws WordloomError `invalid_argument` if there is no sample, no reference or something that is no list of tokens
 */
export function samplesBleu(samples: readonly Tokens[], references: readonly Tokens[]): SamplesBleu {
  checkTexts(samples, "samples", "BLEU");
  checkTexts(references, "references", "BLEU");
  return measure(samples, references, false);
}

/**
 * The mean BLEU-2 to BLEU-5 of each sample held to all other samples: 1 where a generator always writes the same, lower the
 * more its samples differ. It is meaningful beside that of as many real texts, for it grows with their number.
 *
 * Exactly `samplesBleu([sample], others)` for each sample, in the time of one `samplesBleu`.
 *
 * Source: Zhu et al. 2018, "Texygen: A Benchmarking Platform for Text Generation Models", section 3.2.
 * @throws WordloomError `invalid_argument` if there are less than two samples or something is no list of tokens
 */
export function selfBleu(samples: readonly Tokens[]): SamplesBleu {
  checkTexts(samples, "samples", "Self-BLEU", 2);
  return measure(samples, [], true);
}

/**
 * The harmonic mean of the forward and the backward BLEU, for each N: one number for quality and diversity together; 0 where
 * one of them is.
 *
 * Source: BLEU_HA of Shi et al. 2018, "Toward Diverse Text Generation with Inverse Reinforcement Learning", section 4.1.
 */
export function harmonicBleu(forward: SamplesBleu["mean"], backward: SamplesBleu["mean"]): SamplesBleu["mean"] {
  const harmonic = (a: number, b: number) => (a + b > 0 ? (2 * a * b) / (a + b) : 0);
  return Object.fromEntries(SAMPLES_BLEU_ORDERS.map((order) => [order, harmonic(forward[order], backward[order])])) as Record<SamplesBleuOrder, number>;
}
