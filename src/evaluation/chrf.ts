// chrF, which compares characters instead of words and so judges languages with many word forms, or no spaces, fairly.

import { parseChrfOptions, type ChrfOptions } from "./measure_options.js";
import { clippedMatches, ngramCount } from "./ngram_matches.js";
import { pairSentences, type References } from "./sentence_pairs.js";
import { splitWhitespace } from "./whitespace.js";

type ParsedOptions = ReturnType<typeof parseChrfOptions>;

/** The n-grams of one kind and length. */
interface NgramCounts {
  readonly hypothesis: number;
  readonly reference: number;
  readonly matches: number;
}

/** What n-grams of a text are made of: its characters without white space, and its words. */
interface Elements {
  readonly characters: readonly string[];
  readonly words: readonly string[];
}

const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/;

/** Cuts one punctuation mark off a word: its last character or, if that is none, its first. */
function cutPunctuation(word: string): string[] {
  if (word.length === 1) return [word];
  if (ASCII_PUNCTUATION.test(word.at(-1)!)) return [word.slice(0, -1), word.at(-1)!];
  return ASCII_PUNCTUATION.test(word[0]) ? [word[0], word.slice(1)] : [word];
}

function elementsOf(text: string, { wordOrder, lowercase }: ParsedOptions): Elements {
  const pieces = splitWhitespace(lowercase ? text.toLowerCase() : text);
  return { characters: Array.from(pieces.join("")), words: wordOrder > 0 ? pieces.flatMap(cutPunctuation) : [] };
}

/** For all lengths of character n-grams, then for all of word n-grams. */
function countPair(hypothesis: Elements, reference: Elements, { characterOrder, wordOrder }: ParsedOptions): NgramCounts[] {
  const counts = (kind: keyof Elements, maxOrder: number) =>
    clippedMatches(hypothesis[kind], [reference[kind]], maxOrder).map((matches, i): NgramCounts => {
      const inReference = ngramCount(reference[kind].length, i + 1);
      // A reference too short for such n-grams says nothing about the hypothesis's.
      return { hypothesis: inReference > 0 ? ngramCount(hypothesis[kind].length, i + 1) : 0, reference: inReference, matches };
    });
  return [...counts("characters", characterOrder), ...counts("words", wordOrder)];
}

/** The F-score, from 0 to 100, of mean precision and mean recall over the lengths that both sides have n-grams of. */
function scoreCounts(counts: readonly NgramCounts[], beta: number): number {
  const present = counts.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  const mean = (value: (count: NgramCounts) => number) => present.reduce((sum, count) => sum + value(count), 0) / present.length;
  const precision = mean(({ matches, hypothesis }) => matches / hypothesis);
  const recall = mean(({ matches, reference }) => matches / reference);
  // Not above 0 too where there is nothing to take a mean of.
  if (!(precision + recall > 0)) return 0;
  return (100 * (1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
}

/**
 * The chrF, from 0 to 100, of a whole corpus, from the n-grams of all its sentences together; of one sentence when the lists
 * have one entry. A hypothesis is held to the one of its references that it scores best against. With `wordOrder` 2 it is
 * chrF++. Equal to sacreBLEU's `corpus_chrf` with the same options.
 *
 * Source: Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation"; Popović 2017, "chrF++: words helping
 * character n-grams".
 * @param hypotheses what was written, not tokenized
 * @param references one text, or a list of texts, a hypothesis
 * @throws WordloomError `invalid_argument` for lists that are empty or do not fit together, and for a wrong option
 */
export function corpusChrf(hypotheses: readonly string[], references: References, options: ChrfOptions = {}): number {
  return chrfOfPairs(hypotheses, references, options)(hypotheses.keys());
}

/** The chrF of any of the pairs, counted once: for the bootstrap. @throws WordloomError as `corpusChrf` */
export function chrfOfPairs(hypotheses: readonly string[], references: References, options: ChrfOptions = {}): (indices: Iterable<number>) => number {
  const parsed = parseChrfOptions(options);
  const counts = pairSentences(hypotheses, references).map((pair) => {
    const hypothesis = elementsOf(pair.hypothesis, parsed);
    const candidates = pair.references.map((reference) => countPair(hypothesis, elementsOf(reference, parsed), parsed));
    // The first of those that score the same.
    return candidates.reduce((best, candidate) => (scoreCounts(candidate, parsed.beta) > scoreCounts(best, parsed.beta) ? candidate : best));
  });
  return (indices) => {
    const total = Array.from({ length: parsed.characterOrder + parsed.wordOrder }, () => ({ hypothesis: 0, reference: 0, matches: 0 }));
    for (const index of indices) {
      counts[index].forEach((count, i) => {
        total[i].hypothesis += count.hypothesis;
        total[i].reference += count.reference;
        total[i].matches += count.matches;
      });
    }
    return scoreCounts(total, parsed.beta);
  };
}
