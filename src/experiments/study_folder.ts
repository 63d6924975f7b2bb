// The folder of a study: one file that says what was done so far, kept such that a kill at any moment loses no more than its last change.

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { isTemporaryName, removeStaleTemporaryFiles } from "../storage/atomic_file.js";
import { removeEmptyFolders } from "../storage/empty_folders.js";
import { readingError, writingError } from "../storage/file_error.js";
import { readJsonFile, writeJsonFile } from "../storage/json_file.js";
import { acquireLock, type FileLock } from "../storage/lock_file.js";
import { packageVersion } from "../storage/package_version.js";

/** A kind of study, as it stands on disk. */
export interface StudyKind<State> {
  /** "comparison": its file is comparison.json, its lock comparison.lock. */
  readonly name: string;
  /** The format that this version writes; it rises when an older version could not read what a newer one writes. */
  readonly format: number;
  readonly schema: z.ZodType<State>;
}

const stateFile = (path: string, { name }: { readonly name: string }): string => join(path, `${name}.json`);
const lockName = ({ name }: { readonly name: string }): string => `${name}.lock`;

/**
 * The state in a file, whichever study's folder it is in.
 * @throws WordloomError "file_not_found", "invalid_run" for a damaged file, "unsupported_version"
 */
export function readStudy<State>(file: string, { name, format, schema }: StudyKind<State>): State {
  const key = `wordloom_${name}_format`;
  const found = readJsonFile(file, z.looseObject({ [key]: z.int().positive() }), `a ${name}'s results`)[key] as number;
  if (found > format) {
    throw new WordloomError("unsupported_version", `"${file}" was written by a newer Wordloom in format ${found}, but this is Wordloom ${packageVersion}, which reads up to format ${format}; upgrade Wordloom.`);
  }
  return readJsonFile(file, schema, `a ${name}'s results`);
}

/** A study's folder, locked against a second process. */
export class StudyFolder<State extends object> {
  readonly #made: string | undefined;
  readonly #lock: FileLock;

  private constructor(readonly path: string, private readonly kind: StudyKind<State>) {
    try {
      this.#made = mkdirSync(path, { recursive: true });
    } catch (error) {
      throw writingError(path, error);
    }
    this.#lock = acquireLock(join(path, lockName(kind)), `The ${kind.name} in "${path}"`);
  }

  /**
   * The state in a folder that may not be there yet; null where there is none.
   * @throws WordloomError "invalid_argument" where the folder is a file or holds anything else, and as `readStudy`
   */
  static peek<State extends object>(path: string, kind: StudyKind<State>): State | null {
    if (!existsSync(path)) return null;
    if (!statSync(path).isDirectory()) throw new WordloomError("invalid_argument", `"${path}" is a file, and a ${kind.name} needs a folder; choose another one (--out).`);
    let entries: string[];
    try {
      entries = readdirSync(path);
    } catch (error) {
      throw readingError(path, `a ${kind.name}'s folder`, error);
    }
    if (entries.includes(`${kind.name}.json`)) return readStudy(stateFile(path, kind), kind);
    if (entries.every((entry) => entry === lockName(kind) || isTemporaryName(entry))) return null;
    throw new WordloomError("invalid_argument", `The folder "${path}" is not empty and holds no ${kind.name}; choose another one (--out).`);
  }

  /**
   * Makes the folder, or opens it to go on.
   * @throws WordloomError as `peek`; "invalid_run" if another process is at work there, "disk_full"
   */
  static open<State extends object>(path: string, kind: StudyKind<State>): StudyFolder<State> {
    StudyFolder.peek(path, kind);
    const folder = new StudyFolder(path, kind);
    removeStaleTemporaryFiles(path);
    return folder;
  }

  save(state: State): void {
    const { name, format } = this.kind;
    writeJsonFile(stateFile(this.path, this.kind), { [`wordloom_${name}_format`]: format, wordloom_version: packageVersion, ...state });
  }

  release(): void {
    this.#lock.release();
  }

  /** Takes back an empty study: its file, and the folders that were made for it as far as nothing else is in them. */
  discard(): void {
    rmSync(stateFile(this.path, this.kind), { force: true });
    this.release();
    if (this.#made !== undefined) removeEmptyFolders(this.path, this.#made);
  }
}
