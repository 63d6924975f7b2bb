// Labels beside texts: read from the column that is named, and never parted from their texts, whatever is left out or set aside.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { countCharacters, type Corpus } from "./corpus.js";
import { embeddedCorpus } from "./embedded_corpus.js";
import { readCorpus, type ReadOptions } from "./read_corpus.js";
import { splitCorpus } from "./split.js";
import { moods, parseStory } from "./stories/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-labels-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join("\n");

describe("a column of labels", () => {
  it.each([
    ["rows.csv", 'text,topic\n"one, two",a\nthree, b \nfour,a\n'],
    ["rows.tsv", "text\ttopic\none, two\ta\nthree\t b \nfour\ta\n"],
    ["rows.jsonl", jsonLines([{ text: "one, two", topic: "a" }, { topic: " b ", text: "three" }, { text: "four", topic: "a" }])],
  ])("of %s labels each text, without the blanks around it", async (name, content) => {
    const corpus = await readCorpus(write(name, content), { label: "topic" });
    expect(corpus).toMatchObject({ kind: "samples", texts: ["one, two", "three", "four"], labels: ["a", "b", "a"], skipped: { empty: 0, missing: 0 } });
    expect(corpus.notices).toEqual(['The texts were read from the column "text".']);
    expect(await readCorpus(write(name, content))).not.toHaveProperty("labels");
  });

  it("may hold numbers and truth values in JSON lines, where texts may not", async () => {
    const path = write("values.jsonl", jsonLines([{ text: "one", stars: 5 }, { text: "two", stars: true }, { text: "three", stars: "5" }, { text: "four", stars: 0 }, { text: "five", stars: false }, { text: "six", stars: -1.5 }]));
    expect((await readCorpus(path, { label: "stars" })).labels).toEqual(["5", "true", "5", "0", "false", "-1.5"]);
    const texts = write("numbers.jsonl", jsonLines([{ text: 1, stars: 5 }]));
    await expect(readCorpus(texts, { label: "stars", column: "text" })).rejects.toMatchObject({ code: "invalid_data", message: expect.stringContaining('line 1: "text" is a number, not a string') });
  });

  it("may not hold lists", async () => {
    const path = write("lists.jsonl", jsonLines([{ text: "one", topic: "a" }, { text: "two", topic: ["b"] }]));
    await expect(readCorpus(path, { label: "topic" })).rejects.toMatchObject({ code: "invalid_data", message: expect.stringContaining('line 2: "topic" is a list') });
  });

  it.each([
    ["gaps.csv", 'text,topic\none,a\ntwo,\nthree,"  "\n"",b\n"",""\nfour,b\n', { empty: 2, missing: 2 }],
    ["gaps.tsv", "text\ttopic\none\ta\ntwo\t\nthree\t  \n\tb\n\t\nfour\tb\n", { empty: 2, missing: 2 }],
    ["gaps.jsonl", jsonLines([{ text: "one", topic: "a" }, { text: "two" }, { text: "three", topic: null }, { text: "x", topic: "" }, { topic: "b" }, { text: " ", topic: "b" }, { text: "four", topic: "b" }]), { empty: 1, missing: 4 }],
  ])("of %s that is blank or missing leaves its text out, which is counted aloud", async (name, content, skipped) => {
    const corpus = await readCorpus(write(name, content), { label: "topic" });
    expect(corpus).toMatchObject({ texts: ["one", "four"], labels: ["a", "b"], skipped });
    const without = name === "gaps.jsonl" ? 3 : 2;
    expect(corpus.notices.at(-1)).toBe(`Skipped ${without} rows without a label ("topic").`);
    expect(corpus.characters).toBe("onefour".length);
  });

  it("is not taken for that of the texts where these are not named", async () => {
    const path = write("two.csv", "quote,author\nall that glitters,shakespeare\nto be,shakespeare\n");
    expect(await readCorpus(path, { label: "author" })).toMatchObject({ texts: ["all that glitters", "to be"], labels: ["shakespeare", "shakespeare"] });
    await expect(readCorpus(path)).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("more than one column of text") });
  });

  it.each<[string, ReadOptions, RegExp]>([
    ["that of the texts too", { column: "text", label: "text" }, /^The column "text" of .* was given for the texts and for their labels; name two columns\.$/],
    ["none of the table's", { label: "mood" }, /has no column "mood"; its columns are "text", "topic"\.$/],
  ])("is refused where it is %s", async (_, options, message) => {
    for (const path of [write("refused.csv", "text,topic\none,a\n"), write("refused.jsonl", jsonLines([{ text: "one", topic: "a" }]))]) {
      await expect(readCorpus(path, options)).rejects.toMatchObject({ name: "WordloomError", code: "invalid_argument", message: expect.stringMatching(message) });
    }
  });

  it("is nothing that plain text has", async () => {
    const path = write("plain.txt", "one\ntwo\n");
    await expect(readCorpus(path, { lines: true, label: "topic" })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(/plain\.txt is read as plain text, which has no column "topic" of labels; leave the label out/) });
  });

  it("that leaves nothing over is an error, not an empty corpus", async () => {
    const path = write("unlabelled.jsonl", jsonLines([{ text: "one", topic: null }, { text: "two", topic: " " }]));
    await expect(readCorpus(path, { label: "topic" })).rejects.toMatchObject({ code: "invalid_data" });
  });

  it("stays beside its texts, whatever is left out", async () => {
    const word = fc.constantFrom("", " ", "a", "b", "two words", "ü", '"', ",", "字");
    const row = fc.record({ text: fc.option(word), topic: fc.option(fc.oneof(word, fc.integer(), fc.boolean())) }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (rows) => {
        const all = [...rows, { text: "last", topic: "end" }];
        const kept = all.filter(({ text, topic }) => (text ?? "").trim() !== "" && String(topic ?? "").trim() !== "");
        const corpus = await readCorpus(write("property.jsonl", jsonLines(all)), { column: "text", label: "topic" });
        expect(corpus.texts).toEqual(kept.map(({ text }) => text));
        expect(corpus.labels).toEqual(kept.map(({ topic }) => String(topic).trim()));
        expect(corpus.skipped.empty + corpus.skipped.missing).toBe(all.length - kept.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the embedded stories", () => {
  it("are labelled with their moods, and are the same stories", async () => {
    const corpus = embeddedCorpus("stories", { count: 60, seed: 3, label: "mood" });
    expect(corpus.labels).toHaveLength(60);
    corpus.texts.forEach((text, i) => expect(parseStory(text)).toMatchObject({ wellFormed: true, mood: corpus.labels![i] }));
    expect([...new Set(corpus.labels)].sort()).toEqual([...moods].sort());
    const { labels, ...rest } = await readCorpus("stories", { count: 60, seed: 3, label: "mood" });
    expect(labels).toEqual(corpus.labels);
    expect(embeddedCorpus("stories", { count: 60, seed: 3 })).toEqual(rest);
  });

  it("have no other label", () => {
    expect(() => embeddedCorpus("stories", { count: 5, label: "topic" })).toThrow('The embedded stories have no column "topic" of labels; their label is "mood".');
  });
});

describe("setting samples aside", () => {
  const corpusOf = (texts: readonly string[], labels?: readonly string[]): Corpus => ({
    name: "text", kind: "samples", texts, ...(labels ? { labels } : {}), characters: texts.reduce((sum, text) => sum + countCharacters(text), 0), bytes: 0, sha256: "", skipped: { empty: 0, missing: 0 }, notices: [],
  });

  it("leaves each label with its text, and sets the same aside as without labels", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("x", "y", "z"), { minLength: 2, maxLength: 40 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(100), (labels, share, seed) => {
        const texts = labels.map((_, i) => `text ${i}`);
        const validation = { count: Math.max(1, Math.floor((labels.length - 1) * share)) };
        const split = splitCorpus(corpusOf(texts, labels), new RandomStream(seed, "split"), validation);
        const labelOf = (text: string): string => labels[texts.indexOf(text)];
        expect(split.labels).toEqual({ train: split.train.map(labelOf), validation: split.validation.map(labelOf) });
        const { labels: _, ...rest } = split;
        expect(splitCorpus(corpusOf(texts), new RandomStream(seed, "split"), validation)).toEqual(rest);
      }),
    );
  });

  it("takes the labels of a validation corpus from it", () => {
    const held = corpusOf(["c", "d"], ["y", "x"]);
    const random = new RandomStream(1, "split");
    expect(splitCorpus(corpusOf(["a", "b"], ["x", "y"]), random, { corpus: held })).toMatchObject({ train: ["a", "b"], validation: ["c", "d"], labels: { train: ["x", "y"], validation: ["y", "x"] } });
    expect(splitCorpus(corpusOf(["a", "b"]), random, { corpus: held })).not.toHaveProperty("labels");
  });
});
