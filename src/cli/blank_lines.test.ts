import fc from "fast-check";
import { expect, it } from "vitest";
import { BlankLines } from "./blank_lines.js";

it("blank lines keep their places, whenever the others are answered", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom("a", "b", "", " \t"), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (lines, window) => {
      const output: string[] = [];
      const blanks = new BlankLines(async (source) => {
        await Promise.resolve(); // a reader may be slow
        output.push(`blank ${source}`);
      });
      const answer = async (texts: string[]): Promise<void> => {
        for (const text of texts.splice(0)) {
          output.push(text);
          await blanks.answered();
        }
      };
      const unanswered: string[] = [];
      for await (const text of blanks.without(lines)) {
        unanswered.push(text);
        if (unanswered.length === window) await answer(unanswered);
      }
      await answer(unanswered);
      expect(output).toEqual(lines.map((line) => (line.trim() === "" ? `blank ${line}` : line)));
    }),
  );
});

it("a blank line that nothing unanswered stands before is written before the next is waited for", async () => {
  const output: string[] = [];
  const blanks = new BlankLines(async (source) => void output.push(source));
  async function* lines(): AsyncGenerator<string> {
    yield " ";
    expect(output).toEqual([" "]);
    yield "text";
  }
  const texts: string[] = [];
  for await (const text of blanks.without(lines())) texts.push(text);
  expect(texts).toEqual(["text"]);
});
