// What a page of a reading carries inside it: labels ready to show, numbers rounded, matrices packed.

import { type PageLabel, pageLabels, packWeights } from "./attention_page_data.js";
import { colourStops, signedStops } from "./colour_scale.js";
import { type Alternative, checkReading, largestSurprisal, type Reading, surprisal } from "./reading.js";
import { numberedToken } from "./reading_words.js";
import { tokenLabel, visibleText } from "./token_label.js";

/** A token that could stand somewhere: its label and its probability. */
export type PageAlternative = readonly [label: string, probability: number];

/** The data of a page, as its script reads them. */
export interface ReadingPageData {
  readonly tokens: readonly (PageLabel & {
    /** As it stands in the text, its spaces and line breaks kept. */
    readonly running: string;
    /** Which one it is: `token 3`. */
    readonly name: string;
    readonly special: boolean;
    /** In nats; null for a token that nothing predicts. */
    readonly surprisal: number | null;
    readonly rank: number | null;
    readonly alternatives: readonly PageAlternative[];
  })[];
  /** The index of the first token that is no source's. */
  readonly begin: number;
  readonly read: number;
  /** Bits that have the last colour. */
  readonly largestSurprisal: number;
  readonly next: readonly PageAlternative[];
  /** As in the data of an attention page: what `createAttention` takes. */
  readonly source: readonly PageLabel[];
  readonly target: readonly PageLabel[];
  readonly layers: readonly { readonly name: string; readonly heads: readonly string[] }[];
  /** By layer, the last one first: after each token read the likeliest next one. */
  readonly lens: readonly { readonly name: string; readonly predictions: readonly PageAlternative[] }[];
  readonly saliency: readonly { readonly token: number; readonly first: number; readonly integrated: readonly number[]; readonly gradient: readonly number[]; readonly logProbability: number; readonly baseline: number }[];
  /** (read × width) by layer, as `packWeights` packs them: a value v is (v / largest + 1) / 2. */
  readonly units: readonly { readonly name: string; readonly width: number; readonly largest: number; readonly values: string }[];
  readonly properties: Reading["properties"];
  readonly stops: { readonly plain: readonly string[]; readonly signed: readonly string[] };
}

const DIGITS = 5;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
const alternativesOf = (list: readonly Alternative[]): PageAlternative[] => list.map(({ text, probability }) => [tokenLabel(text), rounded(probability)]);

/** A token as part of its text: spaces as they are, line breaks marked and kept. */
function running(token: string): string {
  return token.split("\n").map(visibleText).join("↵\n");
}

/**
 * The data of a reading's page.
 * @throws WordloomError as `checkReading` does
 */
export function readingPageData(reading: Reading): ReadingPageData {
  checkReading(reading);
  const labels = pageLabels(reading.tokens.map(({ text }) => text));
  const read = labels.slice(0, reading.read);
  return {
    tokens: reading.tokens.map(({ text, special, logProbability, rank, alternatives }, index) => ({
      ...labels[index],
      running: running(text),
      name: numberedToken(reading, index),
      special,
      surprisal: logProbability === null ? null : rounded(surprisal(logProbability)),
      rank,
      alternatives: alternativesOf(alternatives),
    })),
    begin: reading.source,
    read: reading.read,
    largestSurprisal: rounded(largestSurprisal(reading)),
    next: alternativesOf(reading.next),
    source: read,
    target: read,
    layers: reading.attention.map(({ name, heads }) => ({ name: visibleText(name), heads: heads.map(packWeights) })),
    lens: reading.lens.toReversed().map(({ name, predictions }) => ({ name: visibleText(name), predictions: alternativesOf(predictions) })),
    saliency: reading.saliency.map(({ token, first, integratedGradients, gradientInput, logProbability, baseline }) => ({
      token,
      first,
      integrated: Array.from(integratedGradients, rounded),
      gradient: Array.from(gradientInput, rounded),
      logProbability: rounded(logProbability),
      baseline: rounded(baseline),
    })),
    units: reading.units.map(({ name, width, values }) => {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
      return { name: visibleText(name), width, largest: rounded(largest), values: packWeights(values.map((value) => (value / largest + 1) / 2)) };
    }),
    properties: reading.properties.map((property) => ({ ...property, chance: rounded(property.chance), units: property.units.map((one) => ({ ...one, correlation: rounded(one.correlation) })) })),
    stops: { plain: colourStops.blue, signed: signedStops },
  };
}
