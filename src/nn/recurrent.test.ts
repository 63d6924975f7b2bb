// Recurrent stacks through time: against PyTorch, and against themselves cut into pieces.

import { describe, expect, it } from "vitest";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { RandomStream } from "../runtime/random.js";
import { concat, reshape, split, transpose, type Tensor } from "../tensor/index.js";
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
