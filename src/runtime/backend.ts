// The one interface behind which ONNX Runtime runs, natively in Node.js or as WebAssembly.

import type { DataType } from "../tensor/shape.js";
import type { TensorData } from "../tensor/tensor.js";

/** Where programs run. All but "cpu" need hardware and a build of ONNX Runtime that has the provider. */
export type Device = "cpu" | "webgpu" | "cuda" | "dml" | "coreml";
export const DEVICES: readonly Device[] = ["cpu", "webgpu", "cuda", "dml", "coreml"];

/** A tensor in memory. Its identity matters: backends keep what they prepared for it as long as the object lives. */
export interface HostTensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface SessionOptions {
  readonly device: Device;
  /** Threads inside one operator. Results are bit-identical only for one and the same number. */
  readonly threads: number;
  /** Writes ONNX Runtime's profile to files with this prefix. */
  readonly profile?: string;
  /** Memory between the runs of a session on the CPU; "planned" unless given. */
  readonly intermediates?: Intermediates;
}

/**
 * What becomes of the memory for intermediate values after a run: it stays, laid out in one block beforehand, which is
 * fastest for many small operators and takes twice what is needed; it stays in a pool of the session; or it is given
 * back, which costs a large graph a fifth more time.
 */
export type Intermediates = "planned" | "pooled" | "freed";

/** A compiled graph. */
export interface Session {
  /**
   * Runs the graph once. Outputs named in `into` are found in those tensors afterwards; every other output named in
   * `fetch` is returned in fresh memory.
   */
  run(feeds: Readonly<Record<string, HostTensor>>, into: Readonly<Record<string, HostTensor>>, fetch: readonly string[]): Promise<Record<string, HostTensor>>;
  /** Frees the compiled graph; a profile is written now. */
  release(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** @throws WordloomError "device_unavailable" where the device's provider is absent */
  createSession(model: Uint8Array, options: SessionOptions): Promise<Session>;
}

/** A tensor over existing memory. */
export function hostTensor(data: TensorData, shape: readonly number[], dtype?: DataType): HostTensor {
  return { data, shape, dtype: dtype ?? dataTypeOf(data) };
}

function dataTypeOf(data: TensorData): DataType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof BigInt64Array ? "int64" : "bool";
}
