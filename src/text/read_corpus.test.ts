import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { embeddedCorpus } from "./embedded_corpus.js";
import { readCorpus, type ReadOptions } from "./read_corpus.js";
import { multilingualTexts } from "./testing/texts.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-corpus-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function errorOf(path: string, options?: ReadOptions): Promise<WordloomError> {
  const error = await readCorpus(path, options).then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WordloomError);
  return error as WordloomError;
}

const names = "emma\nolivia\nava\nisabella\nsophia\ncharlotte\nmia\namelia\n";

describe("plain text", () => {
  it("is one text, whatever the language, and its size and hash are told", async () => {
    const text = Object.values(multilingualTexts).join("\n");
    const corpus = await readCorpus(write("all.txt", text));
    expect(corpus).toMatchObject({ name: "all", kind: "stream", texts: [text], skipped: { empty: 0, missing: 0 } });
    expect(corpus.characters).toBe([...text].length);
    expect(corpus.bytes).toBe(Buffer.byteLength(text));
    expect(corpus.sha256).toBe(createHash("sha256").update(text).digest("hex"));
    expect(corpus.notices.join()).toContain("one continuous text");
  });

  it("is a line a sample when it looks like a list, and says so", async () => {
    const corpus = await readCorpus(write("names.txt", names));
    expect(corpus.kind).toBe("samples");
    expect(corpus.texts).toEqual(names.trimEnd().split("\n"));
    expect(corpus.notices.join()).toContain("Each line was read as a sample");
  });

  it.each([
    ["a blank line in it", `${names}\n${names}`],
    ["few lines", "one\ntwo\nthree\n"],
    ["long lines", "This line is written to be a little longer than forty characters.\n".repeat(20)],
    ["one very long line", `${names}${"x".repeat(300)}\n`],
  ])("is one text when it has %s", async (_, text) => {
    expect((await readCorpus(write("text.txt", text))).kind).toBe("stream");
  });

  it("is read as asked, and blank lines are then skipped and counted", async () => {
    const path = write("asked.txt", "one\n\ntwo\n   \n");
    expect(await readCorpus(path, { lines: false })).toMatchObject({ texts: ["one\n\ntwo\n   \n"], notices: [] });
    const corpus = await readCorpus(path, { lines: true });
    expect(corpus).toMatchObject({ texts: ["one", "two"], skipped: { empty: 2, missing: 0 } });
    expect(corpus.notices).toEqual(["Skipped 2 blank lines."]);
    expect((await readCorpus(write("names.txt", names), { lines: false })).texts).toEqual([names]);
  });

  it("is no list when its extension says that it is something else", async () => {
    expect((await readCorpus(write("names.ts", names))).kind).toBe("stream");
    expect((await readCorpus(write("names", names))).kind).toBe("samples");
  });

  it("loses its byte order mark and its carriage returns", async () => {
    const corpus = await readCorpus(write("windows.txt", "\ufeffone\r\ntwo\r\n"), { lines: false });
    expect(corpus.texts).toEqual(["one\ntwo\n"]);
  });
});

