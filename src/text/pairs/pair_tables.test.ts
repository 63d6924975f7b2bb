// Tables as people download and export them: which are taken for pairs, where they begin, and which columns are read.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { columnContents } from "./column_contents.js";
import { languagePair } from "./column_names.js";
import { hasHeader } from "./header_row.js";
import { looksLikePairs } from "./looks_like_pairs.js";
import { type PairOptions, readPairs } from "./read_pairs.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-tables-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const table = (...rows: string[][]): string => rows.map((row) => `${row.join("\t")}\n`).join("");
const attribution = (n: number): string => `CC-BY 2.0 (France) Attribution: tatoeba.org #${n} (CM) & #${n + 1} (Martha)`;
const sentences = [
  ["Hi.", "嗨。"],
  ["Run.", "你用跑的。"],
  ["Wait!", "等等！"],
  ["Who are you?", "你是谁？"],
] as const;
const [first] = sentences;

describe("are pairs, every row of them", () => {
  it.each<[string, string, string, [string, string]]>([
    ["Tatoeba's, with an attribution", "cmn.txt", table(...sentences.map((pair, i) => [...pair, attribution(i)])), ["1", "2"]],
    ["Tatoeba's, with the sentences' numbers", "pairs.tsv", table(...sentences.map(([a, b], i) => [`${1276 + i}`, a, `${5090 + i}`, b])), ["2", "4"]],
    ["mined ones, with a score", "wiki.tsv", table(...sentences.map((pair, i) => [`1.0${i}`, ...pair])), ["2", "3"]],
    ["with the languages", "tagged.tsv", table(...sentences.map((pair) => [...pair, "en-zh"])), ["1", "2"]],
    ["with an address", "crawled.tsv", table(...sentences.map((pair, i) => [`https://example.com/${i}`, ...pair])), ["2", "3"]],
    ["behind a byte order mark", "mark.tsv", `\ufeff${table(...sentences.map((pair) => [...pair]))}`, ["1", "2"]],
    ["in quotes", "quoted.tsv", table(...sentences.map((pair) => pair.map((text) => `"${text}"`))), ["1", "2"]],
    ["with Windows' line ends", "windows.tsv", table(...sentences.map((pair) => [...pair])).replaceAll("\n", "\r\n"), ["1", "2"]],
    ["with tabs in a .csv", "tabs.csv", table(...sentences.map((pair) => [...pair])), ["1", "2"]],
  ])("%s", async (_, name, content, [source, target]) => {
    const path = write(name, content);
    expect(await looksLikePairs(path)).toBe(true);
    const { pairs, notices } = await readPairs(path);
    expect(pairs.map((pair) => [pair.source, pair.target])).toEqual(sentences);
    expect(notices).toContain("The file has no row of column names; its first row was read as a pair.");
    expect(notices).toContain(`The sources were read from the column "${source}", the targets from "${target}", as in "${first[0]}" → "${first[1]}".`);
  });

  it("of words, the first of which could name a column", async () => {
    const path = write("words.tsv", table(["answer", "Antwort"], ["bread", "Brot"], ["summary", "Zusammenfassung"]));
    expect(await looksLikePairs(path)).toBe(true);
    expect((await readPairs(path)).pairs[0]).toEqual({ source: "answer", target: "Antwort" });
  });

  it("when a few lines lack their second field, which are left out aloud", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => (i === 7 ? ["alone"] : [`sentence ${i}`, `Satz ${i}`]));
    const path = write("ragged.tsv", table(...rows));
    expect(await looksLikePairs(path)).toBe(true);
    expect(await readPairs(path)).toMatchObject({ skipped: { missing: 1 }, pairs: { length: 29 } });
  });

  it("and say what was left out", async () => {
    const options = { language: "3" };
    const path = write("three.tsv", table(...sentences.map((pair, i) => [...pair, i % 2 ? "zh" : "ja"])));
    expect((await readPairs(path)).notices.join(" ")).toContain('The column "3" names languages and was left out; give it as the column of languages (--language)');
    const tagged = await readPairs(path, options);
    expect(tagged.pairs[0]).toEqual({ source: first[0], target: first[1], language: "ja" });
    expect(tagged.notices.join(" ")).not.toContain("left out");
    expect((await readPairs(join(folder, "cmn.txt"))).notices).toContain('The column "3" was left out, since it holds attributions.');
  });
});

