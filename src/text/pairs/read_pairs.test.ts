import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WordloomError } from "../../errors.js";
import { embeddedCorpus } from "../embedded_corpus.js";
import { parseStory } from "../stories/index.js";
import { multilingualTexts } from "../testing/texts.js";
import { looksLikePairs } from "./looks_like_pairs.js";
import { type PairOptions, readPairs } from "./read_pairs.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-pairs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function errorOf(path: string, options?: PairOptions): Promise<WordloomError> {
  const error = await readPairs(path, options).then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WordloomError);
  const { message } = error as WordloomError;
  expect(message).toMatch(/[.?]$/);
  expect(message).not.toContain("\n");
  return error as WordloomError;
}

const sides = (pairs: readonly { source: string; target: string }[]): string[][] =>
  pairs.map(({ source, target }) => [source, target]);

describe("tables without a header", () => {
  const content = "Hi.\t嗨。\nHi.\t你好。\nRun.\t你用跑的。\n";

  it.each(["pairs.tsv", "pairs.txt", "pairs"])("%s with two columns is read from its first row on", async (name) => {
    const path = write(name, content);
    const corpus = await readPairs(path);
    expect(sides(corpus.pairs)).toEqual([
      ["Hi.", "嗨。"],
      ["Hi.", "你好。"],
      ["Run.", "你用跑的。"],
    ]);
    expect(corpus).toMatchObject({ name: "pairs", bytes: Buffer.byteLength(content), characters: 20 });
    expect(corpus.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    expect(corpus.notices.join(" ")).toContain("no row of column names");
    expect(corpus.notices.join(" ")).toContain('from the column "1", the targets from "2"');
  });

  it("take columns by number, in any order, and a language", async () => {
    const path = write("three.tsv", "嗨。\tzh\tHi.\nHallo.\tde\tHello.\n");
    const corpus = await readPairs(path, { source: "3", target: "1", language: "2" });
    expect(corpus.pairs).toEqual([
      { source: "Hi.", target: "嗨。", language: "zh" },
      { source: "Hello.", target: "Hallo.", language: "de" },
    ]);
    expect((await errorOf(path, { source: "3", target: "4" })).message).toContain(
      'has no column "4"; its columns are "1", "2", "3".',
    );
  });

  it("keep quotes that do not pair, and pass over blank lines", async () => {
    const corpus = await readPairs(write("quotes.tsv", '"Hi," he said.\t他说：嗨。\n\n5" wide\t宽5"\r\n'));
    expect(sides(corpus.pairs)).toEqual([
      ['"Hi," he said.', "他说：嗨。"],
      ['5" wide', '宽5"'],
    ]);
    expect(corpus.notices.join()).toContain("Quotes were read as ordinary characters");
  });

  it("may be .csv with quoted fields", async () => {
    const corpus = await readPairs(write("quoted.csv", '"Hi, you","Salut, ""toi"""\nRun,Cours\n'));
    expect(sides(corpus.pairs)).toEqual([
      ["Hi, you", 'Salut, "toi"'],
      ["Run", "Cours"],
    ]);
  });

  it.each([
    ["long.tsv", "a\tb\nc\td\te\n", "line 2: the row has 3 fields but the first row 2"],
    ["open.csv", 'a,b\nc,"d\n', "a quote opened before is never closed"],
    ["inside.csv", 'a,b\nc,"d"d\n', "line 2: a quote is in the wrong place"],
  ])("%s is refused with its line", async (name, content, message) => {
    const error = await errorOf(write(name, content));
    expect([error.code, error.message]).toEqual(["invalid_data", expect.stringContaining(message)]);
  });
});

describe("tables with a header", () => {
  it.each([
    ["source\ttarget", ["source", "target"]],
    ["tgt\tsrc", ["src", "tgt"]],
    ["id\tinput\toutput", ["input", "output"]],
    ["Text\tLabel\tSummary", ["Text", "Summary"]],
    ["en\tde", ["en", "de"]],
    ["English\tFrench", ["English", "French"]],
    ["id\tbefore\tafter", ["before", "after"]],
  ])("%s", async (header, [source, target]) => {
    const names = header.split("\t");
    const row = names.map((name) => (name === "id" ? "7" : `the ${name}`)).join("\t");
    const corpus = await readPairs(write("header.tsv", `${header}\n${row}\n`));
    expect(sides(corpus.pairs)).toEqual([[`the ${source}`, `the ${target}`]]);
    expect(corpus.notices).toEqual([
      `The sources were read from the column "${source}", the targets from "${target}".`,
    ]);
  });

  it("are read by the names asked for, the other side completed where that is plain", async () => {
    const path = write("names.csv", "a,b,target,lang\none,two,three,x\n");
    expect(sides((await readPairs(path, { source: "b", target: "a" })).pairs)).toEqual([["two", "one"]]);
    expect((await readPairs(path, { source: "b", target: "a" })).notices).toEqual([]);
    expect((await errorOf(path, { source: "b" })).message).toContain('say which hold the source and the target');
    const known = write("known.csv", "source,other,target\none,two,three\n");
    expect(sides((await readPairs(known, { target: "target" })).pairs)).toEqual([["one", "three"]]);
    expect(sides((await readPairs(known, { source: "other", target: "1" })).pairs)).toEqual([["two", "one"]]);
    const both = write("both.csv", "x,y\none,two\n");
    expect(sides((await readPairs(both, { target: "x" })).pairs)).toEqual([["two", "one"]]);
  });

  it("with names not asked for are an error that says which there are, and which was meant", async () => {
    const path = write("near.csv", "english,chinese\nHi,嗨\n");
    const error = await errorOf(path, { source: "englsh", target: "chinese" });
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toBe(
      `${path} has no column "englsh"; did you mean "english"? Its columns are "english", "chinese".`,
    );
    expect((await errorOf(path, { source: "unheard-of", target: "chinese" })).message).toContain(
      'no column "unheard-of"; its columns are "english", "chinese".',
    );
    expect((await errorOf(path, { source: "english", target: "english" })).message).toContain("name two columns");
    expect((await errorOf(path, { source: "english", target: "3" })).message).toContain('no column "3"');
  });

  it("that leave the choice open, or have too few texts, are an error", async () => {
    const many = await errorOf(write("many.csv", "a,b,c\nx,y,z\n"));
    expect(many.message).toContain("more than two columns of text");
    const few = await errorOf(write("few.csv", "a,n,m\nx,1,2\n"));
    expect(few.message).toContain("fewer than two columns of text");
  });

  it("lose rows with a blank or missing side, aloud", async () => {
    const corpus = await readPairs(write("gaps.tsv", "source\ttarget\na\tA\nb\t \n \tC\nd\n\t\ne\tE\n"));
    expect(sides(corpus.pairs)).toEqual([
      ["a", "A"],
      ["e", "E"],
    ]);
    expect(corpus.skipped).toEqual({ empty: 3, missing: 1 });
    expect(corpus.notices.slice(1)).toEqual(["Skipped 3 rows with a blank side.", "Skipped 1 row with a missing side."]);
    const error = await errorOf(write("blank.tsv", "source\ttarget\na\t\n"), { source: "source", target: "target" });
    expect([error.code, error.message]).toEqual(["invalid_data", expect.stringContaining("no pair both of whose sides")]);
  });
});

describe("JSON Lines", () => {
  it("are read by their fields", async () => {
    const rows = [
      { src: "a", tgt: "A\r\nA", lang: "de" },
      { src: "b", tgt: null, lang: "fr" },
      { src: "c", tgt: "C" },
    ];
    const path = write("pairs.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect((await readPairs(path)).pairs).toEqual([
      { source: "a", target: "A\nA" },
      { source: "c", target: "C" },
    ]);
    const tagged = await readPairs(path, { language: "lang" });
    expect(tagged.pairs).toEqual([{ source: "a", target: "A\nA", language: "de" }]);
    expect(tagged.skipped).toEqual({ empty: 0, missing: 2 });
    expect((await errorOf(path, { source: "scr", target: "tgt" })).message).toContain('did you mean "src"?');
    expect((await errorOf(path, { source: "1", target: "2" })).message).toMatch(
      /pairs\.jsonl has no column "1": the fields of JSON lines have names and no numbers; give the column by its name: "src", "tgt", "lang"\.$/,
    );
  });
});

