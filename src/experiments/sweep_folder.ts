// The folder of a sweep: what was measured so far, kept such that a kill at any moment costs no more than the work of a minute.

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { z } from "zod";
import { flagOf } from "../api/family_options.js";
import { WordloomError } from "../errors.js";
import { isTemporaryName, removeStaleTemporaryFiles, writeFileAtomic } from "../storage/atomic_file.js";
import { removeEmptyFolders } from "../storage/empty_folders.js";
import { readingError, writingError } from "../storage/file_error.js";
import { readJsonFile, writeJsonFile } from "../storage/json_file.js";
import { acquireLock, type FileLock } from "../storage/lock_file.js";
import { packageVersion } from "../storage/package_version.js";
import type { SweepIdentity, SweepPlan } from "./sweep_plan.js";

/** The format that this version writes; it rises when an older version could not read what a newer one writes. */
const FORMAT = 1;

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);
const settingsSchema = z.record(z.string(), valueSchema);

const resultSchema = z.object({
  /** Counted from 0. */
  rung: z.int().nonnegative(),
  /** Of the evaluation that counts: the first at or behind the rung. */
  step: z.int().nonnegative(),
  /** The lowest validation loss up to there, in nats a token. */
  loss: z.number(),
  bitsPerCharacter: z.number().optional(),
  /** Seconds of training up to there. */
  seconds: z.number(),
});

const recordSchema = z.object({
  settings: settingsSchema,
  results: z.array(resultSchema),
  /** Why it failed, a sentence. */
  error: z.string().optional(),
});

const identitySchema = z.object({
  grid: z.object({ constants: settingsSchema, varied: z.array(z.object({ name: z.string(), values: z.array(valueSchema) })) }),
  steps: z.int().positive(),
  sample: z.int().nullable(),
  seed: z.int(),
  reduction: z.int().nullable(),
  threads: z.int().positive(),
  data: z.record(z.string(), z.string()),
});

const fileSchema = z.object({ wordloom_sweep_format: z.int().positive(), wordloom_version: z.string(), ...identitySchema.shape, trials: z.array(recordSchema) });

/** What a training came to at a rung. */
export type RungResult = Readonly<z.infer<typeof resultSchema>>;
export type TrialRecord = Readonly<z.infer<typeof recordSchema>>;

const what = "the sweep's results";
const LOCK = "sweep.lock";
const stateFile = (folder: string): string => join(folder, "sweep.json");

/** The threads that the sweep in a folder began with; undefined where there is none that can be read. */
export function storedThreads(folder: string): number | undefined {
  const file = stateFile(folder);
  return existsSync(file) ? readJsonFile(file, z.looseObject({ threads: z.int().positive().optional() }), what).threads : undefined;
}

/** The records of all trainings, locked against a second process, written whole after each change. */
export class SweepFolder {
  readonly #made: string | undefined;
  readonly #lock: FileLock;
  readonly #identity: SweepIdentity;
  readonly #records: TrialRecord[];

  /**
   * Makes the folder of a new sweep, or opens that of the same one.
   * @throws WordloomError "invalid_argument" if the folder holds anything else or another sweep, "invalid_run" if another
   *   process is at work there or the file is damaged, "unsupported_version", "disk_full"
   */
  constructor(readonly path: string, { identity, trials }: Pick<SweepPlan, "identity" | "trials">) {
    checkFolder(path);
    if (existsSync(stateFile(path))) readState(path, identity); // refused before anything is written
    try {
      this.#made = mkdirSync(path, { recursive: true });
    } catch (error) {
      throw writingError(path, error);
    }
    this.#lock = acquireLock(join(path, LOCK), `The sweep in "${path}"`);
    this.#identity = identity;
    try {
      removeStaleTemporaryFiles(path);
      const begun = existsSync(stateFile(path)) ? readState(path, identity) : null;
      this.#records = begun ?? trials.map(({ settings, problem }) => ({ settings, results: [], ...(problem === null ? {} : { error: problem }) }));
      if (begun === null) this.#save();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get records(): readonly TrialRecord[] {
    return this.#records;
  }

  /** The folder of a training's run. */
  trialFolder(trial: number): string {
    return join(this.path, `trial-${String(trial + 1).padStart(String(this.#records.length).length, "0")}`);
  }

  resultOf(trial: number, rung: number): RungResult | undefined {
    return this.#records[trial].results.find((result) => result.rung === rung);
  }

  add(trial: number, result: RungResult): void {
    const record = this.#records[trial];
    this.#records[trial] = { ...record, results: [...record.results, result] };
    this.#save();
  }

  fail(trial: number, error: string): void {
    this.#records[trial] = { ...this.#records[trial], error };
    this.#save();
  }

  writePicture(svg: string): void {
    writeFileAtomic(join(this.path, "sweep.svg"), svg);
  }

  release(): void {
    this.#lock.release();
  }

  /** Takes back what was written, and the folders that were made for it as far as nothing else is in them. */
  discard(): void {
    rmSync(stateFile(this.path), { force: true });
    this.release();
    if (this.#made !== undefined) removeEmptyFolders(this.path, this.#made);
  }

  #save(): void {
    writeJsonFile(stateFile(this.path), { wordloom_sweep_format: FORMAT, wordloom_version: packageVersion, ...this.#identity, trials: this.#records });
  }
}

/** Refuses a folder with anything in it but a sweep, or one that was killed before it wrote anything. */
function checkFolder(path: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) throw new WordloomError("invalid_argument", `"${path}" is a file, and a sweep needs a folder; choose another one (--out).`);
  let entries: string[];
  try {
    entries = readdirSync(path);
  } catch (error) {
    throw readingError(path, "a sweep's folder", error);
  }
  if (entries.includes("sweep.json") || entries.every((entry) => entry === LOCK || isTemporaryName(entry))) return;
  throw new WordloomError("invalid_argument", `The folder "${path}" is not empty and holds no sweep; choose another one (--out).`);
}

/** Records of the same sweep. @throws WordloomError "invalid_argument" for another one */
function readState(path: string, identity: SweepIdentity): TrialRecord[] {
  const file = stateFile(path);
  const { wordloom_sweep_format: format } = readJsonFile(file, z.looseObject({ wordloom_sweep_format: z.int().positive() }), what);
  if (format > FORMAT) {
    throw new WordloomError("unsupported_version", `"${file}" was written by a newer Wordloom in format ${format}, but this is Wordloom ${packageVersion}, which reads up to format ${FORMAT}; upgrade Wordloom.`);
  }
  const { trials, ...begun } = readJsonFile(file, fileSchema, what);
  const other = differenceOf(begun, identity);
  if (other) throw new WordloomError("invalid_argument", `The folder "${path}" holds a sweep ${other}; repeat its command to go on with it, or choose another folder (--out).`);
  return trials;
}

/** In what a sweep is not the one that is asked for, as it stands behind "a sweep"; null where it is the same. */
function differenceOf(begun: SweepIdentity, asked: SweepIdentity): string | null {
  if (!isDeepStrictEqual(begun.data, asked.data)) return "of other data, or of this data before it was changed";
  if (!isDeepStrictEqual(begun.grid, asked.grid)) return "of another grid";
  if ((begun.reduction === null) !== (asked.reduction === null)) return begun.reduction === null ? "without pruning" : "with pruning";
  for (const name of ["steps", "sample", "seed", "reduction", "threads"] as const) {
    const [before, now] = [begun[name] ?? "none", asked[name] ?? "none"];
    if (before !== now) return `with ${flagOf(name)} ${before}, but ${now} was asked for`;
  }
  return null;
}
