// Whether a generator goes round in circles: n-grams that come again within a sample, and samples that come again.

import { ngramCount } from "./ngram_matches.js";
import { numberElements, numberNgrams } from "./number_ngrams.js";
import { sampleMeasure, type SampleMeasure } from "./sample_measure.js";
import { checkOrder, checkTexts, type Tokens } from "./tokens.js";

/**
 * For each sample the share of its n-grams that occurred in it before, from 0 to 1: 1 - different n-grams / n-grams. A sample
 * that is too short for n-grams repeats none.
 *
 * Source: seq-rep-n of Welleck et al. 2020, "Neural Text Generation with Unlikelihood Training", section 6.1.
 * @throws WordloomError `invalid_argument` if there is no sample, one is no list of tokens, or for an order that is none
 */
export function repeatedNgrams(samples: readonly Tokens[], order = 4): SampleMeasure {
  checkTexts(samples, "samples", "Repetition");
  checkOrder(order, "Repetition");
  const elements = numberElements<string | number>(samples);
  let ngrams = elements;
  for (let n = 2; n <= order; n++) ngrams = numberNgrams(ngrams, elements, n);
  return sampleMeasure(
    Float64Array.from(ngrams.numbers, (numbers, s) => (numbers.length === 0 ? 0 : 1 - new Set(numbers).size / ngramCount(samples[s].length, order))),
  );
}

/**
 * For each sample 1 if another one has the same tokens, else 0: the mean is the share of samples that occur more than once.
 * @throws WordloomError `invalid_argument` if there is no sample or one is no list of tokens
 */
export function duplicateSamples(samples: readonly Tokens[]): SampleMeasure {
  checkTexts(samples, "samples", "Repetition");
  const keys = samples.map((sample) => JSON.stringify(sample));
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return sampleMeasure(Float64Array.from(keys, (key) => (counts.get(key)! > 1 ? 1 : 0)));
}
