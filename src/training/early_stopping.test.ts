import { describe, expect, it } from "vitest";
import { EarlyStopping, type Verdict } from "./early_stopping.js";

const settings = { patience: 2, reduction: 0.5, smallestFactor: 0.2, threshold: 0.01 };

function verdicts(losses: readonly number[], stopping = new EarlyStopping(settings)): Verdict[] {
  return losses.map((loss) => stopping.observe(loss));
}

describe("early stopping", () => {
  it("goes on while the loss falls", () => {
    const stopping = new EarlyStopping(settings);
    expect(verdicts([4, 3, 2, 1, 0.5], stopping)).toEqual(Array(5).fill("continue"));
    expect(stopping.factor).toBe(1);
  });

  it("lowers the rate when its patience ends, and stops when the rate would be too low", () => {
    const stopping = new EarlyStopping(settings);
    expect(verdicts([1, 1, 1], stopping)).toEqual(["continue", "continue", "reduce"]);
    expect(stopping.factor).toBe(0.5);
    expect(verdicts([1, 1], stopping)).toEqual(["continue", "reduce"]);
    expect(stopping.factor).toBe(0.25);
    expect(verdicts([1, 1], stopping)).toEqual(["continue", "stop"]);
  });

  it("has converged from then on, also when restored, and not before", () => {
    const stopping = new EarlyStopping(settings);
    verdicts([1, 1, 1, 1, 1, 1], stopping);
    expect(stopping.converged).toBe(false);
    stopping.observe(1);
    const after = new EarlyStopping(settings);
    after.restore(stopping.save());
    expect([stopping.converged, after.converged]).toEqual([true, true]);
  });

  it("begins to count anew after an improvement", () => {
    expect(verdicts([1, 1, 0.9, 0.9, 0.9])).toEqual(["continue", "continue", "continue", "continue", "reduce"]);
  });

  it("takes no improvement below the threshold for one, and compares with the best that was", () => {
    expect(verdicts([1, 0.995, 0.991])).toEqual(["continue", "continue", "reduce"]);
    expect(verdicts([1, 0.995, 0.989])).toEqual(["continue", "continue", "continue"]);
  });

  it("understands losses below zero", () => {
    expect(verdicts([-1, -1.005, -1.02, -1.02, -1.02])).toEqual(["continue", "continue", "continue", "continue", "reduce"]);
  });

  it("decides the same after it was saved and restored at any point", () => {
    const losses = [3, 2, 2, 2, 1.9, 1.9, 1.9, 1.9, 1.9];
    const expected = verdicts(losses);
    expect(expected.at(-1)).toBe("stop");
    for (let at = 0; at <= losses.length; at++) {
      const before = new EarlyStopping(settings);
      const first = verdicts(losses.slice(0, at), before);
      const after = new EarlyStopping(settings);
      after.restore(JSON.parse(JSON.stringify(before.save())) as ReturnType<EarlyStopping["save"]>);
      expect([...first, ...verdicts(losses.slice(at), after)]).toEqual(expected);
    }
  });
});
