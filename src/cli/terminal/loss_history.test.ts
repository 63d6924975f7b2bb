import { describe, expect, it } from "vitest";

import { LossHistory } from "./loss_history.js";

describe("LossHistory", () => {
  it("keeps what cannot be drawn out", () => {
    const history = new LossHistory();
    for (const loss of [2, NaN, Infinity, 1]) history.add(history.points.length, loss);
    expect(history.points.map(({ loss }) => loss)).toEqual([2, 1]);
  });

  it("stays bounded, in order, and keeps the mean", () => {
    const history = new LossHistory(8);
    for (let step = 1; step <= 9; step += 1) history.add(step, step);
    expect(history.points).toEqual([1.5, 3.5, 5.5, 7.5, 9].map((value) => ({ step: value, loss: value })));
    for (let step = 10; step <= 10_000; step += 1) history.add(step, step);
    const steps = history.points.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(8);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBeGreaterThan(9_990);
  });
});