describe("have a header", () => {
  const body = (extra: (pair: readonly [string, string], row: number) => string[]): string => table(...sentences.map((pair, i) => extra(pair, i)));
  const plain = body((pair) => [...pair]);

  it.each<[string, string, string]>([
    ["two languages beside a number", "id\ten\tzh\n", body((pair, i) => [`${i}`, ...pair])],
    ["two languages beside a domain", "English\tChinese\tdomain\n", body((pair) => [...pair, "news"])],
    ["names in another language", "Englisch\tChinesisch\n", plain],
    ["names in themselves", "English\t中文\n", plain],
    ["codes with a country", "en_US\tzh-CN\n", plain],
    ["codes of three letters", "eng\tcmn\n", plain],
    ["codes behind a word", "text_en\ttext_zh\n", plain],
    ["a byte order mark and quotes", '\ufeff"Source"\t"Target"\n', plain],
    ["a known pair between others", "ref\tsource\ttarget\tnote\n", body((pair, i) => [`a${i}`, ...pair, "x"])],
    ["numbers below a word", "nr\tasked\tanswered\n", body((pair, i) => [`${i}`, ...pair])],
    ["numbers of columns", "0\t1\n", plain],
  ])("with %s", async (_, header, rows) => {
    const path = write("header.tsv", header + rows);
    const { pairs, notices } = await readPairs(path);
    expect(pairs.map((pair) => [pair.source, pair.target])).toEqual(sentences);
    expect(notices[0]).toMatch(/^The sources were read from the column ".*", the targets from ".*"\.$/);
    expect(await looksLikePairs(path)).toBe(!header.startsWith("nr")); // names that tell nothing
  });

  it("of unknown names, by the sentences below it", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [`This is sentence ${i}.`, `Das ist Satz ${i}.`]);
    const path = write("unknown.tsv", table(["Vorlage", "Fassung"], ...rows));
    expect(await looksLikePairs(path)).toBe(true);
    expect((await readPairs(path)).pairs).toHaveLength(12);
    expect((await readPairs(path, { source: "1", target: "2" })).pairs).toHaveLength(12); // by number too
  });

  it("of a known pair although the targets are numbers", async () => {
    const path = write("sums.csv", "question,answer\nWhat is 2 + 2?,4\nAnd 3 + 3?,6\n");
    expect(await looksLikePairs(path)).toBe(true);
    expect((await readPairs(path)).pairs[1]).toEqual({ source: "And 3 + 3?", target: "6" });
  });

  it("in JSON Lines, of two languages", async () => {
    const path = write("languages.jsonl", '{"id":1,"de":"Hallo","en":"Hello"}\n');
    expect(await looksLikePairs(path)).toBe(true);
    expect((await readPairs(path)).pairs).toEqual([{ source: "Hallo", target: "Hello" }]);
  });
});

describe("are no pairs", () => {
  const words = ["hello there, how are you today?", "I am fine, thanks for asking me.", "what a day it was.", "and good night."];
  it.each<[string, string]>([
    ["sentences with number and language, as Tatoeba has them", table(...sentences.map(([text], i) => [`${i + 1}`, "eng", text]))],
    ["names with counts", table(["emma", "20355"], ["ava", "17000"])],
    ["texts with languages", table(...sentences.map(([text]) => [text, "eng"]))],
    ["texts with labels, by their header", table(["text", "label"], ["fine", "good"], ["awful", "bad"])],
    ["what people wrote to each other", table(...words.map((text, i) => [`${i}`, i % 2 ? "bob" : "ann", text]))],
    ["texts with numbers and three columns of words", table(["a", "b", "c"], ["d", "e", "f"])],
  ])("%s", async (_, content) => {
    expect(await looksLikePairs(write("none.tsv", content))).toBe(false);
  });
});

