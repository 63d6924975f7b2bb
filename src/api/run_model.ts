// A run folder opened for use: its model, tokenizers and weights, ready to decode or evaluate.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { createModel, parseModelConfig, type ModelConfig } from "../models/model_config.js";
import type { LanguageModel } from "../models/language_model.js";
import type { SequenceToSequenceModel } from "../models/sequence_to_sequence.js";
import { createSequenceToSequenceModel, isSequenceToSequence, parseSequenceToSequenceConfig, type SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import type { VariationalAutoencoder } from "../models/variational_autoencoder.js";
import { createVariationalAutoencoder, isVariational, parseVariationalConfig, type VariationalConfig } from "../models/variational_config.js";
import { nameParameters, parameterSpecs, type Module } from "../nn/module.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { loadTokenizer } from "../text/load_tokenizer.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { restoreWeights } from "../training/checkpoint.js";
import { runConfigSchema } from "../training/run_config.js";
import { RunFolder } from "../training/run_folder.js";
import { parseLatentSettings, type LatentSettings } from "./latent_settings.js";
import { parsePairSettings, type PairSettings } from "./pair_settings.js";
import { parseSettings, type CommonSettings, type TrainingSettings } from "./training_settings.js";

/** Where config.json keeps the settings of training. */
export const SETTINGS_KEY = "wordloom_training";

/** What a language model's run says of itself. */
export interface LanguageRun {
  readonly kind: "language";
  readonly folder: RunFolder;
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly tokenizer: Tokenizer;
}

/** What an encoder–decoder's run says of itself. */
export interface PairRun {
  readonly kind: "pairs";
  readonly folder: RunFolder;
  readonly config: SequenceToSequenceConfig;
  readonly settings: PairSettings;
  /** Of targets; of sources too unless these have their own. */
  readonly tokenizer: Tokenizer;
  readonly sourceTokenizer: Tokenizer;
}

/** What a variational autoencoder's run says of itself. */
export interface LatentRun {
  readonly kind: "latent";
  readonly folder: RunFolder;
  readonly config: VariationalConfig;
  readonly settings: LatentSettings;
  readonly tokenizer: Tokenizer;
}

/** A run with its model and best weights. */
type Opened<Run, Model> = Run & { readonly model: Model; readonly buffers: ParameterBuffers };

export type RunModel = Opened<LanguageRun, LanguageModel> | Opened<PairRun, SequenceToSequenceModel> | Opened<LatentRun, VariationalAutoencoder>;

/** Reads what a run says of itself, without its weights. */
export function readRun(path: string): LanguageRun | PairRun | LatentRun {
  const folder = RunFolder.open(path);
  const json = folder.readConfig(runConfigSchema.extend({ [SETTINGS_KEY]: z.unknown() }));
  const { config: configFile, tokenizer: tokenizerFile, sourceTokenizer: sourceFile } = folder.files;
  const whereFrom = `"${configFile}"`;
  if (isSequenceToSequence(json as { readonly model_type?: unknown })) {
    const config = parseSequenceToSequenceConfig(json, whereFrom);
    const settings = parsePairSettings(json[SETTINGS_KEY], whereFrom);
    const tokenizer = readTokenizer(folder.readTokenizer(), tokenizerFile, config.vocab_size);
    const sourceTokenizer = settings.joint ? tokenizer : readTokenizer(folder.readSourceTokenizer(), sourceFile, config.source_vocab_size);
    return { kind: "pairs", folder, config, settings, tokenizer, sourceTokenizer };
  }
  if (isVariational(json as { readonly model_type?: unknown })) {
    const config = parseVariationalConfig(json, whereFrom);
    const settings = parseLatentSettings(json[SETTINGS_KEY], whereFrom);
    return { kind: "latent", folder, config, settings, tokenizer: readTokenizer(folder.readTokenizer(), tokenizerFile, config.vocab_size) };
  }
  const config = parseModelConfig(json, whereFrom);
  const settings = parseSettings(json[SETTINGS_KEY], whereFrom);
  return { kind: "language", folder, config, settings, tokenizer: readTokenizer(folder.readTokenizer(), tokenizerFile, config.vocab_size) };
}

/** @throws WordloomError "invalid_run" where the tokenizer has more tokens than the model */
function readTokenizer(json: string, file: string, vocabularySize: number): Tokenizer {
  const tokenizer = loadTokenizer(JSON.parse(json), file);
  if (tokenizer.vocabularySize > vocabularySize) {
    throw new WordloomError("invalid_run", `The tokenizer of "${file}" has ${tokenizer.vocabularySize} tokens, but its model only ${vocabularySize}; restore the file that training wrote.`);
  }
  return tokenizer;
}

/** Replaces the settings in a run's config.json; all else stays as it is, down to the order of its fields. */
export function writeSettings(folder: RunFolder, settings: CommonSettings): void {
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
  const buffersOf = (model: Module): ParameterBuffers => {
    const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
    restoreWeights(buffers, run.folder.readWeights(), `"${run.folder.files.weights}"`);
    return buffers;
  };
  if (run.kind === "pairs") {
    const model = createSequenceToSequenceModel(run.config);
    return { ...run, model, buffers: buffersOf(model) };
  }
  if (run.kind === "latent") {
    const model = createVariationalAutoencoder(run.config);
    return { ...run, model, buffers: buffersOf(model) };
  }
  const model = createModel(run.config);
  return { ...run, model, buffers: buffersOf(model) };
}
