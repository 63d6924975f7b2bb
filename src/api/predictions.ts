// What logits say of the places of a text: the likeliest tokens, and how likely the one was that came.

import type { Alternative, ReadToken } from "../explanation/reading.js";
import { LargestCandidates } from "../generation/largest_candidates.js";
import type { Tokenizer } from "../text/tokenizer.js";

/** Alternatives shown of each place. */
export const ALTERNATIVES = 5;

/** What is predicted after one token. */
export interface Prediction {
  /** The likeliest tokens, likeliest first. */
  readonly alternatives: readonly Alternative[];
  /** Of the token that comes: the natural logarithm of its probability, and its rank, 1 for the likeliest; null where none is known. */
  readonly logProbability: number | null;
  readonly rank: number | null;
}

/** A token's text; of an id that the model has and the tokenizer has not, the id. */
export const tokenName = (tokenizer: Tokenizer, id: number): string => (id < tokenizer.vocabularySize ? tokenizer.tokenText(id) : `<${id}>`);

/** A token with what was predicted in its place. */
export function readToken(token: Pick<ReadToken, "text" | "special">, before: Prediction | undefined): ReadToken {
  return { ...token, logProbability: before?.logProbability ?? null, rank: before?.rank ?? null, alternatives: before?.alternatives ?? [] };
}

/** Reads rows of logits for one text. */
export class Predictions {
  /** Those read so far, in the order of the text. */
  readonly rows: Prediction[] = [];
  private readonly largest: LargestCandidates;

  /**
   * @param size of the model's vocabulary
   * @param next the id that comes after each token, null where none is known
   */
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly size: number,
    private readonly next: readonly (number | null)[],
  ) {
    this.largest = new LargestCandidates(Math.min(ALTERNATIVES, size), size, []);
  }

  /** Reads the logits (positions × size) of the places that come next. */
  take(logits: Float32Array, positions: number): void {
    for (let position = 0; position < positions; position++) {
      const row = logits.subarray(position * this.size, (position + 1) * this.size);
      this.rows.push(this.predict(row, this.next[this.rows.length]));
    }
  }

  private predict(logits: Float32Array, next: number | null): Prediction {
    const { largest, tokenizer } = this;
    const highest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const normalizer = highest + Math.log(logits.reduce((total, logit) => total + Math.exp(logit - highest), 0));
    largest.clear();
    largest.offer(logits, 0, 0, -normalizer);
    const alternatives = Array.from(largest.tokens.subarray(0, largest.count), (id, i) => ({ text: tokenName(tokenizer, id), probability: Math.exp(largest.scores[i]) }));
    if (next === null) return { alternatives, logProbability: null, rank: null };
    return { alternatives, logProbability: logits[next] - normalizer, rank: 1 + logits.reduce((above, logit) => above + (logit > logits[next] ? 1 : 0), 0) };
  }
}
