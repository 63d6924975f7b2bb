// What a person does with a variational autoencoder: write, encode, write again, go from one sentence to another, measure.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Library from "../../index.js";
import { readMetrics } from "../../training/metrics_log.js";
import { commandLine, Workplace } from "../testing/command_line.js";
import { numberPairs } from "../testing/number_pairs.js";

const { load } = (await import(new URL("../../../dist/index.js", import.meta.url).href)) as typeof Library;

/** Two or three words each, so that batches have padding. */
const SENTENCES = numberPairs().map(({ source }, i) => (i % 3 === 0 ? `${source} ${source.split(" ")[0]}` : source));
const MOODS = ["happy", "sad"];
const WIDTH = 8;
const [FROM, TO] = ["three seven", "nine zero nine"];

/** Steps and a rate after which points say something of their sentences. */
const LEARN = ["--family", "vae", "--tokenizer", "word", "--width", "48", "--latent", String(WIDTH), "--embedding", "24", "--dropout", "0", "--lr", "0.01", "--beta", "0.1", "--word-dropout", "0.3", "--steps", "200", "--evaluate-every", "100", "--threads", "1"];

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  place.write("lines.txt", `${SENTENCES.join("\n")}\n`);
  place.write("held.txt", `${SENTENCES.slice(0, 30).join("\n")}\n`);
  // A sad sentence has an end that no happy one has.
  place.write("moods.csv", `id,said,mood\n${SENTENCES.map((text, i) => `${i},${text}${i % 2 === 0 ? "" : " alas"},${MOODS[i % 2]}`).join("\n")}\n`);
  await Promise.all([
    place.train("lines.txt", ...LEARN, "--validation", "held.txt", "--out", "plain"),
    place.train("moods.csv", "--column", "said", "--label", "mood", ...LEARN, "--out", "moods"),
  ]);
});
afterAll(() => place.remove());

const run = (command: string, name: string, ...args: string[]): Promise<string> => place.pipe("", command, name, ...args, "--threads", "1");
const linesOf = (text: string): string[] => text.split("\n").slice(0, -1);
const parsed = (text: string): Record<string, unknown>[] => linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);
const textsOf = (objects: readonly Record<string, unknown>[]): unknown[] => objects.map(({ text }) => text);
const numbers = (value: unknown): number[] => value as number[];

/** Expects numbers to be the same up to how their sums were rounded. */
function expectClose(found: readonly number[], expected: readonly number[], within = 1e-5): void {
  expect(found).toHaveLength(expected.length);
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(within);
}

