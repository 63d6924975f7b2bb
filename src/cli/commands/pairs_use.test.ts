// What a person does with a model of pairs of texts: convert lines, measure, look at attention.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../../index.js";
import { commandLine, TINY_GRU, TINY_TRANSFORMER, Workplace } from "../testing/command_line.js";
import { numberPairs, writeNumberPairs } from "../testing/number_pairs.js";

const { load } = (await import(new URL("../../../dist/index.js", import.meta.url).href)) as typeof Library;

/** Steps and a rate with which the numbers are learned. */
const LEARN = ["--width", "32", "--steps", "250", "--lr", "0.01", "--dropout", "0", "--evaluate-every", "125"];

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  writeNumberPairs(place);
  await Promise.all([
    place.train("both.tsv", "--language", "to", "--joint", ...TINY_GRU, ...LEARN, "--out", "both"),
    place.train("names.tsv", ...TINY_GRU, ...LEARN, "--out", "names"),
    place.train("lines.en", "--target-file", "lines.de", ...TINY_TRANSFORMER, "--tokenizer", "character", "--steps", "4", "--out", "plain"),
  ]);
});
afterAll(() => place.remove());

const german = ["--target-language", "de"];
const generate = (input: string, ...flags: string[]): Promise<string> => place.pipe(input, "generate", "both", "--input", "-", "--threads", "1", ...flags);
const parsed = (text: string): Record<string, unknown>[] => text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

