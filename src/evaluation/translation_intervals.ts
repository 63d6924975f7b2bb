// How far measures of translations would move with other sentences: without it no two systems can be told apart.

import { bleuOfPairs } from "./bleu.js";
import { bootstrapInterval, meanInterval, type BootstrapOptions, type Interval } from "./bootstrap_interval.js";
import { chrfOfPairs } from "./chrf.js";
import { exactMatches } from "./exact_match.js";
import type { TranslationOptions } from "./measure_translations.js";
import { sentenceRouges, type RougeResult } from "./rouge.js";
import type { References } from "./sentence_pairs.js";

/** Of each measure of `measureTranslations`; ROUGE's of its F-measure. */
export type TranslationIntervals = Readonly<Record<"bleu" | "chrf" | "rouge1" | "rouge2" | "rougeL" | "exactMatch", Interval>>;

/**
 * Percentile bootstrap intervals over the sentences, of 95 % unless asked otherwise.
 *
 * Source: Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation", section 3.
 * @throws WordloomError as `measureTranslations`
 */
export function translationIntervals(hypotheses: readonly string[], references: References, { bleu, chrf, rouge }: TranslationOptions = {}, options: BootstrapOptions = {}): TranslationIntervals {
  const count = hypotheses.length;
  const rouges = sentenceRouges(hypotheses, references, rouge);
  const ofRouge = (kind: keyof RougeResult): Interval => meanInterval(rouges.map((result) => result[kind].fmeasure), options);
  return {
    bleu: bootstrapInterval(count, bleuOfPairs(hypotheses, references, bleu), options),
    chrf: bootstrapInterval(count, chrfOfPairs(hypotheses, references, chrf), options),
    rouge1: ofRouge("rouge1"),
    rouge2: ofRouge("rouge2"),
    rougeL: ofRouge("rougeL"),
    exactMatch: meanInterval(exactMatches(hypotheses, references), options),
  };
}
