// Decoders of sources that are right by inspection, and the plainest ways to decode with them.

import type { SourceDecoder, Stepped } from "../decoder.js";
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

/** Logits from all that a row has read, and weights for each token of a source from the source and the tokens after it. */
export interface AttendingModel {
  readonly logits: (read: readonly number[]) => ArrayLike<number>;
  readonly weights: (source: readonly number[], tokens: readonly number[]) => readonly number[];
}

/** A decoder that attends; what it gives for padding is no number, so that nothing may be made of it. */
export class AttendingSourceDecoder extends ReadingSourceDecoder {
  private gives = false;

  constructor(vocabularySize: number, private readonly model: AttendingModel) {
    super(vocabularySize, Infinity, model.logits);
  }

  async attending(): Promise<AttendingSourceDecoder> {
    this.calls.push("attending");
    const attending = new AttendingSourceDecoder(this.vocabularySize, this.model);
    attending.gives = true;
    return attending;
  }

  override async step(tokens: Int32Array, state: ReadingState): Promise<Stepped<ReadingState>> {
    const stepped = await super.step(tokens, state);
    if (!this.gives) return stepped;
    const { read, length } = stepped.state;
    const width = 1 + Math.max(...read.map((row) => row.length - length));
    const attention = new Float32Array(read.length * width).fill(Number.NaN);
    read.forEach((row, i) => attention.set(this.model.weights(row.slice(0, -length), row.slice(-length)), i * width));
    return { ...stepped, attention };
  }
}

/** Weights between 0 and 1 that sum to 1 and depend on the whole source and on every token. */
export function scrambledWeights(source: readonly number[], tokens: readonly number[]): number[] {
  const scores = scrambledLogits(source.length)([...source, ...tokens]).map((logit) => Math.exp(2 * logit));
  const total = scores.reduce((sum, score) => sum + score, 0);
  return Array.from(Float32Array.from(scores, (score) => score / total));
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
