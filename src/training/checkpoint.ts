// Between the trainer's memory and the tensors of a run folder: names, shapes, and checks that they fit.

import { WordloomError } from "../errors.js";
import { PARAMETER_VECTOR, type ParameterBuffers } from "../runtime/parameters.js";
import type { StoredTensor } from "../storage/safetensors.js";
import { GRADIENT_VECTOR } from "./update_graph.js";
import type { CarriedState } from "./carried_state.js";

const vectorName = (vector: string, parameter: string): string => (vector === PARAMETER_VECTOR ? parameter : `optimizer.${vector}.${parameter}`);
const carriedName = (name: string): string => `carried.${name}`;

function vectorsOf(buffers: ParameterBuffers): string[] {
  return [PARAMETER_VECTOR, ...buffers.slots.filter((slot) => slot !== GRADIENT_VECTOR)];
}

/** The current parameters under their own names. */
export function storedWeights(buffers: ParameterBuffers): Map<string, StoredTensor> {
  return new Map(buffers.specs.map(({ name, shape }) => [name, { dtype: "F32", shape, data: buffers.values(name) }]));
}

/** Every vector of every parameter. */
function* vectorTensors(networks: readonly ParameterBuffers[]): Generator<{ readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }> {
  for (const buffers of networks) {
    for (const vector of vectorsOf(buffers)) {
      for (const { name, shape } of buffers.specs) yield { name: vectorName(vector, name), shape, data: buffers.values(name, vector) };
    }
  }
}

/** Parameters and optimizer slots of all networks of a training, whose names differ, and carried hidden states. */
export function storedState(networks: readonly ParameterBuffers[], carried: CarriedState): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, data } of vectorTensors(networks)) tensors.set(name, { dtype: "F32", shape, data });
  for (const [name, { shape, data }] of Object.entries(carried.tensors())) {
    tensors.set(carriedName(name), { dtype: "F32", shape, data: data as Float32Array });
  }
  return tensors;
}

function fill(target: Float32Array, shape: readonly number[], name: string, tensors: ReadonlyMap<string, StoredTensor>, where: string): void {
  const stored = tensors.get(name);
  if (!stored) throw new WordloomError("invalid_run", `${where} has no tensor "${name}", which its config.json asks for; restore the file from a copy or train again.`);
  if (!(stored.data instanceof Float32Array) || stored.shape.join() !== shape.join()) {
    throw new WordloomError("invalid_run", `${where} holds "${name}" as ${stored.dtype} [${stored.shape.join(", ")}], but its config.json asks for F32 [${shape.join(", ")}].`);
  }
  target.set(stored.data);
}

/**
 * Fills the parameters from stored tensors.
 * @throws WordloomError "invalid_run" if one is missing or has another shape
 */
export function restoreWeights(buffers: ParameterBuffers, tensors: ReadonlyMap<string, StoredTensor>, where: string): void {
  for (const { name, shape } of buffers.specs) fill(buffers.values(name), shape, name, tensors, where);
}

/** Fills parameters, slots and carried states from a training state. */
export function restoreState(networks: readonly ParameterBuffers[], carried: CarriedState, tensors: ReadonlyMap<string, StoredTensor>, where: string): void {
  for (const { name, shape, data } of vectorTensors(networks)) fill(data, shape, name, tensors, where);
  for (const [name, { shape, data }] of Object.entries(carried.tensors())) fill(data as Float32Array, shape, carriedName(name), tensors, where);
}
