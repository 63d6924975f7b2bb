// What each training of a comparison is, step for step: minutes become steps once, by a look at each family's speed on this machine.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { sizesOf } from "../api/run_card.js";
import { readRun } from "../api/run_model.js";
import { train } from "../api/train.js";
import { WordloomError } from "../errors.js";
import type { TrainOptionsInput } from "../api/train_options.js";
import { PHASES } from "../training/adversarial_course.js";
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

/** Of the budget, what is left to training when its evaluations are paid for: a gan draws and judges texts in each. */
const TRAINING_SHARE = { gan: 0.95, vae: 0.85, others: 0.92 };
/** Of the budget, what is spent on measuring a speed, and its bounds in seconds. */
const TRIAL = { share: 0.04, least: 2, most: 15 };
/** A gan's two trial runs: likelihood alone, so long that no evaluation falls between; and rounds, with an evaluation after each third. */
const GAN_TRIALS = { likelihood: { likelihoodSteps: 100_000, rounds: 1 }, rounds: { likelihoodSteps: 1, discriminatorSteps: 1, rounds: 30 } };
/** Evaluations of a gan's run, and the most of its time that is set aside for them. */
const GAN_EVALUATIONS = { count: 18, share: 0.4 };
/** Of a gan's time: likelihood, and the rounds; the rest is the discriminator's alone. */
const GAN_TIME = { likelihood: 0.5, rounds: 0.4 };
/** Of its likelihood steps: the discriminator alone. */
const DISCRIMINATOR_SHARE = 0.1;
/** Rounds for each step of a budget in steps. */
const ROUNDS_PER_STEP = 0.025;
/** Points of a training's curve. */
const EVALUATIONS = 20;

/** What a trial run showed. */
interface Trial {
  /** Seconds of a step, evaluations not counted in; of a gan a step of the phase that it ended in. */
  readonly secondsPerStep: number;
  /** Seconds of an evaluation; 0 where there were not two in that phase. */
  readonly secondsPerEvaluation: number;
  /** Sizes that were chosen by the machine's speed. */
  readonly sizes: PlannedOptions;
}

/** The speed between progress events of one phase that no evaluation stands between. */
class Pace {
  steps = 0;
  seconds = 0;
  private last: { readonly step: number; readonly seconds: number; readonly phase: string } | null = null;
  private evaluation: { readonly step: number; readonly seconds: number } | null = null;
  private between: { readonly steps: number; readonly seconds: number } | null = null;

  /** Of the phase that the last events were of. */
  get secondsPerStep(): number {
    return this.seconds / this.steps;
  }

  /** @param final only this phase counts, if there are phases */
  add(event: TrainingEvent, final: string | null): void {
    if (event.type !== "progress" && event.type !== "evaluation") return;
    const phase = event.phase?.name ?? "";
    if (event.type === "evaluation") {
      this.last = null;
      if (phase !== final) return;
      if (this.evaluation) this.between = { steps: event.step - this.evaluation.step, seconds: event.seconds - this.evaluation.seconds };
      this.evaluation = { step: event.step, seconds: event.seconds };
      return;
    }
    if (this.last?.phase === phase && (final === null || phase === final)) {
      this.steps += event.step - this.last.step;
      this.seconds += event.seconds - this.last.seconds;
    }
    this.last = { step: event.step, seconds: event.seconds, phase };
  }

  /** Whether two evaluations of the final phase have told how long one takes. */
  get knowsEvaluations(): boolean {
    return this.between !== null;
  }

  get secondsPerEvaluation(): number {
    return this.between === null ? 0 : Math.max(0, this.between.seconds - this.between.steps * this.secondsPerStep);
  }
}

/** Steps that a speed is taken of at least. */
const FEWEST_STEPS = 3;

/**
 * Trains for a moment.
 * @param seconds of training after which it ends; 0 for as soon as everything is chosen
 * @param final the phase whose speed is wanted, until two evaluations in it are over; null for that of the first
 * @throws WordloomError "interrupted"
 */
async function tryOut({ family, seed, data, validation, folder, shared, signal }: PlanRequest, options: PlannedOptions, seconds: number, final: string | null = null): Promise<Trial> {
  const out = join(folder, "trial");
  rmSync(out, { recursive: true, force: true });
  const training = train({ ...shared, ...options, family, seed, data, validation, out, signal });
  const pace = new Pace();
  for await (const event of training) {
    if (event.type === "start" && seconds === 0) training.stop();
    pace.add(event, final);
    if (final === null ? pace.steps >= FEWEST_STEPS && pace.seconds >= seconds : pace.steps > 0 && pace.knowsEvaluations) training.stop();
  }
  const { step, seconds: all } = await training.result;
  if (signal?.aborted) throw new WordloomError("interrupted", "The comparison was interrupted while it looked at a family's speed.");
  const run = readRun(out);
  const { layers, heads, width } = run.kind === "language" && family !== "gan" ? (sizesOf(run.config) as { layers?: number; heads?: number; width?: number }) : {};
  rmSync(out, { recursive: true, force: true });
  // A run that was over before two events of progress tells by all of its time.
  const secondsPerStep = pace.steps > 0 ? pace.secondsPerStep : all / Math.max(1, step);
  return { secondsPerStep, secondsPerEvaluation: pace.secondsPerEvaluation, sizes: Object.fromEntries(Object.entries({ layers, heads, width }).filter(([, value]) => value !== undefined)) };
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
  const look = Math.min(TRIAL.most, Math.max(TRIAL.least, TRIAL.share * seconds));
  if (family === "gan") {
    const likelihood = await tryOut(request, GAN_TRIALS.likelihood, look);
    const rounds = await tryOut(request, GAN_TRIALS.rounds, look, PHASES.rounds);
    const evaluations = Math.min(GAN_EVALUATIONS.share * seconds, GAN_EVALUATIONS.count * rounds.secondsPerEvaluation);
    const time = TRAINING_SHARE.gan * (seconds - evaluations);
    return { ...shared, family, ...ganPlan((GAN_TIME.likelihood * time) / likelihood.secondsPerStep, (GAN_TIME.rounds * time) / rounds.secondsPerStep) };
  }
  const { sizes, secondsPerStep } = await tryOut(request, { minutes: budget.minutes }, look);
  const share = family === "vae" ? TRAINING_SHARE.vae : TRAINING_SHARE.others;
  return { ...shared, family, ...sizes, ...bounded((share * seconds) / secondsPerStep) };
}
