// What the ONNX file holds: each computation once, nothing unused, the names that were asked for, every type and size.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { add, cast, concat, constant, filled, gather, grad, greater, input, lstmCell, matmul, max, mul, not, relu, reshape, split, sum, tanh, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { countNodes, parseGraph } from "../tensor/testing/parse_graph.js";
import { lowerGraph } from "./lower.js";

const x = input("x", [2, 3]);
const feed = toHost({ shape: [2, 3], data: [0, 1, 2, 3, 4, 5] }, "float32");

const operators = (outputs: Readonly<Record<string, Tensor>>): string[] => parseGraph(lowerGraph(outputs).bytes).node.map(({ opType }) => opType);

describe("equal computations", () => {
  it("are written once", () => {
    expect(operators({ y: add(tanh(x), tanh(x)) })).toEqual(["Tanh", "Add"]);
    expect(operators({ y: add(mul(tanh(x), 2), mul(tanh(x), 2)) })).toEqual(["Tanh", "Mul", "Add"]);
  });

  it("are written once where they have several outputs", () => {
    const [a, b] = split(x, 1, [1, 2]);
    const [c, d] = split(x, 1, [1, 2]);
    expect(operators({ first: add(a, c), second: add(b, d) })).toEqual(["Split", "Add", "Add"]);
  });

  it("are kept apart where attributes, inputs or order differ", () => {
    expect(operators({ a: max(x, [0]), b: max(x, [1]) })).toEqual(["ReduceMax", "ReduceMax"]);
    expect(operators({ a: max(x, [0]), b: max(x, [0], true) })).toEqual(["ReduceMax", "ReduceMax"]);
    expect(operators({ a: mul(x, 2), b: mul(2, x) })).toEqual(["Mul", "Mul"]);
    expect(operators({ a: cast(x, "int64"), b: cast(x, "float64") })).toEqual(["Cast", "Cast"]);
    expect(operators({ a: matmul(x, x, { transposeA: true }), b: matmul(x, x, { transposeB: true }) })).toEqual(["FusedMatMul", "FusedMatMul"]);
  });

  it("are kept apart where names could be run together", () => {
    const [one, two, three, four] = ["a,b", "c", "a", "b,c"].map((name) => input(name, [1]));
    expect(operators({ first: add(one, two), second: add(three, four) })).toEqual(["Add", "Add"]);
  });
});

describe("constants", () => {
  it("of one value, type and shape are stored once", () => {
    const { initializer } = parseGraph(lowerGraph({ y: add(add(mul(x, 3), constant([3], [])), constant([1, 2, 3])), z: add(constant([1, 2, 3]), 3) }).bytes);
    expect(initializer.map(({ dims }) => dims.map(Number))).toEqual([[], [3]]);
  });

  it("of other types or shapes are stored apart", () => {
    const outputs = { a: add(constant(0), x), b: mul(constant([0], [1]), x), c: add(constant(0, [], "float64"), 0), d: add(constant(0, [], "int64"), 0) };
    expect(parseGraph(lowerGraph(outputs).bytes).initializer).toHaveLength(4);
  });

  it("take no room for a repeated number", () => {
    expect(lowerGraph({ y: add(filled(0.5, [512, 512]), 1) }).bytes.length).toBeLessThan(1000);
  });

  it("are stored whole when large", async () => {
    const values = Float32Array.from({ length: 40_000 }, (_, i) => i);
    const { y, z } = await evaluate({ y: mul(constant(values), 2), z: add(constant(values), 0) });
    expect(y.data[39_999]).toBe(79_998);
    expect(z.data[12_345]).toBe(12_345);
  });
});

