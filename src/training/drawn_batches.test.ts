// Drawn texts laid out as batches and back, and uniform numbers that never reach 1.

import { describe, expect, it } from "vitest";
import type { TextDrawing } from "../models/drawn_texts.js";
import { RandomStream } from "../runtime/random.js";
import { smallModel } from "../testing/small_models.js";
import { batchOfTexts, isWritten, startTokens, textLengths, uniformNumbers, wholeTexts } from "./drawn_batches.js";

const drawing = (endId: number | null): TextDrawing => ({ decoder: smallModel("rnn").model.decoder(), length: 4, padId: 0, endId, excluded: [] });
const ids = (numbers: readonly number[]): BigInt64Array => BigInt64Array.from(numbers, BigInt);
const TEXTS = ids([5, 6, 2, 0, 2, 0, 0, 0, 7, 8, 9, 3]);
const STARTS = ids([1, 4, 1]);

describe("drawn texts as a batch", () => {
  it("have each token to be predicted from those before it, and nothing behind an end", () => {
    const batch = batchOfTexts(TEXTS, STARTS, drawing(2));
    expect(batch.shape).toEqual({ rows: 3, length: 4 });
    expect(Array.from(batch.tokens, Number)).toEqual([1, 5, 6, 0, 4, 0, 0, 0, 1, 7, 8, 9]);
    expect(Array.from(batch.targets, Number)).toEqual([5, 6, 2, -1, 2, -1, -1, -1, 7, 8, 9, 3]);
    expect([...batch.restart]).toEqual([1, 1, 1]);
    expect(batch.targetCount).toBe(3 + 1 + 4);
    expect(Array.from(batch.targets, (_, at) => isWritten(batch, at)).filter(Boolean)).toHaveLength(8);
    expect([...textLengths(TEXTS, drawing(2))]).toEqual([3, 1, 4]);
  });

  it("are whole where they have no end", () => {
    expect([...textLengths(TEXTS, drawing(null))]).toEqual([4, 4, 4]);
    expect(batchOfTexts(TEXTS, STARTS, drawing(null)).targetCount).toBe(12);
  });

  it("are the same texts again when they are taken from it", () => {
    for (const endId of [2, null]) {
      const batch = batchOfTexts(TEXTS, STARTS, drawing(endId));
      expect(wholeTexts(batch, 0)).toEqual(TEXTS);
      expect(startTokens(batch).data).toEqual(STARTS);
    }
  });
});

it("uniform numbers lie in [0, 1), as fine as a float can tell them below 1", () => {
  const extremes = new RandomStream(1, "extremes");
  const words = [0, 0xffffffff, 0xff, 0x100];
  extremes.nextUint32 = () => words.shift()!;
  expect([...uniformNumbers(4, extremes).data]).toEqual([0, 1 - 2 ** -24, 0, 2 ** -24]);
  const { data, shape } = uniformNumbers(10_000, new RandomStream(1, "uniform numbers"));
  expect(shape).toEqual([10_000]);
  const mean = (data as Float32Array).reduce((total, value) => total + value, 0) / 10_000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 10_000));
});
