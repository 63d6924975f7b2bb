// The whole of one training, as a job for a worker thread: from options to a finished run folder.

import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { measureMatmulRate } from "../runtime/machine_speed.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import type { EndEvent, TrainingEvent } from "../training/events.js";
import { createOptimizer } from "../training/optimizer.js";
import { RunFolder } from "../training/run_folder.js";
import { Trainer } from "../training/trainer.js";
import { TrainingProgram } from "../training/training_program.js";
import type { TrainingState } from "../training/training_state.js";
import { GRADIENT_VECTOR } from "../training/update_graph.js";
import { beginAdversarialTask, resumeAdversarialTask } from "./adversarial_task.js";
import { completeOptions } from "./complete_options.js";
import { flagOf } from "./family_options.js";
import { beginLanguageTask, resumeLanguageTask } from "./language_task.js";
import { beginLatentTask, resumeLatentTask } from "./latent_task.js";
import { beginPairTask, resumePairTask } from "./pair_task.js";
import { isResumable } from "./resumable_options.js";
import { readRun, SETTINGS_KEY, writeSettings } from "./run_model.js";
import type { RunTask } from "./run_task.js";
import type { TrainOptions } from "./train_options.js";
import type { CommonSettings, MachineSpeed } from "./training_settings.js";

/** Everything that is fixed before the first step, whether the run is new or goes on. */
interface PreparedRun {
  readonly folder: RunFolder;
  readonly task: RunTask;
  readonly state: TrainingState | null;
}

/** Share of the matrix-product rate that training reaches, all other work counted in; for estimates only. */
const TRAINING_EFFICIENCY = 0.5;

type Emit = (event: TrainingEvent) => void;

/** The folder of a run that was not told where to go. */
export function defaultFolder(options: TrainOptions, corpusName: string): string {
  return join("runs", `${corpusName}-${options.family}`);
}

async function beginRun(options: TrainOptions, emit: Emit): Promise<PreparedRun> {
  const notice = (message: string): void => emit({ type: "notice", message });
  let path = options.out ?? "";
  const checkFolder = (corpusName: string): void => {
    path = options.out ?? defaultFolder(options, corpusName);
    RunFolder.checkFree(path);
  };
  const speed = async (): Promise<MachineSpeed> => {
    const session = { device: "cpu" as const, threads: options.threads ?? availableParallelism() };
    return { flopsPerSecond: TRAINING_EFFICIENCY * (await measureMatmulRate(nodeBackend, session)) };
  };
  const begin = { seq2seq: beginPairTask, vae: beginLatentTask, gan: beginAdversarialTask }[options.family as string] ?? beginLanguageTask;
  const task = await begin(options, checkFolder, speed, notice);
  return { folder: RunFolder.create(path), task, state: null };
}

/** Opens a run to go on with; the text must be the one it began with. Null if there is nothing to go on from yet. */
async function continueRun(options: TrainOptions, emit: Emit): Promise<PreparedRun | null> {
  const notice = (message: string): void => emit({ type: "notice", message });
  const path = options.out ?? defaultFolder(options, basename(options.data, extname(options.data)));
  if (!RunFolder.hasCheckpoint(path)) {
    notice(`There is no checkpoint in "${path}" yet: beginning the run.`);
    return null;
  }
  const run = readRun(path);
  const state = run.folder.resume();
  const adjust = <T extends CommonSettings>(settings: T): T => adjusted(settings, options, state, emit);
  try {
    const task = await resumedTask(run, options, adjust, notice);
    const { [SETTINGS_KEY]: written } = run.folder.readConfig(z.looseObject({ [SETTINGS_KEY]: z.looseObject({}) }));
    writeSettings(run.folder, { ...written, ...task.settings }); // the next resume goes to the same end; in the order they stood in
    notice(`Going on from step ${state.progress.step} of the run in "${path}".`);
    return { folder: run.folder, task, state };
  } catch (error) {
    run.folder.release();
    throw error;
  }
}

function resumedTask(run: ReturnType<typeof readRun>, options: TrainOptions, adjust: <T extends CommonSettings>(settings: T) => T, notice: (message: string) => void): Promise<RunTask> {
  switch (run.kind) {
    case "pairs":
      return resumePairTask(run, options, adjust(run.settings), notice);
    case "latent":
      return resumeLatentTask(run, options, adjust(run.settings), notice);
    case "language":
      return run.settings.adversarial ? resumeAdversarialTask(run, options, adjust(run.settings)) : resumeLanguageTask(run, options, adjust(run.settings), notice);
  }
}