it("a table of two columns leaves no choice, whatever they hold", async () => {
  const path = write("numbers.tsv", table(["twelve", "12"], ["twenty", "20"], ["two", "2"]));
  expect(await looksLikePairs(path)).toBe(false); // as well names with counts
  expect((await readPairs(path)).pairs[0]).toEqual({ source: "twelve", target: "12" });
  expect((await readPairs(path, { source: "2" })).pairs[0]).toEqual({ source: "12", target: "twelve" });
});

describe("fields between other signs", () => {
  it.each<[string, string]>([
    ["a header", "source;target\nHi;Salut\nBye, you;\"A; B\"\n"],
    ["none", "Hi;Salut\nBye, you;\"A; B\"\n"],
  ])("are read from a .csv of semicolons with %s, which is said", async (_, content) => {
    const path = write("semicolons.csv", content);
    const { pairs, notices } = await readPairs(path);
    expect(pairs).toEqual([{ source: "Hi", target: "Salut" }, { source: "Bye, you", target: "A; B" }]);
    expect(notices[0]).toBe("The fields were read as separated by semicolons.");
    expect(await looksLikePairs(path)).toBe(content.startsWith("source"));
  });

  it.each<[string, string, RegExp]>([
    ["vertical bars", "source|target\nHi|Salut\n", /seems to have vertical bars between its fields; save it with commas/],
    ["semicolons in some rows", "source;target\nHi\n", /seems to have semicolons, and not as many in each row, between its fields; save it with commas \(\.csv\) or tabs \(\.tsv\) instead\.$/],
  ])("are named in the error: %s", async (_, content, sentence) => {
    await expect(readPairs(write("signs.csv", content))).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringMatching(sentence) });
  });
});

describe("the first row is the same thing whatever columns are asked for", () => {
  const named: PairOptions[] = [{}, { source: "1", target: "2" }, { source: "2" }, { target: "1" }];
  const rowsRead = (path: string): Promise<number[]> => Promise.all(named.map(async (asked) => (await readPairs(path, asked)).pairs.length));
  const messy = Array.from({ length: 30 }, (_, i) => [`+41 79 ${100 + i} ${i}`, `0041/79 ${100 + i}${i}`]);
  const comma = (...rows: string[][]): string => rows.map((row) => `${row.join(",")}\n`).join("");

  it.each<[string, string[][], number]>([
    ["words above numbers, a header", [["raw", "clean"], ...messy], 30],
    ["words above texts of several words, a header", [["messy", "tidy"], ...messy.map((_, i) => [`MEIER hans ${"x".repeat(i)}`, `Hans Meier ${"x".repeat(i)}`])], 30],
    ["words above words, data", [["dog", "Hund"], ...messy.map((_, i) => [`x${"a".repeat(i)}`, `y${"b".repeat(i)}`].map((word) => word.replace(/\d/g, "")))], 31],
    ["words above sorted texts, data", [["go", "va"], ["run", "cours"], ...messy.map((_, i) => [`go ${i}`, `va ${i}`])], 32],
    ["numbers, data", messy, 30],
    ["a number that was asked for, data", [["1", "one"], ["2", "two"], ["3", "three"]], 3],
  ])("%s", async (_, rows, count) => {
    expect(await rowsRead(write("decided.csv", comma(...rows)))).toEqual([count, count, count, count]);
  });

  it("in three columns, of which two are asked for", async () => {
    const three = (...head: string[]): string => write("three.csv", comma(head, ...messy.map((row, i) => [...row, i % 2 ? "de" : "fr"])));
    const count = async (path: string): Promise<number[]> => Promise.all([{ source: "1", target: "2" }, { source: "1", target: "2", language: "3" }, { source: "2", target: "1" }].map(async (asked) => (await readPairs(path, asked)).pairs.length));
    expect(await count(three("raw", "clean", "to"))).toEqual([30, 30, 30]);
    expect(await count(three("plus", "zero", "de"))).toEqual([31, 31, 31]);
  });

  it("a header may number what stands in it", async () => {
    const path = write("years.csv", "x,2019,2020\na,b,c\n");
    expect((await readPairs(path, { source: "2019", target: "2020" })).pairs).toEqual([{ source: "b", target: "c" }]);
  });
});

