// The sentences say what the numbers say, and no more.

import { describe, expect, it } from "vitest";
import type { Comparison } from "./comparison.js";
import { atDiversity, listed, verdict, whatWasCompared } from "./comparison_words.js";
import { exampleComparison, figure } from "./testing/comparison_example.js";

/** A comparison with these bits per character. */
function withBits(comparison: Comparison, values: readonly number[], half = 0.01): Comparison {
  const members = comparison.members.map((member, i) => ({ ...member, prediction: { ...member.prediction!, bitsPerCharacter: figure(values[i], half) } }));
  return { ...comparison, members };
}

const point = (temperature: number, bleu: number, selfBleu: number) => ({ temperature, bleu: figure(bleu), selfBleu: figure(selfBleu) });

describe("verdict", () => {
  it("names who predicts best, and whose intervals overlap", () => {
    const three = exampleComparison({ families: ["lstm", "gru", "rnn"] });
    expect(verdict(withBits(three, [0.8, 0.9, 1]))[0]).toBe("lstm predicts the test part best, with 0.800 [0.790, 0.810] bits per character; no other's interval reaches its own.");
    expect(verdict(withBits(three, [0.8, 0.79, 1]))[0]).toBe("gru predicts the test part best, with 0.790 [0.780, 0.800] bits per character; the interval of lstm overlaps its own.");
    expect(verdict(withBits(three, [0.8, 0.79, 0.8]))[0]).toContain("the intervals of lstm and rnn overlap its own");
  });

  it("says of a bound that it is one, whether it wins or not", () => {
    const both = exampleComparison({ families: ["lstm", "vae"] });
    expect(verdict(withBits(both, [0.8, 0.9]))[1]).toBe("The figure of vae is a bound from above: it may predict better than that.");
    const [best, next] = verdict(withBits(both, [0.9, 0.8]));
    expect(best).toContain("vae predicts the test part best, with at most 0.800");
    expect(next).not.toContain("bound");
  });

  it("compares quality where families are as diverse as real texts, and names those that never are", () => {
    const sentences = verdict(exampleComparison({ families: ["lstm", "vae", "gan"] })).join(" ");
    expect(sentences).toMatch(/As diverse as real texts \(Self-BLEU-3 0\.611\), lstm comes nearest in quality: BLEU-3 0\.6\d\d \[.*\] against 0\.702 of real texts, at a temperature of about 1\.0\d\./);
    expect(sentences).toContain("At temperatures from 0.7 to 1.3, gan is less diverse than real texts.");
    expect(verdict({ ...exampleComparison(), real: null }).join(" ")).not.toContain("real texts");
  });

  it("names what failed, why, and what is not trained yet", () => {
    const sentences = verdict(exampleComparison({ families: ["lstm", "gru", "gan"], failed: { gan: "memory ran out" }, waiting: ["gru"] }));
    expect(sentences.slice(-2)).toEqual(["gan failed: memory ran out.", "Not trained yet: gru."]);
    expect(verdict(exampleComparison({ families: ["lstm"], waiting: ["lstm"] }))).toEqual(["Not trained yet: lstm."]);
  });
});

describe("atDiversity", () => {
  it("lies between two temperatures, in proportion", () => {
    const found = atDiversity([point(0.5, 0.8, 0.9), point(1, 0.7, 0.7), point(1.5, 0.5, 0.5)], 0.6)!;
    expect(found.bleu.value).toBeCloseTo(0.6, 12);
    expect(found.temperature).toBeCloseTo(1.25, 12);
  });

  it("takes a point that hits it, and the better of two crossings", () => {
    expect(atDiversity([point(1, 0.7, 0.6)], 0.6)?.bleu.value).toBe(0.7);
    expect(atDiversity([point(0.5, 0.8, 0.7), point(1, 0.8, 0.5), point(1.5, 0.2, 0.7)], 0.6)?.bleu.value).toBeCloseTo(0.8, 12);
  });

  it("is nothing where it is never reached", () => {
    expect(atDiversity([point(0.5, 0.8, 0.9), point(1, 0.7, 0.8)], 0.6)).toBeNull();
    expect(atDiversity([], 0.6)).toBeNull();
  });
});

it("what was compared is one sentence, of texts as of one long text", () => {
  expect(whatWasCompared(exampleComparison({ families: ["lstm", "gru"] }))).toMatch(/^Each of 2 families learnt for about 5 minutes from 9,000 texts \(1,012,482 characters\) of stories, .*\(2 cores\)\.$/);
  const stream = exampleComparison({ families: ["lstm"], seeds: [1, 2] });
  expect(whatWasCompared({ ...stream, budget: { steps: 1 }, data: { ...stream.data, kind: "stream" } })).toMatch(/^One family, with each of 2 seeds, learnt for 1 step from 1,012,482 characters of stories, /);
});

it("lists have commas and an and", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
});
