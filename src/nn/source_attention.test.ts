// The scores of Bahdanau and Luong in plain numbers, and what attention to a source is made of.

import { describe, expect, it } from "vitest";
import { Draw, at, type PlainArray } from "../tensor/testing/arrays.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { constant } from "../tensor/index.js";
import { MASKED_SCORE } from "./attention.js";
import { nameParameters } from "./module.js";
import { SCORES, SourceAttention, type ScoreKind } from "./source_attention.js";
import { TraceContext } from "./trace_context.js";

const [ROWS, TIME, LENGTH, WIDTH] = [2, 3, 4, 5];
const TOKENS = [4, 2];

/** Row i of a matrix times a vector. */
const product = (matrix: PlainArray, row: number, vector: readonly number[]): number => vector.reduce((total, value, i) => total + at(matrix, [row, i]) * value, 0);
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((total, value, i) => total + value * b[i], 0);
const vectorAt = (tensor: PlainArray, row: number, position: number): number[] => Array.from({ length: WIDTH }, (_, i) => at(tensor, [row, position, i]));

/** The formulas of the papers. */
function score(kind: ScoreKind, state: readonly number[], value: readonly number[], parameters: Readonly<Record<string, PlainArray>>): number {
  if (kind === "dot") return dot(state, value);
  const key = value.map((_, i) => product(parameters["key.weight"], i, value));
  if (kind === "general") return dot(state, key);
  const query = state.map((_, i) => product(parameters["query.weight"], i, state) + parameters["query.bias"].data[i]);
  return dot(parameters.score.data, query.map((part, i) => Math.tanh(part + key[i])));
}

describe.each(SCORES)("%s", (kind) => {
  it("shares out its weights by the paper's score, and combines what it attends to with the state", async () => {
    const attention = new SourceAttention(kind, WIDTH);
    const draw = new Draw(4, kind);
    const parameters = Object.fromEntries(Array.from(nameParameters(attention, "float64"), ([name, { shape }]) => [name, draw.uniform(shape)]));
    const [states, values] = [draw.uniform([ROWS, TIME, WIDTH]), draw.uniform([ROWS, LENGTH, WIDTH])];
    const tensor = ({ shape, data }: PlainArray) => constant(data, shape, "float64");
    const mask = constant(TOKENS.flatMap((tokens) => Array.from({ length: LENGTH }, (_, s) => (s < tokens ? 0 : MASKED_SCORE))), [ROWS, 1, LENGTH], "float64");
    const memory = { values: tensor(values), keys: attention.keys(tensor(values)), mask };
    const feeds = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, toHost(value, "float64")]));
    const { vectors, weights } = await evaluate(attention.forward(tensor(states), memory, new TraceContext(false)), feeds);
    for (const [row, tokens] of TOKENS.entries()) {
      for (let t = 0; t < TIME; t++) {
        const state = vectorAt(states, row, t);
        const exponentials = Array.from({ length: LENGTH }, (_, s) => (s < tokens ? Math.exp(score(kind, state, vectorAt(values, row, s), parameters)) : 0));
        const total = exponentials.reduce((a, b) => a + b, 0);
        exponentials.forEach((value, s) => expect(at(weights, [row, t, s])).toBeCloseTo(value / total, 12));
        const attended = state.map((_, i) => exponentials.reduce((sum, value, s) => sum + (value / total) * at(values, [row, s, i]), 0));
        state.forEach((_, i) => {
          const combined = product(parameters["combine.weight"], i, [...attended, ...state]) + parameters["combine.bias"].data[i];
          expect(at(vectors, [row, t, i])).toBeCloseTo(Math.tanh(combined), 12);
        });
      }
    }
  });

  it("has the parameters of its score and no others", () => {
    const own = { additive: ["key.weight", "query.weight", "query.bias", "score"], dot: [], general: ["key.weight"] };
    expect([...nameParameters(new SourceAttention(kind, WIDTH)).keys()]).toEqual([...own[kind], "combine.weight", "combine.bias"]);
  });
});
