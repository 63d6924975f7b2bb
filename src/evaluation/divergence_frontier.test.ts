// Frontiers and areas held to the package of MAUVE's authors, and to what is known without it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "../testing/close.js";
import { divergenceFrontier, frontierArea, smoothedHistogram } from "./divergence_frontier.js";
import { divergenceFrontierFixture } from "./testing/divergence_frontier_fixture.js";

const { cases } = divergenceFrontierFixture();
const shares = (counts: readonly number[]) => counts.map((count) => count / counts.reduce((sum, other) => sum + other, 0));
const histogram = fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }).filter((counts) => counts.some((count) => count > 0)).map(shares);

describe("as mauve-text computes them", () => {
  it.each(cases)("$name", ({ samples, references, plain, smoothed }) => {
    for (const [histogramOf, expected] of [[shares, plain], [smoothedHistogram, smoothed]] as const) {
      const p = histogramOf(samples);
      expectClose(p, expected.p, "histogram", 1e-15);
      const curve = divergenceFrontier(p, histogramOf(references));
      expectClose(curve.flat(), expected.curve.flat(), "frontier", 1e-12);
      expect(Math.abs(frontierArea(curve) - expected.area)).toBeLessThan(1e-12);
    }
  });
});

describe("the frontier", () => {
  it("falls on one axis while it rises on the other, and is turned around with its histograms", () => {
    fc.assert(
      fc.property(histogram, histogram, (p, q) => {
        const curve = divergenceFrontier(p, q);
        for (let i = 1; i < curve.length; i++) {
          expect(curve[i][0]).toBeLessThanOrEqual(curve[i - 1][0] + 1e-12);
          expect(curve[i][1]).toBeGreaterThanOrEqual(curve[i - 1][1] - 1e-12);
        }
        expectClose(divergenceFrontier(q, p).map(([x, y]) => [y, x]).toReversed().flat(), curve.flat(), "turned frontier", 1e-9);
        expect(frontierArea(curve)).toBeGreaterThan(0);
        expect(frontierArea(curve)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it("has the area 1 for equal histograms alone", () => {
    fc.assert(
      fc.property(histogram, histogram, (p, q) => {
        expect(frontierArea(divergenceFrontier(p, p))).toBeCloseTo(1, 12);
        if (p.some((share, i) => Math.abs(share - q[i]) > 1e-3)) expect(frontierArea(divergenceFrontier(p, q))).toBeLessThan(1);
      }),
    );
  });

  it.each([
    ["other bins", [0.5, 0.5], [1]],
    ["counts", [3, 4], [1, 6]],
    ["no bins", [], []],
    ["less than nothing", [1.5, -0.5], [0.5, 0.5]],
    ["no numbers", [NaN, 1], [0.5, 0.5]],
  ])("is none of %s", (_, p, q) => {
    expect(() => divergenceFrontier(p, q)).toThrow("A divergence frontier lies between two histograms of the same bins, whose shares are 0 or more and sum to 1; divide the counts by their sum.");
  });
});
