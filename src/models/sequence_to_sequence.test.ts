// What every encoder–decoder promises whatever is inside: padding, batching, causality, attention, decoding.

import { describe, expect, it } from "vitest";
import { TraceContext } from "../nn/trace_context.js";
import { expectClose } from "../testing/close.js";
import {
  CONTEXT_LENGTH,
  decodedLogits,
  drawIds,
  pairLossOf,
  SEQUENCE_TO_SEQUENCE,
  smallSequenceToSequence,
  TARGET_VOCABULARY,
  type PairBatch,
  type PairResult,
} from "../testing/small_sequence_to_sequence.js";
import { batchInputs } from "./text_model.js";

const LENGTHS = [5, 3, 1, 4];
const TARGET_LENGTHS = [4, 6, 1, 3];
const TARGET_LENGTH = 6;
const V = TARGET_VOCABULARY;

/** Whole texts up to a length of their own, and then padding. */
const cut = (rows: readonly (readonly number[])[], lengths: readonly number[], padding: number): number[][] =>
  rows.map((row, i) => row.map((id, t) => (t < lengths[i] ? id : padding)));

const BATCH: PairBatch = {
  sources: cut(drawIds("sources", 4, 5), LENGTHS, 0),
  tokens: drawIds("tokens", 4, TARGET_LENGTH),
  targets: cut(drawIds("targets", 4, TARGET_LENGTH), TARGET_LENGTHS, -1),
};

/** Rounding of doubles, and no more. */
const EXACT = 1e-10;

type Loss = Pick<PairResult, "lossSum" | "gradients">;

/** Fails unless two results agree in loss and in every gradient. */
function expectSameLoss(actual: Loss, expected: Loss): void {
  expectClose([actual.lossSum], [expected.lossSum], "the loss", EXACT);
  for (const [name, gradient] of Object.entries(expected.gradients)) {
    expect(Math.max(...gradient.map(Math.abs)), `the largest gradient of ${name}`).toBeGreaterThan(0);
    expectClose(actual.gradients[name], gradient, `the gradient of ${name}`, EXACT);
  }
}

/** Logits of one position. */
const logitsAt = ({ logits: { data, shape } }: PairResult, row: number, position: number): readonly number[] =>
  data.slice((row * shape[1] + position) * V, (row * shape[1] + position + 1) * V);

/** Element by element sum of lists of one length. */
const addUp = (lists: readonly (readonly number[])[]): number[] => lists[0].map((_, i) => lists.reduce((total, list) => total + list[i], 0));

