import { describe, expect, it } from "vitest";
import { generateStories } from "../text/stories/index.js";
import { measureSamples, wordCutter } from "./measure_samples.js";
import { ngramDiversity } from "./ngram_diversity.js";
import type { Figure } from "./figure.js";

const stories = (count: number, seed: number): string[] => generateStories(count, seed).map(({ text }) => text);
const [real, references, training] = [stories(100, 1), stories(100, 2), stories(200, 3)];

function figuresIn(value: unknown): Figure[] {
  if (typeof value !== "object" || value === null) return [];
  if ("value" in value && "low" in value) return [value as Figure];
  return Object.values(value).flatMap(figuresIn);
}

describe("the measures of samples", () => {
  const measured = measureSamples(real, references, { trainingTexts: training });

  it("all have an interval around them", () => {
    const figures = figuresIn(measured);
    expect(figures.length).toBe(8 + 4 + 2 + 1 + 6 + 1);
    for (const { value, low, high } of figures) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
  });

  it("take distinct-n as `ngramDiversity` does", () => {
    const tokens = real.map(wordCutter(references));
    const known = ngramDiversity(tokens).map(({ distinct }) => distinct);
    measured.distinct.forEach(({ value, low, high }, i) => {
      expect(value).toBe(known[i]);
      expect((low + high) / 2).toBeCloseTo(value, 1); // resampled texts would be far below
    });
  });

  it("tell shuffled words by BLEU, one text again and again by Self-BLEU and duplicates, and cut ones by their length", () => {
    const shuffled = measureSamples(real.map((text) => text.split(" ").sort().join(" ")), references);
    const same = measureSamples(real.map(() => real[0]), references);
    const short = measureSamples(real.map((text) => text.slice(0, 40)), references);
    expect(shuffled.bleu[3].value).toBeLessThan(measured.bleu[3].value / 2);
    for (const worse of [shuffled, same, short]) expect(worse.mauve!.value).toBeLessThan(measured.mauve!.value / 2);
    expect(same.selfBleu![3].value).toBeCloseTo(1, 9);
    expect(same.duplicates.value).toBe(1);
    expect(short.lengths.distance).toBeGreaterThan(measured.lengths.distance + 10);
  });

  it("find a planted copy of a training text, as it stands and with case and punctuation changed", () => {
    const { novelty } = measureSamples([...real, training[7], training[8].toUpperCase().replaceAll(/[.,]/g, " !")], references, { trainingTexts: training });
    const share = (count: number): number => count / 102;
    const before = measured.novelty!;
    expect(novelty!.verbatim.identical.value).toBeCloseTo(share(1), 12);
    expect(novelty!.normalized.identical.value).toBeCloseTo(share(2), 12);
    expect(before.normalized.identical.value).toBe(0);
    expect([100, 101]).toContain(novelty!.normalized.longest.sample);
  });

  it("look for no copies without a training text, and take no Self-BLEU of one sample", () => {
    const { novelty, selfBleu, mauve } = measureSamples(real.slice(0, 1), references);
    expect([novelty, selfBleu, mauve]).toEqual([null, null, null]);
  });

  it("cut texts without spaces into characters", () => {
    const cut = wordCutter(["床前明月光，疑是地上霜。"]);
    expect(cut("明月光").length).toBe(3);
  });

  it("are refused of nothing", () => {
    expect(() => measureSamples([], references)).toThrow(/no samples/);
    expect(() => measureSamples(real, [])).toThrow(/no real text/);
  });
});
