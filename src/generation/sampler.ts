// From a row of logits to the next token: penalties, temperature and the three ways of leaving out the improbable.

import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { collectLargest, comesBefore, lastOfLargest } from "./largest_tokens.js";
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
  /** Logits of the row after forbidding and penalizing, by token. */
  private readonly scores: Float64Array;
  /** Probabilities up to a factor, by token; of the kept tokens only. */
  private readonly weights: Float64Array;
  /** The tokens kept so far, by rising id: the first `keptCount`. */
  private readonly kept: Int32Array;
  private keptCount = 0;
  private readonly reordered: Int32Array;

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
    this.kept = new Int32Array(vocabularySize);
    this.reordered = new Int32Array(vocabularySize);
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
    for (let i = 0; i < this.keptCount; i++) {
      left -= this.weights[this.kept[i]];
      if (left < 0) return this.kept[i];
    }
    return best; // only when rounding left a rest
  }

  /**
   * The distribution that `sample` draws from; arguments and errors as there.
   * @returns (vocabularySize) probabilities that sum to 1, zero for each token left out
   */
  probabilities(logits: Float32Array, row: number, seen: SeenTokens | null): Float64Array {
    const best = this.score(logits, row, seen);
    const probabilities = new Float64Array(this.vocabularySize);
    if (this.options.temperature === 0) {
      probabilities[best] = 1;
      return probabilities;
    }
    const total = this.weigh(best);
    for (const token of this.kept.subarray(0, this.keptCount)) probabilities[token] = this.weights[token] / total;
    return probabilities;
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
   * Finds the tokens to keep and their weights; the best token has weight 1.
   * @returns the sum of the weights, 1 or more
   */
  private weigh(best: number): number {
    const { scores, weights, kept, vocabularySize } = this;
    const { temperature, topK, topP, minP } = this.options;
    if (topK > 0 && topK < vocabularySize) {
      // Temperature keeps the order, so that top-k may come before it, where it leaves fewer exponentials to take.
      this.keptCount = collectLargest(kept, topK, scores);
      this.keepLargest(topK, null);
    } else {
      for (let token = 0; token < vocabularySize; token++) kept[token] = token;
      this.keptCount = vocabularySize;
    }
    const highest = scores[best]; // subtracted first, so that neither a tiny temperature nor a large logit overflows
    let total = 0;
    for (let i = 0; i < this.keptCount; i++) {
      const weight = Math.exp((scores[kept[i]] - highest) / temperature);
      weights[kept[i]] = weight;
      total += weight;
    }
    if (topP < 1) {
      // Tokens below this weight are together less than half of what top-p leaves out, so none is in the nucleus.
      this.keepFrom(((1 - topP) * total) / (2 * this.keptCount));
      this.keepLargest(topP * total, weights);
    }
    return topP < 1 || minP > 0 ? this.keepFrom(minP) : total;
  }

  /** Of the kept tokens keeps the fewest most probable ones whose measures reach `target`, see `lastOfLargest`. */
  private keepLargest(target: number, measure: Float64Array | null): void {
    const { scores, kept, reordered, keptCount } = this;
    for (let i = 0; i < keptCount; i++) reordered[i] = kept[i];
    const last = lastOfLargest(reordered, keptCount, target, scores, measure);
    this.keptCount = 0;
    for (let i = 0; i < keptCount; i++) {
      if (!comesBefore(last, kept[i], scores)) kept[this.keptCount++] = kept[i];
    }
  }

  /** Of the kept tokens keeps those of at least this weight; returns the sum of their weights. */
  private keepFrom(leastWeight: number): number {
    const { weights, kept, keptCount } = this;
    let total = 0;
    this.keptCount = 0;
    for (let i = 0; i < keptCount; i++) {
      const weight = weights[kept[i]];
      if (weight < leastWeight) continue;
      kept[this.keptCount++] = kept[i];
      total += weight;
    }
    return total;
  }
}

function highestLogit(logits: Float32Array, row: number, vocabularySize: number): number {
  const offset = row * vocabularySize;
  let highest = -Infinity;
  for (let i = offset; i < offset + vocabularySize; i++) if (logits[i] > highest) highest = logits[i];
  return highest;
}

/** log sum exp(x - highest) of a row. */
function logSum(logits: Float32Array, row: number, vocabularySize: number, highest: number): number {
  const offset = row * vocabularySize;
  let total = 0;
  for (let i = offset; i < offset + vocabularySize; i++) total += Math.exp(logits[i] - highest);
  return Math.log(total);
}

/**
 * A token's natural log-probability under the model itself, before any option: log softmax (logits)[token], computed as
 * x - max - log sum exp(x - max).
 * @param logits (rows x vocabularySize), checked by `Sampler.sample`
 */
export function logProbability(logits: Float32Array, row: number, vocabularySize: number, token: number): number {
  const highest = highestLogit(logits, row, vocabularySize);
  return logits[row * vocabularySize + token] - highest - logSum(logits, row, vocabularySize, highest);
}

/**
 * What to subtract from a row's logits for log-probabilities: log sum exp x.
 * @param logits (rows x vocabularySize)
 * @throws WordloomError `non_finite_loss` if a logit is NaN or Infinity, or all are -Infinity
 */
export function logNormalizer(logits: Float32Array, row: number, vocabularySize: number): number {
  const highest = highestLogit(logits, row, vocabularySize);
  const normalizer = highest + logSum(logits, row, vocabularySize, highest);
  if (!Number.isFinite(normalizer)) throw notFinite("logits that are no finite numbers");
  return normalizer;
}

/** The complaint about a model that computes no numbers. `what`: what it gave */
export function notFinite(what: string): WordloomError {
  return new WordloomError(
    "non_finite_loss",
    `The model gave ${what}, so its weights are damaged or its training diverged; open an earlier checkpoint, or train again with a lower learning rate.`,
  );
}
