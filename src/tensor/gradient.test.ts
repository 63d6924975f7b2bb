// Differentiation of whole graphs: what is shared, unused, stopped, repeated over time, or very deep.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { lowerGraph } from "../onnx/lower.js";
import { Draw } from "./testing/arrays.js";
import { checkDerivative } from "./testing/check_derivative.js";
import { evaluate, toHost } from "./testing/evaluate.js";
import { countNodes } from "./testing/parse_graph.js";
import { add, cast, concat, constant, grad, input, matmul, mul, relu, sin, slice, split, stopGradient, sub, sum, tanh, topologicalOrder, type Tensor } from "./index.js";

const draw = new Draw(1, "gradient tests");

describe("accumulation", () => {
  it("adds up what flows back along several paths", async () => {
    await checkDerivative(
      {
        inputs: [draw.uniform([2, 3]), draw.uniform([3])],
        build: (x, w) => {
          const shared = mul(x, w);
          return add(mul(sin(shared), shared), sub(x, mul(w, tanh(shared))));
        },
      },
      "float64",
    );
  });

  it("gives a tensor in the middle of the graph its whole gradient", async () => {
    const x = input("x", [2], "float64");
    const middle = mul(x, 3);
    const [gradient, again] = grad(sum(add(mul(middle, middle), middle)), [middle, middle]);
    expect(again).toBe(gradient);
    const { values } = await evaluate({ values: gradient }, { x: toHost({ shape: [2], data: [1, -2] }, "float64") });
    expect(values.data).toEqual([7, -11]);
  });

  it("joins the pieces of a split that were used differently", async () => {
    await checkDerivative(
      {
        inputs: [draw.uniform([2, 6])],
        build: (x) => {
          const [a, b, c] = split(x, 1, [1, 2, 3]);
          return [mul(a, sum(b)), tanh(c), mul(slice(x, 1, 2, 4), b)];
        },
      },
      "float64",
    );
  });

  it("gives 1 for the scalar itself and 0 for what it does not depend on", async () => {
    const x = input("x", [], "float64");
    const unused = input("unused", [2, 2], "float64");
    const [own, none] = grad(x, [x, unused]);
    const results = await evaluate({ own, none }, { x: toHost({ shape: [], data: [5] }, "float64") });
    expect(results.own).toEqual({ shape: [], data: [1] });
    expect(results.none).toEqual({ shape: [2, 2], data: [0, 0, 0, 0] });
  });
});

