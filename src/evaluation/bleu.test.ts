// BLEU held to sacreBLEU, for whole corpora and single sentences, with every tokenizer and smoothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpusBleu, sentenceBleu, type BleuResult } from "./bleu.js";
import { corpusOf, evaluationFixture, hypothesesOf, optionsOf, referencesOf, type FixtureBleu } from "./testing/evaluation_pairs.js";
import { corpus, sentence } from "./testing/sentences.js";

function expectBleu(actual: BleuResult, [score, precisions, brevityPenalty, hypothesisLength, referenceLength]: FixtureBleu, what: string): void {
  expect(actual.score, what).toBeCloseTo(score, 9);
  expect(actual.precisions.length, what).toBe(precisions.length);
  for (const [i, precision] of precisions.entries()) expect(actual.precisions[i], what).toBeCloseTo(precision, 9);
  expect(actual.brevityPenalty, what).toBeCloseTo(brevityPenalty, 12);
  expect([actual.hypothesisLength, actual.referenceLength], what).toEqual([hypothesisLength, referenceLength]);
}

describe.each(evaluationFixture.bleu)("BLEU with sacreBLEU's $arguments", (fixture) => {
  const options = optionsOf(fixture);

  it.each(Object.entries(fixture.corpora))("of the corpus %s", (name, expected) => {
    const pairs = corpusOf(name);
    expectBleu(corpusBleu(hypothesesOf(pairs), referencesOf(pairs), options), expected, name);
  });

  it("of every sentence", () => {
    for (const [i, { hypothesis, references }] of evaluationFixture.pairs.entries()) {
      expectBleu(sentenceBleu(hypothesis, references, options), fixture.sentences[i], JSON.stringify(hypothesis));
    }
  });
});

describe("corpusBleu", () => {
  it("is 100 for identical texts", () => {
    fc.assert(
      fc.property(fc.array(sentence(4), { minLength: 1, maxLength: 5 }), (texts) => {
        const { score, brevityPenalty, precisions } = corpusBleu(texts, texts);
        expect(score).toBeCloseTo(100, 10);
        expect(precisions).toEqual([100, 100, 100, 100]);
        expect(brevityPenalty).toBe(1);
      }),
    );
  });

  it("does not depend on the order of sentences, nor on that of references", () => {
    fc.assert(
      fc.property(corpus, (pairs) => {
        const forwards = corpusBleu(hypothesesOf(pairs), referencesOf(pairs));
        const backwards = pairs.toReversed();
        const references = referencesOf(backwards).map((texts) => texts.toReversed());
        expect(corpusBleu(hypothesesOf(backwards), references)).toEqual(forwards);
      }),
    );
  });

  it("stays within its range", () => {
    const smoothing = fc.constantFrom("none", "floor", "add-k", "exp");
    fc.assert(
      fc.property(corpus, smoothing, fc.boolean(), (pairs, smoothing, effectiveOrder) => {
        const { score, brevityPenalty } = corpusBleu(hypothesesOf(pairs), referencesOf(pairs), { smoothing, effectiveOrder });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100 + 1e-9);
        expect(brevityPenalty).toBeGreaterThanOrEqual(0);
        expect(brevityPenalty).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("takes the length of the nearest reference, of the shorter one where two are equally near", () => {
    for (const references of [["a b", "a b c d", "a"], ["a b c d", "a", "a b"]]) {
      expect(corpusBleu(["a b c"], [references]).referenceLength).toBe(2);
      expect(corpusBleu(["a b c d"], [references]).referenceLength).toBe(4);
    }
  });

  it("takes one reference as a text or as a list", () => {
    expect(corpusBleu(["the cat sat there"], ["the cat sat here"])).toEqual(corpusBleu(["the cat sat there"], [["the cat sat here"]]));
  });

  it.each([
    [{ maxOrder: 0 }, /longest n-gram of BLEU must be a whole number from 1 to 100, but 0 was given/],
    [{ maxOrder: 2.5 }, /longest n-gram of BLEU/],
    [{ smoothing: "laplace" }, /"none", "floor", "add-k" or "exp", but "laplace" was given/],
    [{ smoothingValue: -1 }, /smoothing value must be a number of 0 or more/],
    [{ smoothingValue: Number.NaN }, /smoothing value/],
    [{ tokenizer: "intl" }, /"13a", "zh", "char" or "none"/],
    [{ lowercase: "yes" }, /lower case must be true or false/],
    [{ tokeniser: "13a" }, /no option of BLEU called "tokeniser"; the options are maxOrder, /],
    ["13a", /options of BLEU must be an object/],
  ])("refuses the options %j", (options, message) => {
    const measure = () => corpusBleu(["a"], ["a"], options as never);
    expect(measure).toThrow(message);
    expect(measure).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

describe("sentenceBleu", () => {
  it("leaves out the lengths that a short sentence has no n-grams of", () => {
    expect(sentenceBleu("Hello there", "Hello there").score).toBeCloseTo(100, 10);
    expect(sentenceBleu("Hello there", "Hello there", { effectiveOrder: false }).score).toBe(0);
  });

  it("refuses an empty list of references", () => {
    expect(() => sentenceBleu("a", [])).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
