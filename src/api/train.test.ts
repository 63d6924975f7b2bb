// Through the built library, as a program imports it: its worker threads need the built files.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";

const { generateStories, load, train } = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Library;

let folder: string;
let tiny: Library.TrainOptions;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-library-"));
  const data = join(folder, "text.txt");
  writeFileSync(data, generateStories(40, 0).map((story) => story.text).join("\n"));
  tiny = { data, lines: false, tokenizer: "character", family: "lstm", layers: 1, width: 16, context: 16, batch: 4, threads: 1, evaluateEvery: 2 };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const endless = (out: string): Library.TrainOptions => ({ ...tiny, out: join(folder, out), steps: 1_000_000 });

describe("train and load", () => {
  it("give events, a run and text", async () => {
    const training = train({ ...tiny, out: join(folder, "run"), steps: 6 });
    const events: Library.TrainingEvent[] = [];
    for await (const event of training) events.push(event);
    const end = await training.result;
    expect(end).toMatchObject({ reason: "steps", step: 6, run: join(folder, "run") });
    expect(events.filter(({ type }) => type === "evaluation")).toHaveLength(3);
    expect(events.at(-1)).toEqual(end);

    const model = await load(end.run, { threads: 1 });
    expect(model.description).toMatchObject({ architecture: "lstm", contextLength: expect.any(Number) });
    const generation = model.generate({ maxTokens: 8, seed: 3 });
    let streamed = "";
    for await (const event of generation) if (event.type === "text") streamed += event.text;
    const [sample] = await generation.result;
    expect(sample.text).toBe(streamed);
    expect(await model.generate({ maxTokens: 8, seed: 3 }).result).toEqual([sample]);
    const controller = new AbortController();
    const long = model.generate({ maxTokens: 10_000_000, signal: controller.signal });
    const iteration = (async () => {
      for await (const event of long) if (event.type === "text") controller.abort();
    })();
    await expect(iteration).rejects.toMatchObject({ code: "interrupted" });
    await expect(long.result).rejects.toMatchObject({ code: "interrupted" });
    await expect(model.generate({ temperature: -1 }).result).rejects.toMatchObject({ code: "invalid_argument" });
    expect(await model.evaluate(tiny.data)).toMatchObject({ loss: expect.any(Number), samples: 1 });
    await expect(model.evaluate("nothing.txt")).rejects.toMatchObject({ code: "file_not_found" });
    const unfinished = model.generate({ maxTokens: 10_000_000 }).result;
    await Promise.all([expect(unfinished).rejects.toThrow("ended before its job was done"), model.release()]);
    const released = { name: "WordloomError", code: "invalid_argument", message: expect.stringContaining("released already") };
    await expect(model.generate({ maxTokens: 1 }).result).rejects.toMatchObject(released);
    await expect(model.evaluate(tiny.data)).rejects.toMatchObject(released);
  });

  it("give events only once", async () => {
    const training = train({ ...tiny, out: join(folder, "once"), steps: 1 });
    for await (const event of training) expect(event.type).toEqual(expect.any(String));
    const again = (async () => {
      for await (const event of training) throw new Error(`${event.type} came twice`);
    })();
    await expect(again).rejects.toMatchObject({ name: "WordloomError", message: expect.stringContaining("iterated once") });
  });
});

describe("a training is ended early", () => {
  it("by stop(), and can be resumed", async () => {
    const training = train(endless("stopped"));
    for await (const event of training) if (event.type === "evaluation") training.stop();
    const { reason, step, run } = await training.result;
    expect(reason).toBe("interrupted");
    expect(await train({ ...tiny, out: run, resume: true, steps: step + 1 }).result).toMatchObject({ reason: "steps", step: step + 1 });
  });

  it("by leaving the loop over its events", async () => {
    const training = train(endless("left"));
    for await (const event of training) if (event.type === "evaluation") break;
    expect(await training.result).toMatchObject({ reason: "interrupted" });
  });

  it("by a signal", async () => {
    const controller = new AbortController();
    const training = train({ ...endless("aborted"), signal: controller.signal });
    for await (const event of training) if (event.type === "evaluation") controller.abort();
    expect(await training.result).toMatchObject({ reason: "interrupted" });
  });

  it("by a signal that was aborted before", async () => {
    expect(await train({ ...endless("at once"), signal: AbortSignal.abort() }).result).toMatchObject({ reason: "interrupted", step: 0 });
    await expect(load(join(folder, "at once"))).rejects.toMatchObject({ code: "invalid_run", message: expect.stringContaining("no weights to use yet") });
  });
});

describe("a training that goes on", () => {
  it("goes to the end that it was last given", async () => {
    const out = join(folder, "longer");
    await train({ ...tiny, out, steps: 2 }).result;
    const config = readFileSync(join(out, "config.json"), "utf8");
    const again = { data: tiny.data, out, resume: true };
    expect(await train({ ...again, steps: 5, signal: AbortSignal.abort() }).result).toMatchObject({ reason: "interrupted", step: 2 });
    expect(await train(again).result).toMatchObject({ reason: "steps", step: 5 });
    expect(readFileSync(join(out, "config.json"), "utf8")).toBe(config.replace('"totalSteps": 2', '"totalSteps": 5'));
  });

  it("says which options it does not use", async () => {
    const out = join(folder, "kept");
    await train({ ...tiny, out, steps: 2 }).result;
    const notices: string[] = [];
    for await (const event of train({ data: tiny.data, out, resume: true, steps: 3, threads: 1, lr: 0.5 })) if (event.type === "notice") notices.push(event.message);
    expect(notices.filter((notice) => notice.includes("not used"))).toEqual(["A run goes on with the settings that it began with: --lr is not used."]);
  });
});

describe("what is wrong", () => {
  it("with an option is thrown at once", () => {
    expect(() => train({ ...tiny, steps: -1 })).toThrow(expect.objectContaining({ name: "WordloomError", code: "invalid_argument" }));
    expect(() => train({ ...tiny, stepz: 1 } as Library.TrainOptions)).toThrow(/no training option called "stepz"/);
  });

  it("with a file rejects the result and ends the iteration, and leaves nothing", async () => {
    const out = join(folder, "never");
    const training = train({ ...tiny, data: join(folder, "nothing.txt"), out });
    const iteration = (async () => {
      for await (const event of training) expect(event.type).toBe("notice");
    })();
    await expect(iteration).rejects.toMatchObject({ code: "file_not_found" });
    await expect(training.result).rejects.toMatchObject({ name: "WordloomError", code: "file_not_found" });
    expect(existsSync(out)).toBe(false);
  });

  it("with a run rejects load", async () => {
    await expect(load(join(folder, "nowhere"))).rejects.toMatchObject({ code: "file_not_found" });
    await expect(load(join(folder, "run"), { threads: 0 })).rejects.toMatchObject({ code: "invalid_argument" });
    writeFileSync(join(folder, "run", "tokenizer.json"), readFileSync(join(folder, "run", "tokenizer.json"), "utf8").slice(0, 50));
    await expect(load(join(folder, "run"), { threads: 1 })).rejects.toMatchObject({ code: "invalid_run" });
  });
});
