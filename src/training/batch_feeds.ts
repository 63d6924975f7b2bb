// A batch as the tensors that a program is fed, laid out as its model says.

import { fieldShape, type BatchShape, type TextModel } from "../models/text_model.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import type { TensorData } from "../tensor/tensor.js";
import type { SizedBatch } from "../text/batch.js";

/** The tensors of a batch by their input names. */
export function batchFeeds(model: TextModel, batch: SizedBatch): Record<string, HostTensor> {
  const data = batch as unknown as Readonly<Record<string, TensorData>>;
  return Object.fromEntries(Object.entries(model.batchFields).map(([name, field]) => [name, hostTensor(data[name], fieldShape(field, batch.shape))]));
}

/** A name for batches of one shape: those that one compiled program serves. */
export const shapeKey = (shape: BatchShape): string => Object.values(shape).join(" × ");
