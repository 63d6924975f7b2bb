// Checks that a write is all or nothing, that its failures say what to do, and that leftovers are cleared away.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WordloomError } from "../errors.js";
import { isTemporaryName, removeStaleTemporaryFiles, temporaryPath, writeFileAtomic } from "./atomic_file.js";
import { writingError } from "./file_error.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-atomic-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failure(action: () => void): WordloomError {
  try {
    action();
  } catch (error) {
    return error as WordloomError;
  }
  throw new Error("it did not fail");
}

describe("writeFileAtomic", () => {
  it("writes text, bytes and several pieces, and leaves nothing else behind", () => {
    const path = join(folder, "file");
    writeFileAtomic(path, "naïve ☃");
    expect(readFileSync(path, "utf8")).toBe("naïve ☃");
    writeFileAtomic(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    const part = new Uint8Array([0, 9, 8, 0]).subarray(1, 3); // a view: only its own bytes count
    writeFileAtomic(path, [part, new Uint8Array(0), new Uint8Array([7])]);
    expect([...readFileSync(path)]).toEqual([9, 8, 7]);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("follows a link instead of replacing it", () => {
    writeFileSync(join(folder, "real"), "old");
    symlinkSync(join(folder, "real"), join(folder, "link"));
    writeFileAtomic(join(folder, "link"), "new");
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
  });

  it("keeps the old file and removes the temporary one when the new content cannot be written", () => {
    const path = join(folder, "file");
    writeFileSync(path, "old");
    const unwritable = { byteLength: 5 } as Uint8Array; // no bytes at all: the write call refuses it
    expect(failure(() => writeFileAtomic(path, [new Uint8Array(100), unwritable])).message).toContain(path);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("says that the folder is missing", () => {
    const error = failure(() => writeFileAtomic(join(folder, "none", "file"), "x"));
    expect(error.code).toBe("file_not_found");
    expect(error.message).toContain(`there is no folder "${join(folder, "none")}"`);
  });

  it("says that the path is a folder, or leads through a file", () => {
    mkdirSync(join(folder, "inner"));
    expect(failure(() => writeFileAtomic(join(folder, "inner"), "x")).message).toContain("it is a folder");
    writeFileSync(join(folder, "file"), "");
    const error = failure(() => writeFileAtomic(join(folder, "file", "below"), "x"));
    expect(error.message).toContain("part of that path is a file");
    expect(readdirSync(folder).sort()).toEqual(["file", "inner"]);
  });

  it.runIf(existsSync("/dev/full"))("writes to a device directly and says that it is full", () => {
    const error = failure(() => writeFileAtomic("/dev/full", "x"));
    expect(error.code).toBe("disk_full");
    expect(error.message).toBe('The disk is full: could not write "/dev/full"; free some space and try again.');
  });
});

describe("writingError", () => {
  it("is one sentence with the path for whatever the system reports", () => {
    for (const name of ["ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "EIO"]) {
      const error = writingError("/a/b", Object.assign(new Error(`${name}: text\nmore`), { code: name }));
      expect(error.code).toBe("disk_full");
      expect(error.message).toContain('"/a/b"');
      expect(error.message).toMatch(/^[^\n]+; [^\n]+\.$/);
    }
  });
});

describe("removeStaleTemporaryFiles", () => {
  it("removes what the dead and this thread's namesakes left, and nothing of the living or of others", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const pid = child.pid ?? 0;
    const own = temporaryPath(join(folder, "own"));
    const others = `.other.wordloom-${pid}-0-0123abcd`;
    const kept = [".hidden", "file", ".file.wordloom-note", others];
    for (const name of kept) writeFileSync(join(folder, name), "");
    writeFileSync(own, "");
    expect(isTemporaryName(others)).toBe(true);
    expect(removeStaleTemporaryFiles(folder)).toBe(1);
    expect(readdirSync(folder).sort()).toEqual([...kept].sort());
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    expect(removeStaleTemporaryFiles(folder)).toBe(1);
    expect(readdirSync(folder)).not.toContain(others);
  });
});
