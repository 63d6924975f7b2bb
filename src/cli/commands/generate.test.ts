import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, runNode, TINY_GRU, TINY_TEXT, Workplace } from "../testing/command_line.js";

let place: Workplace;
beforeAll(async () => {
  place = new Workplace();
  const text = readFileSync(place.file("poem.txt"), "utf8");
  place.write("train.txt", text.slice(0, 4000));
  place.write("held_out.txt", text.slice(4000, 5200));
  await place.train("train.txt", ...TINY_TEXT, "--family", "lstm", "--steps", "12", "--lr", "0.01", "--validation", "held_out.txt", "--out", "run");
  place.write("pairs.tsv", "one\teins\ntwo\tzwei\nthree\tdrei\nfour\tvier\n");
  await place.train("pairs.tsv", ...TINY_GRU, "--steps", "2", "--out", "pairs");
});
afterAll(() => place.remove());

const generate = (...flags: string[]): ReturnType<Workplace["run"]> => place.run("generate", "run", "--threads", "1", "--max-tokens", "20", ...flags);

describe("generate", () => {
  it("writes the same text again for the same seed, and nothing else", async () => {
    const first = await generate("-n", "3", "--seed", "7");
    const again = await generate("-n", "3", "--seed", "7");
    const other = await generate("-n", "3", "--seed", "8");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
    expect(first.stdout.split("\n---\n")).toHaveLength(3);
    expect(first.stdout).not.toContain("\u001b");
  });

  it("begins with the prompt", async () => {
    const { stdout } = await generate("--prompt", "The", "--seed", "1");
    expect(stdout).toMatch(/^The/);
    expect(Array.from(stdout.replace(/\n$/, "")).length).toBe(23);
  });

  it("--json writes an object a line", async () => {
    const { stdout } = await generate("-n", "3", "--seed", "7", "--json");
    const samples = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(samples).toHaveLength(3);
    for (const sample of samples) {
      expect(Object.keys(sample)).toEqual(["text", "tokens", "finishReason"]);
      expect(sample).toMatchObject({ text: expect.any(String), tokens: 20, finishReason: "length" });
    }
  });

  it("ends quietly when the reader of its pipe has gone", () => {
    const script = `"${process.execPath}" "${commandLine}" generate run --threads 1 --max-tokens 3000 -n 2000 --prompt The | head -1; echo "\${PIPESTATUS[@]}"`;
    const output = execFileSync("bash", ["-c", `(${script}) 2>&1`], { cwd: place.path, encoding: "utf8" });
    expect(output).toMatch(/^The.*\n0 0\n$/);
  });

  it.skipIf(process.platform === "win32")("says in a sentence that the file of --input cannot be opened", async () => {
    // A process in a session of its own has no terminal to open.
    const child = spawn(process.execPath, [commandLine, "generate", "pairs", "--input", "/dev/tty", "--threads", "1"], { cwd: place.path, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    expect(await once(child, "close")).toEqual([2, null]);
    expect(stderr).toMatch(/^wordloom: "\/dev\/tty" cannot be read \(.*\); check the file and its rights\.\n$/);
  });

  it("ends with 130 at Ctrl-C", async () => {
    const child = spawn(process.execPath, [commandLine, "generate", "run", "--threads", "1", "--max-tokens", "10000000"], { cwd: place.path, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdout.resume().once("data", () => child.kill("SIGINT"));
    const [code] = (await once(child, "close")) as [number | null];
    expect(stderr).toBe("");
    expect(code).toBe(130);
  });
});

describe("evaluate", () => {
  it("of the held-out text gives the best loss of the metrics", async () => {
    const losses = readFileSync(place.file("run/metrics.jsonl"), "utf8").trimEnd().split("\n").map((line) => (JSON.parse(line) as { validationLoss: number }).validationLoss);
    const { code, stdout } = await place.run("evaluate", "run", "held_out.txt", "--threads", "1", "--samples", "0", "--json");
    expect(code).toBe(0);
    const result = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as Record<string, number>;
    expect(result).toMatchObject({ perplexity: expect.any(Number), bitsPerCharacter: expect.any(Number), tokens: 1199 });
    expect(Math.abs(result["loss"] - Math.min(...losses))).toBeLessThan(1e-6);
    expect(result["bitsPerCharacter"]).toBeCloseTo((result["loss"] * 1199) / 1200 / Math.LN2, 9);
  });

  it("shows people loss and perplexity, and what the model writes beside the real text", async () => {
    const { stdout, stderr } = await place.run("evaluate", "run", "held_out.txt", "--training", "train.txt", "--samples", "30", "--threads", "1");
    expect(stdout).toMatch(/^loss +\d\.\d{4} nats per token \[\d\.\d{4}, \d\.\d{4}\]\nperplexity /);
    expect(stdout).toMatch(/\n\npieces +30 written\nBLEU-2 +0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]\n[^]*\nlongest copy +\d+ words\n[^]*95 % intervals/);
    expect(stderr).toBe('"held_out.txt" has too few texts to set some aside and say what real ones would score.\n');
  });

  it("ends with 130 at Ctrl-C, and shows no loss of a part", async () => {
    place.write("long.txt", readFileSync(place.file("train.txt"), "utf8").repeat(200));
    // Presses Ctrl-C as soon as something listens for it: before that, it would end the process unheard.
    const keys = place.write("press.mjs", 'process.on("newListener", (name) => name === "SIGINT" && setImmediate(() => process.kill(process.pid, name)));');
    const { code, stdout, stderr } = await runNode(["--import", keys, commandLine, "evaluate", "run", "long.txt", "--threads", "1"], place.path);
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: "", stderr: "" });
  });
});
