// The parameters' memory: where each lies, and that the two copies swap without a value going astray.

import { describe, expect, it } from "vitest";
import { constant, grad, input, mul, reshape, sub, sum, type Tensor } from "../tensor/index.js";
import { compile, toPlain } from "../tensor/testing/evaluate.js";
import { groupInput, groupOutput, ParameterBuffers, PARAMETER_VECTOR, type ParameterSpec } from "./parameters.js";
import { RandomStream } from "./random.js";

const spec = (name: string, shape: readonly number[], decay = shape.length > 1): ParameterSpec => ({
  name,
  shape,
  decay,
  initialize: (data, random) => {
    for (let i = 0; i < data.length; i++) data[i] = random.normal();
  },
});

describe("the layout", () => {
  const specs = [spec("bias", [3]), spec("weight", [2, 3]), spec("gain", [3]), spec("table", [4, 2])];

  it("puts what decays first, each parameter in one piece", () => {
    const buffers = new ParameterBuffers(specs);
    expect(buffers.count).toBe(20);
    expect(buffers.groups.map(({ start, size, decay, members }) => [start, size, decay, members.map(({ name }) => name)])).toEqual([
      [0, 14, true, ["weight", "table"]],
      [14, 6, false, ["bias", "gain"]],
    ]);
    buffers.flat().set(Array.from({ length: 20 }, (_, i) => i));
    expect([...buffers.values("table")]).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    expect(toPlain(buffers.feeds().gain)).toEqual({ shape: [3], data: [17, 18, 19] });
    expect(toPlain(buffers.feeds()[groupInput(1, PARAMETER_VECTOR)]).data).toEqual([14, 15, 16, 17, 18, 19]);
  });

  it("keeps parts that learn in turns in groups of their own, which shows nowhere else", () => {
    const parts: Record<string, string> = { bias: "reader", weight: "writer", gain: "writer", table: "reader" };
    const buffers = new ParameterBuffers(specs.map((each) => ({ ...each, part: parts[each.name] })));
    expect(buffers.groups.map(({ index, start, size, decay, part, members }) => [index, start, size, decay, part, members.map(({ name }) => name)])).toEqual([
      [0, 0, 8, true, "reader", ["table"]],
      [1, 8, 6, true, "writer", ["weight"]],
      [2, 14, 3, false, "reader", ["bias"]],
      [3, 17, 3, false, "writer", ["gain"]],
    ]);
    const plain = new ParameterBuffers(specs);
    for (const each of [buffers, plain]) each.initialize(new RandomStream(3, "initialisation"));
    for (const { name } of specs) expect(buffers.values(name)).toEqual(plain.values(name));
    for (const { part } of plain.groups) expect(part).toBeUndefined();
  });

  it("closes a group once it is four megabytes", () => {
    const { groups } = new ParameterBuffers([spec("a", [1024, 1024]), spec("b", [2, 2]), spec("c", [2048, 1024]), spec("d", [1, 1])]);
    expect(groups.map(({ index, members }) => [index, ...members.map(({ name }) => name)])).toEqual([[0, "a"], [1, "b", "c"], [2, "d"]]);
  });

  it("draws initial values in the order of declaration, whatever the order in memory", () => {
    const buffers = new ParameterBuffers(specs);
    buffers.initialize(new RandomStream(3, "initialisation"));
    const random = new RandomStream(3, "initialisation");
    for (const { name } of specs) for (const value of buffers.values(name)) expect(value).toBe(Math.fround(random.normal()));
  });

  it("starts optimizer slots at zero and shows a parameter's part of them", () => {
    const buffers = new ParameterBuffers(specs, ["moment"]);
    buffers.values("weight", "moment").fill(2);
    expect(buffers.flat("moment")).toEqual(Float32Array.from({ length: 20 }, (_, i) => (i < 6 ? 2 : 0)));
  });

  it("knows no other names", () => {
    const buffers = new ParameterBuffers(specs);
    expect(() => buffers.values("none")).toThrow('There is no parameter named "none".');
    expect(() => buffers.flat("moment")).toThrow('There is no optimizer slot named "moment".');
  });
});

describe("the two copies", () => {
  it("swap, and the same tensors come back every second time", () => {
    const buffers = new ParameterBuffers([spec("w", [2, 2])], ["moment"]);
    const first = buffers.feeds();
    const targets = buffers.targets();
    expect(Object.keys(targets).sort()).toEqual([groupOutput(0, "moment"), groupOutput(0, PARAMETER_VECTOR)]);
    for (const target of Object.values(targets)) for (const fed of Object.values(first)) expect(target.data.buffer).not.toBe(fed.data.buffer);
    targets[groupOutput(0, PARAMETER_VECTOR)].data.set([1, 2, 3, 4] as never);
    expect([...buffers.values("w")]).toEqual([0, 0, 0, 0]);
    buffers.swap();
    expect([...buffers.values("w")]).toEqual([1, 2, 3, 4]);
    buffers.swap();
    expect(buffers.feeds().w).toBe(first.w); // the same object, so that a backend finds what it prepared for it
  });

  it("carry a small quadratic down exactly as plain arithmetic does", async () => {
    const goals = { w: [3, -1, 2, 0.5], b: [-2, 1] };
    const buffers = new ParameterBuffers([spec("b", [2]), spec("w", [2, 2])], ["velocity"]);
    const [w, b] = [input("w", [2, 2]), input("b", [2])];
    const distance = (x: Tensor, goal: readonly number[]): Tensor => sum(mul(sub(x, constant(goal, x.shape)), sub(x, constant(goal, x.shape))));
    const outputs: Record<string, Tensor> = { loss: sum(mul(distance(w, goals.w), 0.5)), other: distance(b, goals.b) };
    const gradients = [grad(outputs.loss, [w])[0], grad(outputs.other, [b])[0]];
    for (const { index, size, members } of buffers.groups) {
      const gradient = gradients[members[0].name === "w" ? 0 : 1];
      const next = sub(mul(input(groupInput(index, "velocity"), [size]), 0.5), mul(reshape(gradient, [size]), 0.25));
      outputs[groupOutput(index, "velocity")] = next;
      outputs[groupOutput(index, PARAMETER_VECTOR)] = sub(input(groupInput(index, PARAMETER_VECTOR), [size]), mul(next, -1));
    }
    const program = await compile(outputs);
    const expected = { w: [0, 0, 0, 0], b: [0, 0] };
    const velocity = { w: [0, 0, 0, 0], b: [0, 0] };
    const losses: number[] = [];
    for (let step = 0; step < 25; step++) {
      losses.push(Number((await program.run(buffers.feeds(), buffers.targets())).loss.data[0]));
      buffers.swap();
      for (const [name, slope] of [["w", 1], ["b", 2]] as const) {
        velocity[name] = velocity[name].map((v, i) => Math.fround(0.5 * v - 0.25 * slope * (expected[name][i] - goals[name][i])));
        expected[name] = expected[name].map((value, i) => Math.fround(value + velocity[name][i]));
        for (const [i, value] of buffers.values(name).entries()) expect(value).toBeCloseTo(expected[name][i], 5);
      }
    }
    expect(losses[24]).toBeLessThan(losses[0] * 1e-4);
    await program.release();
  });
});
