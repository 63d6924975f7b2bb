// Every optimizer over five steps in float32, against PyTorch in float64 and against its formula.

import { describe, expect, it } from "vitest";
import { expectClose } from "../testing/close.js";
import { fixtureCases, type FixtureCase } from "../testing/fixtures.js";
import { optimizerSteps, type SteppedParameter } from "../testing/optimizer_steps.js";
import { RandomStream } from "../runtime/random.js";
import { createOptimizer, OPTIMIZER_DEFAULTS, type OptimizerName, type OptimizerSettings } from "./optimizer.js";

const STEPS = 5;
const plain: OptimizerSettings = { ...OPTIMIZER_DEFAULTS, momentum: 0, weightDecay: 0 };

/** PyTorch's settings under this library's names. */
function settingsOf({ config }: FixtureCase): OptimizerSettings {
  const { optimizer, momentum, nesterov, alpha, betas, eps, weight_decay } = config as {
    optimizer: string;
    momentum?: number;
    nesterov?: boolean;
    alpha?: number;
    betas?: [number, number];
    eps?: number;
    weight_decay?: number;
  };
  return {
    name: optimizer.toLowerCase() as OptimizerName,
    momentum: momentum ?? 0,
    nesterov: nesterov ?? false,
    alpha: alpha ?? plain.alpha,
    beta1: betas?.[0] ?? plain.beta1,
    beta2: betas?.[1] ?? plain.beta2,
    epsilon: eps ?? plain.epsilon,
    weightDecay: weight_decay ?? 0,
  };
}

const pieces = (data: readonly number[]): number[][] => Array.from({ length: STEPS }, (_, step) => data.slice((step * data.length) / STEPS, ((step + 1) * data.length) / STEPS));

describe("as in PyTorch", () => {
  it.each(fixtureCases("optimizers").map((fixture) => [fixture.name, fixture] as const))("%s", async (_, fixture) => {
    const parameters = Object.entries(fixture.parameters).map(([name, { shape, data }]): SteppedParameter => ({
      name,
      shape,
      decay: true,
      start: data,
      gradients: pieces(fixture.inputs[`${name}Gradients`].data),
    }));
    const { lr, max_norm } = fixture.config as { lr: number; max_norm?: number };
    const result = await optimizerSteps(settingsOf(fixture), parameters, Array.from({ length: STEPS }, () => lr), max_norm ?? null);
    for (const { name } of parameters) expectClose(result.parameters.flatMap((step) => step[name]), fixture.outputs[name].data, name);
    if (fixture.outputs.gradientNorm) expectClose(result.gradientNorms, fixture.outputs.gradientNorm.data, "the gradient's norm");
  });
});

const random = new RandomStream(4, "optimizer");
const draw = (length: number): number[] => Array.from({ length }, () => Math.fround(random.normal()));
const matrix: SteppedParameter = { name: "matrix", shape: [2, 2], decay: true, start: draw(4), gradients: Array.from({ length: STEPS }, () => draw(4)) };
const bias: SteppedParameter = { name: "bias", shape: [3], decay: false, start: draw(3), gradients: Array.from({ length: STEPS }, () => draw(3)) };
const rates = [0.1, 0.02, 0.05, 0.03, 0.01];

/** A parameter after each step by a rule for one element, in doubles. */
function byRule({ start, gradients }: SteppedParameter, rule: () => (value: number, gradient: number, step: number) => number): number[][] {
  const updates = Array.from(start, rule);
  let values = Array.from(start);
  return gradients.map((gradient, step) => (values = values.map((value, i) => updates[i](value, gradient[i], step))));
}

async function expectRule(settings: OptimizerSettings, rule: (parameter: SteppedParameter) => () => (value: number, gradient: number, step: number) => number): Promise<void> {
  const { parameters } = await optimizerSteps(settings, [bias, matrix], rates);
  for (const parameter of [bias, matrix]) {
    const expected = byRule(parameter, rule(parameter));
    expected.forEach((values, step) => expectClose(parameters[step][parameter.name], values, `${parameter.name} after step ${step + 1}`));
  }
}

describe("weight decay, with a learning rate that changes", () => {
  it("AdamW shrinks matrices apart from the gradient and leaves vectors alone", async () => {
    const { beta1, beta2, epsilon } = plain;
    await expectRule({ ...plain, name: "adamw", weightDecay: 0.3 }, ({ decay }) => () => {
      let [first, second] = [0, 0];
      return (value, gradient, step) => {
        first = beta1 * first + (1 - beta1) * gradient;
        second = beta2 * second + (1 - beta2) * gradient ** 2;
        const direction = first / (1 - beta1 ** (step + 1)) / (Math.sqrt(second / (1 - beta2 ** (step + 1))) + epsilon);
        return value * (decay ? 1 - rates[step] * 0.3 : 1) - rates[step] * direction;
      };
    });
  });

  it("Adam adds it to the gradient of matrices", async () => {
    const { beta1, beta2, epsilon } = plain;
    await expectRule({ ...plain, name: "adam", weightDecay: 0.3 }, ({ decay }) => () => {
      let [first, second] = [0, 0];
      return (value, own, step) => {
        const gradient = own + (decay ? 0.3 * value : 0);
        first = beta1 * first + (1 - beta1) * gradient;
        second = beta2 * second + (1 - beta2) * gradient ** 2;
        return value - (rates[step] * (first / (1 - beta1 ** (step + 1)))) / (Math.sqrt(second / (1 - beta2 ** (step + 1))) + epsilon);
      };
    });
  });

  it("SGD adds it to the gradient of matrices, before the momentum", async () => {
    await expectRule({ ...plain, name: "sgd", momentum: 0.8, weightDecay: 0.3 }, ({ decay }) => () => {
      let velocity = 0;
      return (value, own, step) => {
        velocity = 0.8 * velocity + own + (decay ? 0.3 * value : 0);
        return value - rates[step] * velocity;
      };
    });
  });

  it("RMSprop adds it to the gradient of matrices", async () => {
    await expectRule({ ...plain, name: "rmsprop", alpha: 0.9, weightDecay: 0.3 }, ({ decay }) => () => {
      let square = 0;
      return (value, own, step) => {
        const gradient = own + (decay ? 0.3 * value : 0);
        square = 0.9 * square + 0.1 * gradient ** 2;
        return value - (rates[step] * gradient) / (Math.sqrt(square) + plain.epsilon);
      };
    });
  });
});

describe("slots", () => {
  it("are no more than the optimizer needs", () => {
    const slots = (settings: Partial<OptimizerSettings>): readonly string[] => createOptimizer({ ...plain, ...settings }).slots;
    expect(slots({ name: "sgd" })).toEqual([]);
    expect(slots({ name: "sgd", momentum: 0.9 })).toEqual(["momentum"]);
    expect(slots({ name: "rmsprop" })).toEqual(["meanSquare"]);
    expect(slots({ name: "rmsprop", momentum: 0.9 })).toEqual(["meanSquare", "momentum"]);
    expect(slots({ name: "adam" })).toEqual(["moment1", "moment2"]);
    expect(slots({ name: "adamw" })).toEqual(["moment1", "moment2"]);
  });
});
