import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawDates } from "../text/dates/index.js";
import { embeddedPairs } from "../text/pairs/embedded_pairs.js";
import { inputTexts } from "./input_lines.js";
import { looksLikePath } from "./mistyped_path.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-input-"));
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "test.de"), "Hallo\n");
  writeFileSync(join(folder, "测试文本.txt"), "你好\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const errorOf = (input: string): unknown => {
  try {
    inputTexts(input).close();
  } catch (error) {
    return error;
  }
  return "no error";
};

describe("a path that leads to no file", () => {
  it.each(["test.tx", "data/test.de", "corpus.jsonl", "newstest2021.en", "NOTES.TXT", "train.tok.bpe", "./letters", "../letters", "/letters", "~/letters", "C:\\letters", "a/b/letters", "data.v2/test-1.fr", "src/cli", "src/cly"])(
    "%s is an error and no text",
    (input) => {
      expect(errorOf(input)).toMatchObject({ name: "WordloomError", message: expect.stringMatching(/^There is no (file|folder) "[^"]*" ?.*; .*\(--input -\)\.$|is a folder and not a file/) });
    },
  );

  it("is said with the name that is near, the folder that is missing, or that it is a folder", () => {
    expect(errorOf(join(folder, "data", "tset.de"))).toMatchObject({ code: "file_not_found", message: expect.stringContaining(`perhaps "${join(folder, "data", "test.de")}" is meant`) });
    expect(errorOf(join(folder, "dat", "test.de"))).toMatchObject({ code: "file_not_found", message: expect.stringContaining(`There is no folder "${join(folder, "dat")}" to read "test.de" from`) });
    expect(errorOf(join(folder, "data"))).toMatchObject({ code: "file_unreadable", message: expect.stringContaining("is a folder") });
    expect(errorOf(join(folder, "测试文.txt"))).toMatchObject({ code: "file_not_found", message: expect.stringContaining("测试文本.txt") });
  });
});

describe("a text", () => {
  it.each([
    "12. Mai 2021",
    "a/b testing works",
    "see data/test.de",
    "12.05.2021",
    "12/05/2021",
    "3.mai",
    "4/März/2021",
    "and/or",
    "km/h",
    "1/2",
    "1.5km",
    "U.S.A",
    "z.B",
    "e.g.",
    "Wait...",
    "Hello.World",
    "me@example.com",
    "https://example.com/a.html",
    "我用Node.js",
    "test",
    `${"very ".repeat(2000)}long.txt`,
    "x".repeat(70_000),
  ])("%.40s stays one", (input) => {
    expect(inputTexts(input).texts).toEqual([input]);
  });

  it("of the embedded tasks is never taken for a path", () => {
    expect(drawDates(20_000, 7).map(({ source }) => source).filter(looksLikePath)).toEqual([]);
    const stories = embeddedPairs("stories", { count: 200, view: "chinese" }).pairs;
    expect(stories.flatMap(({ source, target }) => [source, target]).filter(looksLikePath)).toEqual([]);
  });
});
