// Through the built library: its worker threads need the built files.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";

const LIBRARY = new URL("../../dist/index.js", import.meta.url).href;
const { generateStories, sweep } = (await import(LIBRARY)) as typeof Library;

let folder: string;
let options: Library.SweepOptions;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-sweep-"));
  const data = join(folder, "text.txt");
  writeFileSync(data, generateStories(40, 0).map((story) => story.text).join("\n"));
  // The lowest rate is refused when it is looked at, and of the other two one is pruned.
  const grid = { lr: [0.001, 0.003, 0.01], minimumLr: 0.002, family: "rnn", width: 8, context: 8, batch: 4, lines: false, tokenizer: "character" };
  options = { data, grid, steps: 18, threads: 1, out: join(folder, "whole") };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs to the end. @returns it, and what the sweep said besides of its trainings */
async function finished(search: Library.Sweep) {
  const events: Library.SweepEvent[] = [];
  for await (const event of search) if (event.type !== "training") events.push(event);
  return { events, end: await search.result };
}

/** What does not depend on the clock or on the folder. */
const comparable = ({ trials, best, command, measure, reason }: Library.SweepEndEvent) => ({ best, command, measure, reason, trials: trials.map(({ seconds: _seconds, folder: _folder, ...rest }) => rest) });

/** A sweep in a process of its own, killed at the first evaluation of its second training. */
const killed = (out: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = join(folder, "killed.mjs");
    writeFileSync(script, `const { sweep } = await import(${JSON.stringify(LIBRARY)});\nfor await (const event of sweep(${JSON.stringify({ ...options, out })})) if (event.type === "training" && event.trial === 3 && event.event.type === "evaluation") process.kill(process.pid, "SIGKILL");\n`);
    spawn(process.execPath, [script]).on("error", reject).on("close", (_, by) => (by === "SIGKILL" ? resolve() : reject(new Error("The sweep was not killed."))));
  });

describe("a sweep", () => {
  it("that is killed and stopped ends as one that ran through, and repeats nothing", async () => {
    const whole = await finished(sweep(options));
    expect(whole.events.map(({ type }) => type)).toEqual(["start", "begin", "measured", "begin", "measured", "pruned", "begin", "measured", "end"]);
    expect(whole.end.trials.map(({ trial, status, steps }) => [trial, status, steps])).toEqual([[whole.end.best, "complete", 18], [expect.any(Number), "pruned", 2], [1, "failed", 0]]);
    expect(whole.end.trials[2].error).toMatch(/--minimum-lr must be at most --lr/);
    expect(readFileSync(join(options.out!, "sweep.svg"), "utf8")).toContain(`training ${whole.end.best} (lr `);

    const out = join(folder, "parts");
    await killed(out);
    const stopped = sweep({ ...options, out });
    for await (const event of stopped) if (event.type === "training" && event.event.type === "start") stopped.stop();
    expect(await stopped.result).toMatchObject({ reason: "interrupted", best: null, command: null });
    expect(existsSync(join(out, "sweep.svg"))).toBe(false);
    const parts = await finished(sweep({ ...options, out }));
    expect(parts.events.filter((event) => event.type === "begin" && event.rung === 1 && event.trial === 2)).toEqual([]); // measured before
    expect(comparable(parts.end)).toEqual(comparable(whole.end));

    const again = await finished(sweep(options));
    expect(again.events.map(({ type }) => type)).toEqual(["start", "end"]);
    expect(again.end).toEqual(whole.end);
  });

  it("refuses wrong options at once, and other data in its folder", async () => {
    expect(() => sweep({ ...options, steps: -1 })).toThrow(expect.objectContaining({ name: "WordloomError", code: "invalid_argument" }));
    expect(() => sweep("poems.txt" as unknown as Library.SweepOptions)).toThrow(/options of sweep must be an object/);
    const other = join(folder, "other.txt");
    writeFileSync(other, "Another text.");
    await expect(sweep({ ...options, data: other }).result).rejects.toThrow(/holds a sweep of other data/);
  });
});
