// Which updates make up each step of an adversarial training, at what rate and temperature, and when it is looked at.

import { describe, expect, it } from "vitest";
import { RELAXATION_TEMPERATURE } from "../models/relaxed_generator.js";
import { AdversarialCourse, COUNTED, PHASES, TURN, TURN_OF, type AdversarialSchedule, type AdversarialWatch } from "./adversarial_course.js";
import type { MetricsLine } from "./metrics_log.js";

const SCHEDULE: AdversarialSchedule = {
  likelihoodSteps: 6,
  discriminatorSteps: 4,
  rounds: 5,
  generatorUpdates: 1,
  discriminatorUpdates: 3,
  likelihoodUpdates: 2,
  likelihoodRate: { name: "cosine", learningRate: 0.1, minimumLearningRate: 0.01, warmupSteps: 2 },
  adversarialRate: 0.002,
  finalTemperature: 0.0625,
  evaluateEvery: { likelihood: 4, rounds: 2 },
};

/** Remembers what it was shown. */
class Watch implements AdversarialWatch {
  readonly judgedBy = "something else";
  seen: [step: number, phase: string][] = [];

  async observe({ step }: MetricsLine, phase: { readonly name: string }): ReturnType<AdversarialWatch["observe"]> {
    this.seen.push([step, phase.name]);
    return { measures: {}, notices: [], score: step };
  }

  state(): unknown {
    return this.seen;
  }

  restore(state: unknown): void {
    this.seen = state as Watch["seen"];
  }
}

const course = (changes: Partial<AdversarialSchedule> = {}, watch = new Watch()): AdversarialCourse => new AdversarialCourse({ ...SCHEDULE, ...changes }, watch);
const steps = (count: number): number[] => Array.from({ length: count }, (_, step) => step);

describe("an adversarial course", () => {
  it("has three phases, and the last goes on for steps beyond it", () => {
    const { likelihood, discriminator, rounds } = PHASES;
    const names = steps(16).map((step) => course().phase(step).name);
    expect(names).toEqual([...new Array(6).fill(likelihood), ...new Array(4).fill(discriminator), ...new Array(6).fill(rounds)]);
    expect(course().phase(7)).toEqual({ name: discriminator, from: 6, to: 10 });
  });

  it("leaves out phases of no steps", () => {
    expect(course({ likelihoodSteps: 0, discriminatorSteps: 0 }).phase(0)).toEqual({ name: PHASES.rounds, from: 0, to: 5 });
    const pretraining = course({ rounds: 0 });
    expect(pretraining.phase(9).name).toBe(PHASES.discriminator);
    expect(steps(11).filter((done) => done > 0 && pretraining.evaluates(done))).toEqual([4, 6, 10]);
  });

  it("gives the two networks their turns", () => {
    expect(course().updates(0)).toEqual([{ [TURN]: TURN_OF.likelihood, [COUNTED]: 1 }]);
    expect(course().updates(6)).toEqual([{ [TURN]: TURN_OF.discriminator, [COUNTED]: 1, [RELAXATION_TEMPERATURE]: 1 }]);
    const round = course().updates(10);
    expect(round.map((update) => update[TURN])).toEqual([TURN_OF.adversarial, TURN_OF.likelihood, TURN_OF.likelihood, TURN_OF.discriminator, TURN_OF.discriminator, TURN_OF.discriminator]);
    expect(round.map((update) => update[COUNTED])).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it("lowers the temperature from 1 to the last by the same factor each round", () => {
    const temperatures = steps(5).map((round) => course().updates(10 + round)[0][RELAXATION_TEMPERATURE]);
    expect(temperatures).toEqual([1, 0.5, 0.25, 0.125, 0.0625]);
    expect(course({ rounds: 1 }).updates(10)[0][RELAXATION_TEMPERATURE]).toBe(1);
    expect(course().updates(10_000)[0][RELAXATION_TEMPERATURE]).toBe(0.0625); // where time bounds a run
  });

  it("has the rate of the likelihood's schedule in its phase, and then the rate of the rounds", () => {
    const rates = steps(12).map((step) => course().learningRate(step));
    expect(rates.slice(0, 2)).toEqual([expect.closeTo(0.1 / 3, 6), expect.closeTo(0.2 / 3, 6)]);
    expect(rates[2]).toBeCloseTo(0.1, 6);
    expect(rates[4]).toBeCloseTo(0.055, 6); // halfway behind the warm-up
    expect(rates.slice(6)).toEqual(new Array(6).fill(0.002));
  });

  it("is looked at every so many steps of a phase, and at each phase's end", () => {
    expect(steps(16).filter((done) => done > 0 && course().evaluates(done))).toEqual([4, 6, 10, 12, 14, 15]);
  });

  it("asks its watch in the phase of the steps that are behind, and is judged by it", async () => {
    const watch = new Watch();
    const watched = course({}, watch);
    for (const step of [4, 6, 10, 12]) expect((await watched.observe({ step } as MetricsLine)).score).toBe(step);
    expect(watch.seen).toEqual([[4, PHASES.likelihood], [6, PHASES.likelihood], [10, PHASES.discriminator], [12, PHASES.rounds]]);
    expect(watched.judgedBy).toBe(watch.judgedBy);
    const other = new Watch();
    course({}, other).restore(JSON.parse(JSON.stringify(watched.state())));
    expect(other.seen).toEqual(watch.seen);
  });

  it("refuses a state that is not its own", () => {
    for (const state of [null, 3, "state"]) expect(() => course().restore(state)).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringContaining("train again") }));
  });
});
