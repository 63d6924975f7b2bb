// Checks that a lock keeps a second holder out for as long as the first one lives, and no longer.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { acquireLock } from "./lock_file.js";
import { isProcessRunning, processStart } from "./process_identity.js";

let folder: string;
let path: string;
let child: ChildProcess;
let pid: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-lock-"));
  path = join(folder, "lock");
  child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  pid = child.pid ?? 0;
});
afterEach(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function killChild(): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function lockOf(holder: object): string {
  const since = new Date(0).toISOString();
  return JSON.stringify({ pid, host: hostname(), processStart: processStart(pid), since, token: "t", ...holder });
}

describe("acquireLock", () => {
  it("locks, refuses a second time, and can be taken again once released", () => {
    const lock = acquireLock(path, "The folder");
    expect(() => acquireLock(path, "The folder")).toThrow(/^The folder is in use by this very process since \d{4}/);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    const second = acquireLock(path, "The folder");
    lock.release(); // long given back: must not take the second one away
    expect(existsSync(path)).toBe(true);
    second[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
  });

  it("refuses while another process holds it, names it, and takes over when it is dead", async () => {
    writeFileSync(path, lockOf({}));
    let refusal: unknown;
    try {
      acquireLock(path, "The folder");
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(WordloomError);
    expect((refusal as WordloomError).code).toBe("invalid_run");
    expect((refusal as WordloomError).message).toContain(`in use by process ${pid} since 1970-01-01`);
    expect((refusal as WordloomError).message).toContain(`delete "${path}"`);
    await killChild();
    const lock = acquireLock(path, "The folder");
    expect(readFileSync(path, "utf8")).toContain(`"pid":${process.pid},`);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(processStart(process.pid) !== null)("knows a namesake: the same number, started at another time", () => {
    writeFileSync(path, lockOf({ processStart: "an earlier boot:1" }));
    acquireLock(path, "The folder").release();
    writeFileSync(path, lockOf({ pid: process.pid, processStart: "an earlier boot:1" }));
    acquireLock(path, "The folder").release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not judge the processes of another machine", () => {
    writeFileSync(path, lockOf({ pid: 4_000_000, host: "elsewhere" }));
    expect(() => acquireLock(path, "The folder")).toThrow('in use by process 4000000 on "elsewhere"');
  });

  it.each(["", "{", '{"pid": -1}', "\0\0\0"])("takes over a lock that was cut off: %j", (content) => {
    writeFileSync(path, content);
    acquireLock(path, "The folder").release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says when it cannot be written", () => {
    expect(() => acquireLock(join(folder, "none", "lock"), "The folder")).toThrow("there is no folder");
  });
});

describe("isProcessRunning", () => {
  it("tells the living from the dead", async () => {
    expect(isProcessRunning(process.pid)).toBe(true);
    expect(isProcessRunning(pid)).toBe(true);
    await killChild();
    expect(isProcessRunning(pid)).toBe(false);
  });
});
