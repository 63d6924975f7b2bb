import { describe, expect, it } from "vitest";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import type { StoredTensor } from "../storage/safetensors.js";
import { restoreState, restoreWeights, storedState, storedWeights } from "./checkpoint.js";
import type { CarriedState } from "./carried_state.js";
import { GRADIENT_VECTOR } from "./update_graph.js";

function buffersOf(seed: number): ParameterBuffers {
  const initialize = (data: Float32Array, random: RandomStream): void => data.forEach((_, i) => (data[i] = random.normal()));
  const buffers = new ParameterBuffers(
    [
      { name: "a.weight", shape: [2, 3], decay: true, initialize },
      { name: "b.bias", shape: [4], decay: false, initialize },
    ],
    ["moment", GRADIENT_VECTOR],
  );
  buffers.initialize(new RandomStream(seed, "test"));
  buffers.flat("moment").fill(seed);
  return buffers;
}

const carriedOf = (value: number): CarriedState => {
  const tensors = { hidden: { shape: [1, 2], data: Float32Array.of(value, -value) } };
  return { tensors: () => tensors } as unknown as CarriedState;
};

const copied = (tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: (tensor.data as Float32Array).slice() } as StoredTensor]));

describe("a checkpoint's tensors", () => {
  it("bring back parameters, optimizer slots and carried states", () => {
    const [from, to] = [buffersOf(1), buffersOf(2)];
    const [carriedFrom, carriedTo] = [carriedOf(5), carriedOf(0)];
    const stored = copied(storedState([from], carriedFrom));
    restoreState([to], carriedTo, stored, "here");
    expect(storedState([to], carriedTo)).toEqual(stored);
    expect(to.values("a.weight")).toEqual(from.values("a.weight"));
    expect(to.values("b.bias", "moment")).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(carriedTo.tensors()["hidden"].data).toEqual(Float32Array.of(5, -5));
  });

  it("leave out the gradients, which each step makes anew", () => {
    expect([...storedState([buffersOf(1)], carriedOf(0)).keys()]).toEqual(["a.weight", "b.bias", "optimizer.moment.a.weight", "optimizer.moment.b.bias", "carried.hidden"]);
  });

  it("of weights alone leave the slots as they are", () => {
    const [from, to] = [buffersOf(1), buffersOf(2)];
    restoreWeights(to, copied(storedWeights(from)), "here");
    expect(to.values("a.weight")).toEqual(from.values("a.weight"));
    expect(to.values("a.weight", "moment")[0]).toBe(2);
  });

  it("must be there", () => {
    const stored = storedWeights(buffersOf(1));
    stored.delete("b.bias");
    expect(() => restoreWeights(buffersOf(2), stored, '"run"')).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringContaining('"run" has no tensor "b.bias"') }));
  });

  it("must have the shape and type that the model asks for", () => {
    const stored = storedWeights(buffersOf(1));
    const wrong: StoredTensor[] = [
      { dtype: "F32", shape: [3, 2], data: new Float32Array(6) },
      { dtype: "I32", shape: [2, 3], data: new Int32Array(6) },
    ];
    for (const tensor of wrong) {
      stored.set("a.weight", tensor);
      expect(() => restoreWeights(buffersOf(2), stored, '"run"')).toThrow(expect.objectContaining({ code: "invalid_run", message: expect.stringContaining("F32 [2, 3]") }));
    }
  });
});
