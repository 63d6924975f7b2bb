// The whole of one training, as a job for a worker thread: from options to a finished run folder.

import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { createModel, createModelConfig, isRecurrent, type ModelConfig } from "../models/model_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { WordloomError } from "../errors.js";
import { measureMatmulRate } from "../runtime/machine_speed.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { trainingBatches } from "../text/batching.js";
import { readable } from "../text/corpus.js";
import { evaluationBatches } from "../text/evaluation_batches.js";
import { PaddedSamples } from "../text/padded_samples.js";
import { tokenize, targetsIn } from "../text/tokenized.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { trainTokenizer } from "../text/train_tokenizer.js";
import type { EndEvent, TrainingEvent } from "../training/events.js";
import { createOptimizer } from "../training/optimizer.js";
import { RunFolder } from "../training/run_folder.js";
import { Trainer } from "../training/trainer.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { TrainingProgram } from "../training/training_program.js";
import type { TrainingState } from "../training/training_state.js";
import { GRADIENT_VECTOR } from "../training/update_graph.js";
import { readData, unknownNotice, type RunData } from "./data.js";
import { writeRunCard } from "./run_card.js";
import { readRun, SETTINGS_KEY, writeSettings } from "./run_model.js";
import { flagOf, parseTrainOptions, type TrainOptions } from "./train_options.js";
import { architectureFor, chooseSettings, tokenizerFor, type TrainingSettings } from "./training_settings.js";
import { writeText } from "./writing.js";

/** Everything that is fixed before the first step, whether the run is new or goes on. */
interface PreparedRun {
  readonly folder: RunFolder;
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly tokenizer: Tokenizer;
  readonly data: RunData;
  readonly state: TrainingState | null;
}

/** Share of the matrix-product rate that training reaches, all other work counted in; for estimates only. */
const TRAINING_EFFICIENCY = 0.5;
const SAMPLE_TOKENS = 160;

type Emit = (event: TrainingEvent) => void;

/** The folder of a run that was not told where to go. */
export function defaultFolder(options: TrainOptions, corpusName: string): string {
  return join("runs", `${corpusName}-${options.family}`);
}

async function beginRun(options: TrainOptions, emit: Emit): Promise<PreparedRun> {
  const { lines = null, column = null, validation, stories = null, seed } = options;
  const data = await readData({ path: options.data, lines, column, validation, stories, seed });
  const { corpus, split } = data;
  const path = options.out ?? defaultFolder(options, corpus.name);
  RunFolder.checkFree(path); // before the long work
  for (const message of [...corpus.notices, split.description]) emit({ type: "notice", message });
  const kind = tokenizerFor(options, corpus);
  const tokenizer = trainTokenizer(kind, split.train, { vocabularySize: options.vocabulary });
  const unknown = unknownNotice(tokenizer, split.validation, "The validation text");
  if (unknown) emit({ type: "notice", message: unknown });
  const session = { device: "cpu" as const, threads: options.threads ?? availableParallelism() };
  const speed = { flopsPerSecond: TRAINING_EFFICIENCY * (await measureMatmulRate(nodeBackend, session)) };
  const { sizes, settings, notices } = chooseSettings(options, data, tokenize(tokenizer, split.kind, split.train), tokenizer.vocabularySize, speed);
  for (const message of notices) emit({ type: "notice", message });
  const { padId, bosId, eosId } = tokenizer;
  const config: ModelConfig = { ...createModelConfig(architectureFor(options), sizes), pad_token_id: padId, bos_token_id: bosId, eos_token_id: eosId };
  return { folder: RunFolder.create(path), config, settings, tokenizer, data, state: null };
}

/** Opens a run to go on with; the text must be the one it began with. Null if there is nothing to go on from yet. */
async function continueRun(options: TrainOptions, emit: Emit): Promise<PreparedRun | null> {
  const path = options.out ?? defaultFolder(options, basename(options.data, extname(options.data)));
  if (!RunFolder.hasCheckpoint(path)) {
    emit({ type: "notice", message: `There is no checkpoint in "${path}" yet: beginning the run.` });
    return null;
  }
  const run = readRun(path);
  const { lines, column, validation, stories, sha256, validationSha256, file } = run.settings.data;
  const data = await readData({ path: options.data, lines, column, validation, stories, seed: run.settings.seed });
  if (data.corpus.sha256 !== sha256) {
    throw new WordloomError("invalid_argument", `The run in "${path}" was trained on another text than "${options.data}" ("${file}", or this file before it was changed); resume with the same file.`);
  }
  if (data.validationSha256 !== validationSha256) {
    throw new WordloomError("invalid_argument", `The validation file "${validation}" was changed since the run in "${path}" began, and losses would not compare; restore it or begin a new run.`);
  }
  const state = run.folder.resume();
  const settings = adjusted(run.settings, options, state, emit);
  writeSettings(run.folder, settings); // the next resume goes to the same end
  emit({ type: "notice", message: `Going on from step ${state.progress.step} of the run in "${path}".` });
  return { ...run, settings, data, state };
}

