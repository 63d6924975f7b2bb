// Texts of many lengths as tensors of few, so that few programs serve them.

import { hostTensor, type HostTensor } from "../runtime/backend.js";

/** Lengths are rounded up to a multiple of this. */
const STEP = 8;

/** A length rounded up, but not beyond what the model holds. */
export const roundedLength = (length: number, most: number): number => Math.min(most, STEP * Math.ceil(length / STEP));

/** Token ids as int64 (1, length), filled up with zeros. */
export function paddedTokens(ids: ArrayLike<number>, length: number): HostTensor {
  const data = new BigInt64Array(length);
  for (let i = 0; i < ids.length; i++) data[i] = BigInt(ids[i]);
  return hostTensor(data, [1, length]);
}
