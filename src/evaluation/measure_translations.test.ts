// All measures together: the same numbers as each alone, and one sentence about lists that do not fit.

import { describe, expect, it } from "vitest";
import { corpusBleu, corpusChrf, corpusRouge, exactMatch, measureTranslations, sentenceBleu } from "./index.js";

const hypotheses = ["今天天气很好。", "The cat sat on the mat."];
const references = ["今天的天气很好。", ["The cat sat on the mat.", "A cat was on the mat."]];

describe("measureTranslations", () => {
  it("gives what the measures give with their own options", () => {
    const options = { bleu: { tokenizer: "zh" }, chrf: { wordOrder: 2 }, rouge: { tokenizer: "unicode" } } as const;
    expect(measureTranslations(hypotheses, references, options)).toEqual({
      bleu: corpusBleu(hypotheses, references, options.bleu),
      chrf: corpusChrf(hypotheses, references, options.chrf),
      ...corpusRouge(hypotheses, references, options.rouge),
      exactMatch: 0.5,
    });
    const defaults = measureTranslations(hypotheses, references);
    expect(defaults.bleu).toEqual(corpusBleu(hypotheses, references));
    expect(defaults.rouge1).toEqual(corpusRouge(hypotheses, references).rouge1);
  });

  it.each([
    [{ tokenizer: "zh" }, /no option of the measures called "tokenizer"; the options are bleu, chrf, rouge\./],
    [{ bleu: { tokenizer: "ja" } }, /tokenizer of BLEU/],
    [{ chrf: null }, /options of chrF must be an object, but null was given/],
    ["zh", /^The options of the measures must be an object, but "zh" was given; give for example \{/],
    [{ chrf: { beta: -1 } }, /^The beta of chrF must be a number above 0, but -1 was given; leave it out for 2\.$/],
    [{ bleu: { maxOrder: 0 } }, /^The longest n-gram of BLEU must be .*, but 0 was given; leave it out for the usual one\.$/],
    [{ rouge: { tokenizer: "zh" } }, /, but "zh" was given; take "unicode" for all but English\.$/],
  ])("refuses the options %j", (options, message) => {
    const measure = () => measureTranslations(["a"], ["a"], options as never);
    expect(measure).toThrow(message);
    expect(measure).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  it("is 100 and 1 for identical texts", () => {
    const texts = ["The cat sat on the mat.", "It cost 1,000.5 euros & more."];
    const one = { precision: 1, recall: 1, fmeasure: 1 };
    const { bleu, chrf, ...shares } = measureTranslations(texts, texts);
    expect(bleu.score).toBeCloseTo(100, 10);
    expect(chrf).toBeCloseTo(100, 10);
    expect(shares).toEqual({ rouge1: one, rouge2: one, rougeL: one, exactMatch: 1 });
  });

  it("is 0 where nothing was written", () => {
    const none = { precision: 0, recall: 0, fmeasure: 0 };
    const { bleu, ...others } = measureTranslations([""], ["a reference"]);
    expect(bleu).toEqual({ score: 0, precisions: [0, 0, 0, 0], brevityPenalty: 0, hypothesisLength: 0, referenceLength: 2 });
    expect(others).toEqual({ chrf: 0, rouge1: none, rouge2: none, rougeL: none, exactMatch: 0 });
  });

  it.each([
    [["", ""], ["a reference", "another"], 0],
    [["a text", "another"], ["", ""], 0],
    [["", " "], ["", ""], 1],
    [["!", "?"], [["", "."], "…"], 0],
  ])("is a number for %j beside %j", (hypotheses, references, exactMatch) => {
    const none = { precision: 0, recall: 0, fmeasure: 0 };
    for (const tokenizer of ["13a", "zh", "char", "none"] as const) {
      const { bleu, ...others } = measureTranslations(hypotheses, references, { bleu: { tokenizer } });
      expect(bleu.score).toBe(0);
      expect(bleu.brevityPenalty).toBeGreaterThanOrEqual(0);
      expect(others).toEqual({ chrf: 0, rouge1: none, rouge2: none, rougeL: none, exactMatch });
    }
  });
});

describe("lists that do not fit", () => {
  const measures = { measureTranslations, corpusBleu, corpusChrf, corpusRouge, exactMatch };
  const cases: readonly (readonly [readonly string[], readonly (string | readonly string[])[], RegExp])[] = [
    [[], [], /no hypotheses to measure/],
    [["a", "b"], ["a"], /2 hypotheses but references for 1;/],
    [["a"], [], /1 hypotheses but references for 0;/],
    [["a", "b"], ["a", []], /Hypothesis 2 has no reference/],
    [["a", 3 as never], ["a", "b"], /Hypothesis 2 is not a text/],
    [["a"], [["a", null as never]], /Hypothesis 1 has a reference that is not a text/],
    [["a"], [undefined as never], /Hypothesis 1 has a reference that is not a text/],
    ["a" as never, ["a"], /must both be lists/],
  ];

  it.each(Object.entries(measures))("%s says so", (_, measure) => {
    for (const [hypotheses, references, message] of cases) {
      expect(() => measure(hypotheses, references)).toThrow(message);
      expect(() => measure(hypotheses, references)).toThrow(expect.objectContaining({ name: "WordloomError", code: "invalid_argument" }));
    }
  });

  it("sentenceBleu says so", () => {
    expect(() => sentenceBleu("a", [])).toThrow(/Hypothesis 1 has no reference/);
  });
});
