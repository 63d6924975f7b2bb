import { describe, expect, it } from "vitest";
import { measureTranslations } from "./measure_translations.js";
import { translationIntervals } from "./translation_intervals.js";

const words = ["a", "dog", "runs", "over", "the", "green", "field", "and", "barks", "at", "two", "birds"];
const sentence = (i: number, shift = 0): string => Array.from({ length: 8 }, (_, j) => words[(i * 5 + j * (1 + (i % 3)) + (j > 3 + (i % 4) ? shift : 0)) % words.length]).join(" ");
const references = Array.from({ length: 60 }, (_, i) => sentence(i));
const hypotheses = Array.from({ length: 60 }, (_, i) => sentence(i, i % 5 === 0 ? 0 : 1));

describe("intervals of translations", () => {
  const measures = measureTranslations(hypotheses, references);
  const values = { bleu: measures.bleu.score, chrf: measures.chrf, rouge1: measures.rouge1.fmeasure, rouge2: measures.rouge2.fmeasure, rougeL: measures.rougeL.fmeasure, exactMatch: measures.exactMatch };
  const intervals = translationIntervals(hypotheses, references);

  it.each(Object.keys(values) as (keyof typeof values)[])("of %s lies around it, and narrows with the number of sentences", (name) => {
    const { low, high } = intervals[name];
    expect(low).toBeLessThan(values[name]);
    expect(high).toBeGreaterThan(values[name]);
    const [more, same] = [hypotheses, references].map((texts) => Array.from({ length: 4 }, () => texts).flat());
    const wide = translationIntervals(more, same)[name];
    expect(wide.high - wide.low).toBeLessThan(0.7 * (high - low));
  });

  it("are the same again for the same seed", () => {
    expect(translationIntervals(hypotheses, references, {}, { seed: 3 })).toEqual(translationIntervals(hypotheses, references, {}, { seed: 3 }));
  });
});
