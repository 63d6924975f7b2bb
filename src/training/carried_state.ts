// The tensors that a model carries from batch to batch, and the trace of its loss between them.

import { batchInputs, type BatchShape, type TextModel } from "../models/text_model.js";
import type { TraceContext } from "../nn/trace_context.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { input, sizeOf, type Tensor } from "../tensor/index.js";

const carriedInput = (name: string): string => `carried.${name}`;
const carriedOutput = (name: string): string => `carried.${name}.next`;

/** Hidden states that pass from one batch to the next, in two copies. */
export class CarriedState {
  private copies: [Record<string, HostTensor>, Record<string, HostTensor>];
  private current: 0 | 1 = 0;

  constructor(private readonly model: TextModel, private readonly rows: number) {
    this.copies = [this.allocate(), this.allocate()];
  }

  private allocate(): Record<string, HostTensor> {
    const shapes = Object.entries(this.model.carried(this.rows)) as [string, readonly number[]][];
    return Object.fromEntries(shapes.map(([name, shape]) => [name, hostTensor(new Float32Array(sizeOf(shape)), shape)]));
  }

  feeds(): Record<string, HostTensor> {
    return Object.fromEntries(Object.entries(this.copies[this.current]).map(([name, tensor]) => [carriedInput(name), tensor]));
  }

  targets(): Record<string, HostTensor> {
    return Object.fromEntries(Object.entries(this.copies[1 - this.current]).map(([name, tensor]) => [carriedOutput(name), tensor]));
  }

  swap(): void {
    this.current = this.current === 0 ? 1 : 0;
  }

  /** The current tensors by name; writable. */
  tensors(): Readonly<Record<string, HostTensor>> {
    return this.copies[this.current];
  }
}

/** Traces a model's loss over a batch of fixed sizes with its carried state as further inputs and outputs. */
export function traceLoss(model: TextModel, shape: BatchShape, context: TraceContext): { lossSum: Tensor; natsSum: Tensor; carried: Record<string, Tensor> } {
  const carried = Object.fromEntries(Object.entries(model.carried(shape.rows)).map(([name, sizes]) => [name, input(carriedInput(name), sizes)]));
  const traced = model.loss(batchInputs(model, shape), carried, context);
  return { lossSum: traced.lossSum, natsSum: traced.natsSum ?? traced.lossSum, carried: Object.fromEntries(Object.entries(traced.carried).map(([name, tensor]) => [carriedOutput(name), tensor])) };
}