describe.each(Object.keys(SEQUENCE_TO_SEQUENCE))("%s", (name) => {
  const small = smallSequenceToSequence(name);
  const attends = !name.includes("no attention");

  it("more padding in sources and in targets changes no loss and no gradient", async () => {
    const expected = await pairLossOf(small, BATCH);
    const longer = {
      sources: BATCH.sources.map((row) => [...row, 0, 0]),
      tokens: BATCH.tokens.map((row) => [...row, 0, V - 1]),
      targets: BATCH.targets.map((row) => [...row, -1, -1]),
    };
    expectSameLoss(await pairLossOf(small, longer), expected);
  });

  it("the loss in use is the cross-entropy of the counted targets, without label smoothing", async () => {
    const result = await pairLossOf(small, BATCH);
    let expected = 0;
    BATCH.targets.forEach((row, b) =>
      row.forEach((target, t) => {
        if (target === -1) return;
        const logits = logitsAt(result, b, t);
        expected += Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[target];
      }),
    );
    expectClose([result.lossSum], [expected], "the loss", EXACT);
  });

  it("a batch of rows is the rows alone, each no longer than it has to be", async () => {
    const together = await pairLossOf(small, BATCH);
    const alone = await Promise.all(
      LENGTHS.map((length, i) =>
        pairLossOf(small, {
          sources: [BATCH.sources[i].slice(0, length)],
          tokens: [BATCH.tokens[i].slice(0, TARGET_LENGTHS[i])],
          targets: [BATCH.targets[i].slice(0, TARGET_LENGTHS[i])],
        }),
      ),
    );
    expectSameLoss(together, {
      lossSum: alone.reduce((total, { lossSum }) => total + lossSum, 0),
      gradients: Object.fromEntries(Object.keys(together.gradients).map((parameter) => [parameter, addUp(alone.map(({ gradients }) => gradients[parameter]))])),
    });
    alone.forEach((result, row) => {
      for (let t = 0; t < TARGET_LENGTHS[row]; t++) expectClose(logitsAt(result, 0, t), logitsAt(together, row, t), `row ${row} at ${t}`, EXACT);
    });
  });

  it("a target token changes its own logits and later ones of its row, and none before it", async () => {
    const before = await pairLossOf(small, BATCH);
    for (const changed of [0, 3, TARGET_LENGTH - 1]) {
      const tokens = BATCH.tokens.map((row, b) => row.map((token, t) => (b === 1 && t === changed ? (token + 1) % V : token)));
      const after = await pairLossOf(small, { ...BATCH, tokens });
      for (let t = 0; t < TARGET_LENGTH; t++) {
        for (const row of [0, 1, 2, 3]) {
          if (row !== 1 || t < changed) expect(logitsAt(after, row, t)).toEqual(logitsAt(before, row, t));
          else expect(logitsAt(after, row, t)).not.toEqual(logitsAt(before, row, t));
        }
      }
    }
  });

  it("every source token changes all logits of its row, and of no other", async () => {
    const before = await pairLossOf(small, BATCH);
    for (let changed = 0; changed < LENGTHS[0]; changed++) {
      const sources = BATCH.sources.map((row, b) => row.map((id, s) => (b === 0 && s === changed ? (id % 8) + 1 : id)));
      const after = await pairLossOf(small, { ...BATCH, sources });
      for (let t = 0; t < TARGET_LENGTH; t++) {
        expect(logitsAt(after, 0, t)).not.toEqual(logitsAt(before, 0, t));
        for (const row of [1, 2, 3]) expect(logitsAt(after, row, t)).toEqual(logitsAt(before, row, t));
      }
    }
  });

  it("attention is shared out among the source's tokens, and none goes to padding", async () => {
    const { attention } = await pairLossOf(small, BATCH);
    expect(Object.keys(attention).length > 0).toBe(attends);
    for (const [layer, { shape, data }] of Object.entries(attention)) {
      const [rows, heads, queries, length] = shape;
      expect([rows, queries, length]).toEqual([4, layer.startsWith("encoder") ? 5 : TARGET_LENGTH, 5]);
      for (let i = 0; i < rows * heads * queries; i++) {
        const weights = data.slice(i * length, (i + 1) * length);
        const tokens = LENGTHS[Math.floor(i / (heads * queries))];
        expect(weights.slice(0, tokens).reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 12);
        expect(weights.slice(0, tokens).every((weight) => weight > 0)).toBe(true);
        expect(weights.slice(tokens).every((weight) => weight === 0)).toBe(true);
      }
    }
  });

  it("decoding token by token gives the training graph's logits at every position", async () => {
    const expected = await pairLossOf(small, BATCH);
    const decoded = await decodedLogits(small, BATCH.sources, BATCH.tokens);
    decoded.forEach((logits, t) => expectClose(logits, [0, 1, 2, 3].flatMap((row) => logitsAt(expected, row, t)), `logits at ${t}`));
  });

  it("decoding after a source of one token alone gives what it gives beside longer ones", async () => {
    const row = LENGTHS.indexOf(1);
    const expected = await pairLossOf(small, BATCH);
    const decoded = await decodedLogits(small, [BATCH.sources[row].slice(0, 1)], [BATCH.tokens[row]]);
    decoded.forEach((logits, t) => expectClose(logits, logitsAt(expected, row, t), `logits at ${t}`));
  });

  it("a text that does not fit the context is refused, and the message says which", () => {
    const trace = (sourceLength: number, targetLength: number) => (): unknown =>
      small.model.loss(batchInputs(small.model, { rows: 2, sourceLength, targetLength }), {}, new TraceContext(false));
    expect(trace(9, 8)).toThrow("A source of 9 tokens does not fit the model's context of 8");
    expect(trace(8, 9)).toThrow("A target of 9 tokens does not fit the model's context of 8");
  });

  if (!name.startsWith("transformer")) return;

  it("source and target may fill the context, in training and in decoding", async () => {
    const [sources, tokens] = [drawIds("full source", 1, CONTEXT_LENGTH), drawIds("full target", 1, CONTEXT_LENGTH)];
    const expected = await pairLossOf(small, { sources, tokens, targets: tokens });
    expectClose((await decodedLogits(small, sources, tokens)).flat(), expected.logits.data, "the logits");
  });
});

describe("attention", () => {
  const recorded = (name: string): string[] => {
    const { model } = smallSequenceToSequence(name);
    const { sources, tokens } = batchInputs(model, { rows: 1, sourceLength: 2, targetLength: 3 });
    return model.attention(sources, tokens).map((layer) => layer.name);
  };

  it("is named by layer, the encoder's before the decoder's", () => {
    expect(recorded("transformer of unlike depths")).toEqual(["encoder layer 1", "encoder layer 2", "encoder layer 3", "decoder layer 1"]);
    expect(recorded("gru, dot, input feeding")).toEqual(["decoder"]);
    expect(recorded("lstm, no attention")).toEqual([]);
  });
});
