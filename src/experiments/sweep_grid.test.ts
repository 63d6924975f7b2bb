import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combinations, gridSize, parseGrid } from "./sweep_grid.js";

const refusal = (grid: unknown): string => {
  try {
    parseGrid(grid);
  } catch (error) {
    expect(error).toMatchObject({ name: "WordloomError", code: "invalid_argument" });
    return (error as Error).message;
  }
  return "";
};

describe("a grid", () => {
  it("has options by their names or flags, varied or the same for all", () => {
    expect(parseGrid({ "weight-decay": [0, 0.1], "--lr": 0.003, width: [64], tie: [true, false] })).toEqual({
      constants: { lr: 0.003, width: 64 },
      varied: [{ name: "weightDecay", values: [0, 0.1] }, { name: "tie", values: [true, false] }],
    });
  });

  it.each([
    [[1, 2], /must be an object of training options, but a list was given/],
    [{}, /varies nothing/],
    [{ lr: 0.001, width: [64] }, /varies nothing/],
    [{ learning: [1, 2] }, /"learning", but there is no training option called so; wordloom train --help lists them\.$/],
    [{ widht: [64, 128] }, /"widht", but there is no training option called so; perhaps "width" is meant\.$/],
    [{ "no-tie": [true, false] }, /write "tie": false\.$/],
    [{ lr: [] }, /no value for --lr/],
    [{ lr: [0.1, 0.1] }, /the value 0\.1 of --lr twice/],
    [{ lr: [0.1, 0.2], "--lr": 0.3 }, /--lr twice/],
    [{ lr: [0.1, "0.2"] }, /^The option --lr must be a number, but "0\.2" was given\.$/],
    [{ lr: [0.1, -1] }, /^The option --lr must be more than 0, but -1 was given\.$/],
    [{ lr: [[0.1]] }, /must be a number/],
    [{ layers: [1, 1.5] }, /^The option --layers must be a whole number, but 1\.5 was given\.$/],
    [{ layers: [1, null] }, /must be a number, but null was given\.$/],
    [{ family: ["lstm", "lsmt"] }, /^The option --family must be one of/],
    [{ steps: [10, 20] }, /^The grid has --steps, but all trainings of a sweep are of the same length/],
    [{ seed: 3, lr: [1, 2] }, /--seed, but all trainings share the seed/],
    [{ minutes: 3, lr: [1, 2] }, /--minutes/],
    [{ evaluateEvery: [1, 2] }, /--evaluate-every, but trainings are compared by their lowest losses/],
    [{ out: "x", lr: [1, 2] }, /--out/],
  ])("%j is refused", (grid, sentence) => expect(refusal(grid)).toMatch(sentence));
});

describe("combinations", () => {
  const grid = parseGrid({ lr: [0.1, 0.2], width: [1, 2, 3] });

  it("are the Cartesian product, the last option changing fastest", () => {
    expect(combinations(grid, null, 1).map(({ lr, width }) => [lr, width])).toEqual([[0.1, 1], [0.1, 2], [0.1, 3], [0.2, 1], [0.2, 2], [0.2, 3]]);
    expect(combinations(grid, 100, 1)).toEqual(combinations(grid, null, 1));
  });

  it("that are drawn are different ones in the product's order, the same for the same seed", () => {
    const all = combinations(grid, null, 1).map((settings) => JSON.stringify(settings));
    const drawn = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), (count, seed) => {
        const places = combinations(grid, count, seed).map((settings) => all.indexOf(JSON.stringify(settings)));
        expect(places).toHaveLength(count);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(combinations(grid, count, seed)).toEqual(combinations(grid, count, seed));
        drawn.add(JSON.stringify(places));
      }),
    );
    expect(drawn.size).toBeGreaterThan(10);
  });

  it("are drawn from grids too large to be written out, and refused beyond a thousand", () => {
    const lr = Array.from({ length: 100 }, (_, i) => (i + 1) / 1000);
    const huge = parseGrid({ lr, minimumLr: lr, dropout: lr.map((x) => x / 2), momentum: lr, beta1: lr, beta2: lr });
    expect(gridSize(huge)).toBe(1e12);
    expect(combinations(huge, 20, 1)).toHaveLength(20);
    expect(() => combinations(huge, null, 1)).toThrow(/has 1,000,000,000,000 combinations, and a sweep takes at most 1,000; draw some of them \(--sample 50\)/);
    expect(() => combinations(huge, 2000, 1)).toThrow(/of which 2,000 trainings were asked for/);
  });
});
