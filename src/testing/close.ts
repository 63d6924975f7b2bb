// How far numbers may lie from a reference: measured against the largest value of the whole tensor.

import { expect } from "vitest";

/** What the float32 computations of this library are held to. */
export const FLOAT32_TOLERANCE = 1e-5;

/** The largest difference as a share of the largest expected value; NaN if any number is no number. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Fails unless both have one length and `relativeError` is at most the tolerance. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = FLOAT32_TOLERANCE): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  expect(relativeError(actual, expected), `relative error of ${what}`).toBeLessThanOrEqual(tolerance);
}
