// A sweep as a person runs it: interrupted and gone on with, its table, its lines, and what is wrong.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, Workplace } from "../testing/command_line.js";

let place: Workplace;
const tiny = { family: "rnn", layers: 1, width: 8, context: 8, batch: 4, lines: false };
beforeAll(() => {
  place = new Workplace();
  place.write("grid.json", JSON.stringify({ ...tiny, tokenizer: ["character", "bpe"], vocabulary: 300 }));
  place.write("wide.json", JSON.stringify({ ...tiny, family: "transformer", heads: 2, width: [9, 11] }));
  place.write("broken.json", '{\n  "lr": [0.1,\n}\n');
});
afterAll(() => place.remove());

const args = ["sweep", "poem.txt", "--grid", "grid.json", "--steps", "4", "--threads", "1", "--no-pruning"];

/** Runs the sweep and presses Ctrl-C as soon as a training has come to its end. */
const interrupted = (): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandLine, ...args], { cwd: place.path });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data: string) => (stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      stderr += data;
      if (!child.killed && /bits\/char \d/.test(stderr)) child.kill("SIGINT");
    });
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
  });

describe("wordloom sweep", () => {
  it("is interrupted by Ctrl-C, goes on with the same command, and says it all again without training; tokenizers compare by bits a character", async () => {
    const first = await interrupted();
    expect(first).toMatchObject({ code: 130, stdout: "" });
    expect(first.stderr).toContain(`Saved. Go on with the same command: npx wordloom ${args.join(" ")}\n`);
    const second = await place.run(...args);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain("Going on: 1 result is there already.");
    expect(second.stderr).not.toContain("1 of 2");
    const [head, ...rows] = second.stdout.trimEnd().split("\n").map((line) => line.trim().split(/ +/));
    expect(head).toEqual(["rank", "training", "tokenizer", "bits/char", "steps", "seconds", "status"]);
    expect(rows.map(([rank, , , , steps, , status]) => [rank, steps, status])).toEqual([["1", "4", "complete"], ["2", "4", "complete"]]);
    expect(Number(rows[0][3])).toBeLessThan(Number(rows[1][3]));
    expect(readFileSync(place.file("runs/poem-sweep/sweep.svg"), "utf8")).toContain("</svg>");

    const third = await place.run(...args, "--json");
    const lines = third.stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type, rank }) => [type, rank])).toEqual([["trial", 1], ["trial", 2], ["end", undefined]]);
    expect(lines[0].bitsPerCharacter).toBeCloseTo(Number(rows[0][3]), 3);
    const [character, bytePairs] = lines.slice(0, 2).sort((a, b) => Number(a.trial) - Number(b.trial)).map(({ loss, bitsPerCharacter }) => Number(bitsPerCharacter) / (Number(loss) / Math.LN2));
    expect(character).toBeCloseTo(1, 2); // a token a character, but for the first
    expect(bytePairs).toBeLessThan(0.9);
    expect(lines[2]).toMatchObject({ reason: "complete", folder: "runs/poem-sweep", best: lines[0].trial });

    const [, command] = /to the same numbers: npx wordloom (.*)\n/.exec(third.stderr)!;
    const again = await place.run(...command.split(" "), "--out", "again", "--json");
    const end = JSON.parse(again.stdout.trimEnd().split("\n").at(-1)!) as Record<string, unknown>;
    expect(end.bestValidationLoss).toBe(lines[0].loss);
  });

  const sweepOf = (grid: string, ...more: string[]): string[] => ["sweep", "poem.txt", "--grid", grid, "--steps", "4", "--threads", "1", "--out", "new", ...more];
  it.each<readonly [string, readonly string[], RegExp]>([
    ["a grid that is no JSON", sweepOf("broken.json"), /broken\.json" \(the grid\) is not valid JSON: see line 3/],
    ["no combination that can be trained", sweepOf("wide.json"), /^No combination of the grid can be trained; the first of them: The width 9 cannot be divided among 2 heads/],
  ])("refuses %s", async (_, wrong, sentence) => {
    expect((await place.fails(...wrong)).replace(/\.$/, "")).toMatch(sentence);
    expect(existsSync(place.file("new"))).toBe(false);
  });
});
