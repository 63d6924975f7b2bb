// Runs the built command line again and again in one long-lived process: the same code on real pipes and files, loaded once.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

/** What a command wrote, and its exit code; null where a signal ended it. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly input: string;
}

const script = fileURLToPath(new URL("resident.js", import.meta.url));
const program = new URL("../../../dist/cli/run.js", import.meta.url).href;
const END = `<${randomUUID()}>`; // ends what a command writes on either stream

/** A process that runs commands, one at a time. It does not keep this one alive. */
class Resident {
  private readonly child = spawn(process.execPath, [script, program, END], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  private readonly written = { stdout: "", stderr: "" };
  private answer: { readonly code: number; readonly left: readonly string[] } | null = null;
  private ended: { readonly code: number | null } | null = null;
  private notice = (): void => undefined;

  constructor() {
    for (const name of ["stdout", "stderr"] as const) {
      const stream = this.child[name] as Socket;
      stream.setEncoding("utf8").on("data", (data: string) => {
        this.written[name] += data;
        this.notice();
      });
      stream.unref();
    }
    this.child.on("message", (answer: typeof this.answer) => {
      this.answer = answer;
      this.notice();
    });
    this.child.on("close", (code) => {
      this.ended = { code };
      this.notice();
    });
    this.child.channel!.unref();
    this.child.unref();
  }

  /** Whether a command has ended the process. */
  get isOver(): boolean {
    return this.ended !== null;
  }

  async run(command: Command): Promise<Finished> {
    assert.deepEqual([this.ended, this.written], [null, { stdout: "", stderr: "" }], "a command went on behind its end");
    this.child.send(command);
    await new Promise<void>((resolve) => {
      this.notice = () => {
        if (this.ended || (this.answer && this.written.stdout.endsWith(END) && this.written.stderr.endsWith(END))) resolve();
      };
    });
    const { code } = this.ended ?? this.answer!;
    assert.deepEqual(this.answer?.left ?? [], [], "a command still listens at its end");
    const finished = { code, stdout: this.written.stdout.replace(END, ""), stderr: this.written.stderr.replace(END, "") };
    Object.assign(this.written, { stdout: "", stderr: "" });
    this.answer = null;
    return finished;
  }
}

let resident: Resident | null = null;
let queue: Promise<unknown> = Promise.resolve();

/** Runs a command, after those that were asked for before. A command that ends its process ends no other one. */
export function runResident(command: Command): Promise<Finished> {
  const finished = queue.then(async () => {
    resident ??= new Resident();
    try {
      return await resident.run(command);
    } catch (error) {
      resident = null;
      throw error;
    } finally {
      if (resident?.isOver) resident = null;
    }
  });
  queue = finished.catch(() => undefined);
  return finished;
}
