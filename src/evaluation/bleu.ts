// BLEU, the measure that translations are most often published with: n-gram precision and a penalty for short texts.

import { parseBleuOptions, type BleuOptions } from "./measure_options.js";
import { clippedMatches, ngramCount } from "./ngram_matches.js";
import { pairSentences, type References, type SentencePair } from "./sentence_pairs.js";
import { tokenize13a } from "./tokenize_13a.js";
import { tokenizeZh } from "./tokenize_zh.js";
import { splitWhitespace, trimWhitespaceEnd } from "./whitespace.js";

type ParsedOptions = ReturnType<typeof parseBleuOptions>;

export interface BleuResult {
  /** From 0 to 100. */
  readonly score: number;
  /** The smoothed precision of n-grams of n tokens at index n - 1, from 0 to 100. */
  readonly precisions: readonly number[];
  /** From 0 to 1: what the score is multiplied by because the hypotheses are shorter than the references. */
  readonly brevityPenalty: number;
  /** The tokens of all hypotheses. */
  readonly hypothesisLength: number;
  /** The tokens of all references; of several, of the one whose length is nearest to the hypothesis's. */
  readonly referenceLength: number;
}

/** What a corpus adds up to; arrays have n - 1 as index. */
interface Counts {
  readonly matches: number[];
  readonly ngrams: number[];
  hypothesisLength: number;
  referenceLength: number;
}

/** How each of BLEU's tokenizers cuts a text. */
export const BLEU_TOKENIZERS: Readonly<Record<ParsedOptions["tokenizer"], (text: string) => string[]>> = {
  "13a": tokenize13a,
  zh: tokenizeZh,
  char: (text) => splitWhitespace(text).flatMap((word) => Array.from(word)),
  none: splitWhitespace,
};

/** What "floor" and "add-k" take unless given. */
export const DEFAULT_SMOOTHING_VALUE = { none: 0, floor: 0.1, "add-k": 1, exp: 0 } as const;

/** The length nearest to the hypothesis's, the shorter of two equally near. */
function nearestLength(hypothesis: number, references: readonly number[]): number {
  return references.reduce((nearest, length) => {
    const difference = Math.abs(length - hypothesis) - Math.abs(nearest - hypothesis);
    return difference < 0 || (difference === 0 && length < nearest) ? length : nearest;
  });
}

function countPairs(pairs: readonly SentencePair[], { maxOrder, lowercase, tokenizer }: ParsedOptions): Counts[] {
  const tokens = (text: string) => BLEU_TOKENIZERS[tokenizer](trimWhitespaceEnd(lowercase ? text.toLowerCase() : text));
  return pairs.map((pair) => {
    const hypothesis = tokens(pair.hypothesis);
    const references = pair.references.map(tokens);
    const matches = clippedMatches(hypothesis, references, maxOrder);
    return {
      matches,
      ngrams: matches.map((_, i) => ngramCount(hypothesis.length, i + 1)),
      hypothesisLength: hypothesis.length,
      referenceLength: nearestLength(hypothesis.length, references.map(({ length }) => length)),
    };
  });
}

/** What pairs add up to, each as often as its index comes. */
function addCounts(counts: readonly Counts[], indices: Iterable<number>, maxOrder: number): Counts {
  const zeros = () => Array.from({ length: maxOrder }, () => 0);
  const sum: Counts = { matches: zeros(), ngrams: zeros(), hypothesisLength: 0, referenceLength: 0 };
  for (const index of indices) {
    const { matches, ngrams, hypothesisLength, referenceLength } = counts[index];
    for (let i = 0; i < maxOrder; i++) {
      sum.matches[i] += matches[i];
      sum.ngrams[i] += ngrams[i];
    }
    sum.hypothesisLength += hypothesisLength;
    sum.referenceLength += referenceLength;
  }
  return sum;
}

/** e^(1 - r/c) where the hypotheses' length c is below the references' r (Papineni et al. 2002, section 2.2.2). */
function brevityPenaltyOf({ hypothesisLength, referenceLength }: Counts): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

function scoreCounts(counts: Counts, { maxOrder, smoothing, smoothingValue, effectiveOrder }: ParsedOptions): BleuResult {
  const { hypothesisLength, referenceLength } = counts;
  const brevityPenalty = brevityPenaltyOf(counts);
  const precisions = Array.from({ length: maxOrder }, () => 0);
  const result = { precisions, brevityPenalty, hypothesisLength, referenceLength };
  // Smoothing rewards what is nearly right, not what shares no token at all.
  if (counts.matches[0] === 0) return { score: 0, ...result };

  const value = smoothingValue ?? DEFAULT_SMOOTHING_VALUE[smoothing];
  let averaged = maxOrder;
  let share = 1;
  for (let i = 0; i < maxOrder; i++) {
    const added = smoothing === "add-k" && i > 0 ? value : 0;
    const matches = counts.matches[i] + added;
    const ngrams = counts.ngrams[i] + added;
    if (ngrams === 0) break;
    if (effectiveOrder) averaged = i + 1;
    if (matches > 0) precisions[i] = (100 * matches) / ngrams;
    else if (smoothing === "floor") precisions[i] = (100 * value) / ngrams;
    else if (smoothing === "exp") precisions[i] = 100 / ((share *= 2) * ngrams);
  }
  const logarithms = precisions.slice(0, averaged).reduce((sum, precision) => sum + Math.log(precision), 0);
  return { score: brevityPenalty * Math.exp(logarithms / averaged), ...result };
}

/**
 * The BLEU of a whole corpus: the geometric mean of the precisions of its n-grams, times the brevity penalty. Equal to
 * sacreBLEU's `corpus_bleu` with the same options. Corpora without a single n-gram of `maxOrder` tokens score 0.
 *
 * Source: Papineni et al. 2002, "BLEU: a Method for Automatic Evaluation of Machine Translation", section 2.3; Post 2018,
 * "A Call for Clarity in Reporting BLEU Scores".
 * @param hypotheses what was written, not tokenized
 * @param references one text, or a list of texts, a hypothesis
 * @throws WordloomError `invalid_argument` for lists that are empty or do not fit together, and for a wrong option
 */
export function corpusBleu(hypotheses: readonly string[], references: References, options: BleuOptions = {}): BleuResult {
  const parsed = parseBleuOptions(options);
  const counts = countPairs(pairSentences(hypotheses, references), parsed);
  return scoreCounts(addCounts(counts, counts.keys(), parsed.maxOrder), parsed);
}

/** The BLEU of any of the pairs, counted once: for the bootstrap. @throws WordloomError as `corpusBleu` */
export function bleuOfPairs(hypotheses: readonly string[], references: References, options: BleuOptions = {}): (indices: Iterable<number>) => number {
  const parsed = parseBleuOptions(options);
  const counts = countPairs(pairSentences(hypotheses, references), parsed);
  return (indices) => scoreCounts(addCounts(counts, indices, parsed.maxOrder), parsed).score;
}

/**
 * The BLEU of one sentence, with the effective order unless told otherwise. Equal to sacreBLEU's `sentence_bleu`. A corpus's
 * BLEU is not the mean of its sentences'.
 * @param references one text or several
 * @throws WordloomError `invalid_argument` for an empty list of references and for a wrong option
 */
export function sentenceBleu(hypothesis: string, references: string | readonly string[], options: BleuOptions = {}): BleuResult {
  return corpusBleu([hypothesis], [references], { effectiveOrder: true, ...options });
}
