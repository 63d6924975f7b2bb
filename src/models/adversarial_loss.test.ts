// What the objectives promise beyond PyTorch's numbers, which discriminator.test.ts has: extremes, and which way each side pulls.

import { describe, expect, it } from "vitest";
import { grad, input, sum, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { discriminatorLoss, generatorLoss, isPairwise, OBJECTIVES, type Objective } from "./adversarial_loss.js";

const SIDES = { discriminator: discriminatorLoss, generator: generatorLoss } as const;

async function of(objective: Objective, side: keyof typeof SIDES, real: number, fake: number): Promise<{ loss: number; toReal: number; toFake: number }> {
  const logits: Tensor[] = ["real", "fake"].map((name) => input(name, [1]));
  const loss = SIDES[side](objective, logits[0], logits[1]);
  const [toReal, toFake] = grad(sum(loss), logits);
  const feeds = { real: toHost({ shape: [1], data: [real] }, "float32"), fake: toHost({ shape: [1], data: [fake] }, "float32") };
  const values = await evaluate({ loss, toReal, toFake }, feeds);
  return { loss: values.loss.data[0], toReal: values.toReal.data[0], toFake: values.toFake.data[0] };
}

describe.each(OBJECTIVES)("%s", (objective) => {
  it("stays a finite number with finite derivatives however sure the discriminator is", async () => {
    for (const side of ["discriminator", "generator"] as const) {
      for (const [real, fake] of [[1000, -1000], [-1000, 1000], [1000, 1000], [-1000, -1000]]) {
        const values = await of(objective, side, real, fake);
        expect(Object.values(values).every(Number.isFinite), `${side} at ${real} and ${fake}`).toBe(true);
      }
    }
  });

  it("has the discriminator raise real logits and lower made ones, and the generator raise its own", async () => {
    const judge = await of(objective, "discriminator", 0.25, 0.5);
    expect(judge.toReal).toBeLessThan(0);
    expect(judge.toFake).toBeGreaterThan(0);
    expect((await of(objective, "generator", 0.25, 0.5)).toFake).toBeLessThan(0);
  });

  it("does not saturate for a generator that has lost", async () => {
    expect((await of(objective, "generator", 30, -30)).toFake).toBeLessThan(-0.9);
  });

  it("looks at single logits or at their difference, as it says", async () => {
    const [here, there] = [await of(objective, "discriminator", 0.25, 0.5), await of(objective, "discriminator", 2.25, 2.5)];
    expect(Math.abs(here.loss - there.loss) < 1e-6).toBe(isPairwise(objective));
  });
});
