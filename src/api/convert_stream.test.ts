// Texts come out of a window of sources batch by batch, through the built library.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../index.js";

const { load, train } = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof Library;

let folder: string;
let model: Library.Model;
const sources = Array.from({ length: 500 }, (_, i) => `${"a ".repeat(1 + (i % 7))}b`);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-stream-"));
  const data = join(folder, "pairs.tsv");
  writeFileSync(data, sources.slice(0, 50).map((source) => `${source}\t${source}\n`).join(""));
  const out = join(folder, "run");
  await train({ data, out, family: "seq2seq", tokenizer: "word", threads: 1, steps: 2, evaluateEvery: 2, width: 16, batchTokens: 400, cell: "gru" }).result;
  model = await load(out, { threads: 1 });
});
afterAll(async () => {
  await model.release();
  rmSync(folder, { recursive: true, force: true });
});

describe("convert", () => {
  it("gives the first texts of a window before the last are made: a signal then still ends it", async () => {
    const controller = new AbortController();
    const given: string[] = [];
    const reading = (async () => {
      for await (const { source } of model.convert(sources, { beams: 2, signal: controller.signal })) {
        given.push(source);
        controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
    expect(given).toEqual(sources.slice(0, given.length));
    expect(given.length).toBeLessThan(500);
  });

  it("may be left after any text, and the model goes on to be used", async () => {
    for await (const { source } of model.convert(sources, { beams: 2 })) {
      expect(source).toBe(sources[0]);
      break;
    }
    const all: string[] = [];
    for await (const { source } of model.convert(sources.slice(0, 100), { beams: 1 })) all.push(source);
    expect(all).toEqual(sources.slice(0, 100));
  });
});
