// BLEU of samples held to NLTK's, and Self-BLEU to the definition.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harmonicBleu, samplesBleu, SAMPLES_BLEU_ORDERS, selfBleu, type SamplesBleu } from "./samples_bleu.js";

/** For each text the BLEU-2 to BLEU-5. */
type Scores = readonly (readonly number[])[];

interface FixtureCase {
  readonly name: string;
  readonly samples: string[][];
  readonly references: string[][];
  readonly bleu: Scores;
  readonly backwardBleu: Scores;
  /** Null where there is but one sample. */
  readonly selfBleu: Scores | null;
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/generated_text.json", import.meta.url), "utf8")) as { cases: FixtureCase[] };

function expectScores({ samples, mean }: SamplesBleu, expected: Scores): void {
  for (const [i, order] of SAMPLES_BLEU_ORDERS.entries()) {
    expect(samples[order]).toHaveLength(expected.length);
    for (const [s, score] of expected.entries()) expect(Math.abs(samples[order][s] - score[i]), `BLEU-${order} of ${s}`).toBeLessThan(1e-12);
    expect(Math.abs(mean[order] - expected.reduce((sum, score) => sum + score[i], 0) / expected.length)).toBeLessThan(1e-12);
  }
}

const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 9 });

describe("as NLTK measures", () => {
  it.each(cases)("samples against references: $name", ({ samples, references, bleu }) => expectScores(samplesBleu(samples, references), bleu));
  it.each(cases)("references against samples: $name", ({ samples, references, backwardBleu }) => expectScores(samplesBleu(references, samples), backwardBleu));
  it.each(cases.filter(({ samples }) => samples.length > 1))("samples against each other: $name", ({ samples, selfBleu: expected }) => expectScores(selfBleu(samples), expected!));
});

describe("samplesBleu", () => {
  it("takes a tokenizer's numbers as well as words", () => {
    const [samples, references] = [[[1, 2, 3], [4, 4]], [[1, 2, 3, 4], [2, 3]]];
    const words = (texts: number[][]) => texts.map((tokens) => tokens.map((token) => `word ${token}`));
    expect(samplesBleu(samples, references)).toEqual(samplesBleu(words(samples), words(references)));
  });

  it("scores each sample as if it were alone, whatever the order", () => {
    const texts = fc.array(text, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, texts, (samples, references) => {
        const together = samplesBleu(samples, references);
        for (const [s, sample] of samples.entries()) {
          const { mean } = samplesBleu([sample], references.toReversed());
          for (const order of SAMPLES_BLEU_ORDERS) expect(mean[order]).toBe(together.samples[order][s]);
        }
      }),
    );
  });

  it("refuses what it cannot measure", () => {
    expect(() => samplesBleu([], [["a"]])).toThrow("BLEU cannot be taken of 0 samples; give at least 1.");
    expect(() => samplesBleu([["a"]], [])).toThrow("BLEU cannot be taken of 0 references; give at least 1.");
    expect(() => samplesBleu(["a b"] as never, [["a"]])).toThrow("The samples must be a list of lists of tokens; tokenize the texts first.");
    expect(() => selfBleu([["a"]])).toThrow("Self-BLEU cannot be taken of 1 samples; give at least 2.");
  });
});

describe("selfBleu", () => {
  it("is each sample's BLEU against the others", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 7 }), (samples) => {
        const { samples: scores } = selfBleu(samples);
        for (const [s, sample] of samples.entries()) {
          const { mean } = samplesBleu([sample], samples.toSpliced(s, 1));
          for (const order of SAMPLES_BLEU_ORDERS) expect(scores[order][s]).toBe(mean[order]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is 1 where all samples are the same", () => {
    expect(selfBleu([["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "e"]]).mean).toEqual({ 2: 1, 3: 1, 4: 1, 5: 1 });
  });
});

describe("harmonicBleu", () => {
  it("is the harmonic mean, and 0 where there is nothing", () => {
    const forward = { 2: 0.5, 3: 0.4, 4: 0, 5: 0 };
    const backward = { 2: 0.5, 3: 0.1, 4: 0.3, 5: 0 };
    const mean = harmonicBleu(forward, backward);
    expect(mean[2]).toBeCloseTo(0.5, 12);
    expect(mean[3]).toBeCloseTo(0.16, 12);
    expect([mean[4], mean[5]]).toEqual([0, 0]);
  });
});