describe("a weight used at every time step", () => {
  const TIME = 5;

  /** A small recurrent network whose step t uses weights[t], recurrent[t], bias[t]. */
  function recurrentLoss(inputs: readonly Tensor[], weights: readonly Tensor[], recurrent: readonly Tensor[], biases: readonly Tensor[]): Tensor {
    let h: Tensor = constant(new Float64Array(6), [2, 3], "float64");
    for (let t = 0; t < TIME; t++) h = tanh(add(add(matmul(inputs[t], weights[t]), matmul(h, recurrent[t], { alpha: 0.5 })), biases[t]));
    return sum(mul(h, h));
  }

  const inputs = Array.from({ length: TIME }, (_, t) => input(`x${t}`, [2, 4], "float64"));
  const copies = (name: string, shape: readonly number[]): Tensor[] => Array.from({ length: TIME }, (_, t) => input(`${name}${t}`, shape, "float64"));

  it("gets the sum of the gradients that separate weights would get", async () => {
    const kinds = { weight: [4, 3], recurrent: [3, 3], bias: [3] };
    const values = Object.fromEntries(Object.entries(kinds).map(([name, shape]) => [name, toHost(draw.uniform(shape), "float64")]));
    const xs = Object.fromEntries(inputs.map((_, t) => [`x${t}`, toHost(draw.uniform([2, 4]), "float64")]));

    const shared = Object.entries(kinds).map(([name, shape]) => input(name, shape, "float64"));
    const [w, u, b] = shared.map((tensor) => inputs.map(() => tensor));
    const [dw, du, db] = grad(recurrentLoss(inputs, w, u, b), shared);
    const together = Object.values(await evaluate({ dw, du, db }, { ...xs, ...values }));

    const separate = Object.entries(kinds).map(([name, shape]) => copies(name, shape));
    const loss = recurrentLoss(inputs, separate[0], separate[1], separate[2]);
    for (const [kind, shape] of Object.values(kinds).entries()) {
      const feeds = Object.fromEntries(Object.keys(kinds).flatMap((each) => inputs.map((_, t) => [`${each}${t}`, values[each]])));
      const apart = await evaluate(Object.fromEntries(grad(loss, separate[kind]).map((g, t) => [`t${t}`, g])), { ...xs, ...feeds });
      const total = draw.uniform(shape).data.map((_, i) => Object.values(apart).reduce((partial, { data }) => partial + data[i], 0));
      for (const [i, expected] of total.entries()) expect(together[kind].data[i]).toBeCloseTo(expected, 12);
    }
  });

  it("costs one matrix product, and a bias one row sum, however long the time", () => {
    const float = (name: string, shape: readonly number[]): Tensor => input(name, shape);
    const weight = float("w", [4, 3]);
    const bias = float("b", [3]);
    const steps = Array.from({ length: TIME }, (_, t) => sum(tanh(add(matmul(float(`x${t}`, [2, 4]), weight), bias))));
    const gradients = grad(steps.reduce((total, step) => add(total, step)), [weight, bias]);
    const nodes = topologicalOrder(gradients);
    const count = (onnx: string, shape: readonly number[]): number => nodes.filter(({ operator, outputs }) => operator.onnx === onnx && String(outputs[0].shape) === String(shape)).length;
    expect(count("MatMul", [4, 3])).toBe(1);
    expect(count("ReduceSum", [3])).toBe(1);
    expect(countNodes(lowerGraph({ dw: gradients[0], db: gradients[1] }).bytes).get("Concat")).toBe(2); // the inputs; the steps' gradients, which both share
  });

  it("keeps products of different scale apart", async () => {
    await checkDerivative(
      {
        inputs: [draw.uniform([2, 3]), draw.uniform([3, 2])],
        build: (x, w) => [matmul(x, w), matmul(tanh(x), w, { alpha: 2 }), matmul(sin(x), w, { alpha: 2 }), matmul(w, x)],
      },
      "float64",
    );
  });
});

describe("where nothing flows", () => {
  it("stops at stopGradient", async () => {
    const x = input("x", [3], "float64");
    const [gradient] = grad(sum(mul(stopGradient(mul(x, x)), x)), [x]);
    const { values } = await evaluate({ values: gradient }, { x: toHost({ shape: [3], data: [1, 2, 3] }, "float64") });
    expect(values.data).toEqual([1, 4, 9]);
  });

  it("stops at whole numbers", async () => {
    const x = input("x", [2], "float64");
    const [gradient] = grad(sum(mul(cast(cast(x, "int64"), "float64"), x)), [x]);
    const { values } = await evaluate({ values: gradient }, { x: toHost({ shape: [2], data: [1.5, 2.5] }, "float64") });
    expect(values.data).toEqual([1, 2]);
  });

  it("gives zeros for a target behind a stop", async () => {
    const x = input("x", [2]);
    const [gradient] = grad(sum(stopGradient(x)), [x]);
    expect((await evaluate({ gradient })).gradient).toEqual({ shape: [2], data: [0, 0] });
  });
});

describe("what grad refuses", () => {
  it("a tensor that is no scalar", () => {
    const x = input("x", [2, 3]);
    expect(() => grad(x, [x])).toThrow(WordloomError);
    expect(() => grad(x, [x])).toThrow("grad needs a scalar, but was given a tensor of shape [2, 3].");
  });
});

describe("deep graphs", () => {
  it("are differentiated and lowered without overflowing the stack", () => {
    const DEPTH = 20_000;
    const x = input("x", [2]);
    let y = x;
    for (let i = 0; i < DEPTH; i++) y = relu(y);
    const [gradient] = grad(sum(y), [x]);
    // Forward one node a step; back a comparison, a cast and a product.
    expect(lowerGraph({ gradient }).nodeCount).toBeGreaterThanOrEqual(3 * DEPTH);
  });

  it("are differentiated when wide as well", () => {
    const x = input("x", [1, 2]);
    const pieces = Array.from({ length: 2_000 }, (_, i) => mul(x, i));
    const [gradient] = grad(sum(concat(pieces, 0)), [x]);
    expect(gradient.shape).toEqual([1, 2]);
  });
});
