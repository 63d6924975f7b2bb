// Recurrent stacks through time: against PyTorch, and against themselves cut into pieces.

import { describe, expect, it } from "vitest";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { RandomStream } from "../runtime/random.js";
import { concat, constant, filled, reshape, slice, split, sumSquare, transpose, type Tensor } from "../tensor/index.js";
import { elementCount, type PlainArray } from "../tensor/testing/arrays.js";
import { evaluate, toHost, toPlain } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { nameParameters } from "./module.js";
import { RecurrentStack, type CellKind } from "./recurrent.js";
import { TraceContext } from "./trace_context.js";

const CELLS: readonly CellKind[] = ["rnn", "lstm", "gru"];
const ROWS = 3;
const WIDTH = 4;
const HIDDEN = 6;
const LAYERS = 2;

/** The (layers, B, H) initial states of a case as the stack's tensors, by name. */
function initialState(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const parts = { h: inputs.initialHidden, ...(inputs.initialCell ? { c: inputs.initialCell } : {}) };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, tensor]) => split(tensor, 0, LAYERS).map((piece, layer) => [`${name}${layer}`, reshape(piece, [ROWS, HIDDEN])])),
  );
}

/** The outputs of a case, batch first, from the stack's. */
function caseOutputs(outputs: Tensor, state: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const layers = (name: string): Tensor => concat(Array.from({ length: LAYERS }, (_, layer) => reshape(state[`${name}${layer}`], [1, ROWS, HIDDEN])), 0);
  return { output: transpose(outputs, [1, 0, 2]), finalHidden: layers("h"), ...(state.c0 ? { finalCell: layers("c") } : {}) };
}

describe.each(["float64", "float32"] as const)("in %s", (dtype) => {
  it.each(CELLS)("%s over time from an initial state is as in PyTorch", async (kind) => {
    const [fixture] = fixtureCases(kind);
    const stack = new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0);
    await compareWithFixture({
      fixture,
      dtype,
      parameters: nameParameters(stack, dtype),
      trace: (inputs) => {
        const { outputs, state } = stack.forward(transpose(inputs.input, [1, 0, 2]), initialState(inputs), new TraceContext(false));
        return caseOutputs(outputs, state);
      },
    });
  });

  it.each(CELLS)("%s in two pieces of time with the state handed on is the same", async (kind) => {
    const [fixture] = fixtureCases(kind);
    const stack = new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0);
    await compareWithFixture({
      fixture,
      dtype,
      parameters: nameParameters(stack, dtype),
      trace: (inputs) => {
        const [early, late] = split(transpose(inputs.input, [1, 0, 2]), 0, [3, 2]);
        const first = stack.forward(early, initialState(inputs), new TraceContext(false));
        const second = stack.forward(late, first.state, new TraceContext(false));
        return caseOutputs(concat([first.outputs, second.outputs], 0), second.state);
      },
    });
  });
});

