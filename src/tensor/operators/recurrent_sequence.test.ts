// What the fused recurrent layer asks of its inputs, and PyTorch's formulas step by step in plain numbers.

import { describe, expect, it } from "vitest";
import { at, Draw, type PlainArray } from "../testing/arrays.js";
import { evaluate, toHost } from "../testing/evaluate.js";
import { input } from "./source.js";
import { recurrentSequence, type RecurrentKind } from "./recurrent_sequence.js";

const GATES = { rnn: 1, lstm: 4, gru: 3 } as const;
const KINDS = ["rnn", "lstm", "gru"] as const;
const [TIME, ROWS, WIDTH, HIDDEN] = [4, 3, 2, 3];
const LENGTHS = [4, 0, 2];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One step of torch.nn.RNN, LSTM or GRU from the input's and the state's shares of the gates. */
function step(kind: RecurrentKind, fromInput: readonly number[], fromHidden: readonly number[], h: readonly number[], c: readonly number[]): { h: number[]; c: number[] } {
  const sum = (gate: number, i: number): number => fromInput[gate * HIDDEN + i] + fromHidden[gate * HIDDEN + i];
  const places = h.map((_, i) => i);
  if (kind === "rnn") return { h: places.map((i) => Math.tanh(sum(0, i))), c: [] };
  if (kind === "gru") {
    return {
      h: places.map((i) => {
        const [reset, update] = [sigmoid(sum(0, i)), sigmoid(sum(1, i))];
        return (1 - update) * Math.tanh(fromInput[2 * HIDDEN + i] + reset * fromHidden[2 * HIDDEN + i]) + update * h[i];
      }),
      c: [],
    };
  }
  const cell = places.map((i) => sigmoid(sum(1, i)) * c[i] + sigmoid(sum(0, i)) * Math.tanh(sum(2, i)));
  return { h: cell.map((value, i) => sigmoid(sum(3, i)) * Math.tanh(value)), c: cell };
}

/** W·x + b */
const linear = (weight: PlainArray, x: readonly number[], bias: PlainArray): number[] =>
  bias.data.map((start, row) => x.reduce((total, value, column) => total + at(weight, [row, column]) * value, start));

describe.each(KINDS)("%s", (kind) => {
  const gates = GATES[kind] * HIDDEN;
  const shapes = { inputWeight: [gates, WIDTH], hiddenWeight: [gates, HIDDEN], inputBias: [gates], hiddenBias: [gates] };
  const parameters = Object.entries(shapes).map(([name, shape]) => input(name, shape));
  const lengths = input("lengths", ["rows"], "int64");
  const x = input("x", ["time", "rows", WIDTH]);

  it.each(["forward", "backward"] as const)("read %s follows PyTorch's formulas over rows of every length", async (reading) => {
    const draw = new Draw(2, kind);
    const values = Object.fromEntries(Object.entries({ x: [TIME, ROWS, WIDTH], ...shapes }).map(([name, shape]) => [name, draw.uniform(shape)]));
    const { outputs, last } = recurrentSequence(kind, x, parameters, lengths, reading);
    expect([outputs.shape, last.shape]).toEqual([["time", "rows", HIDDEN], ["rows", HIDDEN]]);
    const feeds = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toHost(value, "float32")]));
    const results = await evaluate({ outputs, last }, { ...feeds, lengths: toHost({ shape: [ROWS], data: LENGTHS }, "int64") });
    LENGTHS.forEach((length, row) => {
      let state = { h: new Array<number>(HIDDEN).fill(0), c: new Array<number>(HIDDEN).fill(0) };
      const expected = Array.from({ length: TIME }, () => new Array<number>(HIDDEN).fill(0));
      for (let i = 0; i < length; i++) {
        const time = reading === "forward" ? i : length - 1 - i;
        const read = Array.from({ length: WIDTH }, (_, column) => at(values.x, [time, row, column]));
        state = step(kind, linear(values.inputWeight, read, values.inputBias), linear(values.hiddenWeight, state.h, values.hiddenBias), state.h, state.c);
        expected[time] = state.h;
      }
      expected.forEach((output, time) => output.forEach((value, i) => expect(at(results.outputs, [time, row, i])).toBeCloseTo(value, 5)));
      state.h.forEach((value, i) => expect(at(results.last, [row, i])).toBeCloseTo(value, 5));
    });
  });

  it("needs three axes, whole lengths, and parameters of its own sizes", () => {
    const run = (sequence: typeof x, weights: typeof parameters, counts: typeof lengths) => () => recurrentSequence(kind, sequence, weights, counts, "forward");
    expect(run(input("x", ["rows", WIDTH]), parameters, lengths)).toThrow("it needs inputs (T, B, D) and int64 lengths (B)");
    expect(run(x, parameters, input("lengths", ["rows"]))).toThrow("it needs inputs (T, B, D) and int64 lengths (B)");
    expect(run(input("x", ["time", "rows", WIDTH + 1]), parameters, lengths)).toThrow(`its weights and biases must be ${GATES[kind]}·${HIDDEN} long and as wide as the input`);
    expect(run(x, [...parameters.slice(0, 3), input("short", [gates - 1])], lengths)).toThrow("its weights and biases must be");
  });
});
