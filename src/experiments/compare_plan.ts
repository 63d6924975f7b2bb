// What each training of a comparison is, step for step: minutes become steps once, by a look at each family's speed on this machine.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { sizesOf } from "../api/run_card.js";
import { readRun } from "../api/run_model.js";
import { train } from "../api/train.js";
import type { TrainOptionsInput } from "../api/train_options.js";
import type { TrainingEvent } from "../training/events.js";
import type { ComparedFamily } from "./comparison.js";

/** A training as it is planned, without data and folder: plain JSON. */
export type PlannedOptions = Omit<TrainOptionsInput, "data" | "out" | "resume" | "validation">;

export interface PlanRequest {
  readonly family: ComparedFamily;
  readonly seed: number;
  readonly budget: { readonly minutes: number } | { readonly steps: number };
  /** The options that all families share. */
  readonly shared: PlannedOptions;
  /** The parts that are read, and a folder for the trial run. */
  readonly data: string;
  readonly validation: string;
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** Of the budget, what training itself gets; the rest is for evaluations, and of a gan for drawing and judging its texts. */
const TRAINING_SHARE = { gan: 0.8, vae: 0.85, others: 0.92 };
/** Of the budget, what is spent on measuring the speed, and its bounds in seconds. */
const TRIAL = { share: 0.04, least: 2, most: 15 };
/** Steps and rounds of a gan's trial run. */
const GAN_TRIAL = { likelihoodSteps: 30, discriminatorSteps: 6, rounds: 4 };
/** Of a gan's time: likelihood, and the rounds. */
const GAN_TIME = { likelihood: 0.5, rounds: 0.4 };
/** Of its likelihood steps: the discriminator alone. */
const DISCRIMINATOR_SHARE = 0.1;
/** Rounds for each step of a budget in steps. */
const ROUNDS_PER_STEP = 0.025;
/** Points of a training's curve. */
const EVALUATIONS = 20;

/** What a trial run showed. */
interface Trial {
  /** Seconds of a step, in each phase by its name; "" where there are none. */
  readonly secondsPerStep: ReadonlyMap<string, number>;
  /** Sizes that were chosen by the machine's speed. */
  readonly sizes: PlannedOptions;
}

/** Trains for a moment. @param seconds of training after which it ends; 0 for as soon as everything is chosen */
async function tryOut({ family, seed, data, validation, folder, shared, signal }: PlanRequest, options: PlannedOptions, seconds: number): Promise<Trial> {
  const out = join(folder, "trial");
  rmSync(out, { recursive: true, force: true });
  const training = train({ ...shared, ...options, family, seed, data, validation, out, signal });
  const seen = new Map<string, { step: number; seconds: number; from: { step: number; seconds: number } }>();
  const observe = (event: TrainingEvent): void => {
    if (event.type === "start" && seconds === 0) training.stop();
    if (event.type !== "progress" && event.type !== "evaluation") return;
    const phase = event.phase?.name ?? "";
    const now = { step: event.step, seconds: event.seconds };
    const first = seen.get(phase)?.from ?? now;
    seen.set(phase, { ...now, from: first });
    if (event.phase === undefined && event.seconds >= seconds && event.step > first.step) training.stop();
  };
  for await (const event of training) observe(event);
  await training.result;
  const run = readRun(out);
  const { layers, heads, width } = run.kind === "language" && family !== "gan" ? (sizesOf(run.config) as { layers?: number; heads?: number; width?: number }) : {};
  rmSync(out, { recursive: true, force: true });
  const rates = [...seen].map(([phase, { step, seconds: end, from }]) => [phase, step > from.step ? (end - from.seconds) / (step - from.step) : end / Math.max(1, step)] as const);
  return { secondsPerStep: new Map(rates), sizes: Object.fromEntries(Object.entries({ layers, heads, width }).filter(([, value]) => value !== undefined)) };
}

const ganPlan = (likelihoodSteps: number, rounds: number): PlannedOptions => ({
  likelihoodSteps: Math.max(20, Math.floor(likelihoodSteps)),
  discriminatorSteps: Math.max(1, Math.ceil(DISCRIMINATOR_SHARE * likelihoodSteps)),
  rounds: Math.max(2, Math.floor(rounds)),
});

const bounded = (steps: number): PlannedOptions => ({ steps: Math.max(10, Math.floor(steps)), evaluateEvery: Math.max(1, Math.ceil(Math.max(10, steps) / EVALUATIONS)) });

/**
 * The options of one family's trainings, with every choice that depends on this machine's speed spelled out, so that the same
 * plan gives the same weights again.
 * @throws WordloomError as `train` does for this data; "interrupted"
 */
export async function planFamily(request: PlanRequest): Promise<PlannedOptions> {
  const { family, budget, shared } = request;
  if ("steps" in budget) {
    if (family === "gan") return { ...shared, family, ...ganPlan(budget.steps, ROUNDS_PER_STEP * budget.steps) };
    const sizes = family === "vae" ? {} : (await tryOut(request, { steps: budget.steps }, 0)).sizes; // that of a vae is always the same
    return { ...shared, family, ...sizes, ...bounded(budget.steps) };
  }
  const seconds = 60 * budget.minutes;
  if (family === "gan") {
    const { secondsPerStep } = await tryOut(request, GAN_TRIAL, Infinity);
    const time = TRAINING_SHARE.gan * seconds;
    const [likelihood, , rounds] = [...secondsPerStep.values()];
    return { ...shared, family, ...ganPlan((GAN_TIME.likelihood * time) / likelihood, (GAN_TIME.rounds * time) / (rounds ?? likelihood)) };
  }
  const trial = Math.min(TRIAL.most, Math.max(TRIAL.least, TRIAL.share * seconds));
  const { sizes, secondsPerStep } = await tryOut(request, { minutes: budget.minutes }, trial);
  const share = family === "vae" ? TRAINING_SHARE.vae : TRAINING_SHARE.others;
  return { ...shared, family, ...sizes, ...bounded((share * seconds) / secondsPerStep.get("")!) };
}
