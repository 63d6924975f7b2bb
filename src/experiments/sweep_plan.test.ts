import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSweepOptions, planSweep, type SweepOptionsInput, type SweepPlan } from "./sweep_plan.js";

let folder: string;
let data: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-sweep-plan-"));
  data = join(folder, "text.txt");
  writeFileSync(data, "A text.\nAnother one.\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const planned = (options: Partial<SweepOptionsInput>): Promise<SweepPlan> => planSweep(parseSweepOptions({ data, out: join(folder, "out"), steps: 90, threads: 1, grid: { lr: [0.001, 0.01] }, ...options }));

describe("a plan", () => {
  it("gives each training complete options, with an evaluation at each rung", async () => {
    const plan = await planned({ seed: 7 });
    expect(plan.rungs).toEqual([10, 30, 90]);
    expect(plan.trials.map(({ options }) => options)).toEqual([0.001, 0.01].map((lr) => ({ data, family: "transformer", layers: 4, heads: 4, width: 128, evaluateEvery: 10, lr, steps: 90, seed: 7, threads: 1 })));
    const whole = await planned({ pruning: false, grid: { lr: [0.001, 0.01], family: "gru", width: 16 } });
    expect(whole.rungs).toEqual([90]);
    expect(whole.trials[1].options).toEqual({ data, family: "gru", layers: 1, width: 16, lr: 0.01, steps: 90, seed: 1, threads: 1 });
  });

  it("leaves no size to the speed of the machine, and heads divide the width", async () => {
    const { trials } = await planned({ grid: { width: [30, 64], family: ["transformer", "rnn"] } });
    expect(trials.map(({ options: { heads, layers, width } }) => [heads, layers, width])).toEqual([[3, 4, 30], [undefined, 1, 30], [4, 4, 64], [undefined, 1, 64]]);
    expect((await planned({ grid: { heads: [3, 4] } })).trials.map(({ options: { width } }) => width)).toEqual([129, 128]);
  });

  it("says which combinations cannot be, and is refused where none can", async () => {
    const { trials } = await planned({ grid: { family: ["lstm", "transformer"], heads: [1, 2] } });
    expect(trials.map(({ problem }) => problem?.slice(0, 33) ?? null)).toEqual(["A model of the family lstm has no", "A model of the family lstm has no", null, null]);
    await expect(planned({ grid: { family: "lstm", heads: [1, 2] } })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/^No combination of the grid can be trained; the first of them: A model of the family lstm/) });
  });

  it("finds out which family the data needs", async () => {
    const pairs = join(folder, "pairs.tsv");
    writeFileSync(pairs, "source\ttarget\na\tb\nc\td\n");
    expect((await planned({ data: pairs })).trials[0].options).toMatchObject({ family: "seq2seq" });
    expect((await planned({ data: "dates" })).trials[0].options).toMatchObject({ family: "seq2seq" });
  });

  it("knows its data by its content", async () => {
    const { identity } = await planned({ grid: { lr: [0.1, 0.2], validation: data } });
    const other = join(folder, "copy.txt");
    writeFileSync(other, "A text.\nAnother one.\n");
    expect((await planned({ data: other, grid: { lr: [0.1, 0.2], validation: other } })).identity.data).toEqual(identity.data);
    writeFileSync(other, "Something else.\n");
    expect((await planned({ data: other, grid: { lr: [0.1, 0.2], validation: data } })).identity.data).toEqual({ ...identity.data, data: expect.not.stringContaining(identity.data.data) });
    expect((await planned({ data: "stories", grid: { lr: [0.1, 0.2], validation: "10%" } })).identity.data).toEqual({ data: "stories" });
    await expect(planned({ data: join(folder, "txt.txt") })).rejects.toMatchObject({ code: "file_not_found", message: expect.stringContaining("text.txt") });
  });
});

describe("options of a sweep", () => {
  it.each<[object, string]>([
    [{ steps: 0 }, "The option --steps of a sweep must be a whole number of 1 or more, but 0 was given."],
    [{ steps: undefined }, "The option --steps of a sweep must be a whole number of 1 or more, but nothing was given."],
    [{ sample: 1 }, "The option --sample of a sweep must be a whole number of 2 or more, but 1 was given."],
    [{ reduction: 1.5 }, "The option --reduction of a sweep must be a whole number from 2 to 10, but 1.5 was given."],
    [{ pruning: 1 }, "The option --pruning of a sweep must be true or false, but 1 was given."],
    [{ data: "" }, 'The data of a sweep must be a name that is not empty, but "" was given.'],
    [{ lr: 3 }, 'There is no option of a sweep called "lr"; what trainings have goes into its grid.'],
  ])("%j are refused", (changes, sentence) => {
    expect(() => parseSweepOptions({ data, steps: 9, grid: { lr: [0.1, 0.2] }, ...changes })).toThrow(expect.objectContaining({ code: "invalid_argument", message: sentence }));
  });
});