describe("generate", () => {
  it("writes the same texts for the same seed, however many are asked for", async () => {
    for (const drawing of [[], ["--temperature", "1"], ["--beams", "3"]]) {
      const [many, few, again, other] = await Promise.all([["70", "1"], ["5", "1"], ["5", "1"], ["70", "2"]].map(([n, seed]) => run("generate", "plain", "-n", n, "--seed", seed, "--json", ...drawing)));
      expect(linesOf(many)).toHaveLength(70);
      expect(linesOf(many).slice(0, 5)).toEqual(linesOf(few));
      expect(again).toBe(few);
      expect(other).not.toBe(many);
      expect(new Set(linesOf(many)).size).toBeGreaterThan(10);
    }
  });

  it("writes a text a line", async () => {
    const [texts, objects] = await Promise.all([[], ["--json"]].map((flags) => run("generate", "plain", "-n", "4", "--seed", "1", ...flags)));
    expect(linesOf(texts)).toEqual(textsOf(parsed(objects)));
    for (const line of linesOf(texts)) expect(line).toMatch(/^\S+( \S+)*$/);
  });

  it("draws the words too with a temperature, but not the points", async () => {
    const [greedy, cold, warm] = await Promise.all([[], ["--temperature", "0"], ["--temperature", "2"]].map((flags) => run("generate", "plain", "-n", "20", "--seed", "3", ...flags)));
    expect(cold).toBe(greedy);
    expect(warm).not.toBe(greedy);
  });

  it("writes in the label that is asked for, or in all in turn", async () => {
    const [turn, happy, sad] = (await Promise.all([[], ["--label", "happy"], ["--label", "sad"]].map((flags) => run("generate", "moods", "-n", "20", "--seed", "4", "--json", ...flags)))).map(parsed);
    expect(turn.map(({ label }) => label)).toEqual(turn.map((_, i) => MOODS[i % 2]));
    expect(new Set(happy.map(({ label }) => label))).toEqual(new Set(["happy"]));
    expect(textsOf(turn)).toEqual(textsOf(happy.map((each, i) => (i % 2 === 0 ? each : sad[i])))); // the points are the same
    const ends = (objects: Record<string, unknown>[]): number => objects.filter(({ text }) => String(text).endsWith("alas")).length;
    expect(ends(happy)).toBe(0);
    expect(ends(sad)).toBeGreaterThan(15);
  });

  it("--json gives an object a text, and --max-tokens cuts it off", async () => {
    const objects = parsed(await run("generate", "plain", "-n", "3", "--seed", "1", "--json"));
    for (const object of objects) {
      expect(object).toEqual({ text: expect.any(String), tokens: expect.any(Number), finishReason: "end" });
      expect(object["tokens"]).toBe(String(object["text"]).split(" ").length);
    }
    const cut = parsed(await run("generate", "plain", "-n", "3", "--seed", "1", "--max-tokens", "1", "--json"));
    expect(cut).toEqual(objects.map(({ text }) => ({ text: String(text).split(" ")[0], tokens: 1, finishReason: "length" })));
  });
});

