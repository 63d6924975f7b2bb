// How a model reads a text, or writes one of another, token by token: the plain data that every picture of it is made from.

import { WordloomError } from "../errors.js";
import type { AttentionLayer } from "./attention_map.js";

/** A token that could stand somewhere. */
export interface Alternative {
  readonly text: string;
  readonly probability: number;
}

/** A token of the text. */
export interface ReadToken {
  readonly text: string;
  /** Whether it only marks where a text begins or ends. */
  readonly special: boolean;
  /** Natural logarithm of its probability after all before it; null where nothing predicts it: at the first token, and in a source. */
  readonly logProbability: number | null;
  /** 1 for the likeliest token in its place. */
  readonly rank: number | null;
  /** The likeliest tokens in its place, likeliest first. */
  readonly alternatives: readonly Alternative[];
}

/** What a layer's residual stream would predict (nostalgebraist 2020). */
export interface LensLayer {
  readonly name: string;
  /** After each token that was read: the likeliest next one, and the log-probability of the one that comes, where one does. */
  readonly predictions: readonly (Alternative & { readonly logProbability: number | null })[];
}

/** To which tokens the log-probability of one is owed. */
export interface Saliency {
  /** The token explained, by its index. */
  readonly token: number;
  /** The index of the first token that something is owed to; the others follow, up to the one before `token`. */
  readonly first: number;
  /** Gradient × input, in nats (Shrikumar et al. 2016). */
  readonly gradientInput: Float32Array;
  /** Integrated gradients from zero embeddings (Sundararajan et al. 2017): their sum is `logProbability` − `baseline`. */
  readonly integratedGradients: Float32Array;
  readonly logProbability: number;
  /** The same with every embedding zero. */
  readonly baseline: number;
  /** Gradients that the integral is made of. */
  readonly points: number;
}

/** The hidden units of a recurrent layer while it reads. */
export interface UnitLayer {
  readonly name: string;
  readonly width: number;
  /** (tokens read × width), row by row. */
  readonly values: Float32Array;
}

/** A property of the text, and the units that follow it (Karpathy, Johnson and Fei-Fei 2015, section 4.2). */
export interface FollowedProperty {
  readonly name: string;
  /** After each token read. */
  readonly values: readonly number[];
  /** By falling absolute correlation over the tokens read. */
  readonly units: readonly { readonly layer: number; readonly unit: number; readonly correlation: number }[];
  /** The largest absolute correlation of any unit with the property shifted along the text, on average: what chance gives. */
  readonly chance: number;
}

/** A text as a model reads it, or as it writes it of another, its source. */
export interface Reading {
  readonly title: string;
  /** Those of the source first, where there is one; the next one then marks where the target begins. */
  readonly tokens: readonly ReadToken[];
  /** How many of the tokens are the source's; 0 of a language model. */
  readonly source: number;
  /** How many of the tokens were read; the last of a sample, its end, is only predicted. */
  readonly read: number;
  /** The likeliest tokens behind the last; none where that is a sample's end. */
  readonly next: readonly Alternative[];
  /** By layer, (read × read); none of a recurrent model. */
  readonly attention: readonly AttentionLayer[];
  /** From the embedding to the last layer, whose predictions are the model's; none of a recurrent model. */
  readonly lens: readonly LensLayer[];
  readonly saliency: readonly Saliency[];
  /** None of a Transformer. */
  readonly units: readonly UnitLayer[];
  readonly properties: readonly FollowedProperty[];
}

/** Surprisal, −ln p, in nats. */
export const surprisal = (logProbability: number): number => Math.max(0, -logProbability);

/** Nats as bits. */
export const inBits = (nats: number): number => nats / Math.LN2;

/** Bits of surprisal that have the last colour: as many as the most surprising token of the text itself has, 1 or more. */
export const largestSurprisal = ({ tokens }: Pick<Reading, "tokens">): number =>
  tokens.reduce((most, { special, logProbability }) => (special || logProbability === null ? most : Math.max(most, inBits(surprisal(logProbability)))), 1);

/** A token's number as people count: the first of the text is 1, and what marks its beginning 0. A source's are counted by themselves. */
export function tokenNumber({ tokens, source }: { readonly tokens: readonly Pick<ReadToken, "special">[]; readonly source: number }, index: number): number {
  return index < source ? index + 1 : index - source + (tokens[source].special ? 0 : 1);
}

/** The mean surprisal in nats of the tokens that have one, and how many those are. */
export function meanSurprisal({ tokens }: Pick<Reading, "tokens">): { readonly nats: number; readonly count: number } {
  const known = tokens.flatMap(({ logProbability }) => (logProbability === null ? [] : [surprisal(logProbability)]));
  return { nats: known.reduce((total, nats) => total + nats, 0) / Math.max(1, known.length), count: known.length };
}

/** How far integrated gradients are from what they must sum to, as a share of it (completeness). */
export function completenessGap({ integratedGradients, logProbability, baseline }: Saliency): number {
  const difference = logProbability - baseline;
  const gap = Math.abs(integratedGradients.reduce((total, value) => total + value, 0) - difference);
  return gap === 0 ? 0 : gap / Math.abs(difference);
}

/**
 * Checks that a reading is whole.
 * @throws WordloomError `invalid_data` for a reading without tokens; `shape_mismatch` where a part does not fit them
 */
export function checkReading({ tokens, source, read, lens, saliency, units, properties }: Reading): void {
  if (tokens.length === 0 || !(read >= 1 && read <= tokens.length)) throw new WordloomError("invalid_data", "There is no token to explain; give a text that is not empty.");
  const fits =
    source >= 0 &&
    source < tokens.length &&
    lens.every(({ predictions }) => predictions.length === read) &&
    saliency.every(({ token, first, gradientInput, integratedGradients }) => first >= 0 && token < tokens.length && [gradientInput, integratedGradients].every(({ length }) => length === token - first)) &&
    units.every(({ width, values }) => values.length === read * width) &&
    properties.every((property) => property.values.length === read && property.units.every(({ layer, unit }) => layer < units.length && unit < units[layer].width));
  if (!fits) throw new WordloomError("shape_mismatch", `A part of the explanation does not fit its ${tokens.length} tokens; give it as the model's explain gives it.`);
}
