// The interface that training knows: a model's batch, what it carries from batch to batch, and its loss.

import { input, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import { Module } from "../nn/module.js";
import type { TraceContext } from "../nn/trace_context.js";

/** Sizes of a batch by their names: `rows` and `length`, or `rows`, `sourceLength` and `targetLength`. */
export type BatchShape = Readonly<Record<string, number>>;

/** One tensor of a batch: its type, and the names of its sizes. */
export interface BatchField {
  readonly dtype: DataType;
  readonly sizes: readonly string[];
}

export interface TracedLoss {
  /** Sum over the counted targets of what training minimises; a scalar. */
  readonly lossSum: Tensor;
  /** Sum of their cross-entropy in nats, to be shown, where that is not the same. */
  readonly natsSum?: Tensor;
  /** Carried tensors after the batch, by name. */
  readonly carried: Readonly<Record<string, Tensor>>;
  /** Further sums over the batch's samples, to be shown by name beside the loss, and how many samples those are. */
  readonly measures?: { readonly samples: Tensor; readonly sums: Readonly<Record<string, Tensor>> };
}

/** Symbolic inputs of a batch, by the names of the model's `batchFields`. */
export type BatchTensors = Readonly<Record<string, Tensor>>;

/** A model that can be trained on batches of text. */
export abstract class TextModel extends Module {
  /** What a batch consists of: the one place that says how it is laid out. */
  abstract readonly batchFields: Readonly<Record<string, BatchField>>;

  /** Shapes of the tensors that pass from one batch to the next, for `rows` rows; empty where batches are independent. */
  carried(_rows: number): Readonly<Record<string, Shape>> {
    return {};
  }

  /**
   * The loss of a batch: in nats, summed over its targets. While training it may hold more than the cross-entropy
   * (label smoothing); otherwise it is the cross-entropy.
   */
  abstract loss(batch: BatchTensors, carried: Readonly<Record<string, Tensor>>, context: TraceContext): TracedLoss;
}

/** The shape of a batch's tensor. */
export const fieldShape = ({ sizes }: BatchField, shape: BatchShape): number[] => sizes.map((size) => shape[size]);

/** The inputs of a batch of the given sizes; floating-point fields are of type `floating`. */
export function batchInputs(model: TextModel, shape: BatchShape, floating: "float32" | "float64" = "float32"): BatchTensors {
  const entries = Object.entries(model.batchFields).map(([name, field]) => {
    const dtype = field.dtype.startsWith("float") ? floating : field.dtype;
    return [name, input(name, fieldShape(field, shape), dtype)] as const;
  });
  return Object.fromEntries(entries);
}