describe.each(CELLS)("one layer of %s", (kind) => {
  const LENGTHS = [4, 1, 5];
  const TIME = 5;
  const stack = new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0);
  const parameters = nameParameters(stack, "float64");
  const random = new RandomStream(3, kind);
  const draw = (shape: readonly number[]): PlainArray => ({ shape, data: Array.from({ length: elementCount(shape) }, () => random.normal()) });
  const feeds = Object.fromEntries(Array.from(parameters, ([name, { shape }]) => [name, toHost(draw(shape), "float64")]));
  const values = draw([TIME, ROWS, WIDTH]);
  const x = constant(values.data, values.shape, "float64");
  const initial = Object.fromEntries(stack.stateNames.map((name) => [name, constant(draw([ROWS, HIDDEN]).data, [ROWS, HIDDEN], "float64")]));
  const empty = Object.fromEntries(stack.stateNames.map((name) => [name, filled(0, [ROWS, HIDDEN], "float64")]));
  const turned = (sequence: Tensor): Tensor => concat([...split(sequence, 0, sequence.shape[0] as number)].reverse(), 0);
  /** The first steps of one row, as a sequence of its own. */
  const alone = (sequence: Tensor, row: number): Tensor => slice(slice(sequence, 1, row, row + 1), 0, 0, LENGTHS[row]);

  it("read backward is the turned sequence read forward", async () => {
    const backward = stack.runLayer(0, x, initial, { reading: "backward" });
    const forward = stack.runLayer(0, turned(x), initial);
    const results = await evaluate({ backward: backward.outputs, forward: turned(forward.outputs), h: backward.state.h0, expected: forward.state.h0 }, feeds);
    expect(results.backward).toEqual(results.forward);
    expect(results.h).toEqual(results.expected);
  });

  it("read backward over what is kept is each row alone, and nothing behind it", async () => {
    const keep = constant(Array.from({ length: TIME * ROWS }, (_, i) => (Math.floor(i / ROWS) < LENGTHS[i % ROWS] ? 1 : 0)), [TIME, ROWS, 1], "float64");
    const together = stack.runLayer(0, x, empty, { reading: "backward", keep });
    expect(Object.keys(together.state)).toEqual(kind === "lstm" ? ["h0", "c0"] : ["h0"]);
    for (const [row, length] of LENGTHS.entries()) {
      const none = Object.fromEntries(stack.stateNames.map((name) => [name, filled(0, [1, HIDDEN], "float64")]));
      const expected = stack.runLayer(0, alone(x, row), none, { reading: "backward" });
      const results = await evaluate(
        {
          outputs: alone(together.outputs, row),
          behind: sumSquare(slice(together.outputs, 1, row, row + 1)),
          expected: expected.outputs,
          within: sumSquare(expected.outputs),
          ...Object.fromEntries(Object.entries(together.state).map(([name, state]) => [`state ${name}`, slice(state, 0, row, row + 1)])),
          ...Object.fromEntries(Object.entries(expected.state).map(([name, state]) => [`expected ${name}`, state])),
        } as Record<string, Tensor>,
        feeds,
      );
      expect(results.outputs.shape).toEqual([length, 1, HIDDEN]);
      expectClose(results.outputs.data, results.expected.data, `outputs of row ${row}`, 1e-12);
      expectClose(results.behind.data, results.within.data, `all outputs of row ${row}`, 1e-12);
      for (const name of Object.keys(together.state)) expectClose(results[`state ${name}`].data, results[`expected ${name}`].data, `${name} of row ${row}`, 1e-12);
    }
  });

  it.each(["forward", "backward"] as const)("read %s by ONNX Runtime's operator is each row alone, and nothing behind it", async (reading) => {
    const single = new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0);
    nameParameters(single);
    const floats = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toHost(toPlain(value), "float32")]));
    const sequence = constant(values.data, values.shape);
    for (const layer of [0, 1]) {
      // The second layer reads tensors as wide as the state.
      const inputs = layer === 0 ? sequence : concat([sequence, slice(sequence, 2, 0, HIDDEN - WIDTH)], 2);
      const read = single.readLayer(layer, inputs, constant(LENGTHS, [ROWS], "int64"), reading);
      for (const row of LENGTHS.keys()) {
        const none = Object.fromEntries(single.stateNames.map((name) => [name, filled(0, [1, HIDDEN])]));
        const expected = single.runLayer(layer, alone(inputs, row), none, { reading });
        const results = await evaluate(
          {
            outputs: alone(read.outputs, row),
            behind: sumSquare(slice(read.outputs, 1, row, row + 1)),
            last: slice(read.last, 0, row, row + 1),
            expected: expected.outputs,
            within: sumSquare(expected.outputs),
            state: expected.state[`h${layer}`],
          },
          floats,
        );
        expectClose(results.outputs.data, results.expected.data, `outputs of row ${row}`);
        expectClose(results.behind.data, results.within.data, `all outputs of row ${row}`);
        expectClose(results.last.data, results.state.data, `last state of row ${row}`);
      }
    }
  });
});

describe("parameters", () => {
  it("are named, ordered and shaped as in PyTorch", () => {
    for (const kind of CELLS) {
      const [fixture] = fixtureCases(kind);
      const parameters = nameParameters(new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0));
      expect([...parameters].map(([name, { shape }]) => [name, shape])).toEqual(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape]));
    }
  });

  it("start within one over the root of the width, an LSTM's forget gate at 1 in all", () => {
    const bound = 1 / Math.sqrt(HIDDEN);
    for (const kind of CELLS) {
      const parameters = nameParameters(new RecurrentStack(kind, WIDTH, HIDDEN, LAYERS, 0));
      const drawn = new Map([...parameters].map(([name, { shape, initializer }]) => {
        const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
        initializer(data, new RandomStream(1, name));
        return [name, data];
      }));
      for (const [name, data] of drawn) {
        const forget = kind === "lstm" && name.startsWith("bias") ? data.subarray(HIDDEN, 2 * HIDDEN) : new Float32Array(0);
        expect(data.filter((value) => Math.abs(value) > bound).length).toBe(forget.filter((value) => value === 1).length);
        if (name.startsWith("weight")) expect(new Set(data).size).toBe(data.length);
      }
      if (kind !== "lstm") continue;
      const forgetBias = Array.from(drawn.get("bias_ih_l1")!.subarray(HIDDEN, 2 * HIDDEN), (value, i) => value + drawn.get("bias_hh_l1")![HIDDEN + i]);
      expect(forgetBias).toEqual(Array.from({ length: HIDDEN }, () => 1));
    }
  });
});
