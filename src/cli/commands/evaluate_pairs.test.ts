// The table and the JSON that `evaluate` gives of a model of pairs: what was counted, and how it was read.
import { afterAll, beforeAll, expect, it } from "vitest";
import { TINY_GRU, Workplace } from "../testing/command_line.js";
import { writeNumberPairs } from "../testing/number_pairs.js";

const BARE = ["--beams", "1", "--max-tokens", "4", "--threads", "1"];

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  writeNumberPairs(place);
  place.write("several.tsv", ["source\ttarget", "three seven\tdrei sieben", "three seven\tdrei und sieben", "one\teins", "three seven\tdrei sieben", "one\tein", "nine\tneun"].join("\n"));
  place.write("käse.tsv", "source\ttarget\nthree\tder größere Käse\n");
  await Promise.all([
    place.train("plain.tsv", ...TINY_GRU, "--steps", "4", "--out", "plain"),
    place.train("plain.tsv", ...TINY_GRU, "--steps", "4", "--lowercase", "--out", "small"),
  ]);
});
afterAll(() => place.remove());

it("says how many sources and references there were, and how the measures read them", async () => {
  const { code, stdout } = await place.run("evaluate", "plain", "several.tsv", ...BARE);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {13}nrefs:var\|case:mixed\|eff:no\|tok:13a\|smooth:exp$/m);
  expect(stdout).toMatch(/^ROUGE-1\/2\/L +[\d. /]+ \(words as rouge-score has them, of a-z and 0-9\)$/m);
  expect(stdout).toMatch(/^ +\d+\.\d{4} bits per character, over 6 pairs$/m);
  expect(stdout).toMatch(/^over +3 sources, 5 references; greedy, [\d.]+ sources a second\n\n/m);
  // Each source once, with what it was held to.
  expect(stdout).toMatch(/\n\nthree seven\n {2}→ .*\n {2}≠ drei sieben\n {2}≠ drei und sieben\none\n {2}→ .*\n {2}≠ eins\n {2}≠ ein\nnine\n/);
});

it("follows what was asked for, and what training and the targets are like", async () => {
  const [asked, small, german] = await Promise.all([
    place.run("evaluate", "plain", "plain.tsv", ...BARE, "--bleu-tokenizer", "char"),
    place.run("evaluate", "small", "several.tsv", ...BARE),
    place.run("evaluate", "plain", "käse.tsv", ...BARE),
  ]);
  expect(asked.stdout).toContain("\n             nrefs:1|case:mixed|eff:no|tok:char|smooth:exp\n");
  expect(small.stdout).toContain("|case:lc|");
  expect(german.stdout).toMatch(/^ROUGE.*\(words of any script\)$/m);
  expect(german.stdout).toMatch(/^over +1 source, 1 reference; /m);
});

it("--json carries the same", async () => {
  const { stdout } = await place.run("evaluate", "small", "several.tsv", ...BARE, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    pairs: 6, sources: 3, references: 5, bleuTokenizer: "13a", rougeTokenizer: "rouge-score", lowercase: true,
    bleuSignature: "nrefs:var|case:lc|eff:no|tok:13a|smooth:exp", characters: expect.any(Number), bitsPerCharacter: expect.any(Number),
  });
});

it("refuses a way of decoding before it decodes", async () => {
  expect(await place.fails("evaluate", "plain", "plain.tsv", "--coverage-penalty", "-1", "--threads", "1")).toMatch(/coverage penalty must be 0 or more/);
});

it("--help says what a source with several targets counts, and how long texts may be", async () => {
  const { stdout } = await place.run("evaluate", "--help");
  const help = stdout.replace(/\s+/g, " ");
  expect(help).toContain("A source that stands in the data with several targets is converted and counted once, and these are its references");
  expect(help).toContain("(twice its source's and 16, or training's longest target)");
});
