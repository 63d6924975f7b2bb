// A reading as numbers, for other programs: one object whose form stays the same.

import { withoutIsolates } from "./attention_words.js";
import { checkReading, inBits, meanSurprisal, type Alternative, type Reading, surprisal, tokenNumber } from "./reading.js";

/** A reading as `JSON.stringify` writes it. Later versions only add members. Lists of positions are in the order of the text. */
export interface ReadingJson {
  readonly format: "wordloom-reading";
  readonly version: 1;
  readonly text: string;
  /** Mean surprisal of the tokens that have one, and how many those are. */
  readonly mean: { readonly nats: number; readonly bits: number; readonly tokens: number };
  readonly tokens: readonly {
    readonly text: string;
    /** Counted from 1, a source's and a target's each by themselves; what marks a sample's or a target's beginning is 0. */
    readonly number: number;
    readonly special: boolean;
    /** Null, the first three, for a token that nothing predicts: the first of a text, and all of a source. */
    readonly probability: number | null;
    readonly surprisal: { readonly nats: number; readonly bits: number } | null;
    readonly rank: number | null;
    readonly alternatives: readonly Alternative[];
  }[];
  /** The first so many tokens are those of a source; 0 where there is none. */
  readonly source: number;
  /** The first so many tokens were read; attention, lens and units have a row for each. */
  readonly read: number;
  readonly next: readonly Alternative[];
  /** `heads[h][t][s]`: how much of the attention of token t goes to token s. */
  readonly attention: readonly { readonly name: string; readonly heads: readonly (readonly (readonly number[])[])[] }[];
  readonly logitLens: readonly { readonly name: string; readonly predictions: readonly { readonly text: string; readonly probability: number; readonly nextLogProbability: number | null }[] }[];
  /** In nats; `token` is an index into `tokens`, and attributions are those of the tokens from `first` up to it. */
  readonly saliency: readonly {
    readonly token: number;
    readonly first: number;
    readonly gradientInput: readonly number[];
    readonly integratedGradients: readonly number[];
    readonly logProbability: number;
    readonly baselineLogProbability: number;
    readonly points: number;
  }[];
  /** `values[u][t]`: unit u after token t. */
  readonly units: readonly { readonly name: string; readonly values: readonly (readonly number[])[] }[];
  readonly properties: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly chance: number;
    readonly units: readonly { readonly layer: number; readonly unit: number; readonly correlation: number }[];
  }[];
}

// What single precision has: more digits would only be noise.
const rounded = (value: number): number => Number(value.toPrecision(7));
const short = (value: number): number => Math.round(value * 1e5) / 1e5;

const alternatives = (list: readonly Alternative[]): Alternative[] => list.map(({ text, probability }) => ({ text, probability: rounded(probability) }));

function rowsOf(values: Float32Array, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * columns, (row + 1) * columns), short));
}

/**
 * The reading as a plain object. Weights and units are rounded to 5 decimals, all else to 7 digits.
 * @throws WordloomError as `checkReading` does
 */
export function readingJson(reading: Reading): ReadingJson {
  checkReading(reading);
  const { nats, count } = meanSurprisal(reading);
  const { read } = reading;
  return {
    format: "wordloom-reading",
    version: 1,
    text: reading.source > 0 ? withoutIsolates(reading.title) : reading.title,
    mean: { nats: rounded(nats), bits: rounded(inBits(nats)), tokens: count },
    tokens: reading.tokens.map(({ text, special, logProbability, rank, alternatives: list }, index) => ({
      text,
      number: tokenNumber(reading, index),
      special,
      probability: logProbability === null ? null : rounded(Math.exp(logProbability)),
      surprisal: logProbability === null ? null : { nats: rounded(surprisal(logProbability)), bits: rounded(inBits(surprisal(logProbability))) },
      rank,
      alternatives: alternatives(list),
    })),
    source: reading.source,
    read,
    next: alternatives(reading.next),
    attention: reading.attention.map(({ name, heads }) => ({ name, heads: heads.map((weights) => rowsOf(weights, read, read)) })),
    logitLens: reading.lens.map(({ name, predictions }) => ({
      name,
      predictions: predictions.map(({ text, probability, logProbability }) => ({ text, probability: rounded(probability), nextLogProbability: logProbability === null ? null : rounded(logProbability) })),
    })),
    saliency: reading.saliency.map(({ gradientInput, integratedGradients, logProbability, baseline, ...where }) => ({
      ...where,
      gradientInput: Array.from(gradientInput, rounded),
      integratedGradients: Array.from(integratedGradients, rounded),
      logProbability: rounded(logProbability),
      baselineLogProbability: rounded(baseline),
    })),
    units: reading.units.map(({ name, width, values }) => ({
      name,
      values: Array.from({ length: width }, (_, unit) => Array.from({ length: read }, (_, row) => short(values[row * width + unit]))),
    })),
    properties: reading.properties.map(({ name, values, chance, units }) => ({
      name,
      values: [...values],
      chance: short(chance),
      units: units.map((one) => ({ ...one, correlation: short(one.correlation) })),
    })),
  };
}
