// Names of parameters: paths of properties, tied ones once, in the order of declaration.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { constantValue } from "./initializer.js";
import { LayerNorm, Linear } from "./layers.js";
import { Module, nameParameters, Parameter, parameterSpecs } from "./module.js";

const zero = constantValue(0);

class Inner extends Module {
  readonly weight = new Parameter([2, 3], zero);
  readonly absent: Parameter | null = null;
}

class Outer extends Module {
  readonly first = new Linear(3, 2, zero, true);
  readonly blocks = [new Inner(), new Inner()];
  readonly size = 7;
  readonly head: Parameter;

  constructor() {
    super();
    this.head = this.blocks[0].weight;
  }
}

describe("nameParameters", () => {
  it("names by path, with positions of lists, in the order of declaration", () => {
    expect([...nameParameters(new Outer()).keys()]).toEqual(["first.weight", "first.bias", "blocks.0.weight", "blocks.1.weight"]);
  });

  it("keeps the first path of a parameter that is reached on two", () => {
    const model = new Outer();
    const named = nameParameters(model);
    expect(model.head.name).toBe("blocks.0.weight");
    expect(model.head.tensor).toBe(named.get("blocks.0.weight")!.tensor);
  });

  it("gives the tensors the name, the shape and the type asked for", () => {
    const model = new Outer();
    nameParameters(model, "float64");
    const { node, shape, dtype } = model.first.weight.tensor;
    expect([node.source, shape, dtype]).toEqual(["first.weight", [2, 3], "float64"]);
  });

  it("a second time gives the same tensors", () => {
    const model = new Outer();
    const [once, again] = [nameParameters(model), nameParameters(model)];
    for (const [name, parameter] of once) expect(again.get(name)!.tensor).toBe(parameter.tensor);
  });
});

describe("a parameter", () => {
  it("cannot be used before its model was named", () => {
    const use = (): unknown => new Parameter([2], zero).tensor;
    expect(use).toThrow(WordloomError);
    expect(use).toThrow(/shape \[2\].*before its model was named/);
  });

  it("decays if it is a matrix, unless said otherwise", () => {
    const decays = (model: Module): boolean[] => parameterSpecs(nameParameters(model)).map(({ decay }) => decay);
    expect(decays(new Linear(3, 2, zero, true))).toEqual([true, false]);
    expect(decays(new LayerNorm(3, 1e-5))).toEqual([false, false]);
    expect(new Parameter([2], zero, true).decay).toBe(true);
  });
});
