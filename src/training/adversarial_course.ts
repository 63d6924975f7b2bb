// The course of an adversarial training: likelihood first, then the discriminator, then both in turns.

import { z } from "zod";
import { WordloomError } from "../errors.js";
import { RELAXATION_TEMPERATURE } from "../models/relaxed_generator.js";
import type { Coefficients, Course, Observed, Phase } from "./course.js";
import type { MetricsLine } from "./metrics_log.js";
import { learningRateAt, type ScheduleSettings } from "./schedule.js";

/** The coefficient that says whose turn an update is. */
export const TURN = "turn";
/** The coefficient that is 0 where an update's loss is not the one to be shown. */
export const COUNTED = "counted";
/** Whose turn it is: of the generator by likelihood, of the discriminator, of the generator against the discriminator. */
export const TURN_OF = { likelihood: 0, discriminator: 1, adversarial: 2 } as const;
export type Turn = (typeof TURN_OF)[keyof typeof TURN_OF];

export interface AdversarialSchedule {
  /** Steps of the generator by likelihood alone, and of the discriminator alone behind them. */
  readonly likelihoodSteps: number;
  readonly discriminatorSteps: number;
  /** Rounds in which both learn in turns; each is a step. */
  readonly rounds: number;
  /** Updates in a round. */
  readonly generatorUpdates: number;
  readonly discriminatorUpdates: number;
  /** Updates by likelihood in a round, 0 for none: interleaved training (Guo et al. 2018, section 3.4). */
  readonly likelihoodUpdates: number;
  /** Of the likelihood's phase. */
  readonly likelihoodRate: ScheduleSettings;
  /** Of the rounds. */
  readonly adversarialRate: number;
  /** The relaxation's temperature falls from 1 to this, by the same factor each round (Nie et al. 2019, section 2.4). */
  readonly finalTemperature: number;
  /** Steps from one evaluation to the next, by likelihood and in rounds; each phase ends with one. */
  readonly evaluateEvery: { readonly likelihood: number; readonly rounds: number };
}

/** Looks at the current weights; `state` is its own, of plain JSON. */
export interface AdversarialWatch {
  /** What the best weights are chosen by, in words. */
  readonly judgedBy: string;
  observe(metrics: MetricsLine, phase: Phase): Promise<Observed>;
  state(): unknown;
  restore(state: unknown): void;
}

export const PHASES = { likelihood: "likelihood", discriminator: "discriminator", rounds: "adversarial" } as const;

const stateSchema = z.object({ watch: z.unknown() });

/** Gives each step its updates by the phase that it is in. */
export class AdversarialCourse implements Course {
  private readonly phases: readonly Phase[];

  constructor(
    private readonly schedule: AdversarialSchedule,
    private readonly watch: AdversarialWatch,
  ) {
    const { likelihoodSteps, discriminatorSteps, rounds } = schedule;
    const adversarial = likelihoodSteps + discriminatorSteps;
    this.phases = [
      { name: PHASES.likelihood, from: 0, to: likelihoodSteps },
      { name: PHASES.discriminator, from: likelihoodSteps, to: adversarial },
      { name: PHASES.rounds, from: adversarial, to: adversarial + rounds },
    ];
  }

  get judgedBy(): string {
    return this.watch.judgedBy;
  }

  phase(step: number): Phase {
    return this.phases.find(({ to }) => step < to) ?? this.phases.at(-1)!;
  }

  updates(step: number): readonly Coefficients[] {
    const { name, from } = this.phase(step);
    if (name === PHASES.likelihood) return [{ [TURN]: TURN_OF.likelihood, [COUNTED]: 1 }];
    if (name === PHASES.discriminator) return [{ [TURN]: TURN_OF.discriminator, [COUNTED]: 1, [RELAXATION_TEMPERATURE]: 1 }];
    const { generatorUpdates, likelihoodUpdates, discriminatorUpdates, finalTemperature, rounds } = this.schedule;
    const temperature = finalTemperature ** Math.min(1, (step - from) / Math.max(1, rounds - 1));
    const turns = (count: number, turn: Turn, counted: 0 | 1): Coefficients[] => Array.from({ length: count }, () => ({ [TURN]: turn, [COUNTED]: counted, [RELAXATION_TEMPERATURE]: temperature }));
    return [...turns(generatorUpdates, TURN_OF.adversarial, 1), ...turns(likelihoodUpdates, TURN_OF.likelihood, 0), ...turns(discriminatorUpdates, TURN_OF.discriminator, 0)];
  }

  /** The run ends with its schedule, also where time bounds it. */
  over(steps: number): boolean {
    return steps >= this.phases.at(-1)!.to;
  }

  learningRate(step: number): number {
    const { likelihoodSteps, likelihoodRate, adversarialRate } = this.schedule;
    if (this.phase(step).name !== PHASES.likelihood) return adversarialRate;
    const { warmupSteps } = likelihoodRate;
    return learningRateAt(likelihoodRate, step, (step - warmupSteps) / Math.max(1, likelihoodSteps - warmupSteps));
  }

  evaluates(steps: number): boolean {
    const { name, from, to } = this.phase(steps - 1);
    if (steps === to) return to > from;
    const { likelihood, rounds } = this.schedule.evaluateEvery;
    if (name === PHASES.discriminator) return false;
    return (steps - from) % (name === PHASES.likelihood ? likelihood : rounds) === 0;
  }

  /** Once the rounds have begun, only weights of rounds are chosen from: they are what the run is for. */
  async observe(metrics: MetricsLine): Promise<Observed> {
    const phase = this.phase(metrics.step - 1);
    const first = phase.name === PHASES.rounds && metrics.step - phase.from <= this.schedule.evaluateEvery.rounds;
    return { ...(await this.watch.observe(metrics, phase)), ...(first ? { anew: true } : {}) };
  }

  state(): z.infer<typeof stateSchema> {
    return { watch: this.watch.state() };
  }

  restore(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success) throw new WordloomError("invalid_run", "The training state lacks where the course of the adversarial training stood; train again.", { cause: parsed.error });
    this.watch.restore(parsed.data.watch);
  }
}