describe("aligned files", () => {
  it("are paired line by line", async () => {
    const corpus = await readPairs(write("train.en", "one\n\nthree\r\nfour\n"), {
      targetFile: write("train.de", "eins\nzwei\ndrei\n \n"),
    });
    expect(sides(corpus.pairs)).toEqual([
      ["one", "eins"],
      ["three", "drei"],
    ]);
    expect(corpus).toMatchObject({ name: "train", skipped: { empty: 2, missing: 0 } });
    expect(corpus.notices).toEqual(["Skipped 2 pairs with a blank side."]);
    expect(corpus.bytes).toBe(Buffer.byteLength("one\n\nthree\r\nfour\n") + Buffer.byteLength("eins\nzwei\ndrei\n \n"));
  });

  it("keep any text that is on one line", async () => {
    const lines = Object.values(multilingualTexts).map((text) => text.trim().replaceAll("\n", " "));
    const path = write("all.a", lines.join("\n"));
    const targetFile = write("all.b", lines.toReversed().join("\n"));
    expect(sides((await readPairs(path, { targetFile })).pairs)).toEqual(lines.map((line, i) => [line, lines.at(-1 - i)]));
  });

  it("of different lengths are an error that says where", async () => {
    const long = write("long.en", "1\n2\n3\n");
    const short = write("short.de", "1\n2\n");
    expect((await errorOf(long, { targetFile: short })).message).toBe(
      `${long} has 3 lines but ${short} 2, so that line 3 of ${long} has no partner; ` +
        "give files whose lines belong together one by one.",
    );
    expect((await errorOf(short, { targetFile: long })).message).toContain(`so that line 3 of ${long} has no partner`);
  });

  it("refuse options that do not fit", async () => {
    const path = write("plain.txt", "one\ntwo\n");
    const table = write("table.tsv", "a\tb\n");
    expect((await errorOf(path)).message).toContain('"targetFile"');
    expect((await errorOf(path, { targetFile: path, source: "1" })).message).toContain('no column "1"');
    expect((await errorOf(path, { targetFile: table })).message).toContain("is a table, not a text a line");
    expect((await errorOf(path, { targetFile: join(folder, "plain.tx") })).message).toContain("did you mean");
    expect((await errorOf(path, { targetFile: path, view: "summary" })).message).toContain("has no views");
  });
});

