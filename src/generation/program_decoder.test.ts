// Decoding token by token gives the logits of the training graph, for every family and every way of feeding.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelSizes } from "../models/model_config.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { drawTokens, FAMILY_NAMES, lossOf, RECURRENT_NAMES, SMALL_SIZES, smallModel, type SmallModel } from "../testing/small_models.js";
import { DecoderRows } from "./decoder_rows.js";
import { ProgramDecoder, type ProgramState } from "./program_decoder.js";

const LENGTH = SMALL_SIZES.contextLength;
const VOCABULARY = SMALL_SIZES.vocabularySize;

/** Four texts, of which the second and the third begin alike. */
const SHARED = 4;
const texts = drawTokens("decoder", 4, LENGTH);
texts[2].splice(0, SHARED, ...texts[1].slice(0, SHARED));

const variants: readonly (readonly [string, string, Partial<ModelSizes>])[] = [
  ...FAMILY_NAMES.flatMap((family) => [1, 2].map((layers) => [`${family} of ${layers} layers`, family, { layers }] as const)),
  ...RECURRENT_NAMES.map((family) => [`${family} on one-hot input`, family, { embeddingWidth: 0 }] as const),
  ["gpt2 with dropout", "gpt2", { dropout: 0.5 }],
  ["lstm with dropout and a tied head", "lstm", { dropout: 0.5, embeddingWidth: SMALL_SIZES.width, tieEmbeddings: true }],
  ["llama with one key for all queries", "llama", { keyValueHeads: 1 }],
];

async function compileDecoder({ model, buffers }: SmallModel): Promise<ProgramDecoder> {
  return ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, TEST_SESSION);
}

describe.each(variants)("%s", (_, family, sizes) => {
  let decoder: ProgramDecoder;
  let reference: readonly number[];

  beforeAll(async () => {
    const small = smallModel(family, sizes);
    decoder = await compileDecoder(small);
    reference = (await lossOf(small, { tokens: texts, targets: texts })).logits.data;
  });
  afterAll(() => decoder.release());

  /** Fails unless the logits are the training graph's after position `position` of the given texts. */
  function expectLogits(logits: Float32Array, rows: readonly number[], position: number): void {
    const expected = rows.flatMap((row) => reference.slice((row * LENGTH + position) * VOCABULARY, (row * LENGTH + position + 1) * VOCABULARY));
    expectClose(logits, expected, `logits of texts ${rows.join(", ")} after position ${position}`);
  }

  /** Feeds positions `from` up to, not including, `to` of the given texts. */
  function feed(state: ProgramState, rows: readonly number[], from: number, to: number): Promise<{ logits: Float32Array; state: ProgramState }> {
    return decoder.step(Int32Array.from(rows.flatMap((row) => texts[row].slice(from, to))), state);
  }

  const all = [0, 1, 2, 3];

  it("one token after another gives the training graph's logits", async () => {
    let state = decoder.start(4);
    for (let t = 0; t < LENGTH; t++) {
      expect([state.rows, state.length]).toEqual([4, t]);
      const stepped = await feed(state, all, t, t + 1);
      expectLogits(stepped.logits, all, t);
      state = stepped.state;
    }
  });

  it("a prompt at once and then one token after another gives them too", async () => {
    for (const prompt of [2, 5, LENGTH]) {
      let stepped = await feed(decoder.start(4), all, 0, prompt);
      expectLogits(stepped.logits, all, prompt - 1);
      for (let t = prompt; t < LENGTH; t++) {
        stepped = await feed(stepped.state, all, t, t + 1);
        expectLogits(stepped.logits, all, t);
      }
      expect([stepped.state.rows, stepped.state.length]).toEqual([4, LENGTH]);
    }
  });

  it("a text in pieces of several tokens gives them too", async () => {
    const first = await feed(decoder.start(2), [3, 0], 0, 3);
    const second = await feed(first.state, [3, 0], 3, 5);
    expectLogits(second.logits, [3, 0], 4);
    const third = await feed(second.state, [3, 0], 5, LENGTH);
    expectLogits(third.logits, [3, 0], LENGTH - 1);
  });

  it("select doubles, drops and reorders rows, and leaves the state that it was given", async () => {
    const { state } = await feed(decoder.start(3), [0, 1, 3], 0, SHARED);
    const chosen = decoder.select(state, Int32Array.of(2, 1, 1));
    expect([chosen.rows, chosen.length]).toEqual([3, SHARED]);
    let stepped = await feed(chosen, [3, 1, 2], SHARED, SHARED + 1);
    expectLogits(stepped.logits, [3, 1, 2], SHARED);
    stepped = await feed(decoder.select(stepped.state, Int32Array.of(2)), [2], SHARED + 1, LENGTH);
    expectLogits(stepped.logits, [2], LENGTH - 1);
    expectLogits((await feed(state, [0, 1, 3], SHARED, SHARED + 1)).logits, [0, 1, 3], SHARED);
  });

  it("a prompt read as one row goes on as many", async () => {
    const { state } = await feed(decoder.start(1), [1], 0, SHARED);
    const many = decoder.select(state, Int32Array.of(0, 0, 0));
    expectLogits((await feed(many, [1, 2, 1], SHARED, LENGTH)).logits, [1, 2, 1], LENGTH - 1);
  });

  it("two states of one decoder do not touch each other", async () => {
    let [left, right] = [await feed(decoder.start(1), [0], 0, 2), await feed(decoder.start(2), [1, 3], 0, 3)];
    left = await feed(left.state, [0], 2, 3);
    right = await feed(right.state, [1, 3], 3, 4);
    expectLogits(left.logits, [0], 2);
    expectLogits(right.logits, [1, 3], 3);
  });

  if (RECURRENT_NAMES.includes(family)) return;

  it("a full context takes no further token, and says so", async () => {
    expect(decoder.contextLength).toBe(LENGTH);
    const full = await feed(decoder.start(4), all, 0, LENGTH);
    await expect(feed(full.state, all, 0, 1)).rejects.toThrow("9 tokens were fed to a model whose context holds 8");
    await expect(decoder.step(new Int32Array(LENGTH + 1), decoder.start(1))).rejects.toThrow("9 tokens were fed to a model whose context holds 8");
  });
});

