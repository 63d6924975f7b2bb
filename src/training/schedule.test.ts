// Learning rates against PyTorch's schedules, and what every schedule keeps to.

import { describe, expect, it } from "vitest";
import { expectClose } from "../testing/close.js";
import { fixtureCase, type FixtureCase } from "../testing/fixtures.js";
import { learningRateAt, type ScheduleName, type ScheduleSettings } from "./schedule.js";

/** The rates of a case's steps, the run ending where the case's decay ends. */
function rates({ config }: FixtureCase, name: ScheduleName, minimumLearningRate: number, warmupSteps: number, end: number): number[] {
  const settings: ScheduleSettings = { name, learningRate: config.learning_rate as number, minimumLearningRate, warmupSteps };
  return Array.from({ length: config.steps as number }, (_, step) => learningRateAt(settings, step, (step - warmupSteps) / (end - warmupSteps)));
}

describe("as in the references", () => {
  it("cosine with warm-up, beyond its end too", () => {
    const fixture = fixtureCase("schedules", "cosine with warm-up");
    expectClose(rates(fixture, "cosine", 0.001, 4, 12), fixture.outputs.learningRate.data, "rates", 1e-12);
  });

  it("linear after its warm-up, which there starts from 0 and here a step above", () => {
    const fixture = fixtureCase("schedules", "linear with warm-up");
    expectClose(rates(fixture, "linear", 0, 4, 12).slice(4), fixture.outputs.learningRate.data.slice(4), "rates", 1e-12);
  });
});

describe("learningRateAt", () => {
  const settings: ScheduleSettings = { name: "cosine", learningRate: 0.01, minimumLearningRate: 0.001, warmupSteps: 4 };
  const names: readonly ScheduleName[] = ["constant", "linear", "cosine"];

  it("rises evenly from above 0 to the highest rate during the warm-up", () => {
    for (const name of names) {
      const warmup = [0, 1, 2, 3, 4].map((step) => learningRateAt({ ...settings, name }, step, 0));
      expectClose(warmup, [0.002, 0.004, 0.006, 0.008, 0.01], name, 1e-12);
    }
  });

  it("starts at the highest rate without a warm-up", () => {
    for (const name of names) expect(learningRateAt({ ...settings, name, warmupSteps: 0 }, 0, 0)).toBeCloseTo(0.01, 15);
  });

  it("ends at the lowest rate and stays there, whatever the fraction says", () => {
    for (const name of ["linear", "cosine"] as const) {
      for (const fraction of [1, 1.5, Infinity]) expect(learningRateAt({ ...settings, name }, 100, fraction)).toBeCloseTo(0.001, 15);
    }
    for (const name of names) expect(learningRateAt({ ...settings, name }, 100, -0.5)).toBeCloseTo(0.01, 15);
    expect(learningRateAt({ ...settings, name: "constant" }, 100, 1)).toBe(0.01);
  });

  it("is halfway in the middle, and falls all the way", () => {
    for (const name of ["linear", "cosine"] as const) {
      expect(learningRateAt({ ...settings, name }, 10, 0.5)).toBeCloseTo(0.0055, 15);
      const falling = Array.from({ length: 20 }, (_, i) => learningRateAt({ ...settings, name }, 10, i / 19));
      for (let i = 1; i < falling.length; i++) expect(falling[i]).toBeLessThan(falling[i - 1]);
    }
  });
});
