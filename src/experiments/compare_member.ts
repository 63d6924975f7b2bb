// One family of a comparison: trained, then measured on the test part, then at each temperature; each stage is kept when it is done.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { LatentEvaluation } from "../api/latent_evaluation.js";
import { load, type Model } from "../api/load.js";
import type { LossFigures } from "../api/loss_figures.js";
import type { SampleEvaluation } from "../api/sample_evaluation.js";
import type { Figure } from "../evaluation/figure.js";
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
  readonly member: ComparedMember;
  readonly options: PlannedOptions;
  readonly run: string;
  readonly files: { readonly train: string; readonly validation: string; readonly test: string };
  /** Whether the family reads one long text, and what its figures are of in characters where it reads lines of one. */
  readonly stream: boolean;
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

/** Does one stage. @returns null where it was interrupted */
export async function runStage(stage: Stage, request: MemberRequest): Promise<StageResult | null> {
  if (stage.name === "training") return trainMember(request);
  const { member, run, threads, temperatures } = request;
  const model = await load(run, { threads });
  try {
    if (stage.name === "predicting") return { member: { ...member, prediction: await predict(model, request) } };
    const { generation, ...more } = await write(model, stage.temperature, request);
    const generations = [...member.generations, generation];
    return { member: { ...member, generations, status: generations.length === temperatures.length ? "done" : "waiting" }, ...more };
  } finally {
    await model.release();
  }
}

async function trainMember({ member, options, run, files, stream, lineShare, signal, onProgress }: MemberRequest): Promise<StageResult | null> {
  let start: StartEvent | undefined;
  const notices: string[] = [];
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === "start") start = event;
    if (event.type === "notice") notices.push(event.message);
    onProgress({ type: "training", event });
  };
  const lines = stream ? { lines: false } : files.train.endsWith(".txt") && (options.family !== "vae" && options.family !== "gan") ? { lines: true } : {};
  const { status, end } = await runTrial({ options: { ...options, ...lines, data: files.train, validation: files.validation, out: run }, signal, onEvent });
  if (status !== "ended" || !start) return null;
  const { tokensPerStep, validationTokens, validationCharacters = 0, parameters, vocabularySize } = start;
  const bits = (loss: number): number => ((loss * validationTokens) / Math.LN2 / Math.max(1, validationCharacters)) * lineShare;
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
  return { member: { ...member, training, parameters, vocabularySize, bytes: statSync(join(run, "model.safetensors")).size, notices: [...new Set([...member.notices, ...notices])] } };
}

/** The loss over the test part in bits a character of it. */
async function predict(model: Model, { files, stream, lineShare, signal, onProgress }: MemberRequest): Promise<MemberPrediction> {
  const latent = model.description.kind === "latent";
  const found: LossFigures & Pick<LatentEvaluation, "seconds" | "floor"> = latent
    ? await model.evaluateLatent(files.test, { ...IMPORTANCE, signal, onProgress: (progress) => onProgress({ type: "progress", ...progress }) })
    : await model.evaluate(files.test, { ...(files.test.endsWith(".jsonl") ? {} : { lines: !stream }), signal });
  const figure = (name: keyof LossFigures["intervals"], factor = 1): Figure => ({ value: found[name] * factor, low: found.intervals[name].low * factor, high: found.intervals[name].high * factor });
  return { bitsPerCharacter: figure("bitsPerCharacter", lineShare), perplexity: figure("perplexity"), bound: latent, seconds: found.seconds, ...(found.floor ? { floor: found.floor } : {}) };
}

async function write(model: Model, temperature: number, { member, files, samples, signal, onProgress }: MemberRequest): Promise<{ generation: MemberGeneration } & Required<Omit<StageResult, "member">>> {
  const found = await model.evaluateSamples(files.test, { samples, temperature, seed: member.seed, training: files.train, signal, onProgress: (progress) => onProgress({ type: "progress", ...progress }) });
  const { generated, real, unit, stories, cutOff, tokensPerSecond, texts, realTexts } = found;
  return { generation: { temperature, measures: generated, ...(stories ? { stories } : {}), cutOff, tokensPerSecond, texts: texts.slice(0, KEPT_TEXTS) }, unit, real, realTexts: realTexts.slice(0, KEPT_TEXTS) };
}
