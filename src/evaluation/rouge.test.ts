// ROUGE held to Google's rouge-score, and its tokenizer for every script to what must hold for any text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpusRouge, type RougeScore } from "./rouge.js";
import { evaluationFixture, hypothesesOf, referencesOf } from "./testing/evaluation_pairs.js";
import { corpus, sentence } from "./testing/sentences.js";

const KINDS = ["rouge1", "rouge2", "rougeL"] as const;
const values = ({ precision, recall, fmeasure }: RougeScore): number[] => [precision, recall, fmeasure];

function expectScore(actual: RougeScore, expected: readonly number[], what: string): void {
  for (const [i, value] of values(actual).entries()) expect(value, what).toBeCloseTo(expected[i], 12);
}

describe("corpusRouge beside rouge-score", () => {
  it.each(KINDS)("%s of every sentence", (kind) => {
    for (const [i, { hypothesis, references }] of evaluationFixture.pairs.entries()) {
      expectScore(corpusRouge([hypothesis], [references])[kind], evaluationFixture.rouge[i][kind], JSON.stringify(hypothesis));
    }
  });

  it.each(KINDS)("%s of the corpus is the mean over its sentences", (kind) => {
    const { pairs, rouge } = evaluationFixture;
    const mean = [0, 1, 2].map((i) => rouge.reduce((sum, scores) => sum + scores[kind][i], 0) / pairs.length);
    expectScore(corpusRouge(hypothesesOf(pairs), referencesOf(pairs))[kind], mean, kind);
  });
});

describe("corpusRouge", () => {
  it("counts words in order but not side by side for ROUGE-L (Lin 2004, section 3.1)", () => {
    const reference = "police killed the gunman";
    expect(corpusRouge(["police kill the gunman"], [reference]).rougeL.fmeasure).toBeCloseTo(0.75, 12);
    expect(corpusRouge(["the gunman kill police"], [reference]).rougeL.fmeasure).toBeCloseTo(0.5, 12);
  });

  it("takes the first of the references with the highest F-measure, as rouge-score does", () => {
    expect(values(corpusRouge(["a b"], [["a", "a b c d"]]).rouge1)).toEqual([0.5, 1, expect.closeTo(2 / 3, 12)]);
    expect(values(corpusRouge(["a b"], [["a b c d", "a"]]).rouge1)).toEqual([1, 0.5, expect.closeTo(2 / 3, 12)]);
  });

  it("sees other scripts with the unicode tokenizer only", () => {
    const [hypothesis, reference] = ["猫坐在垫子上", "猫在垫子上"];
    expect(corpusRouge([hypothesis], [reference]).rouge1.fmeasure).toBe(0);
    const { rouge1, rouge2, rougeL } = corpusRouge([hypothesis], [reference], { tokenizer: "unicode" });
    expect(values(rouge1)).toEqual([5 / 6, 1, expect.closeTo(10 / 11, 12)]);
    expect(values(rouge2)).toEqual([3 / 5, 3 / 4, expect.closeTo(2 / 3, 12)]);
    expect(values(rougeL)).toEqual(values(rouge1));
  });

  it("is 1 for identical texts of two words or more", () => {
    const words = fc.array(fc.constantFrom("cat", "Käse", "猫", "قطة", "1"), { minLength: 2, maxLength: 8 }).map((list) => list.join(" "));
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (texts) => {
        const result = corpusRouge(texts, texts, { tokenizer: "unicode" });
        for (const kind of KINDS) expect(values(result[kind])).toEqual([1, 1, 1]);
      }),
    );
  });

  it("does not depend on the order of sentences and stays within its range", () => {
    fc.assert(
      fc.property(corpus, fc.constantFrom("rouge-score", "unicode"), (pairs, tokenizer) => {
        const measure = (of: typeof pairs) => corpusRouge(hypothesesOf(of), referencesOf(of), { tokenizer });
        const [forwards, backwards] = [measure(pairs), measure(pairs.toReversed())];
        for (const kind of KINDS) {
          expectScore(backwards[kind], values(forwards[kind]), kind);
          for (const value of values(forwards[kind])) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it("exchanges precision and recall with hypothesis and reference", () => {
    fc.assert(
      fc.property(sentence(), sentence(), (a, b) => {
        const [there, back] = [corpusRouge([a], [b]), corpusRouge([b], [a])];
        for (const kind of KINDS) expect([there[kind].precision, there[kind].recall]).toEqual([back[kind].recall, back[kind].precision]);
      }),
    );
  });

  it("refuses a tokenizer that it does not know", () => {
    const measure = () => corpusRouge(["a"], ["a"], { tokenizer: "13a" as never });
    expect(measure).toThrow(/"rouge-score" or "unicode", but "13a" was given/);
    expect(measure).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