describe("what no output needs", () => {
  it("is left out, inputs included", () => {
    const unused = input("unused", [2, 3]);
    tanh(unused);
    const graph = lowerGraph({ y: relu(x) });
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(graph.nodeCount).toBe(1);
  });

  it("is left out of a gradient", () => {
    const weight = input("weight", [3, 2]);
    const [gradient] = grad(sum(matmul(x, weight)), [weight]);
    expect(countNodes(lowerGraph({ gradient }).bytes).has("MatMul")).toBe(false); // the product itself is not needed for it
  });
});

describe("names", () => {
  it("belong to the outputs' producers without copies", () => {
    const graph = parseGraph(lowerGraph({ result: tanh(mul(x, 2)) }).bytes);
    expect(graph.node.map(({ opType, output }) => [opType, ...output])).toEqual([
      ["Mul", expect.any(String)],
      ["Tanh", "result"],
    ]);
  });

  it("may be several for one tensor, which may be used further", async () => {
    const y = mul(x, 2);
    const results = await evaluate({ first: y, second: y, third: mul(x, 2), further: add(y, 1) }, { x: feed });
    for (const name of ["first", "second", "third"] as const) expect(results[name].data).toEqual([0, 2, 4, 6, 8, 10]);
    expect(results.further.data).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it("may stand for an input that is passed straight through, under another name or its own", async () => {
    const results = await evaluate({ copy: x, x, y: add(x, 1) }, { x: feed });
    expect(results.copy.data).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results.x.data).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results.y.data).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("may stand for a constant", async () => {
    const pi = constant([3, 1, 4]);
    const results = await evaluate({ pi, again: pi, used: add(pi, 1), zeros: filled(0, [2]) });
    expect(results.pi.data).toEqual([3, 1, 4]);
    expect(results.again.data).toEqual([3, 1, 4]);
    expect(results.used.data).toEqual([4, 2, 5]);
    expect(results.zeros.data).toEqual([0, 0]);
  });

  it("may stand for one of several outputs of an operator", async () => {
    const { h, c } = lstmCell(input("gates", [1, 4]), input("cell", [1, 1]));
    const gates = toHost({ shape: [1, 4], data: [0, 0, 0, 0] }, "float32");
    const results = await evaluate({ next: c, hidden: h }, { gates, cell: toHost({ shape: [1, 1], data: [2] }, "float32") });
    expect(results.next.data).toEqual([1]);
    expect(results.hidden.data[0]).toBeCloseTo(0.5 * Math.tanh(1), 6);
  });

  it("may look like those given to values in between", async () => {
    const names = ["v0", "v1", "c0", "c1"];
    const inputs = names.map((name) => input(name, [2]));
    const y = inputs.reduce((total, next) => add(tanh(mul(total, 0.5)), next));
    const feeds = Object.fromEntries(names.map((name, i) => [name, toHost({ shape: [2], data: [i, -i] }, "float32")]));
    const { v2, c2 } = await evaluate({ v2: y, c2: add(y, 1), v3: constant([1]) }, feeds);
    const expected = [0, 1, 2, 3].reduce((total, next) => Math.tanh(total * 0.5) + next);
    expect(v2.data[0]).toBeCloseTo(expected, 6);
    expect(c2.data[0]).toBeCloseTo(expected + 1, 6);
  });

  it("may not stand for two inputs that differ", () => {
    expect(() => lowerGraph({ y: add(input("same", [2]), sum(input("same", [3]))) })).toThrow(
      new WordloomError("invalid_argument", 'Two different inputs are named "same", float32 [2] and float32 [3]; give each a name of its own.'),
    );
  });

  it("of an input declared twice alike stand for one input", async () => {
    const results = await evaluate({ y: add(input("x", [2, 3]), tanh(mul(x, 0))) }, { x: feed });
    expect(results.y.data).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("may not stand for both an input and another output", () => {
    expect(() => lowerGraph({ x: tanh(x) })).toThrow(new WordloomError("invalid_argument", '"x" names both an input and another value\'s output; give the output a name of its own.'));
  });
});

describe("sizes known only at run time", () => {
  it("are named in the file and may differ from run to run", async () => {
    const tokens = input("tokens", ["rows", "count"], "int64");
    const table = constant([0, 1, 10, 11, 20, 21], [3, 2]);
    const vectors = reshape(gather(table, tokens), ["rows", "count", 1, 2]);
    const graph = lowerGraph({ vectors });
    expect(graph.outputs).toEqual([{ name: "vectors", shape: ["rows", "count", 1, 2], dtype: "float32" }]);
    for (const [rows, count] of [[1, 1], [2, 3]]) {
      const ids = Array.from({ length: rows * count }, (_, i) => i % 3);
      const results = await evaluate({ vectors }, { tokens: toHost({ shape: [rows, count], data: ids }, "int64") });
      expect(results.vectors).toEqual({ shape: [rows, count, 1, 2], data: ids.flatMap((id) => [10 * id, 10 * id + 1]) });
    }
  });

  it("add up along a joined axis", async () => {
    const cache = input("cache", ["rows", 2]);
    const joined = concat([input("row", [1, 2]), cache], 0);
    for (const rows of [1, 4]) {
      const feeds = { row: toHost({ shape: [1, 2], data: [7, 8] }, "float32"), cache: toHost({ shape: [rows, 2], data: Array.from({ length: 2 * rows }, (_, i) => i) }, "float32") };
      expect((await evaluate({ joined }, feeds)).joined.shape).toEqual([rows + 1, 2]);
    }
  });
});

describe("element types", () => {
  it("pass in and out", async () => {
    const whole = input("whole", [2], "int64");
    const flag = input("flag", [2], "bool");
    const double = input("double", [2], "float64");
    const outputs = { whole2: add(whole, 1), flag2: not(flag), double2: mul(double, 0.1), greater: greater(double, 0) };
    const graph = lowerGraph(outputs);
    expect(graph.inputs.map(({ name, dtype }) => [name, dtype])).toEqual([["whole", "int64"], ["flag", "bool"], ["double", "float64"]]);
    expect(graph.outputs.map(({ dtype }) => dtype)).toEqual(["int64", "bool", "float64", "bool"]);
    const results = await evaluate(outputs, {
      whole: toHost({ shape: [2], data: [2 ** 40, -5] }, "int64"),
      flag: toHost({ shape: [2], data: [1, 0] }, "bool"),
      double: toHost({ shape: [2], data: [3, -1e300] }, "float64"),
    });
    expect(results.whole2.data).toEqual([2 ** 40 + 1, -4]);
    expect(results.flag2.data).toEqual([0, 1]);
    expect(results.double2.data).toEqual([3 * 0.1, -1e300 * 0.1]);
    expect(results.greater.data).toEqual([1, 0]);
  });
});

describe("the file", () => {
  it("says what an ONNX reader needs to know, in an order in which every value is made before it is used", () => {
    const weight = input("weight", [3, 4]);
    const [gradient] = grad(sum(tanh(add(matmul(x, weight), constant([1, 2, 3, 4])))), [weight]);
    const { bytes, nodeCount } = lowerGraph({ gradient, same: gradient, x2: x }, "named");
    const graph = parseGraph(bytes);
    expect(graph.name).toBe("named");
    expect(graph.node).toHaveLength(nodeCount);
    expect(graph.output.map(({ name }) => name)).toEqual(["gradient", "same", "x2"]);
    const known = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
    for (const node of graph.node) {
      for (const value of node.input) expect(known).toContain(value);
      for (const value of node.output) {
        expect(known).not.toContain(value);
        known.add(value);
      }
    }
    for (const { name } of graph.output) expect(known).toContain(name);
  });

  it("is the same, byte for byte, for the same graph traced again", () => {
    const trace = (): Uint8Array => {
      const w = input("w", [3, 3]);
      return lowerGraph({ gradient: grad(sum(tanh(matmul(x, w))), [w])[0] }).bytes;
    };
    expect(trace()).toEqual(trace());
  });
});
