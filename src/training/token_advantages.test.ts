// Advantages on rewards that a reader can check by hand.

import { describe, expect, it } from "vitest";
import { tokenAdvantages } from "./token_advantages.js";

/** Two positions of three texts, of which the last has one token. */
const REWARDS = [0.25, 0.5, 1, 0.5, 0.75, 0.125];
const written = (text: number, position: number): boolean => text < 2 || position === 0;
const SIZES = { rows: 3, length: 2 };

describe("the advantages of tokens", () => {
  it("are the rewards themselves without a baseline, and 0 where nothing was written", () => {
    expect([...tokenAdvantages(REWARDS, written, SIZES, "none")]).toEqual([0.25, 0.5, 0.5, 0.75, 1, 0]);
  });

  it("are the rewards less the mean of the others at their place", () => {
    expect([...tokenAdvantages(REWARDS, written, SIZES, "mean")]).toEqual([-0.5, -0.25, -0.125, 0.25, 0.625, 0]);
  });

  it("are in units of the deviation, of mean 0 and variance 1 at each place", () => {
    const advantages = tokenAdvantages(REWARDS, written, SIZES, "normalized");
    const first = [advantages[0], advantages[2], advantages[4]];
    expect(first.reduce((total, value) => total + value, 0)).toBeCloseTo(0, 6);
    expect(first.reduce((total, value) => total + value ** 2, 0) / 2).toBeCloseTo(1, 6);
    expect([advantages[1], advantages[3]].map((value) => value * Math.SQRT2)).toEqual([expect.closeTo(-1, 6), expect.closeTo(1, 6)]);
  });

  it.each(["mean", "normalized"] as const)("are 0 by %s where a text is alone, or no better than the others", (baseline) => {
    const alike = [0.7, 0.7, 0.7, 0.1, 0.2, 0.3];
    const alone = (text: number, position: number): boolean => position === 0 || text === 1;
    expect([...tokenAdvantages(alike, alone, SIZES, baseline)].map((value) => Math.abs(value) < 1e-9)).toEqual(new Array(6).fill(true));
  });
});
