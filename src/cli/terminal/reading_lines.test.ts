// What a terminal and a pipe get to see of a reading: safe, within its columns, coloured only where colours are welcome.

import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { hostileLabels } from "../../explanation/testing/example_maps.js";
import { anyReading, exampleReading } from "../../explanation/testing/example_readings.js";
import { readingLines } from "./reading_lines.js";
import { textWidth } from "./visible_text.js";

const TABLE_HEAD = /^no\. +token/;

it("keeps a terminal safe and its tables within their columns, whatever the tokens are", () => {
  fc.assert(
    fc.property(anyReading, fc.integer({ min: 20, max: 120 }), (reading, columns) => {
      const lines = readingLines(reading, { color: true, columns });
      const text = stripVTControlCharacters(lines.join("\n"));
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      const table = lines.slice(lines.findIndex((line) => TABLE_HEAD.test(line)));
      for (const line of table.slice(0, reading.tokens.length)) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 60 },
  );
});

it("colours the text, black or white on its surprisal, and has no escape codes without colours", () => {
  const reading = exampleReading(["The", " sea", "\n", "was"]);
  const [first, second] = readingLines(reading, { color: true, columns: 80 });
  expect(first).toMatch(/^The\u001B\[48;2;\d+;\d+;\d+;38;2;(0;0;0|255;255;255)m sea\u001B\[0m/);
  expect(stripVTControlCharacters(`${first}\n${second}`)).toBe("The sea↵\nwas");
  expect(readingLines(exampleReading(hostileLabels), { color: false, columns: Infinity }).join("\n")).not.toContain("\u001B");
});

it("sets a source above what is written of it, uncoloured and unpredicted", () => {
  const reading = exampleReading(["ei", "ns", "<bos>", "one"], { source: 2, marked: true });
  const [above, below] = readingLines(reading, { color: true, columns: 80 });
  expect(above).toBe("eins");
  expect(stripVTControlCharacters(below)).toBe("one");
  expect(below).toContain("\u001B");
  const [, first, second, mark, target, , summary] = readingLines({ ...reading, next: [] }, { color: false, columns: Infinity });
  expect([first, second].map((line) => line.trim().replaceAll(/ +/g, " "))).toEqual(["1 ei (read)", "2 ns (read)"]);
  expect(mark.trim()).toBe("↓");
  expect(target).toMatch(/^ +1 +one +\d/);
  expect(summary).toMatch(/^1 token, written after reading 2\. Mean surprisal /);
});

it("lists units in words, and what chance gives", () => {
  const lines = readingLines(exampleReading(["a", "B"], { recurrent: true }), { color: false, columns: Infinity });
  expect(lines.at(-1)).toBe("upper case: layer 1, hidden 3 (-0.75)  layer 1, hidden 1 (0.50); by chance 0.30");
});