describe("encode", () => {
  /** The matrix of a .npy file of version 1.0, as NumPy's documentation describes it. */
  function readNpy(name: string): { shape: number[]; rows: number[][] } {
    const bytes = readFileSync(place.file(name));
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0]));
    const begin = 10 + bytes.readUInt16LE(8);
    expect(begin % 64).toBe(0);
    const header = bytes.subarray(10, begin).toString("latin1");
    const [, type, order, ...sizes] = /^\{'descr': '(.*)', 'fortran_order': (\w+), 'shape': \((\d+), (\d+)\), \} *\n$/.exec(header)!;
    expect([type, order]).toEqual(["<f4", "False"]);
    const [count, width] = sizes.map(Number);
    expect(bytes).toHaveLength(begin + 4 * count * width);
    return { shape: [count, width], rows: Array.from({ length: count }, (_, i) => Array.from({ length: width }, (__, j) => bytes.readFloatLE(begin + 4 * (i * width + j)))) };
  }

  it("gives a mean and a log-variance for each sentence: to the standard output, as JSON lines or for NumPy", async () => {
    const [shown, lines, matrix] = await Promise.all([
      place.run("encode", "plain", "lines.txt", "--threads", "1"),
      place.run("encode", "plain", "lines.txt", "--out", "points.jsonl", "--threads", "1"),
      place.run("encode", "plain", "lines.txt", "--out", "points.npy", "--threads", "1"),
    ]);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(lines).toEqual({ code: 0, stdout: "", stderr: "100 sentences of 8 dimensions in points.jsonl.\n" });
    expect(matrix).toEqual({ code: 0, stdout: "", stderr: "100 sentences of 8 dimensions in points.npy.\n" });
    expect(readFileSync(place.file("points.jsonl"), "utf8")).toBe(shown.stdout);
    const objects = parsed(shown.stdout);
    expect(textsOf(objects)).toEqual(SENTENCES);
    for (const object of objects) {
      expect(Object.keys(object)).toEqual(["text", "mean", "logVariance"]);
      expect([object["mean"], object["logVariance"]].map((values) => numbers(values).length)).toEqual([WIDTH, WIDTH]);
      expect([...numbers(object["mean"]), ...numbers(object["logVariance"])].every(Number.isFinite)).toBe(true);
    }
    const { shape, rows } = readNpy("points.npy");
    expect(shape).toEqual([100, WIDTH]);
    rows.forEach((row, i) => expectClose(row, numbers(objects[i]["mean"]), 1e-6));
  });

  it("gives the same whatever the sentences come from, and whatever they stand beside", async () => {
    place.write("three.txt", SENTENCES.slice(0, 3).join("\r\n"));
    place.write("three.csv", `said,other\n${SENTENCES.slice(0, 3).map((text) => `"${text}",zero`).join("\n")}\n`);
    const whole = parsed(await run("encode", "plain", "lines.txt"));
    const [file, table, pipe, sentence] = (
      await Promise.all([
        run("encode", "plain", "three.txt"),
        run("encode", "plain", "three.csv", "--column", "said"),
        place.pipe(`${SENTENCES.slice(0, 3).join("\n")}\n`, "encode", "plain", "-", "--threads", "1"),
        run("encode", "plain", SENTENCES[0]),
      ])
    ).map(parsed);
    expect(table).toEqual(file);
    expect(textsOf(pipe)).toEqual(textsOf(file));
    expect(textsOf(sentence)).toEqual([SENTENCES[0]]);
    const model = await load(place.file("plain"), { threads: 1 });
    try {
      for (const [i, text] of SENTENCES.slice(0, 12).entries()) {
        const [alone] = await model.encode([text]);
        for (const objects of [whole, file, pipe, sentence].filter(({ length }) => i < length)) {
          expectClose(numbers(objects[i]["mean"]), alone.mean);
          expectClose(numbers(objects[i]["logVariance"]), alone.logVariance);
        }
      }
    } finally {
      await model.release();
    }
  });

  it("leaves blank lines out, and counts them aloud", async () => {
    place.write("gaps.txt", `\ufeff${SENTENCES[0]}\n\n${SENTENCES[1]}\n \t\n`);
    const { code, stdout, stderr } = await place.run("encode", "plain", "gaps.txt", "--threads", "1");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Skipped 2 blank lines.\n" });
    expect(textsOf(parsed(stdout))).toEqual(SENTENCES.slice(0, 2));
    expect(await place.run("encode", "plain", "gaps.txt", "--out", "gaps.npy", "--threads", "1")).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("2 sentences of 8 dimensions in gaps.npy.\n") });
    expect(readNpy("gaps.npy").shape).toEqual([2, WIDTH]);
  });

  it("says what the model never saw", async () => {
    const { stdout, stderr } = await place.run("encode", "plain", "seven mice", "--threads", "1");
    expect(stderr).toBe('The model never saw "mice", and reads that as <unk>.\n');
    expect(parsed(stdout)).toHaveLength(1);
  });

  it("takes each sentence to have its likeliest label, or the one that is given", async () => {
    const found = parsed(await run("encode", "moods", "moods.csv"));
    const right = found.filter(({ label }, i) => label === MOODS[i % 2]);
    expect(right.length).toBeGreaterThan(90);
    for (const mood of MOODS) {
      const told = parsed(await run("encode", "moods", "moods.csv", "--label", mood));
      expect(new Set(told.map(({ label }) => label))).toEqual(new Set([mood]));
      const same = (object: Record<string, unknown>, i: number): boolean => numbers(object["mean"]).every((value, j) => Math.abs(value - numbers(found[i]["mean"])[j]) < 1e-5);
      expect(told.map(same)).toEqual(found.map(({ label }) => label === mood));
    }
  });

  it("answers a line of a pipe before the next one comes, and ends when nobody reads, or at Ctrl-C", async () => {
    const child = spawn(process.execPath, [commandLine, "encode", "plain", "-", "--threads", "1"], { cwd: place.path, stdio: ["pipe", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdout.setEncoding("utf8");
    for (const text of [FROM, TO]) {
      child.stdin.write(`${text}\n`);
      expect(textsOf(parsed(String((await once(child.stdout, "data"))[0])))).toEqual([text]);
    }
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([130, null]);
    expect(stderr).toBe("");
    const script = `yes "${FROM}" | "${process.execPath}" "${commandLine}" encode plain - --threads 1 | head -n 1; echo "\${PIPESTATUS[@]: -2}"`;
    expect(execFileSync("bash", ["-c", `(${script}) 2>&1`], { cwd: place.path, encoding: "utf8" })).toMatch(/^\{"text":.*\}\n0 0\n$/);
  });
});

describe("reconstruct", () => {
  it("gives a line for each sentence, in a pipe too", async () => {
    const [fromFile, fromPipe] = await Promise.all([run("reconstruct", "plain", "lines.txt"), place.pipe(`${SENTENCES.join("\n")}\n`, "reconstruct", "plain", "-", "--threads", "1")]);
    expect(linesOf(fromFile)).toHaveLength(100);
    expect(linesOf(fromPipe)).toHaveLength(100);
    expect(new Set(linesOf(fromFile)).size).toBeGreaterThan(20); // it is the points that say what is written
  });

  it("--json gives the source, the text and its point, which is the mean", async () => {
    const [objects, means, plain] = await Promise.all([run("reconstruct", "plain", "held.txt", "--json"), run("encode", "plain", "held.txt"), run("reconstruct", "plain", "held.txt")]);
    expect(textsOf(parsed(objects))).toEqual(linesOf(plain));
    for (const [i, object] of parsed(objects).entries()) {
      expect(Object.keys(object)).toEqual(["source", "text", "tokens", "finishReason", "logProbability", "point"]);
      expect(object).toMatchObject({ source: SENTENCES[i], tokens: String(object["text"]).split(" ").length, finishReason: "end" });
      expect(object["logProbability"]).toBeLessThan(0);
      expectClose(numbers(object["point"]), numbers(parsed(means)[i]["mean"]));
    }
  });

  it("finds likelier texts with beams, and others at random, the same for the same seed", async () => {
    const args = (...flags: string[]): Promise<string> => run("reconstruct", "plain", "held.txt", "--json", ...flags);
    const [greedy, beams, drawn, again, other] = await Promise.all([args(), args("--beams", "6"), ...["1", "1", "2"].map((seed) => args("--temperature", "1.5", "--seed", seed))]);
    const likelihood = (text: string): number => parsed(text).reduce((total, object) => total + (object["logProbability"] as number), 0);
    expect(likelihood(beams)).toBeGreaterThanOrEqual(likelihood(greedy) - 1e-3);
    expect(again).toBe(drawn);
    expect(other).not.toBe(drawn);
    const lines = linesOf(await place.pipe(SENTENCES.slice(0, 4).join("\n"), "reconstruct", "plain", "-", "--temperature", "1.5", "--seed", "1", "--threads", "1"));
    expect(lines).toEqual(textsOf(parsed(drawn)).slice(0, 4)); // what is drawn for a sentence depends on none after it
  });
});

describe("interpolate", () => {
  it("goes from one sentence to another in a straight line, both ends included", async () => {
    const [objects, texts, unasked, ends] = await Promise.all([
      run("interpolate", "plain", FROM, TO, "--steps", "5", "--json"),
      run("interpolate", "plain", FROM, TO, "--steps", "5"),
      run("interpolate", "plain", FROM, TO),
      place.pipe(`${FROM}\n${TO}\n`, "reconstruct", "plain", "-", "--json", "--threads", "1"),
    ]);
    const between = parsed(objects);
    expect(textsOf(between)).toEqual(linesOf(texts));
    expect(between).toHaveLength(5);
    expect(linesOf(unasked)).toHaveLength(7);
    const [first, last] = parsed(ends);
    expect([between[0]["text"], between[4]["text"]]).toEqual([first["text"], last["text"]]);
    expect(linesOf(unasked).filter((_, i) => i % 6 === 0)).toEqual([first["text"], last["text"]]);
    const [from, to] = [first, last].map(({ point }) => numbers(point));
    expect(from).not.toEqual(to);
    between.forEach(({ point }, step) => expectClose(numbers(point), from.map((value, i) => value + ((to[i] - value) * step) / 4)));
  });

  it("goes over to the other sentence's label half way, or keeps to one that is given", async () => {
    const args = [FROM, `${TO} alas`, "--steps", "4", "--json"];
    const [found, told] = (await Promise.all([run("interpolate", "moods", ...args), run("interpolate", "moods", ...args, "--label", "sad")])).map(parsed);
    expect(found.map(({ label }) => label)).toEqual(["happy", "happy", "sad", "sad"]);
    expect(told.map(({ label }) => label)).toEqual(["sad", "sad", "sad", "sad"]);
  });
});

describe("vary", () => {
  it("writes the sentence itself from its own point", async () => {
    const [varied, again] = await Promise.all([run("vary", "plain", TO, "--scale", "0", "-n", "3"), run("reconstruct", "plain", TO)]);
    expect(varied).toBe(again.repeat(3));
  });

  it("draws points around it at the given distance, each by the seed and its number alone", async () => {
    const vary = async (...flags: string[]): Promise<Record<string, unknown>[]> => parsed(await run("vary", "plain", TO, "--json", ...flags));
    const [[centre], near, far, more, other] = await Promise.all([vary("--scale", "0"), vary("--scale", "0.5"), vary("--scale", "2"), vary("--scale", "0.5", "-n", "9"), vary("--scale", "0.5", "--seed", "1")]);
    const pointsOf = (objects: Record<string, unknown>[]): number[][] => objects.map(({ point }) => numbers(point));
    const mean = numbers(centre["point"]);
    expect(near).toHaveLength(5);
    expect(textsOf(more).slice(0, 5)).toEqual(textsOf(near));
    expect(pointsOf(more).slice(0, 5)).toEqual(pointsOf(near));
    expect(pointsOf(other)).not.toEqual(pointsOf(near));
    pointsOf(near).forEach((point, i) => expectClose(pointsOf(far)[i].map((value, j) => (value - mean[j]) / 4), point.map((value, j) => value - mean[j])));
    const squares = pointsOf(more).flatMap((point) => point.map((value, j) => ((value - mean[j]) / 0.5) ** 2));
    const variance = squares.reduce((total, square) => total + square, 0) / squares.length;
    expect(variance).toBeGreaterThan(0.5);
    expect(variance).toBeLessThan(1.6);
  });
});

describe("evaluate", () => {
  const few = ["--importance-samples", "5", "--samples", "0"];

  it("shows people a table, and sentences beside what became of them", async () => {
    const { code, stdout, stderr } = await place.run("evaluate", "plain", "lines.txt", ...few, "--threads", "1");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^−ELBO +\d+\.\d\d nats a sentence: reconstruction \d+\.\d\d \+ KL \d+\.\d\d\nIW-NLL +\d+\.\d\d nats a sentence \(5 samples\)\nperplexity +\S+ per token, \d+\.\d{4} nats \(from the IW-NLL\)\n +\d+\.\d{4} bits per character, \d+\.\d{4} bits per byte\ninformation +\d\.\d\d nats .* \(at most 4\.61 can show\)\nactive units +[1-8] of 8\nwritten again +BLEU \d+\.\d\d, \d+\.\d\d % exact \(greedy, from the means\)\n +nrefs:1\|.*\nover +100 sentences, 334 tokens; in \d+\.\d s\n\n/);
    expect(stdout.match(/^\S+( \S+)*\n {2}→ \S+( \S+)*$/gm)).toHaveLength(10);
  });

  it("--json gives measures that agree with each other, with those of training, and whenever they are taken", async () => {
    const [text, again, more] = await Promise.all([run("evaluate", "plain", "held.txt", ...few, "--json"), run("evaluate", "plain", "held.txt", ...few, "--json"), run("evaluate", "plain", "held.txt", "--importance-samples", "50", "--importance-sentences", "10", "--samples", "0", "--json")]);
    const [result, same, other] = [text, again, more].map((line) => ({ ...(JSON.parse(line) as Record<string, number>), seconds: 0 }) as Record<string, number>);
    expect(same).toEqual(result);
    expect(result).toMatchObject({ sentences: 30, importanceSentences: 30, importanceSamples: 5, latentWidth: WIDTH, characters: SENTENCES.slice(0, 30).join("").length, tokens: SENTENCES.slice(0, 30).join(" ").split(" ").length + 30 });
    expect(other).toMatchObject({ sentences: 30, importanceSentences: 10, importanceSamples: 50, divergence: result["divergence"], negativeElbo: result["negativeElbo"] });
    expect(result["negativeElbo"]).toBeCloseTo(result["reconstruction"] + result["divergence"], 9);
    expect(result["importanceWeightedNats"]).toBeLessThan(result["negativeElbo"]); // several samples bound it more tightly
    expect(result["loss"]).toBeCloseTo((30 * result["importanceWeightedNats"]) / result["tokens"], 9);
    expect(result["perplexity"]).toBeCloseTo(Math.exp(result["loss"]), 9);
    expect(result["mutualInformationBound"]).toBeCloseTo(Math.log(30), 9);
    const written = linesOf(await run("reconstruct", "plain", "held.txt"));
    expect(result["reconstructionExact"]).toBeCloseTo(written.filter((line, i) => line === SENTENCES[i]).length / 30, 9);

    const best = readMetrics(place.file("plain/metrics.jsonl")).toSorted((a, b) => a.validationLoss - b.validationLoss)[0];
    expect(result["divergence"]).toBeCloseTo(best["validationDivergence"], 4);
    expect(result["mutualInformation"]).toBeCloseTo(best["validationMutualInformation"], 4);
    expect(result["activeUnits"]).toBe(best["validationActiveUnits"]);
  });

  it("takes labels from their column, or as the likeliest where there is none", async () => {
    const table = readFileSync(place.file("moods.csv"), "utf8").trimEnd().split("\n").slice(1).map((row) => row.split(","));
    place.write("unlabelled.txt", table.map(([, said]) => said).join("\n"));
    place.write("renamed.csv", `said,feeling\n${table.map(([, said, mood]) => `${said},${mood}`).join("\n")}\n`);
    const runs = await Promise.all([["moods.csv"], ["renamed.csv", "--label", "feeling"], ["unlabelled.txt"]].map((args) => place.run("evaluate", "moods", ...args, ...few, "--json", "--threads", "1")));
    const [known, renamed, likeliest] = runs.map(({ stdout }) => ({ ...(JSON.parse(stdout) as Record<string, number>), seconds: 0 }) as Record<string, number>);
    expect(renamed).toEqual(known);
    expect(runs[0].stderr).toBe("");
    expect(runs[2].stderr).toBe("Each sentence was taken to have the label under which the model finds it likeliest.\n");
    expect(likeliest["negativeElbo"]).toBeLessThan(known["negativeElbo"] + 0.5);
  });

  it("leaves sentences out that the model does not hold, and counts what it never saw", async () => {
    place.write("odd.txt", `${SENTENCES.slice(0, 5).join("\n")}\none two three four five\nseven mice\n`);
    const { stdout, stderr } = await place.run("evaluate", "plain", "odd.txt", ...few, "--json", "--threads", "1");
    expect(stderr).toMatch(/^Left out 1 sentence of more than 3 tokens, which the model does not hold\.\n"odd\.txt" has 1 word that the training text never has \("mice"\); it counts as <unk>\.\n/);
    expect(JSON.parse(stdout)).toMatchObject({ sentences: 6 });
  });
});

it("nothing is left behind but what was asked for", () => {
  for (const name of ["points.jsonl", "points.npy", "gaps.npy"]) expect(existsSync(place.file(name))).toBe(true);
  expect(Object.keys(place.contents()).filter((name) => /tmp|\.part|lock/.test(name))).toEqual([]);
});
