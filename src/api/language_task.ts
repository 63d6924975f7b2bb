// A language model's training: one text or many, read in windows.

import { basename } from "node:path";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { createModel, createModelConfig, isRecurrent, type ModelConfig } from "../models/model_config.js";
import { WordloomError } from "../errors.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import type { BatchShape } from "../text/batcher.js";
import { trainingBatches } from "../text/batching.js";
import { charactersIn, readable } from "../text/corpus.js";
import { evaluationBatches } from "../text/evaluation_batches.js";
import { PaddedSamples } from "../text/padded_samples.js";
import { targetsIn, tokenize, type TokenizedText } from "../text/tokenized.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { trainTokenizer } from "../text/train_tokenizer.js";
import type { RunFolder } from "../training/run_folder.js";
import { readData, unknownNotice, type RunData } from "./data.js";
import { writeRunCard } from "./run_card.js";
import type { LanguageRun } from "./run_model.js";
import type { RunTask } from "./run_task.js";
import type { TrainOptions } from "./train_options.js";
import { architectureFor, chooseSettings, isChosenBySpeed, tokenizerFor, type MachineSpeed, type TrainingSettings } from "./training_settings.js";
import { writeText } from "./writing.js";

const SAMPLE_TOKENS = 160;

type Notice = (message: string) => void;

/** Reads the data of a new language model and chooses its sizes. */
export async function beginLanguageTask(options: TrainOptions, checkFolder: (corpusName: string) => void, speed: () => Promise<MachineSpeed>, notice: Notice): Promise<RunTask> {
  const { lines = null, column = null, validation, stories = null, seed } = options;
  const data = await readData({ path: options.data, lines, column, validation, stories, seed });
  const { corpus, split } = data;
  checkFolder(corpus.name); // before the long work
  for (const message of [...corpus.notices, split.description]) notice(message);
  const kind = tokenizerFor(options, corpus);
  const tokenizer = trainTokenizer(kind, split.train, { vocabularySize: options.vocabulary });
  const unknown = unknownNotice(tokenizer, split.validation, "The validation text");
  if (unknown) notice(unknown);
  const { sizes, settings, notices } = chooseSettings(options, data, tokenize(tokenizer, split.kind, split.train), tokenizer.vocabularySize, isChosenBySpeed(options) ? await speed() : null);
  for (const message of notices) notice(message);
  const { padId, bosId, eosId } = tokenizer;
  const config: ModelConfig = { ...createModelConfig(architectureFor(options), sizes), pad_token_id: padId, bos_token_id: bosId, eos_token_id: eosId };
  return languageTask({ config, settings, tokenizer }, data, notice);
}

/** The data of a run that goes on, checked to be what it began with. */
export async function resumeLanguageTask(run: LanguageRun, options: TrainOptions, settings: TrainingSettings, notice: Notice): Promise<RunTask> {
  const { lines, column, validation, stories, sha256, validationSha256, file } = run.settings.data;
  const data = await readData({ path: options.data, lines, column, validation, stories, seed: run.settings.seed });
  checkSameData(run.folder, options.data, { file, sha256, validationSha256, validation }, { sha256: data.corpus.sha256, validationSha256: data.validationSha256 });
  return languageTask({ ...run, settings }, data, notice);
}

/** @throws WordloomError "invalid_argument" where a run would go on with other data than it began with */
export function checkSameData(
  folder: RunFolder,
  path: string,
  before: { readonly file: string; readonly sha256: string; readonly validationSha256: string | null; readonly validation: number | string },
  now: { readonly sha256: string; readonly validationSha256: string | null },
): void {
  if (now.sha256 !== before.sha256) {
    throw new WordloomError("invalid_argument", `The run in "${folder.path}" was trained on ${before.file === basename(path) ? `"${path}" before that was changed, or on another file of this name` : `another text than "${path}": on "${before.file}", or this file before it was changed`}; resume with the same file.`);
  }
  if (now.validationSha256 !== before.validationSha256) {
    throw new WordloomError("invalid_argument", `The validation file "${before.validation}" was changed since the run in "${folder.path}" began, and losses would not compare; restore it or begin a new run.`);
  }
}

/** Targets of a batch, on average: of separate samples the last window of each is padded. */
function tokensOfBatch(text: TokenizedText, { rows, length }: Pick<BatchShape, "rows" | "length">): number {
  if (text.kind === "stream") return rows * length;
  const { samples } = text;
  let windows = 0;
  for (let i = 0; i < samples.count; i++) windows += Math.ceil(samples.positions(i) / length);
  return (samples.totalPositions / windows) * rows;
}

function languageTask({ config, settings, tokenizer }: { config: ModelConfig; settings: TrainingSettings; tokenizer: Tokenizer }, data: RunData, notice: Notice): RunTask {
  const { rows, length, evaluationRows, seed } = settings;
  const carriesState = isRecurrent(config);
  const { padId } = tokenizer;
  const [train, validation] = [data.split.train, data.split.validation].map((texts) => tokenize(tokenizer, data.split.kind, texts));
  const batcher = trainingBatches(train, { rows, length, padId, carriesState, random: new RandomStream(seed, "shuffling") });
  if (targetsIn(validation) === 0) {
    throw new WordloomError("invalid_data", "The validation text is a single token long, and a model is measured on what follows a token; hold out more (--validation).");
  }
  if (batcher instanceof PaddedSamples && batcher.longCount > 0) {
    notice(`${readable(batcher.longCount)} samples are longer than a window of ${length} tokens and are cut into several (--context).`);
  }
  const model = createModel(config);
  const [trainingTokens, validationTokens] = [targetsIn(train), targetsIn(validation)];
  return {
    architecture: settings.architecture,
    config,
    settings,
    model,
    shapes: [{ rows, length }],
    batcher,
    validationPass: () => evaluationBatches(validation, { rows: evaluationRows, length, padId, carriesState }),
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens,
    validationTokens,
    validationCharacters: charactersIn(data.split.validation),
    tokensPerStep: Math.round(tokensOfBatch(train, { rows, length }) * settings.accumulation),
    writeFiles: (folder) => {
      folder.writeTokenizer(JSON.stringify(tokenizer.toJSON()));
      folder.writeGenerationConfig({ bos_token_id: tokenizer.bosId, eos_token_id: tokenizer.eosId, pad_token_id: padId, do_sample: true });
    },
    sampler: async (buffers, session) => {
      const decoder = await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, session);
      return {
        sample: async () => {
          let text = "";
          for await (const event of writeText(decoder, tokenizer, settings.kind, "", { maxTokens: SAMPLE_TOKENS, temperature: 0.8, seed })) {
            if (event.type === "sample") text = event.text;
          }
          return text;
        },
        release: () => decoder.release(),
      };
    },
    writeCard: (finished) => writeRunCard({ ...finished, config, settings, tokenizer, data, trainingTokens, validationTokens }),
  };
}
