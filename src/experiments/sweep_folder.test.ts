import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storedThreads } from "./stored_threads.js";
import { SweepFolder } from "./sweep_folder.js";
import type { SweepIdentity, SweepPlan } from "./sweep_plan.js";

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), "wordloom-sweep-folder-"))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const identity: SweepIdentity = { grid: { constants: { width: 8 }, varied: [{ name: "lr", values: [0.1, 0.2] }] }, steps: 9, sample: null, seed: 1, reduction: 3, threads: 1, data: { data: "abc" } };
const plan = (changes: Partial<SweepIdentity> = {}): Pick<SweepPlan, "identity" | "trials"> => ({
  identity: { ...identity, ...changes },
  trials: [{ settings: { lr: 0.1 }, options: { data: "" }, problem: null }, { settings: { lr: 0.2 }, options: { data: "" }, problem: "It cannot be." }],
});
const result = { rung: 0, step: 1, loss: 2.5, seconds: 0.25 };
const refusal = (path: string, changes: Partial<SweepIdentity> = {}): unknown => {
  try {
    new SweepFolder(path, plan(changes)).release();
  } catch (error) {
    return error;
  }
  return null;
};

describe("a sweep's folder", () => {
  it("keeps what was measured and what failed, and is opened again with it", () => {
    const path = join(root, "runs", "kept");
    const folder = new SweepFolder(path, plan());
    folder.add(0, result);
    expect(folder.resultOf(0, 0)).toEqual(result);
    expect(folder.resultOf(0, 1)).toBeUndefined();
    folder.release();
    const again = new SweepFolder(path, plan());
    expect(again.records).toEqual([{ settings: { lr: 0.1 }, results: [result] }, { settings: { lr: 0.2 }, results: [], error: "It cannot be." }]);
    again.fail(0, "It diverged.");
    again.release();
    expect(storedThreads(path)).toBe(1);
    expect(JSON.parse(readFileSync(join(path, "sweep.json"), "utf8"))).toMatchObject({ trials: [{ results: [result], error: "It diverged." }, {}] });
    expect(readdirSync(path)).toEqual(["sweep.json"]);
  });

  it("is one process' at a time", () => {
    const path = join(root, "locked");
    const folder = new SweepFolder(path, plan());
    expect(refusal(path)).toMatchObject({ code: "invalid_run", message: expect.stringContaining(`The sweep in "${path}" is in use by this very process`) });
    folder.release();
    expect(refusal(path)).toBeNull();
  });

  it("is taken back with the folders that were made for it, unless something else is there", () => {
    const folder = new SweepFolder(join(root, "new", "deeper"), plan());
    folder.discard();
    expect(existsSync(join(root, "new"))).toBe(false);
    const other = new SweepFolder(join(root, "shared", "deeper"), plan());
    writeFileSync(join(root, "shared", "mine.txt"), "");
    other.discard();
    expect(readdirSync(join(root, "shared"))).toEqual(["mine.txt"]);
  });

  it("refuses another sweep, and says in what it differs", () => {
    const path = join(root, "runs", "kept");
    const before = readFileSync(join(path, "sweep.json"));
    const message = (sentence: string): object => ({ code: "invalid_argument", message: `The folder "${path}" holds a sweep ${sentence}; repeat its command to go on with it, or choose another folder (--out).` });
    expect(refusal(path, { data: { data: "abd" } })).toMatchObject(message("of other data, or of this data before it was changed"));
    expect(refusal(path, { grid: { ...identity.grid, constants: { width: 9 } } })).toMatchObject(message("of another grid"));
    expect(refusal(path, { reduction: null })).toMatchObject(message("with pruning"));
    expect(refusal(path, { steps: 10 })).toMatchObject(message("with --steps 9, but 10 was asked for"));
    expect(refusal(path, { sample: 2 })).toMatchObject(message("with --sample none, but 2 was asked for"));
    expect(refusal(path, { threads: 2 })).toMatchObject(message("with --threads 1, but 2 was asked for"));
    expect(readFileSync(join(path, "sweep.json"))).toEqual(before);
  });

  it("refuses what is no sweep, a damaged one and a newer one", () => {
    mkdirSync(join(root, "other"));
    writeFileSync(join(root, "other", "mine.txt"), "");
    expect(refusal(join(root, "other"))).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("not empty and holds no sweep") });
    expect(refusal(join(root, "other", "mine.txt"))).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("is a file") });
    mkdirSync(join(root, "damaged"));
    writeFileSync(join(root, "damaged", "sweep.json"), '{"wordloom_sweep_format": 1,\n');
    expect(refusal(join(root, "damaged"))).toMatchObject({ code: "invalid_run", message: expect.stringContaining("not valid JSON") });
    writeFileSync(join(root, "damaged", "sweep.json"), '{"wordloom_sweep_format": 99}');
    expect(refusal(join(root, "damaged"))).toMatchObject({ code: "unsupported_version" });
  });

  it("begins where a process was killed before it had written anything", () => {
    mkdirSync(join(root, "killed"));
    writeFileSync(join(root, "killed", "sweep.lock"), "");
    expect(refusal(join(root, "killed"))).toBeNull();
  });
});
