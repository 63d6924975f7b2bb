// Decoders of sources that are right by inspection, and the plainest ways to decode with them.

import type { SourceDecoder } from "../decoder.js";
import { scoreOf, type Hypothesis } from "../hypothesis.js";
import { logProbability } from "../sampler.js";
import { ReadingDecoder, scrambledLogits, type ReadingState } from "./tiny_decoders.js";

export const BOS = 1;
export const EOS = 2;

/** A decoder whose next logits are any function of the source followed by all tokens that a row has read. */
export class ReadingSourceDecoder extends ReadingDecoder implements SourceDecoder<ReadingState> {
  async encode(sources: readonly ArrayLike<number>[]): Promise<ReadingState> {
    this.calls.push(`encode ${sources.map((source) => source.length).join(",")}`);
    return { rows: sources.length, length: 0, read: sources.map((source) => Array.from(source)), used: false };
  }

  override start(): ReadingState {
    throw new Error("A decoder of sources was started without one.");
  }
}

/** Logits of `scrambledLogits`, times `spread`. */
export function scrambledSources(vocabularySize: number, contextLength = Infinity, spread = 1): ReadingSourceDecoder {
  const logits = scrambledLogits(vocabularySize);
  return new ReadingSourceDecoder(vocabularySize, contextLength, (read) => logits(read).map((logit) => logit * spread));
}

/** The same decoder, its logits normalized in float32. */
export class NormalizedSourceDecoder extends ReadingSourceDecoder {
  readonly givesLogProbabilities = true;

  constructor(vocabularySize: number) {
    const logits = scrambledLogits(vocabularySize);
    super(vocabularySize, Infinity, (read) => {
      const row = Float32Array.from(logits(read));
      return row.map((_, token) => logProbability(row, 0, vocabularySize, token));
    });
  }
}

/** Log-probabilities after a source and tokens, token by token. */
export function scrambledLogProbabilities(vocabularySize: number, source: readonly number[], tokens: readonly number[], spread = 1): number[] {
  const row = Float32Array.from(scrambledLogits(vocabularySize)([...source, BOS, ...tokens]), (logit) => logit * spread);
  return Array.from(row, (_, token) => logProbability(row, 0, vocabularySize, token));
}

/** Every text that there is for a source: all complete ones of up to `limit` tokens, and all cut off there. */
export function allTexts(vocabularySize: number, source: readonly number[], limit: number, alpha: number, forbidden: readonly number[] = []): Hypothesis[] {
  const texts: Hypothesis[] = [];
  const extend = (tokens: readonly number[], logProbability: number): void => {
    scrambledLogProbabilities(vocabularySize, source, tokens).forEach((step, token) => {
      if (forbidden.includes(token)) return;
      const total = logProbability + step;
      const length = tokens.length + 1;
      const score = scoreOf(total, length, alpha);
      if (token === EOS) texts.push({ tokens, complete: true, logProbability: total, score });
      else if (length === limit) texts.push({ tokens: [...tokens, token], complete: false, logProbability: total, score });
      else extend([...tokens, token], total);
    });
  };
  extend([], 0);
  return texts;
}
