// A text that was made from a source, and what makes one better than another.

/** One text for a source. */
export interface Hypothesis {
  /** Its tokens, without the start and the end token. */
  readonly tokens: readonly number[];
  /** Whether it ended with the end token; otherwise it was cut off at the largest length. */
  readonly complete: boolean;
  /** The natural log-probability of its tokens under the model itself, the end token's included. */
  readonly logProbability: number;
  /** The log-probability divided by `lengthPenalty`, and `coveragePenalty` added: what texts of one source are compared by. */
  readonly score: number;
  /**
   * Where it was asked for: for each token, and at last for the end token of a complete text, the weights (source length)
   * that the source's tokens had when it was predicted.
   */
  readonly attention?: readonly Float32Array[];
}

/**
 * ((5 + length)^alpha) / (6^alpha) (Wu et al. 2016, "Google's Neural Machine Translation System", eq. 14): dividing by it
 * keeps short texts from winning only because they are short.
 * @param length how many tokens, the end token counted
 */
export function lengthPenalty(length: number, alpha: number): number {
  return ((5 + length) / 6) ** alpha;
}

/** The score of a text of `length` tokens, the end token counted. */
export function scoreOf(logProbability: number, length: number, alpha: number): number {
  return logProbability / lengthPenalty(length, alpha);
}

/**
 * Sorts complete texts before those cut off, whose ends have cost them nothing; then by falling score; then by the lower
 * token at the first difference, a beginning before what goes on.
 */
export function compareHypotheses(a: Hypothesis, b: Hypothesis): number {
  if (a.complete !== b.complete) return a.complete ? -1 : 1;
  if (a.score !== b.score) return b.score - a.score;
  const shared = Math.min(a.tokens.length, b.tokens.length);
  for (let i = 0; i < shared; i++) if (a.tokens[i] !== b.tokens[i]) return a.tokens[i] - b.tokens[i];
  return a.tokens.length - b.tokens.length;
}
