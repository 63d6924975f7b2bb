// How parameters start.

import type { RandomStream } from "../runtime/random.js";

/** Fills a parameter's memory. */
export type Initializer = (data: Float32Array, random: RandomStream) => void;

/** Every element the same. */
export const constantValue = (value: number): Initializer => (data) => void data.fill(value);

/** Normal with mean 0. */
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

/**
 * How a Transformer's matrices start, by their place. GPT-2's 0.02 is about 1/√width at its width of 768 (0.036); at the
 * small widths trained here it is so small that attention stays uniform for long, and copying is learned late or not
 * at all, so the deviation follows the width. Projections into the residual stream are scaled down by √(2·layers)
 * (Radford et al. 2019, section 2.3).
 */
export function transformerInitializers(width: number, layers: number): { readonly matrix: Initializer; readonly residual: Initializer } {
  const deviation = 1 / Math.sqrt(width);
  return { matrix: normal(deviation), residual: normal(deviation / Math.sqrt(2 * layers)) };
}

/** Uniform in ±√(6 / (in + out)) (Glorot and Bengio 2010, eq. 16). */
export const xavierUniform = (inputs: number, outputs: number): Initializer => uniform(Math.sqrt(6 / (inputs + outputs)));
