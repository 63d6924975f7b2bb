// Caches of keys and values that grow with the text, so that short texts attend over little and are cheap to copy.

import { hostTensor, type HostTensor } from "../runtime/backend.js";

/** Positions of a new cache; enough that a short sentence never grows it. */
const SMALLEST_CAPACITY = 16;

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** How many positions a cache that held `capacity` needs for `length`: it doubles, up to `limit`. */
export function grownCapacity(capacity: number, length: number, limit: number): number {
  let grown = Math.max(capacity, SMALLEST_CAPACITY);
  while (grown < length) grown *= 2;
  return Math.min(grown, limit);
}

/**
 * Copies rows and positions into a new cache, which is zero behind them.
 * @param cache (rows, ..., capacity, ...), the positions at `axis`
 * @param rows which rows of the cache become those of the new one; null for all, in order
 * @param length how many positions are filled
 * @param capacity positions of the new cache, `length` or more
 */
export function copyPositions(cache: HostTensor, axis: number, rows: Int32Array | null, length: number, capacity: number): HostTensor {
  const shape = [...cache.shape];
  const inner = product(shape.slice(axis + 1));
  const outer = product(shape.slice(1, axis));
  const from = shape[axis] * inner;
  const to = capacity * inner;
  const count = rows?.length ?? shape[0];
  const source = cache.data as Float32Array;
  const target = new Float32Array(count * outer * to);
  const filled = length * inner;
  for (let i = 0; i < count; i++) {
    const row = rows === null ? i : rows[i];
    for (let j = 0; j < outer; j++) {
      const start = (row * outer + j) * from;
      target.set(source.subarray(start, start + filled), (i * outer + j) * to);
    }
  }
  shape[0] = count;
  shape[axis] = capacity;
  return hostTensor(target, shape);
}

/** Writes `count` new positions of every row behind the first `length` along the axis, in place; they must fit. */
export function appendPositions(cache: HostTensor, axis: number, added: HostTensor, length: number, count: number): void {
  const inner = product(cache.shape.slice(axis + 1));
  const outer = product(cache.shape.slice(0, axis));
  const capacity = cache.shape[axis];
  const target = cache.data as Float32Array;
  const source = added.data as Float32Array;
  for (let i = 0; i < outer; i++) {
    target.set(source.subarray(i * count * inner, (i + 1) * count * inner), (i * capacity + length) * inner);
  }
}
