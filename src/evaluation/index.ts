// The measures of written text.

export { corpusBleu, sentenceBleu, type BleuResult } from "./bleu.js";
export { bleuSignature } from "./bleu_signature.js";
export { corpusChrf } from "./chrf.js";
export { bootstrapInterval, meanInterval, type BootstrapOptions, type Interval } from "./bootstrap_interval.js";
export { chooseBleuTokenizer, chooseRougeTokenizer } from "./choose_tokenizers.js";
export { exactMatch } from "./exact_match.js";
export { groupBySource, type MeasuredSource } from "./group_by_source.js";
export { compareLengths, type LengthComparison, type LengthSummary } from "./length_distribution.js";
export { mauve, mauveOfFeatures, type Mauve, type MauveOptions } from "./mauve.js";
export type { BleuOptions, BleuTokenizer, ChrfOptions, RougeOptions } from "./measure_options.js";
export { measureTranslations, type TranslationMeasures, type TranslationOptions } from "./measure_translations.js";
export { ngramDiversity, type NgramDiversity } from "./ngram_diversity.js";
export { measureNovelty, type Copies, type Novelty } from "./novelty.js";
export { duplicateSamples, repeatedNgrams } from "./repetition.js";
export { corpusRouge, type RougeResult, type RougeScore } from "./rouge.js";
export { harmonicBleu, samplesBleu, SAMPLES_BLEU_ORDERS, selfBleu, type SamplesBleu, type SamplesBleuOrder } from "./samples_bleu.js";
export type { SampleMeasure } from "./sample_measure.js";
export { charactersOfTokens } from "./scored_characters.js";
export type { References } from "./sentence_pairs.js";
export { tokenize13a } from "./tokenize_13a.js";
export { translationIntervals, type TranslationIntervals } from "./translation_intervals.js";
export { mapFigure, meanFigure, ratioFigure, type Figure } from "./figure.js";
export { measureSamples, type CopyFigures, type MeasureSamplesOptions, type SampleMeasures } from "./measure_samples.js";
export type { WordTokenizer } from "./tokenize_words.js";
export { tokenizeZh } from "./tokenize_zh.js";
export type { Tokens } from "./tokens.js";
