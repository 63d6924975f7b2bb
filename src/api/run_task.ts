// What a training works on: the one contract between the training job and the kinds of data that runs are made of.

import type { BatchShape, TextModel } from "../models/text_model.js";
import type { SessionOptions } from "../runtime/backend.js";
import type { ParameterBuffers } from "../runtime/parameters.js";
import type { SizedBatch } from "../text/batch.js";
import type { Course } from "../training/course.js";
import type { EndEvent } from "../training/events.js";
import type { RunFolder } from "../training/run_folder.js";
import type { Parameter } from "../nn/module.js";
import type { Optimizer } from "../training/optimizer.js";
import type { BatchSource, UpdateProgram } from "../training/trainer.js";
import type { CommonSettings } from "./training_settings.js";

/** Writes a short text with the current weights, always the same way for the same weights. */
export interface TaskSampler {
  sample(): Promise<string>;
  release(): Promise<void>;
}

/** The model's parameters in memory, and how they are updated. */
export interface TrainedModel {
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly buffers: ParameterBuffers;
  readonly optimizer: Optimizer;
  readonly clipNorm: number | null;
  readonly session: SessionOptions;
}

/** What is known of a run when it ends. */
export interface FinishedRun {
  readonly folder: RunFolder;
  readonly parameters: number;
  readonly end: EndEvent;
  readonly sample: string;
}

/** A model with its data, ready to train. */
export interface RunTask {
  /** The architecture's name to show. */
  readonly architecture: string;
  /** The model's part of config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly settings: CommonSettings;
  readonly model: TextModel;
  /** The part that a parameter belongs to by its name, of a model whose parts learn in turns. */
  partOf?(parameter: string): string;
  /** The optimizer's vectors beside its own, of a model that is trained in more than one way. */
  moreSlots?(optimizer: Optimizer): readonly string[];
  /** What trains the model, where that is not one compiled step of its loss. */
  program?(trained: TrainedModel): Promise<UpdateProgram & { release(): Promise<void> }>;
  /** What changes from step to step; nothing unless given. */
  course?(buffers: ParameterBuffers, session: SessionOptions): Promise<{ readonly course: Course; release(): Promise<void> }>;
  /** All shapes of training batches. */
  readonly shapes: readonly BatchShape[];
  readonly batcher: BatchSource;
  /** A fresh pass over all of the held-out data. */
  validationPass(): Iterable<SizedBatch>;
  readonly vocabularySize: number;
  readonly trainingTokens: number;
  readonly validationTokens: number;
  /** Of what is predicted on its own: not of pairs. */
  readonly validationCharacters?: number;
  /** Tokens of one optimizer step, about; of pairs the target tokens, without padding. */
  readonly tokensPerStep: number;
  /** What goes beside config.json into a new run's folder. */
  writeFiles(folder: RunFolder): void;
  /** Changes the drawn parameters of a new run before the first step; says what it did. */
  initialize?(buffers: ParameterBuffers): Promise<readonly string[]>;
  sampler(buffers: ParameterBuffers, session: SessionOptions): Promise<TaskSampler>;
  /** Writes README.md. */
  writeCard(finished: FinishedRun): void;
}
