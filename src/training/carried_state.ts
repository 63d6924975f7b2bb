// The tensors that a model carries from batch to batch.

import type { TextModel } from "../models/text_model.js";
import { hostTensor, type HostTensor } from "../runtime/backend.js";
import { sizeOf } from "../tensor/index.js";

export const carriedInput = (name: string): string => `carried.${name}`;
export const carriedOutput = (name: string): string => `carried.${name}.next`;

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
