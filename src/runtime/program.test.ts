// Compiled graphs as they are run: what must be fed, where results go, and that a run repeats itself bit for bit.

import { describe, expect, it } from "vitest";
import { gather, grad, input, layerNormalization, lstmCell, matmul, mean, softmax, sum, tanh, mul, type Tensor } from "../tensor/index.js";
import { compile, toHost } from "../tensor/testing/evaluate.js";
import { hostTensor } from "./backend.js";
import { RandomStream } from "./random.js";

const x = input("x", [2, 3]);
const values = (data: readonly number[], shape: readonly number[] = [2, 3]) => toHost({ shape, data }, "float32");

describe("feeding", () => {
  it("refuses to run without an input", async () => {
    const program = await compile({ y: tanh(x) });
    await expect(program.run({})).rejects.toMatchObject({ code: "internal", message: 'The program\'s input "x" was not fed.' });
    await program.release();
  });

  it("refuses another shape, or memory of another size", async () => {
    const program = await compile({ y: tanh(x) });
    await expect(program.run({ x: values([1, 2], [2]) })).rejects.toThrow('The program\'s input "x" is [2, 3], but [2] was fed.');
    await expect(program.run({ x: values([1, 2, 3, 4, 5, 6], [3, 2]) })).rejects.toThrow('The program\'s input "x" is [2, 3], but [3, 2] was fed.');
    await expect(program.run({ x: hostTensor(new Float32Array(5), [2, 3]) })).rejects.toThrow('The program\'s input "x"');
    await program.release();
  });

  it("takes any size where the graph has a name, and the fixed size beside it", async () => {
    const program = await compile({ y: tanh(input("x", ["rows", 2])) });
    expect((await program.run({ x: values([0, 0, 0, 0, 0, 0], [3, 2]) })).y.shape).toEqual([3, 2]);
    await expect(program.run({ x: values([0, 0, 0], [1, 3]) })).rejects.toThrow('The program\'s input "x" is [rows, 2], but [1, 3] was fed.');
    await program.release();
  });

  it("needs no input that the graph does not use", async () => {
    const program = await compile({ y: tanh(x) });
    expect([program.uses("x"), program.uses("other")]).toEqual([true, false]);
    await expect(program.run({ x: values([0, 0, 0, 0, 0, 0]), other: values([1], [1]) })).resolves.toBeDefined();
    await program.release();
  });
});

describe("results", () => {
  it("go where they are told to go, and the others are returned", async () => {
    const program = await compile({ doubled: mul(x, 2), total: sum(x), tripled: mul(x, 3) });
    const memory = hostTensor(new Float32Array(6).fill(-1), [2, 3]);
    const returned = await program.run({ x: values([1, 2, 3, 4, 5, 6]) }, { doubled: memory });
    expect(Object.keys(returned).sort()).toEqual(["total", "tripled"]);
    expect([...memory.data]).toEqual([2, 4, 6, 8, 10, 12]);
    expect([...returned.total.data]).toEqual([21]);
    await program.release();
  });

  it("may go to a piece of a larger memory, and to other memory at each run", async () => {
    const program = await compile({ y: mul(x, 2) });
    const flat = new Float32Array(14);
    const places = [1, 8].map((start) => hostTensor(flat.subarray(start, start + 6), [2, 3]));
    await program.run({ x: values([1, 2, 3, 4, 5, 6]) }, { y: places[0] });
    await program.run({ x: values([7, 8, 9, 10, 11, 12]) }, { y: places[1] });
    expect([...flat]).toEqual([0, 2, 4, 6, 8, 10, 12, 0, 14, 16, 18, 20, 22, 24]);
    await program.release();
  });

  it("that were returned stay as they are when the program runs again", async () => {
    const program = await compile({ y: mul(x, 2) });
    const first = await program.run({ x: values([1, 1, 1, 1, 1, 1]) });
    await program.run({ x: values([5, 5, 5, 5, 5, 5]) });
    expect([...first.y.data]).toEqual([2, 2, 2, 2, 2, 2]);
    await program.release();
  });

  it("follow memory that was changed between two runs", async () => {
    const program = await compile({ y: mul(x, 2) });
    const memory = values([1, 1, 1, 1, 1, 1]);
    await program.run({ x: memory });
    memory.data.fill(4 as never);
    expect([...(await program.run({ x: memory })).y.data]).toEqual([8, 8, 8, 8, 8, 8]);
    await program.release();
  });
});

describe("statistics", () => {
  it("tell the size of what was compiled", async () => {
    const { statistics } = await compile({ y: tanh(mul(x, 2)) });
    expect(statistics.nodes).toBe(2);
    expect(statistics.bytes).toBeGreaterThan(50);
    expect(statistics.compileSeconds).toBeGreaterThan(0);
  });
});

describe("repetition", () => {
  /** A loss with products, statistics, a recurrent step and an embedding, and all its gradients. */
  function traced(): Record<string, Tensor> {
    const table = input("table", [600, 8]);
    const weight = input("weight", [8, 16]);
    const [gain, bias] = [input("gain", [4]), input("bias", [4])];
    const rows = gather(table, input("indices", [64], "int64"));
    const { h } = lstmCell(matmul(rows, weight), input("cell", [64, 4]));
    const loss = mean(mul(softmax(layerNormalization(h, gain, bias)), h));
    const targets = [table, weight, gain, bias];
    return { loss, ...Object.fromEntries(grad(loss, targets).map((gradient, i) => [`gradient${i}`, gradient])) };
  }

  it("gives the same bits, from the same program and from one compiled anew", async () => {
    const random = new RandomStream(1, "repetition");
    const draw = (shape: readonly number[]) => values(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape);
    const indices = hostTensor(BigInt64Array.from({ length: 64 }, () => BigInt(random.integer(600))), [64]);
    const feeds = { table: draw([600, 8]), weight: draw([8, 16]), gain: draw([4]), bias: draw([4]), cell: draw([64, 4]), indices };
    const first = await compile(traced());
    const second = await compile(traced());
    const results = [await first.run(feeds), await first.run(feeds), await second.run(feeds)];
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0].gradient0.data.some((value) => Number(value) !== 0)).toBe(true);
    await first.release();
    await second.release();
  });
});
