// Turns the operating system's file errors into one sentence that says what happened, to which file, and what to do.
import { dirname } from "node:path";
import { WordloomError } from "../errors.js";
import type { ErrorCode } from "../errors.js";

/** The system's name of an error ("ENOENT", "ENOSPC", ...), or "" for an error that has none. */
export function systemErrorName(error: unknown): string {
  const name = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof name === "string" ? name : "";
}

function explanation(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0];
}

function readingProblem(path: string, what: string, cause: unknown): [ErrorCode, string] {
  const file = `"${path}" (${what})`;
  switch (systemErrorName(cause)) {
    case "ENOENT":
      return ["file_not_found", `There is no file ${file}; check the path.`];
    case "ENOTDIR":
      return ["file_not_found", `Part of the path ${file} is a file, not a folder; check the path.`];
    case "EISDIR":
      return ["file_unreadable", `"${path}" is a folder, but ${what} must be a file; check the path.`];
    case "EACCES":
    case "EPERM":
      return ["file_unreadable", `You may not read ${file}; change its permissions.`];
    default:
      return ["file_unreadable", `${file} could not be read (${explanation(cause)}); check the file and its disk.`];
  }
}

function writingProblem(path: string, cause: unknown): [ErrorCode, string] {
  const failed = `could not write "${path}"`;
  const begun = `Could not write "${path}"`;
  switch (systemErrorName(cause)) {
    case "ENOSPC":
      return ["disk_full", `The disk is full: ${failed}; free some space and try again.`];
    case "EDQUOT":
      return ["disk_full", `Your disk quota is used up: ${failed}; free some space and try again.`];
    case "EFBIG":
      return ["disk_full", `${begun}: a file that large is not allowed here; raise the limit or write elsewhere.`];
    case "ENOENT":
      return ["file_not_found", `${begun}: there is no folder "${dirname(path)}"; create it first.`];
    case "ENOTDIR":
    case "EEXIST":
      return ["disk_full", `${begun}: part of that path is a file, not a folder; choose another path.`];
    case "EISDIR":
      return ["disk_full", `${begun}: it is a folder; choose another path.`];
    case "EACCES":
    case "EPERM":
      return ["disk_full", `${begun}: you may not write there; change the permissions or choose another folder.`];
    case "EROFS":
      return ["disk_full", `${begun}: that file system is read-only; choose another folder.`];
    default:
      return ["disk_full", `${begun} (${explanation(cause)}); check the path and the disk.`];
  }
}

/**
 * The error to throw when `path` could not be read: `file_not_found` or `file_unreadable`.
 * @param what what the file is, as it stands in a sentence: "the run's configuration"
 */
export function readingError(path: string, what: string, cause: unknown): WordloomError {
  const [code, sentence] = readingProblem(path, what, cause);
  return new WordloomError(code, sentence, { cause });
}

/** The error to throw when `path` could not be written: `disk_full`, or `file_not_found` for want of its folder. */
export function writingError(path: string, cause: unknown): WordloomError {
  const [code, sentence] = writingProblem(path, cause);
  return new WordloomError(code, sentence, { cause });
}
