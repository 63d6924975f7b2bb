// Reading a text shows what training computes: the same predictions, attention that sums to 1, states that are carried.

import { describe, expect, it } from "vitest";
import { Predictions } from "./predictions.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { drawTokens, FAMILY_NAMES, lossOf, RECURRENT_NAMES, smallModel, type SmallModel } from "../testing/small_models.js";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import { TextReader, type TracedText } from "./text_reader.js";

/** Four special tokens and seven letters: the small models' vocabulary. */
const tokenizer = trainCharacterTokenizer(["abcdefg"], Infinity, 1);

/** What every layer predicts of a text, the model's own predictions last, and what was recorded. */
async function readText({ model, buffers }: SmallModel, ids: readonly number[]): Promise<{ layers: Map<string | null, Predictions>; traced: TracedText }> {
  const reader = new TextReader(model, buffers, TEST_SESSION);
  const next = ids.map((_, i) => ids[i + 1] ?? null);
  const layers = new Map<string | null, Predictions>();
  const traced = await reader.read(ids, (logits, positions, layer) => {
    const predictions = layers.get(layer) ?? new Predictions(tokenizer, model.vocabularySize, next);
    layers.set(layer, predictions);
    predictions.take(logits, positions);
  });
  await reader.release();
  return { layers, traced };
}

describe.each(FAMILY_NAMES)("reading with %s", (family) => {
  const small = smallModel(family);
  const [ids] = drawTokens(family, 1, 7);

  it("finds the probabilities of the loss, ranks and likeliest tokens that agree with them", async () => {
    const { layers } = await readText(small, ids);
    const rows = [...layers.values()].at(-1)!.rows;
    const { lossSum, logits } = await lossOf(small, { tokens: [ids], targets: [[...ids.slice(1), -1]] });
    expect(rows).toHaveLength(7);
    expect(rows.at(-1)).toMatchObject({ logProbability: null, rank: null });
    expect(rows.reduce((total, { logProbability }) => total - (logProbability ?? 0), 0)).toBeCloseTo(lossSum, 4);
    rows.forEach(({ alternatives, logProbability, rank }, i) => {
      const own = logits.data.slice(i * 11, (i + 1) * 11);
      const total = own.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const order = own.map((logit, id) => ({ id, probability: Math.exp(logit) / total })).sort((a, b) => b.probability - a.probability);
      alternatives.forEach(({ text, probability }, k) => {
        expect(text).toBe(tokenizer.tokenText(order[k].id));
        expect(probability).toBeCloseTo(order[k].probability, 5);
      });
      if (rank === null) return;
      expect(rank).toBe(1 + order.findIndex(({ id }) => id === ids[i + 1]));
      expect(Math.exp(logProbability!)).toBeCloseTo(order[rank - 1].probability, 5);
    });
  });

  it.runIf(!RECURRENT_NAMES.includes(family))("sees attention whose rows sum to 1 over what stands before", async () => {
    const { traced } = await readText(small, ids);
    expect(traced.attention.map(({ name, heads }) => [name, heads.length])).toEqual([["layer 1", 4], ["layer 2", 4]]);
    for (const { heads } of traced.attention) {
      for (const weights of heads) {
        for (let row = 0; row < 7; row++) {
          const own = [...weights.subarray(row * 7, (row + 1) * 7)];
          expect(own.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 5);
          expect(own.slice(row + 1).every((weight) => weight === 0)).toBe(true);
        }
      }
    }
  });

  it.runIf(!RECURRENT_NAMES.includes(family))("has a prediction from the embedding on, behind every layer", async () => {
    const { layers, traced } = await readText(small, ids);
    expect([...layers.keys()]).toEqual(["embedding", "layer 1", "layer 2"]);
    expect(traced.states.map(({ width, values }) => [width, values.length])).toEqual([[16, 7 * 16], [16, 7 * 16], [16, 7 * 16]]);
    // The layers do something.
    const [first, , last] = [...layers.values()].map(({ rows }) => rows.map(({ logProbability }) => logProbability));
    expect(first).not.toEqual(last);
  });

  it.runIf(RECURRENT_NAMES.includes(family))("goes on from window to window, and sees every unit at every token", async () => {
    const [long] = drawTokens(`${family}, long`, 1, 150); // two windows and a part
    const { layers, traced } = await readText(small, long);
    const { lossSum, carried } = await lossOf(small, { tokens: [long], targets: [[...long.slice(1), -1]] });
    const { rows } = layers.get(null)!;
    expect(rows).toHaveLength(150);
    expect(rows.reduce((total, { logProbability }) => total - (logProbability ?? 0), 0) / lossSum).toBeCloseTo(1, 5);
    expect(traced.attention).toEqual([]);
    expect(traced.states.map(({ name }) => name).sort()).toEqual(Object.keys(carried).sort());
    for (const { name, width, values } of traced.states) {
      expect(values).toHaveLength(150 * width);
      carried[name].data.forEach((value, unit) => expect(values[149 * width + unit]).toBeCloseTo(value, 4));
    }
  });
});
