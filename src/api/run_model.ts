// A run folder opened for use: its model, tokenizer and weights, ready to decode or evaluate.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { createModel, parseModelConfig, type ModelConfig } from "../models/model_config.js";
import type { LanguageModel } from "../models/language_model.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { loadTokenizer } from "../text/load_tokenizer.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { restoreWeights } from "../training/checkpoint.js";
import { runConfigSchema } from "../training/run_config.js";
import { RunFolder } from "../training/run_folder.js";
import { parseSettings, type TrainingSettings } from "./training_settings.js";

/** Where config.json keeps the settings of training. */
export const SETTINGS_KEY = "wordloom_training";

export interface RunModel {
  readonly folder: RunFolder;
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly tokenizer: Tokenizer;
  readonly model: LanguageModel;
  readonly buffers: ParameterBuffers;
}

/** Reads what a run says of itself, without its weights. */
export function readRun(path: string): { folder: RunFolder; config: ModelConfig; settings: TrainingSettings; tokenizer: Tokenizer } {
  const folder = RunFolder.open(path);
  const json = folder.readConfig(runConfigSchema.extend({ [SETTINGS_KEY]: z.unknown() }));
  const config = parseModelConfig(json, `"${folder.files.config}"`);
  const settings = parseSettings(json[SETTINGS_KEY], `"${folder.files.config}"`);
  const tokenizer = loadTokenizer(JSON.parse(folder.readTokenizer()), folder.files.tokenizer);
  if (tokenizer.vocabularySize > config.vocab_size) {
    throw new WordloomError("invalid_run", `The tokenizer of "${path}" has ${tokenizer.vocabularySize} tokens, but its model only ${config.vocab_size}; restore the file that training wrote.`);
  }
  return { folder, config, settings, tokenizer };
}

/** Replaces the settings in a run's config.json; all else stays as it is, down to the order of its fields. */
export function writeSettings(folder: RunFolder, settings: TrainingSettings): void {
  folder.writeConfig({ ...folder.readConfig(z.looseObject({})), [SETTINGS_KEY]: settings });
}

/**
 * Opens a run with its best weights.
 * @throws WordloomError "file_not_found", "invalid_run", "unsupported_version"
 */
export function openRun(path: string): RunModel {
  const run = readRun(path);
  if (!run.folder.hasWeights) {
    throw new WordloomError("invalid_run", `The run in "${path}" was interrupted before its first evaluation and has no weights to use yet; go on with --resume.`);
  }
  const model = createModel(run.config);
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  restoreWeights(buffers, run.folder.readWeights(), `"${run.folder.files.weights}"`);
  return { ...run, model, buffers };
}
