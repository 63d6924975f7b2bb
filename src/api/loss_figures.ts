// A loss in the units that people compare by, with intervals: nats a token, perplexity, bits a character and a byte.

import type { Interval } from "../evaluation/bootstrap_interval.js";
import { bitsPerCharacter } from "../evaluation/bits_per_character.js";
import { mapFigure, ratioFigure } from "../evaluation/figure.js";
import { countCharacters } from "../text/corpus.js";

/** Of 95 %. */
export type LossIntervals = Readonly<Record<"loss" | "perplexity" | "bitsPerCharacter" | "bitsPerByte", Interval>>;

export interface LossFigures {
  /** Nats per token. */
  readonly loss: number;
  /** Per token. */
  readonly perplexity: number;
  readonly bitsPerCharacter: number;
  readonly bitsPerByte: number;
  readonly intervals: LossIntervals;
}

/**
 * @param nats and targets of each block that the text was measured in: what the intervals are drawn from
 * @param texts all that was measured
 */
export function lossFigures({ nats, targets, texts }: { readonly nats: readonly number[]; readonly targets: readonly number[]; readonly texts: readonly string[] }): LossFigures {
  const loss = ratioFigure(nats, targets);
  const total = targets.reduce((sum, count) => sum + count, 0);
  const bits = (units: (text: string) => number) => mapFigure(loss, (value) => bitsPerCharacter(value, total, texts.reduce((sum, text) => sum + units(text), 0)));
  const figures = { loss, perplexity: mapFigure(loss, Math.exp), bitsPerCharacter: bits(countCharacters), bitsPerByte: bits((text) => Buffer.byteLength(text)) };
  const each = <T>(pick: (figure: typeof loss) => T): Record<keyof typeof figures, T> => Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, pick(figure)])) as Record<keyof typeof figures, T>;
  return { ...each(({ value }) => value), intervals: each(({ low, high }) => ({ low, high })) };
}
