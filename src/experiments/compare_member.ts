// One family of a comparison: trained, then measured on the test part, then at each temperature; each stage is kept when it is done.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { LatentEvaluation } from "../api/latent_evaluation.js";
import { load, type Model } from "../api/load.js";
import type { LossFigures } from "../api/loss_figures.js";
import type { SampleEvaluation } from "../api/sample_evaluation.js";
import { bitsPerCharacter } from "../evaluation/bits_per_character.js";
import { mapFigure, type Figure } from "../evaluation/figure.js";
import type { SampleMeasures } from "../evaluation/measure_samples.js";
import type { StartEvent, TrainingEvent } from "../training/events.js";
import type { ComparedMember, CurvePoint, MemberGeneration, MemberPrediction, MemberTraining } from "./comparison.js";
import type { PlannedOptions } from "./compare_plan.js";
import { readCurve, runTrial } from "./trial.js";

/** What is done with a member next. */
export type Stage = { readonly name: "training" } | { readonly name: "predicting" } | { readonly name: "writing"; readonly temperature: number };

/** How far a stage is. */
export type StageProgress = { readonly type: "training"; readonly event: TrainingEvent } | { readonly type: "progress"; readonly stage: string; readonly done: number; readonly total: number };

export interface MemberRequest {
  /** As it stands when it is asked for: what a training says is kept with it meanwhile. */
  readonly member: ComparedMember;
  readonly options: PlannedOptions;
  readonly run: string;
  readonly files: { readonly train: string; readonly validation: string; readonly test: string };
  /** Whether the data is one long text, and whether the family reads its lines. */
  readonly stream: boolean;
  readonly readsLines: boolean;
  /** Of the validation part's characters where its lines are read, those that are no line breaks. */
  readonly lineShare: number;
  readonly samples: number;
  readonly temperatures: readonly number[];
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StageProgress) => void;
}

/** What a stage adds to a member, and to the comparison. */
export interface StageResult {
  readonly member: ComparedMember;
  readonly unit?: SampleEvaluation["unit"];
  readonly real?: SampleMeasures | null;
  readonly realTexts?: readonly string[];
}

/** Texts of each temperature that are kept to be shown. */
const KEPT_TEXTS = 24;
/** Points of a sentence, and sentences, of a variational autoencoder's bound. */
const IMPORTANCE = { importanceSamples: 50, importanceSentences: 500 };

/** What is still to be done, first things first; nothing for a member that is done or failed. */
export function nextStage({ status, training, prediction, generations }: ComparedMember, temperatures: readonly number[]): Stage | null {
  if (status !== "waiting") return null;
  if (training === null) return { name: "training" };
  if (prediction === null) return { name: "predicting" };
  const next = temperatures[generations.length];
  return next === undefined ? null : { name: "writing", temperature: next };
}

/** How a member's training reads the parts: as one long text, or by lines where that is not what it does anyway. */
export const readingOf = ({ stream, readsLines, files }: Pick<MemberRequest, "stream" | "readsLines" | "files">): { readonly lines?: boolean } =>
  readsLines ? {} : stream ? { lines: false } : files.train.endsWith(".txt") ? { lines: true } : {};

/** Does one stage. @returns null where it was interrupted */
export async function runStage(stage: Stage, request: MemberRequest): Promise<StageResult | null> {
  if (stage.name === "training") return trainMember(request);
  const { member, run, threads, temperatures } = request;
  const model = await load(run, { threads });
  try {
    if (stage.name === "predicting") {
      const { prediction, notices } = await predict(model, request);
      return { member: withNotices({ ...member, prediction }, notices) };
    }
    const { generation, notices, ...more } = await write(model, stage.temperature, request);
    const generations = [...member.generations, generation];
    return { member: { ...withNotices(member, notices), generations, status: generations.length === temperatures.length ? "done" : "waiting" }, ...more };
  } finally {
    await model.release();
  }
}

