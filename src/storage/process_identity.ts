// Tells whether the process that left a file behind still runs, and that it is not another one with the same number.
import { readFileSync } from "node:fs";

/** The fields of /proc/PID/stat after the command's name: [0] is the state, [19] the start time; null off Linux. */
function processStatus(pid: number): string[] | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** Whether a process of this machine with that number runs; one that ended but was not yet collected does not. */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, but belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const state = processStatus(pid)?.[0];
  return state !== "Z" && state !== "X";
}

/**
 * When a process started, as an opaque string that no other process with the same number ever has; null where the
 * system does not tell. Process numbers repeat: in a container, each run's trainer often has the same one.
 */
export function processStart(pid: number): string | null {
  const status = processStatus(pid);
  if (status === null) return null;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${status[19]}`;
  } catch {
    return null;
  }
}
