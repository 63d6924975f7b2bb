import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goingOn, halvingRungs, survivors } from "./halving.js";

describe("rungs", () => {
  it("stand at a ninth, a third and all of the steps, each with an evaluation", () => {
    expect(halvingRungs(900, 3)).toEqual({ rungs: [100, 300, 900], evaluateEvery: 100 });
    expect(halvingRungs(600, 3)).toEqual({ rungs: [67, 201, 600], evaluateEvery: 67 });
    expect(halvingRungs(1200, 2)).toEqual({ rungs: [300, 600, 1200], evaluateEvery: 100 });
    expect(halvingRungs(2, 3).rungs).toEqual([1, 2]);
    expect(halvingRungs(1, 3).rungs).toEqual([1]);
  });

  it("rise to the full length and are multiples of the interval, whatever the length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 10 }), (steps, reduction) => {
        const { rungs, evaluateEvery } = halvingRungs(steps, reduction);
        expect(rungs.at(-1)).toBe(steps);
        for (const rung of rungs.slice(0, -1)) expect(rung % evaluateEvery).toBe(0);
        expect(rungs).toEqual([...new Set(rungs)].sort((a, b) => a - b));
        expect(rungs[0]).toBeGreaterThanOrEqual(steps / reduction ** 2);
      }),
    );
  });
});

describe("survivors", () => {
  it("are the best third, rounded up, in their order; of equal ones the first", () => {
    const measured = [3, 1, 2, 1].map((score, trial) => ({ score, trial }));
    expect(survivors(measured, 4, 3)).toEqual([1, 3]);
    expect(survivors(measured, 3, 3)).toEqual([1]);
    expect(survivors(measured.slice(0, 1), 9, 3)).toEqual([0]); // the others failed
    expect([1, 3, 4, 9].map((count) => goingOn(count, 3))).toEqual([1, 1, 2, 3]);
  });
});
