// wordloom compare as a person uses it.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateStories } from "../../text/stories/index.js";
import { Workplace } from "../testing/command_line.js";

let place: Workplace;
const tiny = ["--lines", "--steps", "10", "--test", "0.2", "--samples", "10", "--temperatures", "1", "--threads", "1"];
beforeAll(() => {
  place = new Workplace();
  place.write("lines.txt", generateStories(240, 1).map(({ text }) => text.split(" ").slice(0, 6).join(" ")).join("\n"));
  place.write("line.txt", "Only one line stands here.\n");
  place.write("empty.txt", "");
});
afterAll(() => place.remove());

describe("compare", () => {
  it("writes a table and a page, and does not do again what is done", async () => {
    const first = await place.run("compare", "lines.txt", "--families", "rnn", ...tiny, "--out", "found");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^rnn on lines\n[^]*bits per character[^]*\nrnn +\d\.\d{3}[^]*Written at temperature 1:[^]*\nreal texts /);
    expect(first.stderr).toMatch(/rnn \(1 of 1\): training\n[^]*rnn: \d\.\d{3} bits per character, after 10 steps[^]*The report: found\/report\.html\n$/);
    const page = readFileSync(place.file("found/report.html"), "utf8");
    expect(page).toContain("npx wordloom compare lines.txt --families rnn --lines --steps 10");
    expect(page).toContain("npx wordloom compare lines.txt --plan found/comparison.json --out found-again");
    const again = await place.run("compare", "lines.txt", ...tiny, "--out", "found", "--json");
    expect(again.stderr).toContain("Done before: rnn.");
    expect(again.stderr).not.toContain("training");
    const [end] = again.stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(end).toMatchObject({ type: "end", reason: "complete", members: [{ name: "rnn", status: "done", steps: 10, bitsPerCharacter: { value: expect.any(Number) } }] });
  });

  it.each<[string, string[], RegExp]>([
    ["an empty file", ["empty.txt"], /empty\.txt is empty/],
    ["a single line", ["line.txt", "--lines"], /line has only 1 sample, too few/],
    ["a family that there is not", ["lines.txt", "--families", "rnn,elman"], /--families must be a list of some of rnn, lstm/],
    ["a temperature of nothing", ["lines.txt", "--temperatures", "0"], /--temperatures must be a list of numbers above 0/],
    ["a word for a number", ["lines.txt", "--minutes", "five"], /must be a number/],
    ["a folder with something else", ["lines.txt", "--lines", "--out", "."], /is not empty and holds no comparison/],
    ["a plan that is none", ["lines.txt", "--plan", "lines.txt", "--out", "x"], /lines\.txt/],
  ])("refuses %s", async (_, args, sentence) => {
    expect(await place.fails("compare", ...args)).toMatch(sentence);
  });

  it("ends with the sentence of its failure where no family could be trained", async () => {
    place.write("prose.txt", generateStories(80, 2).map(({ text }) => text).join(" "));
    const { code, stderr } = await place.run("compare", "prose.txt", "--no-lines", "--families", "gan", ...tiny.slice(1), "--out", "none");
    expect(code).toBe(2);
    expect(stderr).toMatch(/wordloom: The family gan reads and writes lines.*\n$/);
    expect(existsSync(place.file("none/report.html"))).toBe(true);
  });
});
