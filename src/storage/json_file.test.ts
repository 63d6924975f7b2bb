// Checks that good JSON comes back and that each kind of bad file is told apart in a sentence that finds the mistake.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { WordloomError } from "../errors.js";
import { readJsonFile, readTextFile, writeJsonFile } from "./json_file.js";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-json-"));
  path = join(folder, "config.json");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const schema = z.object({ layers: z.int(), sizes: z.array(z.object({ width: z.number() })).optional() });

function failure(content: string | Uint8Array): WordloomError {
  writeFileSync(path, content);
  try {
    readJsonFile(path, schema, "the configuration");
  } catch (error) {
    return error as WordloomError;
  }
  throw new Error("it did not fail");
}

describe("JSON files", () => {
  it("come back as written, indented", () => {
    writeJsonFile(path, { layers: 2, sizes: [{ width: 1.5 }] });
    const lines = ["{", '  "layers": 2,', '  "sizes": [', "    {", '      "width": 1.5', "    }", "  ]", "}", ""];
    expect(readFileSync(path, "utf8")).toBe(lines.join("\n"));
    expect(readJsonFile(path, schema, "the configuration")).toEqual({ layers: 2, sizes: [{ width: 1.5 }] });
  });

  it("may begin with the mark that Windows editors write", () => {
    writeFileSync(path, '\ufeff{"layers": 3}');
    expect(readJsonFile(path, schema, "the configuration")).toEqual({ layers: 3 });
  });

  it.each([
    ["", 1],
    ["\n\n", 2],
    ['{"layers": 1', 1],
    ['{\n"layers": 1\n', 2],
    ['{\n"layers": 1,\n"a" 2\n}', 3],
    ['{\n"layers": 1,\n}\n', 3],
    ['{\n"layers": 1,\n"name": "two\nlines"\n}', 3],
    ['{\n"layers": tru,\n"b": 1\n}', 2],
    ['{\n"layers": -,\n"b": 1\n}', 2],
    ['{\n"layers": 1\n}\nrest', 4],
    ["<html>\n</html>", 1],
    ['{\r\n"layers": 1,\r\n"b": [1 2]\r\n}', 3],
  ])("tell the line of the mistake in %j", (content, line) => {
    const error = failure(content);
    expect(error.code).toBe("invalid_run");
    expect(error.message).toContain(`"${path}" (the configuration) is not valid JSON: see line ${line};`);
  });

  it("tell the line in the middle of a long file", () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `"key ${i}": ${i === 3210 ? "01" : i}`);
    expect(failure(`{\n${lines.join(",\n")}\n}\n`).message).toContain("line 3212;");
  });

  it("tell the field that is wrong", () => {
    expect(failure('{"layers": 1, "sizes": [{"width": 1}, {"width": "x"}]}').message).toBe(
      `"${path}" (the configuration) is wrong at "sizes.1.width": ` +
        "invalid input: expected number, received string; correct it or restore the file.",
    );
    expect(failure("[]").message).toContain("is wrong: invalid input: expected object");
  });

  it("tell that they are missing, a folder, or not text", () => {
    const message = (at: string): string => {
      try {
        return readTextFile(at, "the configuration");
      } catch (error) {
        return `${(error as WordloomError).code} ${(error as WordloomError).message}`;
      }
    };
    expect(message(join(folder, "none"))).toMatch(/^file_not_found There is no file ".*none" \(the configuration\)/);
    expect(message(folder)).toMatch(/^file_unreadable .* is a folder/);
    expect(message(join(path, "below"))).toMatch(/^file_not_found Part of the path/);
    expect(failure(new Uint8Array([0x7b, 0xff, 0x7d])).message).toContain("is not UTF-8 text");
  });
});
