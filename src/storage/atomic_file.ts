// Writes a file so that a reader, or a crash at any moment, finds the whole old content or the whole new one.
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readdirSync, writeSync } from "node:fs";
import { realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { systemErrorName, writingError } from "./file_error.js";
import { isProcessRunning } from "./process_identity.js";

const largestWrite = 1 << 30; // one write call takes less than 2 GiB
const temporaryName = /^\..+\.wordloom-(\d+)-(\d+)-[0-9a-f]{8}$/;

/** Writes all bytes at the file's current position; a short write is continued. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) {
    written += writeSync(descriptor, bytes, written, Math.min(bytes.byteLength - written, largestWrite));
  }
}

/** Makes a rename in this folder outlive a power cut, on the systems that can open a folder. */
function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch {
    // Some file systems cannot sync a folder; the file itself is safe.
  } finally {
    closeSync(descriptor);
  }
}

/** On Windows a rename fails for as long as a virus scanner or a reader has the old file open: try for a second. */
function renameOver(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const busy = process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(systemErrorName(error));
      if (!busy || attempt === 20) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

function writeChunks(path: string, flag: "w" | "wx", chunks: readonly Uint8Array[], sync: boolean): void {
  const descriptor = openSync(path, flag);
  try {
    for (const chunk of chunks) writeFully(descriptor, chunk);
    if (sync) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A hidden name beside a file, new each time, that `removeStaleTemporaryFiles` recognises. */
export function temporaryPath(path: string): string {
  const suffix = `wordloom-${process.pid}-${threadId}-${randomBytes(4).toString("hex")}`;
  return join(dirname(path), `.${basename(path)}.${suffix}`);
}

/**
 * Writes a file through a hidden temporary file beside it that is synced and then renamed over it. If anything fails,
 * the old content stays and the temporary file is removed. A link is followed; a device or a pipe, which cannot be
 * replaced by a rename, is written to directly.
 * @param content text (written as UTF-8), bytes, or several pieces that are written one after the other, not copied
 * @throws WordloomError `file_not_found` if the folder does not exist, else `disk_full`
 */
export function writeFileAtomic(path: string, content: string | Uint8Array | readonly Uint8Array[]): void {
  const whole = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const chunks = whole instanceof Uint8Array ? [whole] : whole;
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile() && !existing.isDirectory()) {
      writeChunks(path, "w", chunks, false);
      return;
    }
    const target = existing === undefined ? path : realpathSync(path);
    const temporary = temporaryPath(target);
    try {
      writeChunks(temporary, "wx", chunks, true);
      renameOver(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(target));
  } catch (error) {
    throw writingError(path, error);
  }
}

/** Whether a name in a folder is one that `writeFileAtomic` gives to its temporary files. */
export function isTemporaryName(name: string): boolean {
  return temporaryName.test(name);
}

/**
 * Removes the temporary files that killed writers left in a folder (not below it) and leaves those of processes that
 * still run. For a folder that other machines write too, hold a lock first: their processes cannot be asked.
 * @returns how many were removed
 */
export function removeStaleTemporaryFiles(folder: string): number {
  let removed = 0;
  for (const name of readdirSync(folder)) {
    const match = temporaryName.exec(name);
    if (match === null) continue;
    const pid = Number(match[1]);
    // Writing blocks its thread, so nothing of this very thread can be under way: it is of an earlier namesake.
    const ofThisThread = pid === process.pid && Number(match[2]) === threadId;
    if (!ofThisThread && isProcessRunning(pid)) continue;
    rmSync(join(folder, name), { force: true });
    removed++;
  }
  return removed;
}
