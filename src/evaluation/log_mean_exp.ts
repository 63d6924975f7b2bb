// The logarithm of a mean of numbers that are too small or too large to write down: only their logarithms are known.

import { WordloomError } from "../errors.js";

/**
 * log(mean(exp(values))) of `count` values from the index `from` on. The largest is taken out first, so that it neither
 * overflows nor becomes 0 whatever the values are. All -Infinity give -Infinity; a NaN gives NaN.
 *
 * @throws WordloomError `invalid_argument` if count is less than 1 or the values end before
 */
export function logMeanExp(values: Float32Array | Float64Array, from: number, count: number): number {
  const end = from + count;
  if (!Number.isInteger(from) || !Number.isInteger(count) || from < 0 || count < 1 || end > values.length) {
    const range = `${count} values from index ${from} on`;
    throw new WordloomError("invalid_argument", `No mean can be taken of ${range} out of ${values.length}; give a part of the values.`);
  }
  let largest = -Infinity;
  for (let i = from; i < end; i++) largest = Math.max(largest, values[i]); // Math.max passes a NaN on
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = from; i < end; i++) sum += Math.exp(values[i] - largest);
  return largest + Math.log(sum / count);
}
