import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { readWordVectors, wordVectorWidth, type WordVectorOptions } from "./word_vectors.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-vectors-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(content: string | Uint8Array, name = "vectors.vec"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(content: string | Uint8Array, words: string[], options?: WordVectorOptions) {
  const { vectors, ...rest } = await readWordVectors(write(content), new Set(words), options);
  return { ...rest, vectors: Object.fromEntries([...vectors].map(([word, values]) => [word, [...values]])) };
}

async function errorOf(content: string | Uint8Array, options?: WordVectorOptions): Promise<WordloomError> {
  const error = await read(content, ["a"], options).then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WordloomError);
  return error as WordloomError;
}

describe("word vectors", () => {
  const plain = "a 1 2.5 -3e-1\nb 0 0 0\nc +.5 1. 2\n";
  const expected = { width: 3, lines: 3, vectors: { a: [1, 2.5, Math.fround(-0.3)], c: [0.5, 1, 2] } };

  it.each([
    ["without a heading", plain],
    ["with one", `3 3\n${plain}`],
    ["with spaces at line ends, as fastText has", `3 3\n${plain}`.replaceAll("\n", " \n")],
    ["with Windows' line ends", plain.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${plain}`],
    ["with a byte order mark and a heading", `\ufeff3 3\r\n${plain}`],
    ["with tabs", plain.replaceAll(" ", "\t")],
    ["with several blanks", plain.replaceAll(" ", "  ")],
    ["without a line end at the end", plain.trimEnd()],
    ["with a blank line", plain.replace("\nb", "\n\nb")],
  ])("are read %s", async (_, content) => {
    expect(await read(content, ["a", "c", "absent"])).toEqual(expected);
    expect(await read(content, ["a", "c"], { width: 3 })).toEqual(expected);
  });

  it("are all there that the heading says, and may be more", async () => {
    const error = await errorOf("99 3\na 1 2 3\nb 1 2 3\n");
    expect([error.code, error.message]).toEqual(["invalid_data", expect.stringMatching(/vectors\.vec says in its first line that it has 99 vectors, but 2 follow; fetch the file again or, if it was shortened on purpose, correct that line\.$/)]);
    expect((await read("1 3\na 1 2 3\nb 1 2 3\n", ["b"])).lines).toBe(2);
  });

  it("are those of words with spaces and odd characters too, and the first of a word that is there twice", async () => {
    const words = [". . .", "at name@domain.com", "\u2028", "\u0085x", "日本", "5", "", "1 1/2", "𠮷"];
    const content = words.map((word, i) => `${word} ${i} ${i + 0.5}\n`).join("");
    const { vectors, lines } = await read(`${words.length} 2\n${content}5 8 8\n`, words);
    expect(vectors).toEqual(Object.fromEntries(words.map((word, i) => [word, [i, i + 0.5]])));
    expect(lines).toBe(words.length + 1);
  });

  it("come out the same wherever the file is cut into chunks", async () => {
    const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }).filter((text) => !/\s|^\d+$|^$/.test(text));
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(word, { minLength: 3, maxLength: 10 }),
        fc.array(value, { minLength: 2, maxLength: 2 }),
        fc.nat(40),
        async (words, values, offset) => {
          // The words stand around the border of the first mebibyte.
          const filler = "filler 1 2\n".repeat(Math.floor(2 ** 20 / 11));
          const content = `${"f".repeat(offset + 1)} 3 4\n${filler}${words.map((w) => `${w} ${values.join(" ")}\n`).join("")}`;
          const { vectors, lines } = await read(content, words);
          expect(vectors).toEqual(Object.fromEntries(words.map((w) => [w, values.map((v) => Number(String(v)))])));
          expect(lines).toBe(1 + Math.floor(2 ** 20 / 11) + words.length);
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each([
    ["a 1 2\nb 1\n", "line 2 has 1 value instead of 2"],
    ["a 1 2\nb 1 2\nc 1 2 3\n", "line 3 has 3 values instead of 2"],
    ["2 3\na 1 2\n", "line 2 has 2 values instead of 3"],
    ["b 1 2\na 1 x\n", 'line 2 has "x" where a finite number belongs'],
    ["b 1 2\nc 1 nan\n", 'line 2 has "nan" where a finite number belongs'], // not wanted
    ["b 1 2\na 1 1e-e\n", 'line 2 has "1e-e" where a finite number belongs'],
    ["b 1 2\na 1 1e999\n", 'line 2 has "1e999" where a finite number belongs'],
    ["a\nb\n", "line 1 has a word but no values"],
    ["once upon a time\n", "line 1 has a word but no values"],
    ["2 0\na\n", "line 1 has a word but no values"],
  ])("that are wrong are refused with the line: %j", async (content, message) => {
    const error = await errorOf(content);
    expect([error.code, error.message]).toEqual(["invalid_data", expect.stringContaining(message)]);
  });

  it("of another width than the model's are refused in one sentence", async () => {
    for (const content of ["2 3\na 1 2 3\n", "a 1 2 3\n"]) {
      const error = await errorOf(content, { width: 300 });
      expect(error.code).toBe("invalid_argument");
      expect(error.message).toContain("has vectors of 3 values but the model's are 300 wide");
    }
  });

  it("tell their width by the first of them, whatever comes behind it", async () => {
    const path = write(`3 4\na 1 2 3 4\n${"b 1 2 3 4\n".repeat(200_000)}broken 1\n`);
    expect(await wordVectorWidth(path)).toBe(4);
    expect(await wordVectorWidth(path, { width: 4 })).toBe(4);
    await expect(wordVectorWidth(path, { width: 5 })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("the model's are 5 wide; give vectors of the model's width, or leave the width out") });
    expect(await wordVectorWidth(write("a 1 2"))).toBe(2); // no line end
    await expect(wordVectorWidth(write("5 3\n"))).rejects.toThrow("holds no word vectors");
    await expect(wordVectorWidth(join(folder, "none.vec"))).rejects.toMatchObject({ code: "file_not_found" });
  });

  it("are not read from what is no such file", async () => {
    expect((await errorOf("")).message).toContain("holds no word vectors");
    expect((await errorOf("5 3\n")).message).toContain("holds no word vectors");
    expect((await errorOf(gzipSync("a 1 2\n"))).message).toContain("compressed (gzip)");
    expect((await errorOf(Buffer.from("1 2\na \0\0\0\0\0\0\0\0", "latin1"))).message).toContain("binary file");
    await expect(readWordVectors(folder, new Set())).rejects.toMatchObject({ code: "file_unreadable", message: `"${folder}" is a folder, but the word vectors must be a file; check the path.` });
    write("a 1\n", "cc.en.vec");
    await expect(readWordVectors(join(folder, "cc.en.ve"), new Set())).rejects.toThrow("did you mean");
  });
});
