import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inputTexts, linesOf } from "./input_lines.js";

async function read(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), "It")) lines.push(line);
  return lines;
}

/** The bytes cut into pieces at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe("the lines of a stream", () => {
  it("are the same however it is cut into pieces", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "字", "🦜", " ", "\u2028", "\u0085", "\f", "\r") }).map((text) => text.replace(/\r+$/, ""));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom("\n", "\r\n"), fc.array(fc.nat()), async (lines, end, cuts) => {
        const bytes = new TextEncoder().encode(lines.map((each) => each + end).join(""));
        expect(await read(pieces(bytes, cuts))).toEqual(lines);
      }),
      { numRuns: 200 },
    );
  });

  it("may lack their last line feed, and begin behind a byte order mark", async () => {
    expect(await read([Buffer.from("\ufeffa\n\nb")])).toEqual(["a", "", "b"]);
    expect(await read([])).toEqual([]);
  });

  it("are given before a fault behind them", async () => {
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of linesOf(Readable.from([Buffer.from("good\n"), Buffer.from([0xff, 0x0a])]), "It")) lines.push(line);
    })();
    await expect(reading).rejects.toMatchObject({ code: "invalid_data", message: "It is not valid UTF-8; convert it to UTF-8 first." });
    expect(lines).toEqual(["good"]);
    await expect(read([Buffer.from([0x61, 0xe5, 0xad])])).rejects.toThrow("not valid UTF-8"); // ends within a character
  });
});

it("a text that is no file is the only one, and nothing is none", () => {
  expect(inputTexts("no such file.txt").texts).toEqual(["no such file.txt"]);
  expect(() => inputTexts(" \n")).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});

it.each(["pairs.tsv", "pairs.csv", "pairs.jsonl", "PAIRS.TSV"])("a table is no file of texts: %s", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "wordloom-input-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, "one\teins\n");
    expect(() => inputTexts(path)).toThrow(expect.objectContaining({ code: "invalid_argument", message: expect.stringMatching(/" is a table, and --input takes a text a line; give a plain text file, or cut the column of sources out first[^.;]*\.$/) }));
    expect(inputTexts(`see ${name} of this morning`).texts).toEqual([`see ${name} of this morning`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("a folder is no text, whatever it is called", () => {
  expect(() => inputTexts("src")).toThrow(expect.objectContaining({ code: "file_unreadable", message: expect.stringContaining('"src" is a folder and not a file of texts') }));
});

describe("a file", () => {
  it("is opened when it is read: one that is gone by then is an error of the reading, and of nothing before", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wordloom-input-"));
    try {
      const path = join(folder, "texts.txt");
      writeFileSync(path, "one\ntwo\n");
      const [read, gone, left] = [inputTexts(path), inputTexts(path), inputTexts(path)];
      const lines: string[] = [];
      for await (const line of read.texts) lines.push(line);
      expect(lines).toEqual(["one", "two"]);
      rmSync(path);
      for (let turn = 0; turn < 20; turn++) await setImmediate(); // while a model is loaded
      const reading = (async () => {
        for await (const _ of gone.texts);
      })();
      await expect(reading).rejects.toMatchObject({ code: "file_unreadable" });
      left.close();
      for await (const line of left.texts) expect(line).toBe("none");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
