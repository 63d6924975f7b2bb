// Labels as tokens behind the tokenizer's: which text begins with which, and what is said to a label that is not known.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LabelTokens, labelsOfConfig } from "./label_tokens.js";

const VOCABULARY = { vocabularySize: 30, bosId: 1 };
const moods = new LabelTokens(["happy", "sad"], VOCABULARY);
const none = new LabelTokens([], VOCABULARY);
const text = (label?: number): { source: string; target: string; label?: number } => ({ source: "", target: "a", ...(label === undefined ? {} : { label }) });

describe("the beginning of a text", () => {
  it("is its label's token, and the usual one where it has no label", () => {
    expect(moods.tokens).toEqual([30, 31]);
    expect([...moods.starts([text(1), text(), text(0)])!]).toEqual([31, 1, 30]);
  });

  it("is not given where there are no labels at all", () => {
    expect(none.tokens).toEqual([]);
    expect(none.starts([text()])).toBeUndefined();
    expect(none.startsToLearn([text()])).toBeUndefined();
  });

  it("is the usual one for about a tenth of the texts to learn from, of every label, always the same by the seed", () => {
    const texts = Array.from({ length: 2000 }, (_, i) => text(i % 2));
    const [all, some] = [moods.starts(texts)!, moods.startsToLearn(texts)!];
    const without = [...some.keys()].filter((i) => some[i] === VOCABULARY.bosId);
    some.forEach((start, i) => expect([VOCABULARY.bosId, all[i]]).toContain(start));
    for (const label of [0, 1]) expect(Math.abs(without.filter((i) => i % 2 === label).length - 100)).toBeLessThan(40);
    expect(moods.startsToLearn(texts)).toEqual(some);
  });

  it("names the label again, with one number more for none", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 9 }), fc.integer({ min: 2, max: 99 }), (labels, vocabularySize) => {
        const named = new LabelTokens(labels, { vocabularySize, bosId: 1 });
        labels.forEach((label, place) => expect(named.labelOf(named.startOf(label, "runs/x")!)).toBe(place));
        expect(named.labelOf(1)).toBe(labels.length);
      }),
    );
  });
});

describe("a label that is asked for", () => {
  it("is none unless one is named", () => {
    expect(moods.startOf(undefined, "runs/x")).toBeUndefined();
    expect(none.startOf(undefined, "runs/x")).toBeUndefined();
    expect(moods.startOf("sad", "runs/x")).toBe(31);
  });

  it.each([
    [moods, 'The model in "runs/x" does not know the label "angry", but "happy", "sad"; name one of these.'],
    [none, 'The run in "runs/x" is a language model that was trained without labels; leave the label out.'],
  ])("is refused where it is not known", (labels, message) => {
    expect(() => labels.startOf("angry", "runs/x")).toThrow(expect.objectContaining({ code: "invalid_argument", message }));
  });
});

it("config.json names labels, or something else that is none", () => {
  expect(labelsOfConfig({ labels: ["a", "b"] })).toEqual(["a", "b"]);
  for (const config of [{}, { labels: null }, { labels: "a" }, { labels: ["a", 1] }, { labels: { 0: "a" } }]) expect(labelsOfConfig(config)).toEqual([]);
});
