// Labels that are named or found: on a model made by hand, to which one label means "a" and the other "b".

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVariationalAutoencoder, createVariationalConfig } from "../models/variational_config.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { trainCharacterTokenizer } from "../text/character_tokenizer.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { placeOfLabel, withLikeliestLabels } from "./latent_labels.js";
import { LatentSpace } from "./latent_space.js";

const LABELS = ["a's", "b's", "neither"];
const WIDTH = 4;
const LATENT = 2;
const tokenizer = trainCharacterTokenizer(["ab"], Infinity, 1);
const model = createVariationalAutoencoder(createVariationalConfig({
  cell: "gru", labels: LABELS, vocabularySize: tokenizer.vocabularySize, contextLength: 8, layers: 1, heads: 1, width: WIDTH, feedForwardWidth: 4, embeddingWidth: 4, latentWidth: LATENT, dropout: 0, wordDropout: 0, freeBits: 0, freeBitsTotal: 0, normFirst: true,
}));
const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
const space = new LatentSpace(model, tokenizer, buffers, TEST_SESSION);

beforeAll(() => {
  buffers.initialize(new RandomStream(1, "latent labels"));
  for (const name of nameParameters(model).keys()) if (!name.startsWith("encoder") && name !== "posterior_layer.weight") buffers.values(name).fill(0);
  // A label's first dimension becomes the sign of the decoder's whole state, which all else leaves as it is but for its size.
  const embedding = buffers.values("label_embedding.weight");
  const labelWidth = embedding.length / LABELS.length;
  embedding[0] = 1;
  embedding[labelWidth] = -1;
  const conditionWidth = LATENT + labelWidth;
  for (let row = 0; row < WIDTH; row++) buffers.values("bridge.0.weight")[row * conditionWidth + LATENT] = 3;
  const head = buffers.values("head.weight");
  const [a, b] = tokenizer.encode("ab");
  head.fill(9, a * WIDTH, (a + 1) * WIDTH);
  head.fill(-9, b * WIDTH, (b + 1) * WIDTH);
});
afterAll(() => space.release());

const pair = (text: string, label?: number): TextPair => ({ source: text, target: text, ...(label === undefined ? {} : { label }) });
const found = (sentences: readonly TextPair[], labels: readonly string[] = LABELS, signal?: AbortSignal) => withLikeliestLabels(sentences, { space, model, buffers, session: TEST_SESSION, labels, where: (i) => `Line ${i + 1}`, signal });

describe("the likeliest label", () => {
  it("is the one under which the model writes the sentence most readily", async () => {
    const texts = ["aaa", "bbb", "aaaaaa", "bbba", "aaab", "bbbbb"];
    const labelled = await found(texts.map((text) => pair(text)));
    expect(labelled).toEqual(texts.map((text) => pair(text, text.startsWith("a") ? 0 : 1)));
  });

  it("of nothing to write is that which says least", async () => {
    expect((await found([pair("")]))[0].label).toBe(2);
  });

  it("does not replace one that was given, however unlikely, and leaves what was given as it is", async () => {
    const given = [pair("aaa", 1), pair("bbb"), pair("bbb", 0), pair("aa")];
    const copy = structuredClone(given);
    expect((await found(given)).map(({ label }) => label)).toEqual([1, 1, 0, 0]);
    expect(given).toEqual(copy);
  });

  it("does not depend on the other sentences", async () => {
    const [alone] = await found([pair("ab")]);
    const together = await found([pair("bbbbbb"), pair("a"), pair("ab")]);
    expect(together[2]).toEqual(alone);
  });

  it("is not looked for where there is none to find", async () => {
    const all = [pair("aaa", 1), pair("b", 2)];
    expect(await found(all)).toBe(all);
    const none = [pair("aaa")];
    expect(await found(none, [])).toBe(none);
  });

  it("of a sentence that is too long is refused with its own place", async () => {
    await expect(found([pair("aaa", 1), pair("aaa"), pair("a".repeat(9))])).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^Line 3 has 9 tokens, but the model holds 7/) });
  });

  it("is not looked for any more once it is interrupted", async () => {
    await expect(found([pair("aaa")], LABELS, AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("a label's place", () => {
  const known = { labels: LABELS, path: "runs/x" };

  it("is that among the model's labels", () => {
    expect(LABELS.map((label) => placeOfLabel(known, label))).toEqual([0, 1, 2]);
    expect(placeOfLabel(known, undefined)).toBeNull();
    expect(placeOfLabel({ labels: [], path: "runs/x" }, undefined)).toBeNull();
  });

  it.each([
    [known, "A's", 'The model in "runs/x" does not know the label "A\'s", but "a\'s", "b\'s", "neither"; name one of these.'],
    [{ labels: [], path: "runs/x" }, "a", 'The model in "runs/x" was trained without labels and cannot be told "a"; leave the label out, or train with a column of labels (option "label").'],
  ])("of %j and %j is refused", (of, asked, message) => {
    expect(() => placeOfLabel(of, asked)).toThrow(expect.objectContaining({ code: "invalid_argument", message }));
  });
});
