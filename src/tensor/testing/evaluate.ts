// Runs symbolic tensors, so that tests can look at their values.

import { hostTensor, type HostTensor } from "../../runtime/backend.js";
import { nodeBackend } from "../../runtime/node_backend.js";
import { Program } from "../../runtime/program.js";
import { allocate } from "../operators/source.js";
import type { DataType } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { PlainArray } from "./arrays.js";

/** One thread, so that every run of a test computes the same bits. */
export const TEST_SESSION = { device: "cpu", threads: 1 } as const;

/** A plain array in the memory of a type. */
export function toHost({ shape, data }: PlainArray, dtype: DataType): HostTensor {
  const memory = allocate(dtype, data.length);
  if (memory instanceof BigInt64Array) memory.set(data.map(BigInt));
  else memory.set(data);
  return hostTensor(memory, shape, dtype);
}

/** A result as plain numbers. */
export function toPlain({ shape, data }: HostTensor): PlainArray {
  return { shape, data: Array.from(data as ArrayLike<number | bigint>, Number) };
}

export const compile = (outputs: Readonly<Record<string, Tensor>>): Promise<Program> => Program.compile(outputs, nodeBackend, TEST_SESSION);

/** The values of tensors, given the values of the inputs by name. */
export async function evaluate<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  feeds: Readonly<Record<string, HostTensor>> = {},
): Promise<Record<Name, PlainArray>> {
  const program = await compile(outputs);
  const results = await program.run(feeds);
  await program.release();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, toPlain(value)])) as Record<Name, PlainArray>;
}
