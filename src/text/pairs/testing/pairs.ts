// Pairs whose every token tells which pair, side and place it is from, and batches as plain rows to compare.
import fc from "fast-check";
import { expect } from "vitest";
import { bosId, eosId, padId } from "../../special_tokens.js";
import type { Tokenizer } from "../../tokenizer.js";
import { trainTokenizer } from "../../train_tokenizer.js";
import type { PairBatch } from "../pair_batch.js";
import { encodePairs, type TokenizedPairs } from "../tokenized_pairs.js";

/** A pair's lengths in tokens, without the ends. */
export type Lengths = readonly [source: number, target: number];

/** Pairs of the given lengths in which every token occurs only once on its side. */
export function countingPairs(lengths: readonly Lengths[]): TokenizedPairs {
  let next = 0x4e00;
  const text = (length: number): string => String.fromCodePoint(...Array.from({ length }, () => next++));
  const sources = lengths.map(([length]) => text(length));
  const targets = lengths.map(([, length]) => text(length));
  const pairs = sources.map((source, i) => ({ source, target: targets[i] }));
  const tokenizer = (texts: string[]): Tokenizer => trainTokenizer("character", texts);
  return encodePairs(pairs, tokenizer(sources), tokenizer(targets), { maximumSource: 1000, maximumTarget: 1000 });
}

export const lengthsOfPairs = fc.array(fc.tuple(fc.nat(24), fc.nat(24)), { minLength: 1, maxLength: 60 });
export const tokensPerBatch = fc.integer({ min: 1, max: 200 });

/** A pair as its three rows, unpadded. */
export function pairRow(pairs: TokenizedPairs, pair: number): { source: number[]; tokens: number[]; targets: number[] } {
  const target = (position: number): number => pairs.target(pair, position);
  return {
    source: Array.from({ length: pairs.sourceLength(pair) }, (_, i) => pairs.source(pair, i)),
    tokens: Array.from({ length: pairs.targetLength(pair) }, (_, i) => (i === 0 ? bosId : target(i - 1))),
    targets: Array.from({ length: pairs.targetLength(pair) }, (_, i) => target(i)),
  };
}

/** Checks every position of a batch against its pairs, and gives the pairs. */
export function pairsIn(batch: PairBatch, pairs: TokenizedPairs): number[] {
  const { rows, sourceLength, targetLength } = batch.shape;
  const row = (ids: BigInt64Array, length: number, r: number): number[] =>
    Array.from(ids.subarray(r * length, (r + 1) * length), Number);
  const padded = (ids: number[], length: number, filler: number): number[] => [
    ...ids,
    ...Array.from({ length: length - ids.length }, () => filler),
  ];
  expect(batch.sources).toHaveLength(rows * sourceLength);
  expect(batch.tokens).toHaveLength(rows * targetLength);
  expect(batch.targets).toHaveLength(rows * targetLength);
  expect(batch.pairs).toHaveLength(rows);
  let count = 0;
  batch.pairs.forEach((pair, r) => {
    const expected = pair < 0 ? { source: [eosId], tokens: [], targets: [] } : pairRow(pairs, pair);
    expect(row(batch.sources, sourceLength, r)).toEqual(padded(expected.source, sourceLength, padId));
    expect(row(batch.tokens, targetLength, r)).toEqual(padded(expected.tokens, targetLength, padId));
    expect(row(batch.targets, targetLength, r)).toEqual(padded(expected.targets, targetLength, -1));
    count += expected.targets.length;
  });
  expect(batch.targetCount).toBe(count);
  const real = [...batch.pairs].filter((pair) => pair >= 0);
  expect(Array.from(batch.pairs).slice(0, real.length)).toEqual(real); // rows without a pair come last
  return real;
}

/** 0 to n - 1. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

export const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
