// From a row of logits to the next token: penalties, temperature and the three ways of leaving out the improbable.

import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { comesBefore, lastOfLargest } from "./largest_tokens.js";
import type { SeenTokens } from "./repetition_penalty.js";
import type { SamplingOptions } from "./sampling_options.js";

/** The options that shape the distribution of one token. */
export type TokenOptions = Pick<
  SamplingOptions,
  "temperature" | "topK" | "topP" | "minP" | "repetitionPenalty" | "forbiddenTokens"
>;

/**
 * Draws tokens. The order of operations is that of Hugging Face's `generate`: forbidden tokens and repetition penalty
 * on the logits, then temperature, top-k, top-p on the probabilities that top-k left, min-p. Among equally probable
 * tokens the lowest id is kept first, so that exactly k are kept. Linear in the vocabulary; allocates nothing per token.
 * One sampler serves any number of rows, one after the other.
 */
export class Sampler {
  private readonly scores: Float64Array;
  private readonly weights: Float64Array;
  private readonly candidates: Int32Array;

  /**
   * @param vocabularySize how many logits a row has
   * @throws WordloomError `invalid_argument` if a forbidden token is outside of the vocabulary or none is left
   */
  constructor(
    readonly vocabularySize: number,
    private readonly options: TokenOptions,
  ) {
    const outside = options.forbiddenTokens.find((token: number) => token >= vocabularySize);
    if (outside !== undefined) {
      throw new WordloomError(
        "invalid_argument",
        `The forbidden token ${outside} is outside of the model's vocabulary of ${vocabularySize} tokens; give ids from 0 to ${vocabularySize - 1}.`,
      );
    }
    if (new Set(options.forbiddenTokens).size === vocabularySize) {
      throw new WordloomError(
        "invalid_argument",
        `All ${vocabularySize} tokens of the vocabulary are forbidden, so there is nothing to write; allow at least one.`,
      );
    }
    this.scores = new Float64Array(vocabularySize);
    this.weights = new Float64Array(vocabularySize);
    this.candidates = new Int32Array(vocabularySize);
  }

  /**
   * The next token of a row. Draws exactly one uniform number, or none when the temperature is 0.
   * @param logits (rows x vocabularySize); -Infinity means impossible
   * @param seen the row's tokens so far, for the repetition penalty; null where there is none
   * @throws WordloomError `non_finite_loss` if a logit is NaN or Infinity, or every allowed one is -Infinity
   */
  sample(logits: Float32Array, row: number, random: RandomStream, seen: SeenTokens | null): number {
    const best = this.score(logits, row, seen);
    if (this.options.temperature === 0) return best;
    let left = random.uniform() * this.weigh(best);
    // Walked in the order of ids, not of probabilities: then rounding in the logits cannot exchange two tokens' turns.
    let last = best;
    for (let token = 0; token < this.vocabularySize; token++) {
      const weight = this.weights[token];
      if (weight === 0) continue;
      left -= weight;
      if (left < 0) return token;
      last = token;
    }
    return last;
  }

  /**
   * The distribution that `sample` draws from; arguments and errors as there.
   * @returns (vocabularySize) probabilities that sum to 1, zero for each token left out
   */
  probabilities(logits: Float32Array, row: number, seen: SeenTokens | null): Float64Array {
    const best = this.score(logits, row, seen);
    if (this.options.temperature === 0) {
      const certain = new Float64Array(this.vocabularySize);
      certain[best] = 1;
      return certain;
    }
    const total = this.weigh(best);
    return this.weights.map((weight) => weight / total);
  }

  /** Fills `scores` with the allowed, penalized logits of a row; returns the best token, the lowest of equals. */
  private score(logits: Float32Array, row: number, seen: SeenTokens | null): number {
    const { scores, vocabularySize } = this;
    const { forbiddenTokens, repetitionPenalty } = this.options;
    const offset = row * vocabularySize;
    for (let token = 0; token < vocabularySize; token++) {
      const logit = logits[offset + token];
      if (!(logit < Infinity)) throw notFinite(`the logit ${logit} to token ${token}`);
      scores[token] = logit;
    }
    for (let i = 0; i < forbiddenTokens.length; i++) scores[forbiddenTokens[i]] = -Infinity;
    if (seen !== null && repetitionPenalty !== 1) seen.penalize(scores, repetitionPenalty);
    let best = 0;
    for (let token = 1; token < vocabularySize; token++) if (scores[token] > scores[best]) best = token;
    if (scores[best] === -Infinity) throw notFinite("every token that may be written the logit -Infinity");
    return best;
  }

  /**
   * Turns `scores` into `weights`, probabilities up to a factor: the best token has weight 1, those left out 0.
   * @returns the sum of the weights, 1 or more
   */
  private weigh(best: number): number {
    const { scores, weights, candidates, vocabularySize } = this;
    const { temperature, topK, topP, minP } = this.options;
    const highest = scores[best]; // subtracted first, so that neither a tiny temperature nor a large logit overflows
    // Temperature keeps the order, so that top-k may come before it: here scores are exact still.
    if (topK > 0 && topK < vocabularySize) {
      for (let token = 0; token < vocabularySize; token++) candidates[token] = token;
      this.dropAfter(lastOfLargest(candidates, vocabularySize, topK, scores, null));
    }
    let total = 0;
    for (let token = 0; token < vocabularySize; token++) {
      const score = scores[token];
      const weight = score === -Infinity ? 0 : Math.exp((score - highest) / temperature);
      weights[token] = weight;
      total += weight;
    }
    if (topP < 1) {
      // Tokens below this weight are together less than half of what top-p leaves out, so none is in the nucleus.
      const negligible = ((1 - topP) * total) / (2 * vocabularySize);
      let count = 0;
      for (let token = 0; token < vocabularySize; token++) {
        if (weights[token] > negligible) candidates[count++] = token;
      }
      this.dropAfter(lastOfLargest(candidates, count, topP * total, scores, weights));
    }
    if (topP === 1 && minP === 0) return total;
    total = 0;
    for (let token = 0; token < vocabularySize; token++) {
      if (weights[token] < minP) weights[token] = 0;
      total += weights[token];
    }
    return total;
  }

  /** Leaves out every token that is less probable than the given one. */
  private dropAfter(last: number): void {
    const { scores, weights, vocabularySize } = this;
    const threshold = scores[last];
    for (let token = 0; token < vocabularySize; token++) {
      if (scores[token] > threshold || token === last) continue;
      if (comesBefore(last, token, scores)) {
        weights[token] = 0;
        scores[token] = -Infinity;
      }
    }
  }
}

/**
 * A token's natural log-probability under the model itself, before any option: log softmax (logits)[token], computed as
 * x - max - log sum exp(x - max).
 * @param logits (rows x vocabularySize), checked by `Sampler.sample`
 */
export function logProbability(logits: Float32Array, row: number, vocabularySize: number, token: number): number {
  const offset = row * vocabularySize;
  let highest = -Infinity;
  for (let i = offset; i < offset + vocabularySize; i++) if (logits[i] > highest) highest = logits[i];
  let total = 0;
  for (let i = offset; i < offset + vocabularySize; i++) total += Math.exp(logits[i] - highest);
  return logits[offset + token] - highest - Math.log(total);
}

function notFinite(what: string): WordloomError {
  return new WordloomError(
    "non_finite_loss",
    `The model gave ${what}, so its weights are damaged or its training diverged; open an earlier checkpoint, or train again with a lower learning rate.`,
  );
}