describe("generate --input", () => {
  it("gives a line for each line, in order, blank ones too, whatever they end with", async () => {
    const numbers = numberPairs().slice(0, 40);
    const input = numbers.flatMap(({ source }, i) => (i % 9 === 4 ? [source, "", " \t"] : [source]));
    place.write("input.txt", `\ufeff${input.join("\r\n")}`); // and no line end at the end
    const [fromFile, fromPipe] = await Promise.all([place.pipe("", "generate", "both", "--input", "input.txt", "--threads", "1", ...german), generate(`${input.join("\n")}\n`, ...german)]);
    expect(fromPipe).toBe(fromFile);
    const output = fromFile.split("\n");
    expect(output.pop()).toBe("");
    expect(output.map((line) => line === "")).toEqual(input.map((line) => line.trim() === ""));
    const right = output.filter((line) => line !== "").filter((line, i) => line === numbers[i].target);
    expect(right.length).toBeGreaterThan(20); // most were trained on
  });

  it("answers a line of a pipe before the next one comes, and a blank one", async () => {
    const child = spawn(process.execPath, [commandLine, "generate", "both", "--input", "-", "--threads", "1", ...german], { cwd: place.path, stdio: ["pipe", "pipe", "pipe"] });
    const answers: string[] = [];
    child.stdout.setEncoding("utf8");
    for (const line of ["three seven", "", "two one"]) {
      child.stdin.write(`${line}\n`);
      answers.push(String((await once(child.stdout, "data"))[0]));
    }
    child.stdin.end();
    expect(await once(child, "close")).toEqual([0, null]);
    const [first, blank, last] = answers;
    expect(first).toMatch(/^\S+ \S+\n$/);
    expect(blank).toBe("\n");
    expect(last).toMatch(/^\S+ \S+\n$/);
  });

  it("writes in the language asked for, with one model for both directions", async () => {
    const [de, en] = await Promise.all([generate("three seven\nfive two\n", ...german), generate("drei sieben\nfünf zwei\n", "--target-language", "en")]);
    expect(de).toBe("drei sieben\nfünf zwei\n");
    expect(en).toBe("three seven\nfive two\n");
  });

  it("-n gives so many lines an input, best first", async () => {
    const text = await generate("three seven\n\n", ...german, "-n", "3");
    const lines = text.split("\n");
    expect(lines).toHaveLength(7);
    expect(new Set(lines.slice(0, 3)).size).toBe(3);
    expect(lines.slice(3)).toEqual(["", "", "", ""]);
    const [object, blank] = parsed(await generate("three seven\n\n", ...german, "-n", "3", "--json"));
    const best = object["best"] as { text: string; score: number }[];
    expect(best.map((each) => each.text)).toEqual(lines.slice(0, 3));
    expect(best.map((each) => each.score)).toEqual(best.map((each) => each.score).toSorted((a, b) => b - a));
    expect(object).toMatchObject({ source: "three seven", text: lines[0], tokens: 2, finishReason: "end", truncated: false });
    expect(Object.keys(blank)).toEqual(Object.keys(object));
    expect(blank).toMatchObject({ source: "", text: "", tokens: 0, finishReason: "end", score: 0, truncated: false });
  });

  it("--alignments gives a row for each output token, which sums to 1", async () => {
    const [object] = parsed(await generate("three seven\n", ...german, "--alignments"));
    const { source, target, weights } = object["alignment"] as { source: string[]; target: string[]; weights: number[][] };
    expect(source).toEqual(["<", "2de", ">", " three", " seven", "<eos>"]);
    expect(target.map((label) => label.trim())).toEqual(["drei", "sieben", "<eos>"]);
    expect(weights).toHaveLength(target.length);
    for (const row of weights) {
      expect(row).toHaveLength(source.length);
      expect(row.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 4);
    }
  });

  it("gives what the library gives, one at a time or all at once, greedy or not", async () => {
    const sources = numberPairs().slice(0, 12).map(({ source }) => source);
    const model = await load(place.file("both"), { threads: 1 });
    try {
      for (const beams of [1, 4]) {
        const all = (await generate(`${sources.join("\n")}\n`, ...german, "--beams", String(beams))).trimEnd().split("\n");
        const single: string[] = [];
        for (const source of sources) for await (const { text } of model.convert(source, { beams, targetLanguage: "de" })) single.push(text);
        expect(single).toEqual(all);
      }
    } finally {
      await model.release();
    }
  });

  it("draws the same texts for the same seed, however the lines come in", async () => {
    const random = [...german, "--temperature", "3", "-n", "2"];
    const input = "three seven\nfive two\nnine one\n";
    const slow = spawn(process.execPath, [commandLine, "generate", "both", "--input", "-", "--threads", "1", ...random, "--seed", "5"], { cwd: place.path, stdio: ["pipe", "pipe", "inherit"] });
    const answer = (async () => {
      let text = "";
      slow.stdout.setEncoding("utf8");
      for (const line of input.trimEnd().split("\n")) {
        slow.stdin.write(`${line}\n`);
        for (const lines = text.split("\n").length + 2; text.split("\n").length < lines; ) text += String((await once(slow.stdout, "data"))[0]);
      }
      slow.stdin.end();
      return text;
    })();
    const [first, other, pieces] = await Promise.all([generate(input, ...random, "--seed", "5"), generate(input, ...random, "--seed", "6"), answer]);
    expect(pieces).toBe(first);
    expect(other).not.toBe(first);
    expect(first.trimEnd().split("\n")).toHaveLength(6);
  });

  it("takes words that it does not know over from where it attends to in the source", async () => {
    const sources = ["hello Xenia", "i see Maximilian here", "i see Éva-Marie here", "Xenia Xenia Quirin"];
    const text = await place.pipe(`${sources.join("\n")}\n`, "generate", "names", "--input", "-", "--threads", "1", "--alignments");
    const { model } = JSON.parse(readFileSync(place.file("names/tokenizer.json"), "utf8")) as { model: { vocab: Record<string, number> } };
    let taken = 0;
    for (const [i, object] of parsed(text).entries()) {
      const { target, weights } = object["alignment"] as { target: string[]; weights: number[][] };
      const given = sources[i].match(/[\p{L}]+|\S/gu)!;
      const expected = target.slice(0, -1).map((label, row) => {
        if (label in model.vocab && label !== "<unk>") return label.trim();
        taken++;
        const words = weights[row].slice(0, given.length);
        return given[words.indexOf(Math.max(...words))];
      });
      expect((object["text"] as string).match(/[\p{L}]+|\S/gu)).toEqual(expected);
    }
    expect(taken).toBeGreaterThan(2);
  });

  it("reads a long or strange text as far as it can, and says so", async () => {
    const { code, stdout, stderr } = await place.run("generate", "plain", "--input", `五 ${"one ".repeat(80)}`, "--alignments", "--threads", "1");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^1 text was longer than the model holds \(\d+ tokens\) and read only as far\.\nThe model never saw "五", and reads that as <unk>\.\n$/);
    expect(parsed(stdout)).toMatchObject([{ truncated: true }]);
  });

  it("ends quietly when the reader of its pipe has gone, and at Ctrl-C while it waits", async () => {
    const script = `yes one two | head -2000 | "${process.execPath}" "${commandLine}" generate plain --input - --beams 1 --threads 1 | head -1; echo "\${PIPESTATUS[@]: -2}"`;
    expect(execFileSync("bash", ["-c", `(${script}) 2>&1`], { cwd: place.path, encoding: "utf8" })).toMatch(/^.*\n0 0\n$/);
    const child = spawn(process.execPath, [commandLine, "generate", "plain", "--input", "-", "--threads", "1"], { cwd: place.path, stdio: ["pipe", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdin.write("one two\n");
    child.stdout.once("data", () => child.kill("SIGINT"));
    expect(await once(child, "close")).toEqual([130, null]);
    expect(stderr).toBe("");
  });
});

describe("evaluate", () => {
  it("shows people a table and some of the texts", async () => {
    const { code, stdout, stderr } = await place.run("evaluate", "both", "both.tsv", "--threads", "1", "--beams", "2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'The sources were read from the column "source", the targets from "target".\nThe run was trained on this file: measured on the 20 pairs that it held out.\nMeasured on de, en together; the option --target-language measures one of them.\n' });
    expect(stdout).toMatch(/^BLEU +\d+\.\d\d \[.*\] \(.* brevity 1\.000\)\n +nrefs:1\|.*\nchrF +\d+\.\d\d \[.*\]\nROUGE-1\/2\/L .*\n +ROUGE-L \[.*\]\nexact +\d+\.\d\d % \[.*\]\nloss .* perplexity .*\n .* bits per character.*\nover +20 sources, 20 references; 2 beams, .* a second\n\n/);
    expect(stdout.match(/^ {2}→ \S+ \S+$/gm)).toHaveLength(10);
  });

  it("--json gives the measures, of a table or of two files", async () => {
    const beams = ["--beams", "1", "--threads", "1", "--json"];
    const [table, files] = await Promise.all([
      place.run("evaluate", "both", "plain.tsv", ...beams, "--source", "1", "--target", "2", ...german),
      place.run("evaluate", "both", "lines.en", "--target-file", "lines.de", ...beams, ...german),
    ]);
    const [first, second] = [table, files].map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(first).toMatchObject({ loss: expect.any(Number), bitsPerCharacter: expect.any(Number), tokens: 300, pairs: 100, beams: 1, bleu: { score: expect.any(Number) } });
    expect(first["perplexity"]).toBeCloseTo(Math.exp(first["loss"] as number), 9);
    expect(first["exactMatch"]).toBeGreaterThan(0.8);
    const timeless = (result: Record<string, unknown>): object => ({ ...result, seconds: 0, sentencesPerSecond: 0 });
    expect(timeless(second)).toEqual(timeless(first));
  });

  it("of the held-out pairs gives the best loss of the metrics", async () => {
    await place.train("plain.tsv", ...TINY_GRU, "--steps", "4", "--validation", "lines.en", "--validation-target", "lines.de", "--out", "measured");
    const [line] = readFileSync(place.file("measured/metrics.jsonl"), "utf8").trimEnd().split("\n");
    const { stdout } = await place.run("evaluate", "measured", "lines.en", "--target-file", "lines.de", "--beams", "1", "--threads", "1", "--json");
    expect((JSON.parse(stdout) as { loss: number }).loss).toBeCloseTo((JSON.parse(line) as { validationLoss: number }).validationLoss, 6);
  });
});

describe("explain", () => {
  it.each(["html", "svg", "json"])("draws what was attended to while a text was written: %s", async (format) => {
    const { code, stdout, stderr } = await place.run("explain", "both", "three seven", ...german, "--out", `map.${format}`, "--threads", "1");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Drawn in map.${format}.\n`);
    const drawn = readFileSync(place.file(`map.${format}`), "utf8");
    for (const label of ["three", "seven", "drei", "sieben"]) expect(drawn).toContain(label);
  });

  it("says what it cut and never saw, in lines without invisible signs", async () => {
    const { code, stderr } = await place.run("explain", "plain", `五 ${"one ".repeat(80)}`, "--out", "long.json", "--threads", "1");
    expect(code).toBe(0);
    expect(stderr).toMatch(/\n1 text was longer than the model holds \(\d+ tokens\) and read only as far\.\nThe model never saw "五", and reads that as <unk>\.\nDrawn in long\.json\.\n$/);
    expect(stderr + readFileSync(place.file("long.json"), "utf8")).not.toMatch(/[\u2066-\u2069]/);
  });

  it("takes a text, and not a file of texts", async () => {
    expect(await place.fails("explain", "plain", "lines.en", "--out", "map.svg")).toBe('"lines.en" is a file, and explain takes a text; give one of its texts itself.');
  });

  it("explains the writing of a given text", async () => {
    await place.train("plain.tsv", ...TINY_TRANSFORMER, "--tokenizer", "character", "--steps", "1", "--out", "characters");
    expect(await place.run("explain", "characters", "one two", "--target", "zwei", "--out", "given.json", "--threads", "1")).toMatchObject({ code: 0 });
    const map = JSON.parse(readFileSync(place.file("given.json"), "utf8")) as { kind: string; target: string[]; source: string[]; layers: { heads: number[][][] }[] };
    expect(map).toMatchObject({ kind: "alignment", target: [..."zwei", "<eos>"], source: [..."one two", "<eos>"] });
    expect(map.layers.map(({ heads }) => heads.map((rows) => [rows.length, rows[0].length]))).toEqual([[[5, 8], [5, 8]]]);
  });
});
