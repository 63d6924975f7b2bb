// How much of a source a text has attended to, and what it costs to have left some of it out.

/** The least that a position is covered: weights below the smallest normal float32 are computed as 0. */
const LEAST = 2 ** -126;

/**
 * A text's coverage after one more token.
 * @param coverage the weight that each token of the source got so far, all of the text's tokens together
 * @param attention the weights that were paid while the token was predicted; those behind the source are padding's
 */
export function coverageAfter(coverage: Float64Array, attention: Float32Array): Float64Array {
  return coverage.map((weight, position) => weight + attention[position]);
}

/**
 * beta * sum over the source's positions i of log(min(sum over the text's tokens j of p_ij, 1)): 0 for a text that has
 * attended to all of its source, and below 0 for others (Wu et al. 2016, "Google's Neural Machine Translation System",
 * eq. 14). The source's end token is one of its positions, and the text's end token one of its tokens.
 * @param coverage the inner sums, one a position
 */
export function coveragePenalty(coverage: ArrayLike<number>, beta: number): number {
  let total = 0;
  for (let position = 0; position < coverage.length; position++) total += Math.log(Math.min(Math.max(coverage[position], LEAST), 1));
  return beta * total;
}
