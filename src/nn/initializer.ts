// How parameters start.

import type { RandomStream } from "../runtime/random.js";

/** Fills a parameter's memory. */
export type Initializer = (data: Float32Array, random: RandomStream) => void;

/** Every element the same. */
export const constantValue = (value: number): Initializer => (data) => void data.fill(value);

/** Normal with mean 0. GPT-2 uses 0.02, and 0.02/√(2·layers) for projections into the residual stream. */
export const normal = (deviation: number): Initializer => (data, random) => {
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
};

/** Uniform in [−bound, bound]. PyTorch's recurrent layers use 1/√hidden. */
export const uniform = (bound: number): Initializer => (data, random) => {
  for (let i = 0; i < data.length; i++) data[i] = bound * (2 * random.uniform() - 1);
};

/** Gate by gate: piece i of the first axis is filled by `parts[i]` (an LSTM's forget bias starts at 1). */
export const inPieces = (parts: readonly Initializer[]): Initializer => (data, random) => {
  const size = data.length / parts.length;
  for (const [i, part] of parts.entries()) part(data.subarray(i * size, (i + 1) * size), random);
};
