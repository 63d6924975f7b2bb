// All that is measured of texts that a model wrote on its own, beside real texts: quality, diversity, repetition, lengths, copies.

import { WordloomError } from "../errors.js";
import type { BootstrapOptions } from "./bootstrap_interval.js";
import { BLEU_TOKENIZERS } from "./bleu.js";
import { chooseBleuTokenizer } from "./choose_tokenizers.js";
import { meanFigure, ratioFigure, type Figure } from "./figure.js";
import { compareLengths, type LengthComparison } from "./length_distribution.js";
import { mauve } from "./mauve.js";
import { measureNovelty, type Copies } from "./novelty.js";
import { ngramDiversity } from "./ngram_diversity.js";
import { duplicateSamples, repeatedNgrams } from "./repetition.js";
import { samplesBleu, SAMPLES_BLEU_ORDERS, selfBleu, type SamplesBleu, type SamplesBleuOrder } from "./samples_bleu.js";
import { spread } from "./spread.js";

/** What samples copied from the training text, with case and punctuation as they stand or without. */
export interface CopyFigures {
  /** The mean over the samples of the words in the longest span that stands in the training text. */
  readonly span: Figure;
  /** The share of samples that stand in a training text from beginning to end, and that are all of one. */
  readonly contained: Figure;
  readonly identical: Figure;
  /** The longest span of all, in words, and the sample that it stands in. */
  readonly longest: { readonly words: number; readonly text: string; readonly sample: number };
}

export interface SampleMeasures {
  readonly samples: number;
  readonly references: number;
  /** BLEU-2 to BLEU-5 of each sample against all references: higher is better. */
  readonly bleu: Readonly<Record<SamplesBleuOrder, Figure>>;
  /** And against all other samples: lower is more diverse. Null for a single sample. */
  readonly selfBleu: Readonly<Record<SamplesBleuOrder, Figure>> | null;
  /** Samples against references by features that need no model, from 0 to 1: quality and variety together, higher is better. Null for fewer than 50 samples or references. */
  readonly mauve: Figure | null;
  /** Distinct-1 to distinct-4: different n-grams as a share of all. */
  readonly distinct: readonly Figure[];
  /** The mean share of a sample's 4-grams that came in it before. */
  readonly repetition: Figure;
  /** The share of samples that occur more than once. */
  readonly duplicates: Figure;
  /** In words. */
  readonly lengths: LengthComparison & { readonly mean: Figure };
  /** Null where there is no training text to look in. */
  readonly novelty: { readonly verbatim: CopyFigures; readonly normalized: CopyFigures } | null;
}

export interface MeasureSamplesOptions extends BootstrapOptions {
  /** The texts that the model learnt from; any iterable, read once. */
  readonly trainingTexts?: Iterable<string>;
}

/** On both sides: of fewer it says nothing; it depends on how many there are, and the clustering's time grows with their square. */
const MAUVE_TEXTS = { least: 50, most: 1000 };

/** Words in small letters, and marks, as the measures count them; of scripts without spaces, characters. */
export function wordCutter(references: readonly string[]): (text: string) => string[] {
  const cut = BLEU_TOKENIZERS[chooseBleuTokenizer([references])];
  return (text) => cut(text.normalize("NFC").toLowerCase()).filter((word) => word !== "");
}

const bleuFigures = ({ samples }: SamplesBleu, options: BootstrapOptions): Record<SamplesBleuOrder, Figure> =>
  Object.fromEntries(SAMPLES_BLEU_ORDERS.map((order) => [order, meanFigure(samples[order], options)])) as Record<SamplesBleuOrder, Figure>;

function mauveFigure(samples: readonly string[], references: readonly string[], options: BootstrapOptions): Figure | null {
  const most = Math.min(samples.length, references.length, MAUVE_TEXTS.most);
  if (most < MAUVE_TEXTS.least) return null;
  const some = (texts: readonly string[]): string[] => spread(texts.length, most).map((i) => texts[i]);
  const { mauve: value, interval } = mauve(some(samples), some(references), options);
  return { value, ...interval };
}

/**
 * Distinct-n with an interval. A draw with replacement has the same sample several times, which no generator does, so each
 * sample's part is held fixed while samples are drawn: of each of its n-grams one over how often all samples have it.
 */
function distinctFigure(tokens: readonly (readonly string[])[], n: number, options: BootstrapOptions): Figure {
  const grams = tokens.map((words) => Array.from({ length: Math.max(0, words.length - n + 1) }, (_, i) => words.slice(i, i + n).join("\u0000")));
  const counts = new Map<string, number>();
  for (const gram of grams.flat()) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const parts = grams.map((own) => own.reduce((sum, gram) => sum + 1 / counts.get(gram)!, 0));
  return ratioFigure(parts, grams.map(({ length }) => length), options);
}

function copyFigures({ spans, length, contained, identical }: Copies, options: BootstrapOptions): CopyFigures {
  let sample = 0;
  for (let i = 1; i < spans.length; i++) if (length.samples[i] > length.samples[sample]) sample = i;
  return {
    span: meanFigure(length.samples, options),
    contained: meanFigure(contained.samples, options),
    identical: meanFigure(identical.samples, options),
    longest: { words: length.samples[sample], text: spans[sample], sample },
  };
}

/**
 * Measures samples beside references, each figure with a bootstrap interval over the samples (the references are held fixed; of MAUVE both are drawn anew).
 * BLEU, Self-BLEU, distinct-n and the duplicates depend on how many texts there are: compare with the same measures of as
 * many real texts.
 * @param samples what a model wrote, @param references real texts that it did not learn from
 * @throws WordloomError "invalid_argument" where one of the two has no text
 */
export function measureSamples(samples: readonly string[], references: readonly string[], { trainingTexts, ...options }: MeasureSamplesOptions = {}): SampleMeasures {
  if (samples.length === 0 || references.length === 0) throw new WordloomError("invalid_argument", `There ${samples.length === 0 ? "are no samples" : "is no real text"} to measure; give at least one.`);
  const cut = wordCutter(references);
  const [tokens, real] = [samples.map(cut), references.map(cut)];
  const lengthsOf = (texts: readonly (readonly string[])[]): number[] => texts.map(({ length }) => length);
  const novelty = trainingTexts ? measureNovelty(samples, trainingTexts) : null;
  return {
    samples: samples.length,
    references: references.length,
    bleu: bleuFigures(samplesBleu(tokens, real), options),
    selfBleu: samples.length < 2 ? null : bleuFigures(selfBleu(tokens), options),
    mauve: mauveFigure(samples, references, options),
    distinct: ngramDiversity(tokens).map(({ distinct }, i) => ({ ...distinctFigure(tokens, i + 1, options), value: distinct })),
    repetition: meanFigure(repeatedNgrams(tokens).samples, options),
    duplicates: meanFigure(duplicateSamples(tokens).samples, options),
    lengths: { ...compareLengths(lengthsOf(tokens), lengthsOf(real)), mean: meanFigure(lengthsOf(tokens), options) },
    novelty: novelty && { verbatim: copyFigures(novelty.verbatim, options), normalized: copyFigures(novelty.normalized, options) },
  };
}
