// The measures of written text.

export { corpusBleu, sentenceBleu, type BleuResult } from "./bleu.js";
export { corpusChrf } from "./chrf.js";
export { exactMatch } from "./exact_match.js";
export type { BleuOptions, ChrfOptions, RougeOptions } from "./measure_options.js";
export { measureTranslations, type TranslationMeasures, type TranslationOptions } from "./measure_translations.js";
export { corpusRouge, type RougeResult, type RougeScore } from "./rouge.js";
export type { References } from "./sentence_pairs.js";
export { tokenize13a } from "./tokenize_13a.js";
export { tokenizeZh } from "./tokenize_zh.js";
