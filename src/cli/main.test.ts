import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TINY, TINY_TEXT, Workplace } from "./testing/command_line.js";

let place: Workplace;
const tiny = [...TINY_TEXT, "--family", "lstm", "--steps", "4"];

beforeAll(async () => {
  place = new Workplace();
  await place.train("poem.txt", ...tiny, "--out", "run");
  mkdirSync(place.file("no run"));
  place.write("empty.txt", "");
  place.write("zeros.txt", Buffer.from("a\0b\0\0"));
  place.write("latin.txt", Buffer.from("caf\xe9 au lait", "latin1"));
  place.write("short.txt", "short and sweet");
  place.write("table.csv", "title,body\n1,hello there\n2,more here\n");
  place.write("broken.jsonl", '{"text":"a b"}\n{"text":\n');
  place.write("held_out.txt", "A text to measure on, as it was.");
  await place.train("poem.txt", ...tiny, "--steps", "1", "--validation", "held_out.txt", "--out", "measured");
  place.write("held_out.txt", "A text to measure on, as it became.");
  cpSync(place.file("run"), place.file("cut off"), { recursive: true });
  truncateSync(place.file("cut off/model.safetensors"), 5000);
  cpSync(place.file("run"), place.file("newer"), { recursive: true });
  const config = JSON.parse(readFileSync(place.file("newer/config.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(place.file("newer/config.json"), JSON.stringify({ ...config, wordloom_format: 99 }));
});
afterAll(() => place.remove());

type Case = readonly [what: string, args: readonly string[], sentence: RegExp];
const wrong = (cases: readonly Case[]): void => {
  it.each(cases)("%s", async (_, args, sentence) => {
    expect(await place.fails(...args)).toMatch(sentence);
  });
};

describe("text that cannot be trained on", () => {
  const train = (file: string, ...more: string[]): string[] => ["train", file, ...tiny, "--out", "new", ...more];
  wrong([
    ["no such file", train("nothing.txt"), /no file nothing\.txt/],
    ["a misspelt embedded corpus", train("storys"), /no file storys/],
    ["a folder", train("no run"), /is a folder/],
    ["an empty file", train("empty.txt"), /empty\.txt is empty/],
    ["a binary file", train("zeros.txt"), /binary file/],
    ["invalid UTF-8", train("latin.txt"), /not valid UTF-8.*offset 3/],
    ["shorter than the context", train("short.txt"), /too few for .*windows of 16; give more text/],
    ["nothing left to validate on", train("poem.txt", "--validation", "1"), /single token long/],
    ["no such validation file", train("poem.txt", "--validation", "nothing.txt"), /no file nothing\.txt/],
    ["a column that is not there", ["train", "table.csv", ...TINY, "--out", "new", "--column", "author"], /no column "author"; its columns are "title", "body"/],
    ["a malformed line of JSON", ["train", "broken.jsonl", ...TINY, "--out", "new"], /line 2 is not JSON/],
  ]);
});

describe("wrong options", () => {
  const train = (...flags: string[]): string[] => ["train", "poem.txt", "--out", "new", "--no-lines", "--threads", "1", ...flags];
  wrong([
    ["an unknown flag", train("--frobnicate"), /^Unknown option '--frobnicate'/],
    ["a misspelt flag", train("--stepz", "5"), /Did you mean --steps\?/],
    ["an unknown command", ["frobnicate"], /^Unknown command 'frobnicate'/],
    ["a missing argument", ["generate"], /^Missing required argument 'run'/],
    ["too many arguments", ["train", "poem.txt", "run"], /expected 1 argument but got 2/],
    ["steps that are no number", train("--steps", "abc"), /'abc' is invalid: it must be a number/],
    ["no steps", train("--steps", "0"), /--steps must be at least 1/],
    ["half a step", train("--steps", "1.5"), /--steps must be a whole number/],
    ["steps and minutes", train("--steps", "5", "--minutes", "1"), /Both --steps and --minutes/],
    ["heads of an lstm", train("--family", "lstm", "--heads", "2"), /no attention heads/],
    ["a width that heads do not divide", train("--tokenizer", "character", "--width", "15", "--heads", "2", "--layers", "1"), /width 15 cannot be divided among 2 heads/],
    ["more dropout than leaves anything", train("--dropout", "0.96"), /--dropout must be at most 0\.95, but 0\.96/],
    ["a thousand and one layers", train("--layers", "1001"), /--layers must be at most 1000, but 1001/],
    ["shared heads without their dialect", train("--heads", "4", "--key-value-heads", "2"), /leave --key-value-heads out or set --dialect llama/],
    ["a learning rate that would rise to its minimum", train("--lr", "1e-3", "--minimum-lr", "2e-3"), /--minimum-lr must be at most --lr, but 0\.002 and 0\.001/],
    ["an unknown family", train("--family", "parrot"), /--family must be one of transformer, rnn, lstm, gru/],
    ["a folder without a name", ["train", "poem.txt", "--out", ""], /--out must not be empty/],
    ["a device that is not there", train(...tiny, "--device", "cuda"), /"cuda" is not available.*--device cpu/],
  ]);
});

describe("a run that cannot be used", () => {
  wrong([
    ["a folder that is no run, to generate", ["generate", "no run"], /is no run/],
    ["a folder that is no run, to evaluate", ["evaluate", "no run", "poem.txt"], /is no run/],
    ["no folder", ["generate", "nowhere"], /There is no folder "nowhere"/],
    ["weights that are cut off", ["generate", "cut off"], /model\.safetensors" is not a sound safetensors file: it is cut off/],
    ["weights that are cut off, to evaluate", ["evaluate", "cut off", "poem.txt"], /cut off/],
    ["a newer format", ["generate", "newer"], /newer/],
    ["a run where a new one should go", ["train", "poem.txt", ...tiny, "--out", "run"], /holds a run already; resume it \(--resume\)/],
    ["another text to resume with", ["train", "short.txt", "--out", "run", "--resume", "--steps", "9"], /trained on another text/],
    ["another validation text to resume with", ["train", "poem.txt", "--out", "measured", "--resume", "--steps", "9"], /validation file "held_out\.txt" was changed since the run in "measured" began/],
  ]);
});

describe("what cannot be generated or evaluated", () => {
  const generate = (...flags: string[]): string[] => ["generate", "run", "--threads", "1", ...flags];
  wrong([
    ["a negative temperature", generate("--temperature", "-1"), /temperature must be 0 or more/],
    ["no threads", ["generate", "run", "--threads", "0"], /threads must be a whole number from 1/],
    ["a prompt of unknown characters", generate("--prompt", "日本"), /characters that the model never saw: "日", "本"/],
    ["a device that is not there", generate("--device", "cuda"), /"cuda" is not available/],
    ["a table for a run on one text", ["evaluate", "run", "table.csv"], /trained on one long text.*plain text file/],
    ["an unknown corpus", ["corpus", "novels"], /no embedded corpus "novels"/],
  ]);
});

describe("help", () => {
  it.each(["train", "generate", "evaluate", "corpus", "demo"])("of %s has an example", async (command) => {
    const { code, stdout, stderr } = await place.run(command, "--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain(`$ wordloom ${command}`);
  });

  it("is shown without a command, with all of them", async () => {
    const { code, stdout } = await place.run();
    expect(code).toBe(0);
    for (const command of ["train", "generate", "evaluate", "corpus", "demo"]) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  });
});

it("--debug shows the error's stack below its sentence", async () => {
  const { code, stderr } = await place.run("generate", "nowhere", "--debug");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^wordloom: There is no folder "nowhere".*\n.*WordloomError.*\n +at /s);
});

describe("a process of its own", () => {
  it("does for each command what one that runs many does", async () => {
    const { stdout } = await place.run();
    const commands = [...stdout.slice(stdout.indexOf("Commands:")).matchAll(/^ {2}(\w+) /gm)].map(([, command]) => command).filter((command) => command !== "help");
    expect(commands).toEqual(expect.arrayContaining(["train", "generate", "evaluate", "explain", "encode"]));
    for (const command of commands) {
      const alone = await place.spawn(command, "--frobnicate");
      expect(alone, command).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^wordloom: Unknown option '--frobnicate'.*\n$/) });
      expect(alone).toEqual(await place.run(command, "--frobnicate"));
    }
  });

  it.each([
    ["help", 0, []],
    ["a text", 0, ["generate", "run", "--seed", "1", "--max-tokens", "9", "--threads", "1"]],
    ["a table", 0, ["explain", "run", "The sea", "--threads", "1"]],
    ["what the worker refuses", 2, ["encode", "run", "The sea"]],
    ["what cannot be trained on", 2, ["train", "empty.txt", "--out", "new"]],
  ])("writes the same: %s", async (_, code, args) => {
    const alone = await place.spawn(...args);
    expect(alone.code).toBe(code);
    expect(alone).toEqual(await place.run(...args));
  });
});
