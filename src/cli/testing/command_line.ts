// Runs the built command line as a person would, on real files in a temporary folder.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateStories } from "../../text/stories/index.js";
import { runResident, type Finished } from "./resident_command_line.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
export const commandLine = join(root, "dist/cli/main.js");
export const killScript = join(root, "bench/kill.js");

/** Flags of the smallest training there is. */
export const TINY = ["--layers", "1", "--width", "16", "--context", "16", "--batch", "4", "--threads", "1", "--evaluate-every", "2"];
export const TINY_TEXT = ["--no-lines", "--tokenizer", "character", ...TINY];

/** Flags of the smallest trainings on pairs of texts; whole words make them short. */
export const TINY_GRU = ["--cell", "gru", "--tokenizer", "word", "--width", "16", "--batch-tokens", "400", "--threads", "1", "--evaluate-every", "4"];
export const TINY_TRANSFORMER = ["--layers", "1", "--width", "16", "--heads", "2", "--threads", "1"];

/** Runs a script of node to its end, with a text on its standard input. */
export function runNode(args: readonly string[], cwd: string, input = ""): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined); // not everyone reads it
    child.stdin.end(input);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => (stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (stderr += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder to work in, with a text, and the command line run in it. */
export class Workplace {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "wordloom-cli-")));

  constructor() {
    this.write("poem.txt", generateStories(40, 0).map((story) => story.text).join("\n"));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, contents: string | Uint8Array): string {
    writeFileSync(this.file(name), contents);
    return this.file(name);
  }

  /** Runs a command in a process that runs many, one after another. */
  run(...args: string[]): Promise<Finished> {
    return runResident({ args, cwd: this.path, input: "" });
  }

  /** Runs a command in a process of its own. */
  spawn(...args: string[]): Promise<Finished> {
    return runNode([commandLine, ...args], this.path);
  }

  /** Runs a command whose standard input is a text, and expects that to go well. @returns what it wrote */
  async pipe(input: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runResident({ args, cwd: this.path, input });
    assert.equal(code, 0, stderr);
    return stdout;
  }

  /** Trains, and expects that to go well. */
  async train(...args: string[]): Promise<Finished> {
    const finished = await this.run("train", ...args);
    assert.equal(finished.code, 0, finished.stderr);
    assert.doesNotMatch(finished.stderr, /^wordloom: /m);
    return finished;
  }

  /**
   * Expects a command to fail with one sentence, exit code 2, nothing on the standard output and no file changed.
   * @returns the sentence
   */
  async fails(...args: string[]): Promise<string> {
    const before = this.contents();
    const { code, stdout, stderr } = await this.run(...args);
    const lines = stderr.trimEnd().split("\n");
    const sentences = lines.filter((line) => line.startsWith("wordloom: "));
    assert.deepEqual(sentences, [lines.at(-1)], stderr);
    const [sentence] = sentences;
    assert.match(sentence, /^wordloom: \S.*[^.]\.$/);
    assert.doesNotMatch(sentence, /\. [A-Z]|\bundefined\b|\[object|\bNaN\b/);
    assert.equal(stdout, "");
    assert.equal(code, 2, stderr);
    assert.deepEqual(this.contents(), before);
    return sentence.slice("wordloom: ".length);
  }

  /** Every file of the folder with the hash of its bytes. */
  contents(): Record<string, string> {
    const names = readdirSync(this.path, { recursive: true, encoding: "utf8" }).sort();
    return Object.fromEntries(names.map((name) => [name, this.hash(name)]));
  }

  private hash(name: string): string {
    if (!statSync(this.file(name)).isFile()) return "no file";
    return createHash("sha256").update(readFileSync(this.file(name))).digest("hex");
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
