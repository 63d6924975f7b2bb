// Texts whose every token tells where it came from, and batches as plain rows to compare.
import fc from "fast-check";
import { expect } from "vitest";
import type { Batch } from "../batch.js";
import { tokenize, type TokenizedSamples, type TokenizedText } from "../tokenized.js";
import { trainTokenizer } from "../train_tokenizer.js";

export const padId = 0;
export const bosId = 1;
export const eosId = 2;

/** A stream whose tokens are their own positions, from 10 on, so that a batch shows where it was taken from. */
export function countingStream(length: number): TokenizedText {
  return { kind: "stream", tokens: Int32Array.from({ length }, (_, i) => i + 10) };
}

/** Samples of the given lengths in which every token occurs only once. */
export function countingSamples(
  lengths: readonly number[],
): TokenizedText & { kind: "samples"; samples: TokenizedSamples } {
  let next = 0x4e00;
  const texts = lengths.map((length) => String.fromCodePoint(...Array.from({ length }, () => next++)));
  const text = tokenize(trainTokenizer("character", texts), "samples", texts);
  if (text.kind !== "samples") throw new Error("unreachable");
  return text;
}

export interface Row {
  tokens: number[];
  targets: number[];
  restart: number;
}

export function rowsOf(batch: Batch, rows: number, length: number): Row[] {
  expect(batch.tokens).toHaveLength(rows * length);
  expect(batch.targets).toHaveLength(rows * length);
  expect(batch.restart).toHaveLength(rows);
  const all = Array.from({ length: rows }, (_, row) => ({
    tokens: Array.from(batch.tokens.slice(row * length, (row + 1) * length), Number),
    targets: Array.from(batch.targets.slice(row * length, (row + 1) * length), Number),
    restart: batch.restart[row],
  }));
  const targets = all.flatMap((row) => row.targets);
  const tokens = all.flatMap((row) => row.tokens);
  expect(batch.targetCount).toBe(targets.filter((target) => target !== -1).length);
  expect(targets.every((target, i) => (target === -1) === (tokens[i] === padId))).toBe(true); // no stream here has <pad>
  return all;
}

export const sizes = { rows: fc.integer({ min: 1, max: 5 }), length: fc.integer({ min: 1, max: 7 }) };
export const sampleLengths = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });
export const seed = fc.integer({ min: 0, max: 1000 });

/** What the samples hold, as "token>target" of each position. */
export function positionsOf(samples: TokenizedSamples): string[] {
  const all: string[] = [];
  for (let i = 0; i < samples.count; i++) {
    for (let p = 0; p < samples.positions(i); p++) all.push(`${samples.input(i, p)}>${samples.target(i, p)}`);
  }
  return all.sort();
}

export function counts(rows: readonly Row[]): string[] {
  return rows
    .flatMap(({ tokens, targets }) => tokens.map((token, i) => ({ token, target: targets[i] })))
    .filter(({ target }) => target !== -1)
    .map(({ token, target }) => `${token}>${target}`)
    .sort();
}
