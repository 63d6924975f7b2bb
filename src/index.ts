// What a program imports from "wordloom".

// Training, and what a trained run can do.
export { load, Model, type Generation } from "./api/load.js";
export { train, type Training } from "./api/train.js";
export type { TrainOptionsInput as TrainOptions } from "./api/train_options.js";
export type { EvaluateOptions, GenerateOptions, LoadOptions } from "./api/model_options.js";
export type { Evaluation, ModelDescription } from "./api/model_jobs.js";
export type { EvaluateSamplesOptions } from "./api/model_options.js";
export type { SampleEvaluation } from "./api/sample_evaluation.js";
export type { StoryFloor, StoryMeasures } from "./api/story_measures.js";
export type { Figure } from "./evaluation/figure.js";
export type { CopyFigures, SampleMeasures } from "./evaluation/measure_samples.js";
export { sweep, type Sweep } from "./experiments/sweep.js";
export type { PrunedEvent, SweepEndEvent, SweepEvent, SweepStartEvent, TrialBeginEvent, TrialMeasuredEvent, TrialSummary, TrialTrainingEvent } from "./experiments/sweep_events.js";
export type { SweepOptionsInput as SweepOptions } from "./experiments/sweep_plan.js";
export { parallelCoordinatesSvg } from "./explanation/parallel_coordinates_svg.js";
export type { ParallelCoordinates } from "./explanation/parallel_coordinates.js";
export { WordloomError, type ErrorCode } from "./errors.js";
export type { GenerationEvent, SampleEvent, TextEvent } from "./generation/generate.js";
export type { EndEvent, EndReason, EvaluationEvent, NoticeEvent, ProgressEvent, StartEvent, TrainingEvent } from "./training/events.js";

// Models of pairs of texts: `Model.convert`, `Model.evaluatePairs`.
export type { ConvertOptions, EvaluatePairsOptions } from "./api/model_options.js";
export type { Alignment } from "./api/pair_alignment.js";
export type { PairEvaluation } from "./api/pair_evaluation.js";
export type { Converted, ConvertedText } from "./api/pair_jobs.js";

// Variational autoencoders: `Model.encode`, `decode`, `reconstruct`, `interpolate`, `vary`, `evaluateLatent`, `explainLatent`.
export type { LatentEvaluation } from "./api/latent_evaluation.js";
export type { ExplainedSpace } from "./api/latent_explain.js";
export type { EncodedSentence, Reconstruction } from "./api/latent_jobs.js";
export type { DecodedText } from "./api/latent_writing.js";
export type { EvaluateLatentOptions, ExplainLatentOptions, LatentWriteOptions, ReadSentencesOptions } from "./api/model_options.js";
export { latentHtml } from "./explanation/latent_html.js";
export { latentJson, type LatentJson } from "./explanation/latent_json.js";
export type { LatentMap, LatentUnit } from "./explanation/latent_map.js";
export { latentSvg } from "./explanation/latent_svg.js";

// What `Model.explain` gives: of a language model its `reading`, of models with attention a map of that.
export type { ExplainedText } from "./api/explain_jobs.js";
export type { ExplainedToken, ExplainOptions } from "./api/model_options.js";
export { completenessGap, meanSurprisal } from "./explanation/reading.js";
export type { Alternative, FollowedProperty, LensLayer, Reading, ReadToken, Saliency, UnitLayer } from "./explanation/reading.js";
export { readingHtml } from "./explanation/reading_html.js";
export { readingJson, type ReadingJson } from "./explanation/reading_json.js";
export { readingSvg, type ReadingView } from "./explanation/reading_svg.js";
export { attentionHtml } from "./explanation/attention_html.js";
export { attentionJson, type AttentionJson } from "./explanation/attention_json.js";
export type { AttentionChoice, AttentionLayer, AttentionMap } from "./explanation/attention_map.js";
export { attentionSvg, type AttentionPicture } from "./explanation/attention_svg.js";

// Measures of written text against texts that would have been right.
export {
  corpusBleu,
  corpusChrf,
  corpusRouge,
  exactMatch,
  measureTranslations,
  sentenceBleu,
  type BleuOptions,
  type BleuResult,
  type ChrfOptions,
  type References,
  type RougeOptions,
  type RougeResult,
  type RougeScore,
  type TranslationMeasures,
  type TranslationOptions,
} from "./evaluation/index.js";

// Several families on the same text.
export { compare, type CompareControl, type CompareOutcome } from "./experiments/compare.js";
export type { CompareEvent } from "./experiments/compare_events.js";
export type { CompareOptionsInput as CompareOptions } from "./experiments/compare_options.js";
export type { ComparedMember, Comparison } from "./experiments/comparison.js";
export { comparisonHtml } from "./experiments/comparison_html.js";

// The embedded stories, and what they say exactly.
export { generateStories, parseStory, sampleStory, storyEntropy, storyLogProbability } from "./text/stories/index.js";
