// All measures of translations and summaries in one call, for a table or a model card.

import { corpusBleu, type BleuResult } from "./bleu.js";
import { corpusChrf } from "./chrf.js";
import { exactMatch } from "./exact_match.js";
import { checkMeasures, type BleuOptions, type ChrfOptions, type RougeOptions } from "./measure_options.js";
import { corpusRouge, type RougeResult } from "./rouge.js";
import type { References } from "./sentence_pairs.js";

/** The options of each measure. */
export interface TranslationOptions {
  readonly bleu?: BleuOptions;
  readonly chrf?: ChrfOptions;
  readonly rouge?: RougeOptions;
}

export interface TranslationMeasures extends RougeResult {
  readonly bleu: BleuResult;
  /** From 0 to 100. */
  readonly chrf: number;
  /** The share, from 0 to 1, of hypotheses equal to a reference. */
  readonly exactMatch: number;
}

/**
 * Measures written texts against the texts that would have been right: BLEU and chrF from 0 to 100, ROUGE and exact match
 * from 0 to 1. The defaults are those of sacreBLEU and rouge-score, for languages in Latin script with spaces between words;
 * for Chinese give `{ bleu: { tokenizer: "zh" }, rouge: { tokenizer: "unicode" } }`.
 * @param hypotheses what was written, not tokenized
 * @param references one text, or a list of texts, a hypothesis
 * @throws WordloomError `invalid_argument` for lists that are empty or do not fit together, and for a wrong option
 */
export function measureTranslations(hypotheses: readonly string[], references: References, options: TranslationOptions = {}): TranslationMeasures {
  checkMeasures(options);
  return {
    bleu: corpusBleu(hypotheses, references, options.bleu),
    chrf: corpusChrf(hypotheses, references, options.chrf),
    ...corpusRouge(hypotheses, references, options.rouge),
    exactMatch: exactMatch(hypotheses, references),
  };
}