describe("a text longer than the context", () => {
  it.each(["gpt2", "llama", "llama with grouped queries"])("%s: goes on from its last half, read anew", async (family) => {
    const small = smallModel(family);
    const decoder = await compileDecoder(small);
    const rows = new DecoderRows(decoder);
    const [text] = drawTokens("long", 1, 15);
    await rows.start(text.slice(0, 6));
    for (let t = 6; t < 15; t++) {
      const logits = await rows.advance(Int32Array.of(text[t]));
      // Full after 8; the ninth token starts anew on 4, and so does the one after the next four.
      const from = t < 8 ? 0 : t < 13 ? 5 : 10;
      const read = [text.slice(from, t + 1)];
      expectClose(logits, (await lossOf(small, { tokens: read, targets: read })).logits.data.slice(-VOCABULARY), `logits after ${t + 1} tokens`);
    }
    await decoder.release();
  });
});

describe("a recurrent model", () => {
  it("has no end of context", async () => {
    const decoder = await compileDecoder(smallModel("gru"));
    expect(decoder.contextLength).toBe(Infinity);
    const { state, logits } = await decoder.step(new Int32Array(50), decoder.start(1));
    expect(state.length).toBe(50);
    expect(logits.every(Number.isFinite)).toBe(true);
    await decoder.release();
  });
});

describe("a change of the parameters", () => {
  it("is seen by a decoder that was compiled before", async () => {
    const small = smallModel("llama");
    const decoder = await compileDecoder(small);
    const before = await decoder.step(Int32Array.of(3), decoder.start(1));
    const flat = small.buffers.flat();
    for (let i = 0; i < flat.length; i++) flat[i] *= 1.5;
    const after = await decoder.step(Int32Array.of(3), decoder.start(1));
    const { logits } = await lossOf(small, { tokens: [[3]], targets: [[0]] });
    expect(after.logits).not.toEqual(before.logits);
    expectClose(after.logits, logits.data, "logits after the change");
    await decoder.release();
  });
});
