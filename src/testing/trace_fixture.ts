// Traces a language model as the fixtures of whole models have it: logits of all positions and the mean loss.

import type { LanguageModel } from "../models/language_model.js";
import { TraceContext } from "../nn/trace_context.js";
import { filled, mul, reshape, transpose, type Tensor } from "../tensor/index.js";
import type { FloatingType } from "./compare_with_fixture.js";
import type { FixtureCase } from "./fixtures.js";

/** Logits (B, T, V), whatever the order in which the model computes them. */
export function batchFirst(logits: Tensor, rows: number, length: number, vocabularySize: number): Tensor {
  return transpose(reshape(logits, [length, rows, vocabularySize]), [1, 0, 2]);
}

/** For `compareWithFixture`: the outputs of a model whose case has `inputIds` and `targets`. */
export function traceFixture(model: LanguageModel, fixture: FixtureCase, dtype: FloatingType): (inputs: Readonly<Record<string, Tensor>>) => Record<string, Tensor> {
  return ({ inputIds, targets }) => {
    const [rows, length] = fixture.inputs.inputIds.shape;
    const restart = filled(0, [rows], dtype);
    const carried = Object.fromEntries(Object.entries(model.carried(rows)).map(([name, shape]) => [name, filled(0, shape, dtype)]));
    const context = new TraceContext(false);
    const { logits } = model.logits(inputIds, restart, carried, context);
    const { lossSum } = model.loss({ tokens: inputIds, targets, restart }, carried, context);
    const counted = fixture.inputs.targets.data.filter((target) => target !== -1).length;
    return { logits: batchFirst(logits, rows, length, model.vocabularySize), loss: mul(lossSum, 1 / counted) };
  };
}
