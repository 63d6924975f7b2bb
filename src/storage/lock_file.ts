// Keeps two processes from writing one folder: a lock file names its holder, and that of a dead holder is taken over.
import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { temporaryPath, writeFully } from "./atomic_file.js";
import { systemErrorName, writingError } from "./file_error.js";
import { isProcessRunning, processStart } from "./process_identity.js";

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** See processStart: null where the system does not tell. */
  processStart: z.string().nullable(),
  /** When the lock was taken, as an ISO 8601 time. */
  since: z.iso.datetime(),
  /** Different for every lock ever taken, so that a holder recognises its own. */
  token: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

/** A lock that is held until `release`, or until this thread's process exits. */
export interface FileLock {
  readonly path: string;
  /** Gives the lock back; calling it again does nothing. */
  release(): void;
  [Symbol.dispose](): void;
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemErrorName(error) === "ENOENT") return null;
    throw error;
  }
}

function parseHolder(content: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true; // it cannot be asked from here
  if (!isProcessRunning(holder.pid)) return false;
  const start = processStart(holder.pid);
  return start === null || holder.processStart === null || start === holder.processStart;
}

/** Creates the lock file; false if there is one already. */
function createLock(path: string, content: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, "wx");
  } catch (error) {
    if (systemErrorName(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeFully(descriptor, Buffer.from(content));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/**
 * Removes the lock file if it still has the content that was judged stale. The rename decides between two processes
 * that judged it at the same moment, and what was renamed is looked at, for the slower one may have moved a new lock.
 */
function removeStaleLock(path: string, content: string): void {
  const aside = temporaryPath(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemErrorName(error) === "ENOENT") return;
    throw error;
  }
  if (readIfPresent(aside) === content) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function lockedError(path: string, what: string, holder: Holder): WordloomError {
  const where = holder.host === hostname() ? "" : ` on "${holder.host}"`;
  const who = holder.pid === process.pid && where === "" ? "this very process" : `process ${holder.pid}${where}`;
  const advice = `wait until that ends or stop it (and if it no longer runs, delete "${path}")`;
  return new WordloomError("invalid_run", `${what} is in use by ${who} since ${holder.since}; ${advice}.`);
}

/**
 * Takes a lock, at once or not at all. The lock of a process that no longer runs on this machine is taken over
 * silently. Take it in the thread that lives longest: a worker that is terminated leaves it to its process.
 * @param path the lock file, in a folder that exists
 * @param what what is locked, as it begins a sentence: `The run in "runs/poems"`
 * @throws WordloomError `invalid_run` if another holds it, `disk_full` or `file_not_found` if it cannot be written
 */
export function acquireLock(path: string, what: string): FileLock {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: new Date().toISOString(),
    token: randomBytes(8).toString("hex"),
  };
  const content = `${JSON.stringify(holder)}\n`;
  let patience = 3;
  try {
    while (!createLock(path, content)) {
      const found = readIfPresent(path);
      if (found === null) continue;
      const other = parseHolder(found);
      if (other !== null && isAlive(other)) throw lockedError(path, what, other);
      // Without a holder it was created this instant and is being written, or its writer died just then.
      if (other === null && patience-- > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      else removeStaleLock(path, found);
    }
  } catch (error) {
    throw error instanceof WordloomError ? error : writingError(path, error);
  }
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    process.removeListener("exit", release);
    try {
      if (readIfPresent(path) === content) rmSync(path, { force: true });
    } catch {
      // A lock that cannot be removed goes stale with this process.
    }
  };
  process.on("exit", release);
  return { path, release, [Symbol.dispose]: release };
}