/** What may differ when a run goes on: where it ends, and how many threads work on it. */
function adjusted<T extends CommonSettings>(settings: T, options: TrainOptions, state: TrainingState, emit: Emit): T {
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

/** A sentence about options that a resumed run does not take. */
function ignoredNotice(input: object): string | null {
  const ignored = Object.entries(input).flatMap(([name, value]) => (value === undefined || isResumable(name) ? [] : [flagOf(name)]));
  return ignored.length === 0 ? null : `A run goes on with the settings that it began with: ${ignored.join(", ")} ${ignored.length === 1 ? "is" : "are"} not used.`;
}

/** Trains. The returned event is also the last one emitted. */
export async function trainJob(input: object, emit: Emit, signal: AbortSignal): Promise<EndEvent> {
  const { options, found } = await completeOptions(input);
  if (found && !options.resume) emit({ type: "notice", message: `Read as pairs of texts, for an encoder–decoder (--family seq2seq); name a --column to train a language model.` });
  const resumed = options.resume ? await continueRun(options, emit) : null;
  const ignored = resumed && ignoredNotice(input);
  if (ignored) emit({ type: "notice", message: ignored });
  const run = resumed ?? (await beginRun(options, emit));
  try {
    return await trainRun(run, emit, signal);
  } finally {
    if (run.state) run.folder.release();
    else run.folder.discard(); // keeps the folder if there is anything in it worth keeping
  }
}

async function trainRun({ folder, task, state }: PreparedRun, emit: Emit, signal: AbortSignal): Promise<EndEvent> {
  const { settings, model, shapes, batcher } = task;
  const { accumulation, seed, threads, device } = settings;
  const backend = nodeBackend;
  const session = { device, threads };
  const parameters = nameParameters(model);
  const optimizer = createOptimizer(settings.optimizer);
  const slots = [...optimizer.slots, ...(task.moreSlots?.(optimizer) ?? []), ...(accumulation === 1 ? [] : [GRADIENT_VECTOR])];
  const buffers = new ParameterBuffers(parameterSpecs(parameters, task.partOf), slots);
  buffers.initialize(new RandomStream(seed, "initialisation"));
  if (!state && task.initialize) for (const message of await task.initialize(buffers)) emit({ type: "notice", message });
  const { clipNorm } = settings;
  const program = await (task.program?.({ parameters, buffers, optimizer, clipNorm, session }) ?? TrainingProgram.compile({ model, parameters, buffers, optimizer, shapes, accumulation, clipNorm, seed, backend, session }));
  const evaluation = new EvaluationProgram({ model, buffers, backend, session });
  const sampler = await task.sampler(buffers, session);
  const following = await task.course?.(buffers, session);
  if (!state) {
    task.writeFiles(folder);
    folder.writeConfig({ ...task.config, [SETTINGS_KEY]: settings });
  }
  const trainer = new Trainer({
    architecture: task.architecture,
    folder,
    buffers,
    program,
    evaluation,
    batcher,
    validationPass: () => task.validationPass(),
    schedule: settings.schedule,
    ...(following ? { course: following.course } : {}),
    accumulation,
    totalSteps: settings.totalSteps,
    totalSeconds: settings.totalSeconds,
    evaluateEvery: settings.evaluateEvery,
    threads,
    dropout: new RandomStream(seed, "dropout"),
    sample: () => sampler.sample(),
    emit,
    signal,
  });
  if (state) trainer.resume(state);
  emit({
    type: "start",
    run: folder.path,
    family: task.architecture,
    parameters: buffers.count,
    vocabularySize: task.vocabularySize,
    trainingTokens: task.trainingTokens,
    validationTokens: task.validationTokens,
    ...(task.validationCharacters === undefined ? {} : { validationCharacters: task.validationCharacters }),
    tokensPerStep: task.tokensPerStep,
    step: trainer.currentStep,
    totalSteps: settings.totalSteps,
    totalSeconds: settings.totalSeconds,
    threads,
    device,
  });
  const end = await trainer.run();
  task.writeCard({ folder, parameters: buffers.count, end, sample: await sampler.sample() });
  emit(end);
  await Promise.all([program.release(), evaluation.release(), sampler.release(), following?.release()]);
  return end;
}
