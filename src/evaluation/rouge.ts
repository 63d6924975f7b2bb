// ROUGE, the measure that summaries are published with: how much of the reference's words and word order is there.

import { parseRougeOptions, type RougeOptions } from "./measure_options.js";
import { clippedMatches, ngramCount } from "./ngram_matches.js";
import { pairSentences, type References } from "./sentence_pairs.js";
import { asciiWords, unicodeWords, type WordTokenizer } from "./tokenize_words.js";

/** Shares from 0 to 1. */
export interface RougeScore {
  /** Of the hypothesis, what is in the reference. */
  readonly precision: number;
  /** Of the reference, what is in the hypothesis. */
  readonly recall: number;
  /** Their harmonic mean; 0 where both are. */
  readonly fmeasure: number;
}

export interface RougeResult {
  /** By single words. */
  readonly rouge1: RougeScore;
  /** By pairs of neighbouring words. */
  readonly rouge2: RougeScore;
  /** By the longest sequence of words that both have in the same order, with or without others between. */
  readonly rougeL: RougeScore;
}

const WORDS: Readonly<Record<WordTokenizer, (text: string) => string[]>> = { "rouge-score": asciiWords, unicode: unicodeWords };

function scoreShared(shared: number, inHypothesis: number, inReference: number): RougeScore {
  const precision = shared / Math.max(inHypothesis, 1);
  const recall = shared / Math.max(inReference, 1);
  return { precision, recall, fmeasure: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

/** The length of a longest common subsequence, a row of its table at a time. */
function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let row = new Int32Array(b.length + 1);
  let next = new Int32Array(b.length + 1);
  for (const word of a) {
    for (let j = 0; j < b.length; j++) next[j + 1] = word === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    [row, next] = [next, row];
  }
  return row[b.length];
}

function scorePair(hypothesis: readonly string[], reference: readonly string[]): RougeResult {
  const matches = clippedMatches(hypothesis, [reference], 2);
  const ngrams = (n: number) => scoreShared(matches[n - 1], ngramCount(hypothesis.length, n), ngramCount(reference.length, n));
  const common = longestCommonSubsequence(hypothesis, reference);
  return { rouge1: ngrams(1), rouge2: ngrams(2), rougeL: scoreShared(common, hypothesis.length, reference.length) };
}

/** What `choose` makes of the scores of each kind. */
function byKind(results: readonly RougeResult[], choose: (scores: readonly RougeScore[]) => RougeScore): RougeResult {
  const scores = (kind: keyof RougeResult) => choose(results.map((result) => result[kind]));
  return { rouge1: scores("rouge1"), rouge2: scores("rouge2"), rougeL: scores("rougeL") };
}

/** The first of those with the highest F-measure. */
const best = (scores: readonly RougeScore[]): RougeScore => scores.reduce((best, score) => (score.fmeasure > best.fmeasure ? score : best));

function mean(scores: readonly RougeScore[]): RougeScore {
  const of = (value: keyof RougeScore) => scores.reduce((sum, score) => sum + score[value], 0) / scores.length;
  return { precision: of("precision"), recall: of("recall"), fmeasure: of("fmeasure") };
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of a corpus: the means over its sentences; of one sentence when the lists have one entry. Of
 * several references each kind takes the one with the highest F-measure. Equal to Google's rouge-score without its
 * stemmer, `RougeScorer(["rouge1", "rouge2", "rougeL"]).score_multi`. With the tokenizer "rouge-score" text outside of a-z
 * and 0-9 is not seen; take "unicode" for other languages than English.
 *
 * Source: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", sections 2 and 3.1.
 * @param hypotheses what was written, not tokenized
 * @param references one text, or a list of texts, a hypothesis
 * @throws WordloomError `invalid_argument` for lists that are empty or do not fit together, and for a wrong option
 */
export function corpusRouge(hypotheses: readonly string[], references: References, options: RougeOptions = {}): RougeResult {
  return byKind(sentenceRouges(hypotheses, references, options), mean);
}

/** ROUGE of each sentence, which `corpusRouge` is the mean of. @throws WordloomError as `corpusRouge` */
export function sentenceRouges(hypotheses: readonly string[], references: References, options: RougeOptions = {}): RougeResult[] {
  const words = WORDS[parseRougeOptions(options).tokenizer];
  return pairSentences(hypotheses, references).map((pair) => {
    const hypothesis = words(pair.hypothesis);
    return byKind(pair.references.map((reference) => scorePair(hypothesis, words(reference))), best);
  });
}