async function trainMember(request: MemberRequest): Promise<StageResult | null> {
  const { options, run, files, stream, readsLines, lineShare, signal, onProgress } = request;
  let start: StartEvent | undefined;
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === "start") start = event;
    onProgress({ type: "training", event });
  };
  const { status, end } = await runTrial({ options: { ...options, ...readingOf({ stream, readsLines, files }), data: files.train, validation: files.validation, out: run }, signal, onEvent });
  if (status !== "ended" || !start) return null;
  const { tokensPerStep, validationTokens, validationCharacters = 0, parameters, vocabularySize } = start;
  const bits = (loss: number): number => bitsPerCharacter(loss, validationTokens, validationCharacters) * lineShare;
  const evaluations = readCurve(run);
  const curve = evaluations.map(({ step, seconds, validationLoss }): CurvePoint => ({ step, seconds, tokens: step * tokensPerStep, bitsPerCharacter: bits(validationLoss) }));
  const training: MemberTraining = {
    steps: end.step,
    seconds: end.seconds,
    tokens: end.step * tokensPerStep,
    bestStep: end.bestStep,
    reason: end.reason,
    tokensPerSecond: (end.step * tokensPerStep) / end.seconds,
    curve,
  };
  return { member: { ...request.member, training, parameters, vocabularySize, bytes: statSync(join(run, "model.safetensors")).size } };
}

/** What is said at each temperature is kept once. */
const withNotices = (member: ComparedMember, notices: readonly string[]): ComparedMember => ({ ...member, notices: [...new Set([...member.notices, ...notices])] });

/** The loss over the test part in bits a character of it. */
async function predict(model: Model, { files, stream, readsLines, signal, onProgress }: MemberRequest): Promise<{ readonly prediction: MemberPrediction; readonly notices: readonly string[] }> {
  const latent = model.description.kind === "latent";
  const found: LossFigures & Pick<LatentEvaluation, "seconds" | "floor" | "notices" | "unknownShare"> & { readonly texts: number; readonly of: number } = latent
    ? await model.evaluateLatent(files.test, { ...IMPORTANCE, signal, onProgress: (progress) => onProgress({ type: "progress", ...progress }) }).then((result) => ({ ...result, texts: result.importanceSentences, of: result.importanceCharacters }))
    : await model.evaluate(files.test, { ...(files.test.endsWith(".jsonl") ? {} : { lines: !stream || readsLines }), signal }).then((result) => ({ ...result, texts: result.samples, of: result.characters }));
  // A line break of a long text is a character, which the end of a line stands for.
  const lineShare = stream && readsLines ? found.of / (found.of + found.texts) : 1;
  const figure = (name: keyof LossFigures["intervals"], factor = 1): Figure => mapFigure({ value: found[name], ...found.intervals[name] }, (value) => value * factor);
  const prediction = { bitsPerCharacter: figure("bitsPerCharacter", lineShare), perplexity: figure("perplexity"), texts: stream && !readsLines ? null : found.texts, unknownShare: found.unknownShare, bound: latent, seconds: found.seconds, ...(found.floor ? { floor: found.floor } : {}) };
  return { prediction, notices: found.notices };
}

async function write(model: Model, temperature: number, { member, files, samples, signal, onProgress }: MemberRequest): Promise<{ generation: MemberGeneration; notices: readonly string[] } & Required<Omit<StageResult, "member">>> {
  const found = await model.evaluateSamples(files.test, { samples, atMostReal: true, temperature, seed: member.seed, training: files.train, signal, onProgress: (progress) => onProgress({ type: "progress", ...progress }) });
  const { generated, real, unit, stories, cutOff, tokensPerSecond, texts, realTexts, notices } = found;
  return { generation: { temperature, measures: generated, ...(stories ? { stories } : {}), cutOff, tokensPerSecond, texts: texts.slice(0, KEPT_TEXTS) }, notices, unit, real, realTexts: realTexts.slice(0, KEPT_TEXTS) };
}