describe("embedded pairs", () => {
  it("are stories with their summaries, or in Chinese", async () => {
    const summaries = await readPairs("stories", { count: 30, seed: 4 });
    const chinese = await readPairs("stories", { count: 30, seed: 4, view: "chinese" });
    expect(summaries.pairs.map(({ source }) => source)).toEqual(embeddedCorpus("stories", { count: 30, seed: 4 }).texts);
    summaries.pairs.forEach(({ source, target }, i) => {
      expect(parseStory(source)).toMatchObject({ summary: target, chinese: chinese.pairs[i].target });
      expect(chinese.pairs[i].source).toBe(source);
    });
    expect(summaries.notices.join()).toContain("its summary");
    expect(summaries.sha256).not.toBe(chinese.sha256);
    expect((await errorOf("stories", { view: "mood" as "summary" })).message).toContain("summary and chinese");
  });

  it("are dates, with some set aside", async () => {
    const corpus = await readPairs("dates", { count: 50 });
    expect(corpus.pairs).toHaveLength(50);
    expect(corpus.validationPairs).toHaveLength(5);
    expect((await errorOf("dates", { view: "summary" })).message).toContain("has no views");
    expect((await errorOf("dates", { source: "a" })).message).toContain("is drawn, not read");
    for (const count of [0, 1.5, Number.NaN, 1e9]) {
      expect((await errorOf("dates", { count })).message).toContain("no number of pairs");
    }
  });
});

describe("a look at data", () => {
  it.each<[string, string, boolean]>([
    ["two.tsv", "Hi.\t嗨。\nRun.\t跑\n", true],
    ["two.txt", "Hi.\t嗨。\nRun.\t跑\n", true],
    ["counts.tsv", "emma\t20355\nava\t17000\n", false],
    ["three.tsv", "a\tb\tc\nd\te\tf\n", false],
    ["ragged.tsv", "a\tb\nd\te\tf\n", false],
    ["known.csv", "id,source,target\n1,a,b\n", true],
    ["languages.csv", "en,fr\nHi,Salut\n", true],
    ["labels.tsv", "text\tlabel\nfine\tgood\n", false],
    ["texts.csv", "text,stars\nfine,5\n", false],
    ["two.csv", "Hello,there\nHow,are\n", false],
    ["known.jsonl", '{"text":"long","summary":"short"}\n', true],
    ["texts.jsonl", '{"text":"long","summary":5}\n', false],
    ["broken.jsonl", "{\n", false],
    ["prose.txt", "No tabs here.\nNone\there.\n", false],
    ["empty.tsv", "", false],
  ])("%s", async (name, content, expected) => {
    const path = write(`look-${name}`, content);
    expect(await looksLikePairs(path)).toBe(expected);
    if (expected) expect((await readPairs(path)).pairs.length).toBeGreaterThan(0); // what looks like pairs reads as pairs
  });

  it("goes by the options and the name first", async () => {
    const path = write("prose.md", "Just text.\n");
    expect(await looksLikePairs(path)).toBe(false);
    expect(await looksLikePairs(path, { targetFile: path })).toBe(true);
    expect(await looksLikePairs(path, { source: "a" })).toBe(true);
    expect(await looksLikePairs("stories")).toBe(false);
    expect(await looksLikePairs("stories", { view: "chinese" })).toBe(true);
    expect(await looksLikePairs("dates")).toBe(true);
    expect(await looksLikePairs(join(folder, "none.tsv"))).toBe(false);
    mkdirSync(join(folder, "folder.tsv"), { recursive: true });
    expect(await looksLikePairs(join(folder, "folder.tsv"))).toBe(false);
  });

  it("reads only the beginning of a large file, whole lines of it", async () => {
    const path = write("large.tsv", "ein Satz\ta sentence\n".repeat(20_000));
    expect(await looksLikePairs(path)).toBe(true);
  });
});

describe("whatever the texts", () => {
  const field = fc.string({ unit: "grapheme", minLength: 1 }).map((text) => `x${text.replaceAll(/[\r\n]/g, "").trim()}x`);

  it("a .csv of two quoted columns gives them back", async () => {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 }), async (pairs) => {
        const path = write("any.csv", `src,tgt\n${pairs.map((pair) => pair.map(quoted).join(",")).join("\n")}\n`);
        expect(sides((await readPairs(path)).pairs)).toEqual(pairs);
      }),
      { numRuns: 40 },
    );
  });

  it("so does .jsonl", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 }), async (pairs) => {
        const rows = pairs.map(([source, target]) => JSON.stringify({ source, target }));
        expect(sides((await readPairs(write("any.jsonl", rows.join("\n")))).pairs)).toEqual(pairs);
      }),
      { numRuns: 40 },
    );
  });
});
