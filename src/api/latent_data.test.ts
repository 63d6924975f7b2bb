// The sentences of a variational autoencoder's run: read one a line or row, their labels in the order of the alphabet.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { charactersIn } from "../text/corpus.js";
import { labelsNotice, readLatentData, sentencePairs } from "./latent_data.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-latent-data-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

type Request = Parameters<typeof readLatentData>[0];
const read = (path: string, request: Partial<Request> = {}) => readLatentData({ path, column: null, label: null, validation: 0.2, stories: null, seed: 1, lowercase: false, ...request });
const table = (rows: readonly (readonly [text: string, label: string])[]): string => `text,topic\n${rows.map((row) => row.join(",")).join("\n")}\n`;
const TOPICS = ["zoo", "art", "music"];
const rows = Array.from({ length: 60 }, (_, i) => [`Text ${i} of ${TOPICS[i % 3]}`, TOPICS[i % 3]] as const);

describe("sentences", () => {
  it("are lines, however plain text looks", async () => {
    const long = `${"This line is longer than those of a list are. ".repeat(6)}\n\n`;
    const { train, validation, labels } = await read(write("long.txt", long.repeat(10)));
    expect([train.length, validation.length, labels]).toEqual([8, 2, []]);
    for (const { source, target, ...rest } of [...train, ...validation]) {
      expect(target).toBe(source);
      expect(rest).toEqual({});
    }
  });

  it("may be read in small letters, on both sides alike", () => {
    const labels = ["b", "a"];
    expect(sentencePairs(["Äb C", "d"], labels, ["a", "b"], true)).toEqual([{ source: "äb c", target: "äb c", label: 1 }, { source: "d", target: "d", label: 0 }]);
    expect(sentencePairs(["Äb"], undefined, [], false)).toEqual([{ source: "Äb", target: "Äb" }]);
  });

  it("are counted in characters, not in code units", () => {
    expect(charactersIn(["ab", "😀", ""])).toBe(3);
  });

  it("of the embedded stories may be labelled with their moods", async () => {
    const data = await read("stories", { stories: 200, label: "mood" });
    expect(data.labels).toEqual(["funny", "happy", "sad", "scary"]);
    expect(data.train).toHaveLength(160);
    for (const { label } of [...data.train, ...data.validation]) expect(data.labels[label!]).toBeDefined();
  });
});

describe("labels", () => {
  it("are in the order of the alphabet, and each sentence has the place of its own", async () => {
    const data = await read(write("topics.csv", table(rows)), { label: "topic" });
    expect(data.labels).toEqual(["art", "music", "zoo"]);
    expect([data.train.length, data.validation.length]).toEqual([48, 12]);
    for (const { source, label } of [...data.train, ...data.validation]) expect(source.split(" ").at(-1)).toBe(data.labels[label!]);
  });

  it("are counted for people, as they are trained on", async () => {
    const data = await read(write("topics.csv", table(rows)), { label: "topic" });
    const count = (topic: string): number => data.train.filter(({ source }) => source.endsWith(topic)).length;
    expect(labelsNotice(data)).toBe(`Told 3 labels apart: art (${count("art")}), music (${count("music")}), zoo (${count("zoo")}).`);
    expect(labelsNotice(await read(write("topics.csv", table(rows)), { column: "text" }))).toBeNull();
    const many = await read(write("many.csv", table(Array.from({ length: 100 }, (_, i) => [`text ${i}`, `l${i % 9}`]))), { label: "topic", validation: 1 });
    expect(labelsNotice(many)).toMatch(/^Told 9 labels apart: l0 \(\d+\), .*l7 \(\d+\), …\.$/);
  });

  it("may be up to 256", async () => {
    const labelled = (count: number): string => write("many.csv", table(Array.from({ length: 3 * count }, (_, i) => [`text ${i}`, `label ${i % count}`])));
    const held = write("held.csv", table([["text", "label 0"]]));
    expect((await read(labelled(256), { label: "topic", validation: held })).labels).toHaveLength(256);
    await expect(read(labelled(257), { label: "topic", validation: held })).rejects.toMatchObject({ code: "invalid_data", message: expect.stringMatching(/^The column "topic" of ".*many\.csv" has 257 different labels, but a model can be told 256 apart; name a column of fewer\.$/) });
  });

  it("that are all the same tell nothing", async () => {
    const path = write("same.csv", table(rows.map(([text]) => [text, "zoo"])));
    await expect(read(path, { label: "topic" })).rejects.toMatchObject({ code: "invalid_data", message: expect.stringMatching(/labels all texts "zoo", which tells a model nothing; leave the label out\.$/) });
  });

  it("of a validation file are those of the training text", async () => {
    const path = write("topics.csv", table(rows));
    const data = await read(path, { label: "topic", validation: write("held.csv", table([["held", "zoo"], ["out", "art"]])) });
    expect(data.train).toHaveLength(60);
    expect(data.validation).toEqual([{ source: "held", target: "held", label: 2 }, { source: "out", target: "out", label: 0 }]);
    expect(data.validationSha256).toMatch(/^[0-9a-f]{64}$/);
    const foreign = write("foreign.csv", table([["held", "zoo"], ["out", "sports"]]));
    await expect(read(path, { label: "topic", validation: foreign })).rejects.toMatchObject({ code: "invalid_data", message: 'The validation part has the label "sports", which no text to learn from has; there are "art", "music", "zoo".' });
    await expect(read(path, { label: "topic", validation: write("held.txt", "held\n") })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("plain text") });
  });
});
