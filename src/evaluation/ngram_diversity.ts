// How many different things a generator says: distinct n-grams, and how evenly it uses them.

import { numberElements, numberNgrams } from "./number_ngrams.js";
import { checkOrder, checkTexts, type Tokens } from "./tokens.js";

export interface NgramDiversity {
  /** Distinct-n: the different n-grams as a share of all; 0 where there are none. */
  readonly distinct: number;
  /** The entropy, in nats, of an n-gram drawn from the samples: log of their number where all are different; 0 where there are none. */
  readonly entropy: number;
  /** How many n-grams the samples have together. */
  readonly ngrams: number;
}

function diversityOf(texts: readonly (readonly number[])[], kinds: number): NgramDiversity {
  const counts = new Int32Array(kinds);
  for (const text of texts) for (const number of text) counts[number]++;
  const ngrams = counts.reduce((sum, count) => sum + count, 0);
  if (ngrams === 0) return { distinct: 0, entropy: 0, ngrams };
  const entropy = counts.reduce((sum, count) => sum - (count / ngrams) * Math.log(count / ngrams), 0);
  return { distinct: kinds / ngrams, entropy: Math.max(0, entropy), ngrams };
}

/**
 * Distinct-n and the entropy of n-grams of all samples together, for n from 1 to `maxOrder` at index n - 1. Both depend on how
 * much text there is (distinct-n falls with it, entropy grows), so compare samples only with as many texts of the data.
 *
 * Source: Li et al. 2016, "A Diversity-Promoting Objective Function for Neural Conversation Models", section 5.3, who divide
 * by the number of tokens; by n-grams, as here, 1 means for every n that none occurs twice. The entropy is Ent-n of Zhang et al.
 * 2018, "Generating Informative and Diverse Conversational Responses via Adversarial Information Maximization".
 * @throws WordloomError `invalid_argument` if there is no sample, one is no list of tokens, or for an order that is none
 */
export function ngramDiversity(samples: readonly Tokens[], maxOrder = 4): NgramDiversity[] {
  checkTexts(samples, "samples", "Distinct-n");
  checkOrder(maxOrder, "Distinct-n");
  const elements = numberElements<string | number>(samples);
  const results: NgramDiversity[] = [];
  let ngrams = elements;
  for (let n = 1; n <= maxOrder; n++) {
    if (n > 1) ngrams = numberNgrams(ngrams, elements, n);
    results.push(diversityOf(ngrams.numbers, ngrams.count));
  }
  return results;
}