/** What may differ when a run goes on: where it ends, and how many threads work on it. */
function adjusted(settings: TrainingSettings, options: TrainOptions, state: TrainingState, emit: Emit): TrainingSettings {
  const threads = options.threads ?? state.progress.threads;
  if (threads !== state.progress.threads) {
    emit({ type: "notice", message: `The run used ${state.progress.threads} threads and now uses ${threads}: sums round differently, so it will not be the same bit for bit.` });
  }
  const bounds =
    options.steps === undefined && options.minutes === undefined
      ? {}
      : { totalSteps: options.steps ?? null, totalSeconds: options.minutes === undefined ? null : options.minutes * 60 };
  return { ...settings, ...bounds, threads };
}

/** What may be given again when a run goes on; everything else it keeps from its beginning. */
const RESUMABLE = new Set(["data", "out", "resume", "steps", "minutes", "threads", "family"]);

/** A sentence about options that a resumed run does not take. */
function ignoredNotice(input: object): string | null {
  const ignored = Object.entries(input).flatMap(([name, value]) => (value === undefined || RESUMABLE.has(name) ? [] : [flagOf(name)]));
  return ignored.length === 0 ? null : `A run goes on with the settings that it began with: ${ignored.join(", ")} ${ignored.length === 1 ? "is" : "are"} not used.`;
}

/** Trains. The returned event is also the last one emitted. */
export async function trainJob(input: unknown, emit: Emit, signal: AbortSignal): Promise<EndEvent> {
  const options = parseTrainOptions(input);
  const resumed = options.resume ? await continueRun(options, emit) : null;
  const ignored = resumed && ignoredNotice(input as object);
  if (ignored) emit({ type: "notice", message: ignored });
  const run = resumed ?? (await beginRun(options, emit));
  try {
    return await trainRun(run, emit, signal);
  } finally {
    if (run.state) run.folder.release();
    else run.folder.discard(); // keeps the folder if there is anything in it worth keeping
  }
}

async function trainRun(run: PreparedRun, emit: Emit, signal: AbortSignal): Promise<EndEvent> {
  const { folder, config, settings, tokenizer, data, state } = run;
  const { rows, length, evaluationRows, accumulation, seed, threads, device } = settings;
  const backend = nodeBackend;
  const session = { device, threads };
  const recurrent = isRecurrent(config);
  const [train, validation] = [data.split.train, data.split.validation].map((texts) => tokenize(tokenizer, data.split.kind, texts));
  const { padId } = tokenizer;
  const batcher = trainingBatches(train, { rows, length, padId, carriesState: recurrent, random: new RandomStream(seed, "shuffling") });
  if (targetsIn(validation) === 0) {
    throw new WordloomError("invalid_data", "The validation text is a single token long, and a model is measured on what follows a token; hold out more (--validation).");
  }

  const model = createModel(config);
  const parameters = nameParameters(model);
  const optimizer = createOptimizer(settings.optimizer);
  const buffers = new ParameterBuffers(parameterSpecs(parameters), accumulation === 1 ? optimizer.slots : [...optimizer.slots, GRADIENT_VECTOR]);
  buffers.initialize(new RandomStream(seed, "initialisation"));
  const program = await TrainingProgram.compile({ model, parameters, buffers, optimizer, shapes: [{ rows, length }], accumulation, clipNorm: settings.clipNorm, seed, backend, session });
  const evaluation = new EvaluationProgram({ model, buffers, backend, session });
  const decoder = await ProgramDecoder.compile(model.decoder(), buffers, backend, session);

  if (!state) {
    folder.writeTokenizer(JSON.stringify(tokenizer.toJSON()));
    folder.writeGenerationConfig({ bos_token_id: tokenizer.bosId, eos_token_id: tokenizer.eosId, pad_token_id: padId, do_sample: true });
    folder.writeConfig({ ...config, [SETTINGS_KEY]: settings });
  }
  const sample = async (): Promise<string> => {
    let text = "";
    for await (const event of writeText(decoder, tokenizer, settings.kind, "", { maxTokens: SAMPLE_TOKENS, temperature: 0.8, seed })) {
      if (event.type === "sample") text = event.text;
    }
    return text;
  };
  if (batcher instanceof PaddedSamples && batcher.longCount > 0) {
    emit({ type: "notice", message: `${readable(batcher.longCount)} samples are longer than a window of ${length} tokens and are cut into several (--context).` });
  }
  const trainer = new Trainer({
    folder,
    buffers,
    program,
    evaluation,
    batcher,
    validationPass: () => evaluationBatches(validation, { rows: evaluationRows, length, padId, carriesState: recurrent }),
    schedule: settings.schedule,
    accumulation,
    totalSteps: settings.totalSteps,
    totalSeconds: settings.totalSeconds,
    evaluateEvery: settings.evaluateEvery,
    threads,
    dropout: new RandomStream(seed, "dropout"),
    sample,
    emit,
    signal,
  });
  if (state) trainer.resume(state);
  emit({
    type: "start",
    run: folder.path,
    family: settings.architecture,
    parameters: buffers.count,
    vocabularySize: tokenizer.vocabularySize,
    trainingTokens: targetsIn(train),
    validationTokens: targetsIn(validation),
    tokensPerStep: rows * length * accumulation,
    step: trainer.currentStep,
    totalSteps: settings.totalSteps,
    totalSeconds: settings.totalSeconds,
    threads,
    device,
  });
  const end = await trainer.run();
  writeRunCard({ folder, config, settings, tokenizer, data, parameters: buffers.count, end, trainingTokens: targetsIn(train), validationTokens: targetsIn(validation), sample: await sample() });
  emit(end);
  await Promise.all([program.release(), evaluation.release(), decoder.release()]);
  return end;
}

