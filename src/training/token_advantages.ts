// What each token of a drawn text was worth beyond expectation: the weights of the policy gradient.

/** What is expected of a token: nothing, what the batch's other texts got at its place, or the same in units of their deviation. */
export type Baseline = "none" | "mean" | "normalized";
export const BASELINES: readonly Baseline[] = ["none", "mean", "normalized"];

/** Below this deviation rewards are all alike, and no token was better than another. */
const SMALLEST_DEVIATION = 1e-6;

/**
 * Advantages of tokens from their rewards, position by position over the texts that have a token there. The mean leaves
 * the text itself out, so that the gradient stays unbiased (Kool et al. 2019, eq. 8).
 * @param rewards (T, N) row by row: of text n, with position t drawn
 * @param written (N, T) row by row: whether text n has a token at position t
 * @returns (N, T) row by row, 0 where nothing was written
 */
export function tokenAdvantages(rewards: ArrayLike<number>, written: (text: number, position: number) => boolean, { rows, length }: { readonly rows: number; readonly length: number }, baseline: Baseline): Float32Array {
  const advantages = new Float32Array(rows * length);
  for (let position = 0; position < length; position++) {
    const texts = Array.from({ length: rows }, (_, text) => text).filter((text) => written(text, position));
    const values = texts.map((text) => rewards[position * rows + text]);
    const weighed = baseline === "none" ? values : againstOthers(values, baseline === "normalized");
    texts.forEach((text, i) => (advantages[text * length + position] = weighed[i]));
  }
  return advantages;
}

function againstOthers(values: readonly number[], normalized: boolean): number[] {
  const count = values.length;
  if (count < 2) return values.map(() => 0);
  const mean = values.reduce((total, value) => total + value, 0) / count;
  const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (count - 1));
  if (normalized && deviation < SMALLEST_DEVIATION) return values.map(() => 0);
  const scale = normalized ? 1 / deviation : count / (count - 1);
  return values.map((value) => (value - mean) * scale);
}