describe("a column of languages with something else", () => {
  const rows = [["Hi.", "Salut.", "fr"], ["Hi.", "Hallo.", "to German"]];
  it.each<[string, string, number]>([
    ["a header", `from\tinto\tto\n${table(...rows)}`, 3],
    ["a header and an empty line", `from\tinto\tto\n\n${table(...rows)}`, 4],
    ["no header", table(...rows), 2],
  ])("is said with its column and line: %s", async (what, content, line) => {
    const column = what === "no header" ? "3" : "to";
    await expect(readPairs(write("tagged.tsv", content), { source: "1", target: "2", language: column })).rejects.toMatchObject({
      code: "invalid_data",
      message: expect.stringMatching(new RegExp(`tagged\\.tsv, line ${line}: the column "${column}" has "to German" where the name of a language such as "zh" or "pt-BR" belongs; `)),
    });
  });

  it("in JSON Lines too", async () => {
    const content = `\n${rows.map(([s, t, to]) => JSON.stringify({ s, t, to })).join("\n\n")}`;
    await expect(readPairs(write("tagged.jsonl", content), { source: "s", target: "t", language: "to" })).rejects.toMatchObject({ message: expect.stringContaining('tagged.jsonl, line 4: the column "to" has "to German"') });
  });
});

it("a number of pairs is drawn from no file", async () => {
  await expect(readPairs(join(folder, "cmn.txt"), { count: 5 })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("is read whole, so that no number of pairs can be drawn from it") });
});

describe("a look at rows", () => {
  it("takes only different languages for a pair", () => {
    expect(languagePair(["id", "en", "de"])).toEqual(["en", "de"]);
    expect(languagePair(["Deutsch", "german"])).toBeUndefined();
    expect(languagePair(["de", "deu", "en"])).toBeUndefined();
    expect(languagePair(["May", "Run"])).toBeUndefined();
    expect(languagePair(["source_en", "target_fr", "score"])).toEqual(["source_en", "target_fr"]);
  });

  it("knows contents by most of the fields, and no codes by two", () => {
    const rows = Array.from({ length: 20 }, (_, i) => ["en", i === 3 ? "n/a" : `${i}`, attribution(i), "a text", i === 3 ? "" : "de-en"]);
    expect(columnContents(rows)).toEqual(["language", "number", "attribution", "text", "language"]);
    expect(columnContents([["hi", "no"], ["is", "it"]])).toEqual(["text", "text"]);
    expect(columnContents([["Hi"], ["Hi"], ["Hi"]])).toEqual(["text"]);
    expect(columnContents([])).toEqual([]);
  });

  it("finds no header in sentences, and one above them, however many there are", () => {
    const sentence = fc.string({ unit: fc.constantFrom("a", "é", "字", " "), maxLength: 12 }).map((text) => `${text}.`);
    fc.assert(
      fc.property(fc.array(fc.tuple(sentence, sentence), { minLength: 1, maxLength: 30 }), (rows) => {
        expect(hasHeader(rows)).toBe(false);
        expect(hasHeader([["source", "target"], ...rows])).toBe(true);
        expect(hasHeader([["Vorlage", "Fassung"], ...rows])).toBe(rows.length >= 10);
      }),
    );
  });
});