describe("JSON Lines", () => {
  const rows = [{ text: "one", id: 1 }, { text: "" }, { id: 3 }, { text: null }, { text: "two\r\nlines", other: "x" }];
  const content = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n\n`;

  it("gives its texts and counts what is missing or empty", async () => {
    const corpus = await readCorpus(write("rows.jsonl", content));
    expect(corpus).toMatchObject({ kind: "samples", texts: ["one", "two\nlines"], skipped: { empty: 1, missing: 2 } });
    expect(corpus.notices).toEqual([
      'The texts were read from the column "text".',
      'Skipped 1 row whose "text" is empty.',
      'Skipped 2 rows without "text".',
    ]);
  });

  it("takes the column asked for, or the only one of text, or strings by themselves", async () => {
    expect((await readCorpus(write("rows.jsonl", content), { column: "other" })).texts).toEqual(["x"]);
    expect((await readCorpus(write("one.jsonl", '{"n":1,"title":"a"}\n{"n":2,"title":"b"}'))).texts).toEqual([
      "a",
      "b",
    ]);
    expect((await readCorpus(write("strings.ndjson", '"a"\n"b"\n'))).texts).toEqual(["a", "b"]);
  });

  it("says what is wrong and where", async () => {
    const two = write("two.jsonl", '{"title":"a","body":"b","n":1}\n');
    expect((await errorOf(two)).message).toContain('say which column to read (--column), or which two are pairs of texts (--source, --target): "title", "body", "n"');
    expect((await errorOf(two, { column: "txt" })).message).toContain(
      'no column "txt"; its columns are "title", "body", "n"',
    );
    expect(await errorOf(two, { column: "n" })).toMatchObject({
      code: "invalid_data",
      message: expect.stringContaining('line 1: "n" is a number'),
    });
    expect(await errorOf(two, { column: "body", lines: false })).toMatchObject({ code: "invalid_argument" });
    expect((await errorOf(write("bad.jsonl", '{"text":"a"}\n\n{"text":\n'))).message).toContain(
      "bad.jsonl, line 3 is not JSON",
    );
    expect((await errorOf(write("list.jsonl", "[1,2]\n"))).message).toContain("line 1 is JSON but no object");
    expect((await errorOf(write("none.jsonl", '{"text":""}\n{"text":null}\n'))).message).toContain("no text in it");
    expect((await errorOf(write("blank.jsonl", "\n\n"))).message).toContain("no text in it");
  });
});

describe("tables", () => {
  const csv = 'id,text,label\n1,"Hello, ""you""\nthere",a\n2,,b\n3\n4,plain,c\n';

  it("gives the texts of a .csv, quotes and all, and counts what is missing or empty", async () => {
    const corpus = await readCorpus(write("rows.csv", csv));
    expect(corpus).toMatchObject({
      kind: "samples",
      texts: ['Hello, "you"\nthere', "plain"],
      skipped: { empty: 1, missing: 1 },
    });
    const windows = await readCorpus(write("windows.csv", `\ufeff${csv.replaceAll("\n", "\r\n")}`));
    expect(windows.texts).toEqual(corpus.texts);
    expect((await readCorpus(write("rows.csv", csv), { column: "label" })).texts).toEqual(["a", "b", "c"]);
  });

  it("may have semicolons or tabs in a .csv, unless the first line has a comma or the rows differ", async () => {
    const read = async (content: string): Promise<readonly string[]> => (await readCorpus(write("signs.csv", content))).texts;
    expect(await read("id;text\n1;a, b\n2;\"c;d\"\n")).toEqual(["a, b", "c;d"]);
    expect((await readCorpus(join(folder, "signs.csv"))).notices[0]).toBe("The fields were read as separated by semicolons.");
    expect(await read("id\ttext\n1\ta; b\n")).toEqual(["a; b"]);
    expect(await read("id,text\n1,a; b\n")).toEqual(["a; b"]);
    expect(await read("a; b\nc\n")).toEqual(["c"]);
  });

  it("takes the only column that holds more than numbers", async () => {
    expect((await readCorpus(write("one.csv", "id,title,price\n1,Mug,3.5\n2,Cup,4\n"))).texts).toEqual(["Mug", "Cup"]);
    expect((await readCorpus(write("single.csv", "year\n1999\n2000\n"))).texts).toEqual(["1999", "2000"]);
    expect((await errorOf(write("two.csv", "a,b\nx,y\n"))).message).toContain(
      'more than one column of text; say which column to read (--column), or which two are pairs of texts (--source, --target): "a", "b"',
    );
    expect((await errorOf(write("numbers.csv", "a,b\n1,2\n"))).message).toContain("no column that holds text");
  });

  it("reads a .tsv with quotes as a table's, or as plain characters where they do not pair", async () => {
    const quoted = await readCorpus(write("quoted.tsv", 'text\tn\n"one\ttwo"\t1\n'));
    expect(quoted.texts).toEqual(["one\ttwo"]);
    const plain = await readCorpus(write("plain.tsv", 'text\tn\n"So," she said\t1\nfive" pipe\t2\n'));
    expect(plain.texts).toEqual(['"So," she said', 'five" pipe']);
    expect(plain.notices.filter((notice) => notice.includes("ordinary characters"))).toHaveLength(1);
  });

  it("names the line of a broken row", async () => {
    const unclosed = await errorOf(write("unclosed.csv", 'text,n\nfine,1\n"never closed,2\nmore,3\n'));
    expect(unclosed.message).toContain("unclosed.csv, line 3: a quote that is opened here is never closed");
    const stray = await errorOf(write("stray.csv", 'text,n\nfine,1\nst"ray,2\n'));
    expect(stray.message).toContain("line 3: a quote is in the wrong place");
    const wide = await errorOf(write("wide.csv", "text,n\nfine,1\nHello, you,2\n"));
    expect(wide).toMatchObject({
      code: "invalid_data",
      message: expect.stringContaining("line 3: the row has more fields"),
    });
    expect((await errorOf(write("header.csv", "text\n"))).message).toContain("no text in it");
    expect((await errorOf(write("newline.csv", "\n"))).message).toContain("no text in it");
  });
});

describe("files that cannot be read", () => {
  it("suggests the name that was probably meant", async () => {
    write("poems.txt", "a");
    const error = await errorOf(join(folder, "peoms.txt"));
    expect(error.code).toBe("file_not_found");
    expect(error.message).toBe(
      `There is no file ${join(folder, "peoms.txt")}; did you mean ${join(folder, "poems.txt")}?`,
    );
    expect((await errorOf(join(folder, "nothing-like-it.xyz"))).message).toMatch(/check the path\.$/);
    expect((await errorOf(join(folder, "no", "such", "poems.txt"))).message).toContain("There is no folder");
  });

  it("says what a file is instead of text", async () => {
    expect(await errorOf(folder)).toMatchObject({
      code: "file_unreadable",
      message: `"${folder}" is a folder, but the data must be a file; check the path.`,
    });
    expect(await errorOf(write("empty.txt", ""))).toMatchObject({
      code: "invalid_data",
      message: expect.stringContaining("is empty"),
    });
    expect((await errorOf(write("blank.txt", " \n\n"))).message).toContain("only blanks");
    expect((await errorOf(write("binary.bin", Uint8Array.of(0x89, 0x50, 0, 1)))).message).toContain(
      "binary file, not text (it has a zero byte at offset 2)",
    );
    expect((await errorOf(write("utf16.txt", Buffer.from("\ufeffhello", "utf16le")))).message).toContain("UTF-16");
  });

  it.each([
    ["a Latin-1 letter", [0x61, 0x0a, 0x62, 0xe9, 0x63], 3, 2, "E9"],
    ["a character cut short at the end", [0x61, 0xe4, 0xb8], 1, 1, "E4"],
    ["a character cut short by a line end", [0xf0, 0x9f, 0x0a, 0x61], 0, 1, "F0"],
    ["an overlong form", [0x0a, 0x0a, 0xc3, 0xa9, 0xc0, 0x80 + 1], 4, 3, "C0"],
    ["a surrogate", [0xed, 0xa0, 0x80], 0, 1, "ED"],
    ["a stray continuation", [0xe4, 0xb8, 0xad, 0x80], 3, 1, "80"],
  ])("finds %s", async (_, bytes, offset, line, value) => {
    const error = await errorOf(write("invalid.txt", Uint8Array.from(bytes)));
    expect(error.code).toBe("invalid_data");
    expect(error.message).toContain(
      `invalid.txt is not valid UTF-8: byte 0x${value} at offset ${offset} (line ${line})`,
    );
  });

  it("has no column in plain text", async () => {
    expect(await errorOf(write("poems.txt", "a"), { column: "text" })).toMatchObject({ code: "invalid_argument" });
  });
});

describe("embedded corpus", () => {
  it("is drawn by its name, the same for the same seed", async () => {
    const corpus = await readCorpus("stories", { count: 20, seed: 3 });
    expect(corpus).toMatchObject({ name: "stories", kind: "samples" });
    expect(corpus.texts).toHaveLength(20);
    expect(corpus).toEqual(embeddedCorpus("stories", { count: 20, seed: 3 }));
    expect(corpus.sha256).not.toBe(embeddedCorpus("stories", { count: 20, seed: 4 }).sha256);
    expect(corpus.characters).toBe(corpus.texts.join("").length);
  });

  it("refuses names and counts that cannot be", () => {
    expect(() => embeddedCorpus("novels")).toThrow('There is no embedded corpus "novels"; there is stories.');
    expect(() => embeddedCorpus("stories", { count: 0 })).toThrow("give a whole number from 1");
  });

  it("gives way to a file of its name", async () => {
    const before = process.cwd();
    const place = join(folder, "place");
    mkdirSync(place);
    writeFileSync(join(place, "stories"), "My own.\n");
    process.chdir(place);
    try {
      expect((await readCorpus("stories")).texts).toEqual(["My own.\n"]);
    } finally {
      process.chdir(before);
    }
  });
});
