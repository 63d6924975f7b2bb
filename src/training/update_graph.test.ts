// The join between a loss and an optimizer: gradients in the order of memory, clipped by the norm of all together.

import { describe, expect, it } from "vitest";
import { constantValue } from "../nn/initializer.js";
import { Module, nameParameters, Parameter, parameterSpecs } from "../nn/module.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { expectClose } from "../testing/close.js";
import { optimizerSteps, type SteppedParameter } from "../testing/optimizer_steps.js";
import { add, constant, mul, sum } from "../tensor/index.js";
import { evaluate } from "../tensor/testing/evaluate.js";
import { OPTIMIZER_DEFAULTS, type OptimizerSettings } from "./optimizer.js";
import { groupGradients } from "./update_graph.js";

const zero = constantValue(0);

class Mixed extends Module {
  readonly bias = new Parameter([2], zero);
  readonly matrix = new Parameter([2, 2], zero);
  readonly gain = new Parameter([3], zero);
  readonly unused = new Parameter([1, 2], zero);
}

describe("groupGradients", () => {
  it("joins gradients as the buffers join parameters, with zeros where the loss does not depend on one", async () => {
    const model = new Mixed();
    const parameters = nameParameters(model);
    const buffers = new ParameterBuffers(parameterSpecs(parameters));
    const weighted = (parameter: Parameter, weights: number[]) => sum(mul(parameter.tensor, constant(weights, parameter.shape)));
    const loss = [weighted(model.bias, [1, 2]), weighted(model.matrix, [3, 4, 5, 6]), weighted(model.gain, [7, 8, 9])].reduce((total, term) => add(total, term));
    const gradients = groupGradients(loss, parameters, buffers);
    const results = await evaluate(Object.fromEntries(gradients.map((gradient, index) => [`${index}`, gradient])), buffers.feeds());
    expect(buffers.groups.map(({ members }) => members.map(({ name }) => name))).toEqual([["matrix", "unused"], ["bias", "gain"]]);
    expect(results[0].data).toEqual([3, 4, 5, 6, 0, 0]);
    expect(results[1].data).toEqual([1, 2, 7, 8, 9]);
  });
});

describe("clipping", () => {
  const sgd: OptimizerSettings = { ...OPTIMIZER_DEFAULTS, name: "sgd", weightDecay: 0 };
  // Two groups, so that the norm has to be that of both: √(3² + 4² + 12²) = 13
  const parameters: SteppedParameter[] = [
    { name: "matrix", shape: [1, 2], decay: true, start: [0, 0], gradients: [[3, 4]] },
    { name: "bias", shape: [1], decay: false, start: [0], gradients: [[12]] },
  ];
  const step = async (clipNorm: number | null) => {
    const { parameters: [after], gradientNorms: [norm] } = await optimizerSteps(sgd, parameters, [1], clipNorm);
    return { after: [...after.matrix, ...after.bias], norm };
  };

  it("scales all gradients by one factor to the norm asked for", async () => {
    const { after } = await step(6.5);
    expectClose(after, [-1.5, -2, -6], "the step");
  });

  it("changes nothing where the norm is smaller, or where there is no limit", async () => {
    expect((await step(14)).after).toEqual([-3, -4, -12]);
    expect((await step(null)).after).toEqual([-3, -4, -12]);
  });

  it("reports the norm before clipping", async () => {
    for (const limit of [6.5, 14, null]) expect((await step(limit)).norm).toBe(13);
  });
});
