// chrF and chrF++ held to sacreBLEU.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpusChrf } from "./chrf.js";
import { corpusOf, evaluationFixture, hypothesesOf, optionsOf, referencesOf } from "./testing/evaluation_pairs.js";
import { corpus, sentence } from "./testing/sentences.js";

describe.each(evaluationFixture.chrf)("chrF with sacreBLEU's $arguments", (fixture) => {
  const options = optionsOf(fixture);

  it.each(Object.entries(fixture.corpora))("of the corpus %s", (name, expected) => {
    const pairs = corpusOf(name);
    expect(corpusChrf(hypothesesOf(pairs), referencesOf(pairs), options)).toBeCloseTo(expected, 9);
  });

  it("of every sentence", () => {
    for (const [i, { hypothesis, references }] of evaluationFixture.pairs.entries()) {
      expect(corpusChrf([hypothesis], [references], options), JSON.stringify(hypothesis)).toBeCloseTo(fixture.sentences[i], 9);
    }
  });
});

describe("corpusChrf", () => {
  it.each([0, 2])("is 100 for identical texts, with words up to %i", (wordOrder) => {
    fc.assert(
      fc.property(fc.array(sentence(1), { minLength: 1, maxLength: 5 }), (texts) => {
        expect(corpusChrf(texts, texts, { wordOrder })).toBeCloseTo(100, 10);
      }),
    );
  });

  it("does not depend on the order of sentences and stays within its range", () => {
    fc.assert(
      fc.property(corpus, fc.constantFrom(0, 2), (pairs, wordOrder) => {
        const measure = (of: typeof pairs) => corpusChrf(hypothesesOf(of), referencesOf(of), { wordOrder });
        const score = measure(pairs);
        expect(measure(pairs.toReversed())).toBe(score);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
  });

  it("counts the first of the references that a hypothesis scores best against, as sacreBLEU does", () => {
    const second = "cd";
    const [long, short] = [corpusChrf(["ab", second], ["xyz", second]), corpusChrf(["ab", second], ["x", second])];
    expect(long).not.toBe(short);
    expect(corpusChrf(["ab", second], [["xyz", "x"], second])).toBe(long);
    expect(corpusChrf(["ab", second], [["x", "xyz"], second])).toBe(short);
  });

  it("takes no notice of white space without words", () => {
    expect(corpusChrf(["ab cd"], ["a bcd"])).toBeCloseTo(100, 10);
    expect(corpusChrf(["ab cd"], ["a bcd"], { wordOrder: 2 })).toBeLessThan(100);
  });

  it("counts a character outside of the first plane as one", () => {
    expect(corpusChrf(["😀"], ["😁"])).toBe(0);
  });

  it.each([
    [{ characterOrder: 0 }, /longest character n-gram of chrF must be a whole number from 1 to 100/],
    [{ wordOrder: -1 }, /longest word n-gram of chrF must be a whole number from 0 to 100/],
    [{ beta: 0 }, /beta of chrF must be a number above 0, but 0 was given/],
    [{ order: 6 }, /no option of chrF called "order"/],
  ])("refuses the options %j", (options, message) => {
    const measure = () => corpusChrf(["a"], ["a"], options as never);
    expect(measure).toThrow(message);
    expect(measure).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
