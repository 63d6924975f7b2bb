// What the native and the WebAssembly build of ONNX Runtime share: one session class over their common interface.

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-node";
import type { TensorData } from "../tensor/tensor.js";
import { hostTensor, type HostTensor, type Session } from "./backend.js";

/** Wraps an ONNX Runtime session. `inPlace`: whether outputs are written straight into the memory that is offered. */
export class OrtSession implements Session {
  private readonly prepared = new WeakMap<HostTensor, OrtTensor>();

  constructor(
    private readonly session: InferenceSession,
    private readonly TensorClass: TensorConstructor,
    private readonly inPlace: boolean,
    private readonly profiling: boolean,
  ) {}

  async run(feeds: Readonly<Record<string, HostTensor>>, into: Readonly<Record<string, HostTensor>>, fetch: readonly string[]): Promise<Record<string, HostTensor>> {
    const ortFeeds: Record<string, OrtTensor> = {};
    for (const name of this.session.inputNames) ortFeeds[name] = this.prepare(feeds[name]);
    const fetches: Record<string, OrtTensor | null> = {};
    for (const name of fetch) fetches[name] = null;
    for (const name in into) fetches[name] = this.inPlace ? this.prepare(into[name]) : null;
    const returned = await this.session.run(ortFeeds, fetches);
    if (!this.inPlace) for (const name in into) copy(returned[name].data as TensorData, into[name].data);
    const results: Record<string, HostTensor> = {};
    for (const name of fetch) {
      const { data, dims } = returned[name];
      results[name] = hostTensor(data as TensorData, dims);
    }
    return results;
  }

  async release(): Promise<void> {
    if (this.profiling) this.session.endProfiling();
    await this.session.release();
  }

  private prepare(tensor: HostTensor): OrtTensor {
    let prepared = this.prepared.get(tensor);
    if (!prepared) {
      prepared = new this.TensorClass(tensor.dtype, tensor.data as Float32Array, tensor.shape) as OrtTensor;
      this.prepared.set(tensor, prepared);
    }
    return prepared;
  }
}

function copy(from: TensorData, to: TensorData): void {
  (to as { set(source: TensorData): void }).set(from);
}
