// A model's loss as a program's inputs and outputs, and what the outputs beside the loss add up to.

import { batchInputs, type BatchShape, type TextModel } from "../models/text_model.js";
import type { TraceContext } from "../nn/trace_context.js";
import type { HostTensor } from "../runtime/backend.js";
import { input, type Tensor } from "../tensor/index.js";
import { carriedInput, carriedOutput } from "./carried_state.js";

/** The outputs of a traced loss; those of the carried state and the measures under the names of program outputs. */
export interface LossOutputs {
  readonly lossSum: Tensor;
  readonly natsSum: Tensor;
  readonly carried: Record<string, Tensor>;
  readonly measures: Record<string, Tensor>;
}

const measureOutput = (name: string): string => `measure.${name}`;
const SAMPLES = "samples";

/** Sums over samples, and how many those are. */
export interface MeasuredSums {
  readonly samples: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** The measures among a program's results; none for a model that has none. */
export function measuredSums(results: Readonly<Record<string, HostTensor>>): MeasuredSums | undefined {
  const prefix = measureOutput("");
  const found = Object.entries(results).flatMap(([name, { data }]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), data[0] as number] as const] : []));
  if (found.length === 0) return undefined;
  const { [SAMPLES]: samples, ...sums } = Object.fromEntries(found);
  return { samples, sums };
}

/** Both together. */
export function addSums(left: MeasuredSums | undefined, right: MeasuredSums | undefined): MeasuredSums | undefined {
  if (!left || !right) return left ?? right;
  return { samples: left.samples + right.samples, sums: Object.fromEntries(Object.entries(left.sums).map(([name, sum]) => [name, sum + right.sums[name]])) };
}

/** Traces a model's loss over a batch of fixed sizes with its carried state as further inputs and outputs. */
export function traceLoss(model: TextModel, shape: BatchShape, context: TraceContext): LossOutputs {
  const carried = Object.fromEntries(Object.entries(model.carried(shape.rows)).map(([name, sizes]) => [name, input(carriedInput(name), sizes)]));
  const { lossSum, natsSum = lossSum, carried: next, measures } = model.loss(batchInputs(model, shape), carried, context);
  const named: Readonly<Record<string, Tensor>> = measures ? { ...measures.sums, [SAMPLES]: measures.samples } : {};
  return {
    lossSum,
    natsSum,
    carried: Object.fromEntries(Object.entries(next).map(([name, tensor]) => [carriedOutput(name), tensor])),
    measures: Object.fromEntries(Object.entries(named).map(([name, tensor]) => [measureOutput(name), tensor])),
  };
}
