// Appends an optimizer to a loss: the whole training step becomes one graph.

import { concat, constant, div, grad, greater, input, minimum, mul, reshape, sizeOf, sqrt, sumSquare, add, where, type Tensor } from "../tensor/index.js";
import { groupInput, groupOutput, PARAMETER_VECTOR, type ParameterBuffers } from "../runtime/parameters.js";
import type { Parameter } from "../nn/module.js";
import { coefficientInput } from "../nn/trace_context.js";
import { learnsCoefficient } from "./course.js";
import type { Optimizer } from "./optimizer.js";

/** Name of a scalar input that the optimizer wants at each step. */
export const scalarInput = (name: string): string => `optimizer.${name}`;
/** Name of the vector in which gradients are added up over several batches. */
export const GRADIENT_VECTOR = "gradient";

/** Gradients of a scalar for each group of parameters, flattened and joined in the group's order. */
export function groupGradients(scalar: Tensor, parameters: ReadonlyMap<string, Parameter>, buffers: ParameterBuffers): Tensor[] {
  const names = [...parameters.keys()];
  const gradients = grad(scalar, names.map((name) => parameters.get(name)!.tensor));
  const byName = new Map(names.map((name, i) => [name, gradients[i]]));
  return buffers.groups.map(({ members }) =>
    concat(members.map(({ name }) => reshape(byName.get(name)!, [sizeOf(byName.get(name)!.shape)])), 0),
  );
}

/**
 * The graph's update: outputs named for `ParameterBuffers.targets`, and `gradientNorm`, a scalar.
 * @param gradients a vector for each group
 * @param clipNorm the norm of all gradients together is scaled down to at most this (Pascanu et al. 2013, algorithm 1)
 */
export function updateOutputs(gradients: readonly Tensor[], buffers: ParameterBuffers, optimizer: Optimizer, clipNorm: number | null): Record<string, Tensor> {
  const norm = sqrt(gradients.map((gradient) => sumSquare(gradient)).reduce((total, next) => add(total, next)));
  const scale = clipNorm === null ? null : minimum(div(constant(clipNorm), add(norm, 1e-6)), 1);
  const names = Object.keys(optimizer.scalars(0, 1));
  const scalars = Object.fromEntries(names.map((name) => [name, input(scalarInput(name), [])]));
  const outputs: Record<string, Tensor> = { gradientNorm: norm };
  for (const { index, size, decay, part } of buffers.groups) {
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, input(groupInput(index, slot), [size])]));
    const gradient = scale ? mul(gradients[index], scale) : gradients[index];
    const parameter = input(groupInput(index, PARAMETER_VECTOR), [size]);
    const updated = optimizer.update({ parameter, gradient, slots, scalars, decay });
    // A part that does not learn keeps its moments too.
    const learns = part === undefined ? null : greater(input(coefficientInput(learnsCoefficient(part)), []), 0);
    const next = (after: Tensor, before: Tensor): Tensor => (learns ? where(learns, after, before) : after);
    outputs[groupOutput(index, PARAMETER_VECTOR)] = next(updated.parameter, parameter);
    for (const slot of optimizer.slots) outputs[groupOutput(index, slot)] = next(updated.slots[slot], slots[slot]);
  }
  return outputs;
}
