// What a program imports from "wordloom".

export { load, Model, type Generation } from "./api/load.js";
export { train, type Training } from "./api/train.js";
export type { TrainOptionsInput as TrainOptions } from "./api/train_options.js";
export type { EvaluateOptions, GenerateOptions, LoadOptions } from "./api/model_options.js";
export type { Evaluation, ModelDescription } from "./api/model_jobs.js";
export { WordloomError, type ErrorCode } from "./errors.js";
export type { GenerationEvent, SampleEvent, TextEvent } from "./generation/generate.js";
export type { EndEvent, EndReason, EvaluationEvent, NoticeEvent, ProgressEvent, StartEvent, TrainingEvent } from "./training/events.js";
export { generateStories, parseStory, sampleStory, storyEntropy, storyLogProbability } from "./text/stories/index.js";
