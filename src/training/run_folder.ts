// The one place that knows how a run looks on disk, and keeps it such that a kill at any moment leaves a usable run.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { isTemporaryName, removeStaleTemporaryFiles, writeFileAtomic } from "../storage/atomic_file.js";
import { removeEmptyFolders } from "../storage/empty_folders.js";
import { readingError, writingError } from "../storage/file_error.js";
import { readJsonFile, readTextFile, writeJsonFile } from "../storage/json_file.js";
import { acquireLock } from "../storage/lock_file.js";
import type { FileLock } from "../storage/lock_file.js";
import { readSafetensors, writeSafetensors } from "../storage/safetensors.js";
import type { StoredTensor } from "../storage/safetensors.js";
import { appendMetrics, metricsBytes, readMetrics, truncateMetrics } from "./metrics_log.js";
import type { MetricsLine } from "./metrics_log.js";
import { checkRunFormat, isRunConfig, readRunConfig, writeRunConfig } from "./run_config.js";
import { readTrainingState, writeTrainingState } from "./training_state.js";
import type { TrainingState } from "./training_state.js";

/** What is saved together. */
export interface Checkpoint {
  readonly state: TrainingState;
  /** Given if this evaluation was the best so far. */
  readonly bestWeights?: ReadonlyMap<string, StoredTensor>;
  /** Given if there was an evaluation. */
  readonly metrics?: MetricsLine;
}

/** Where the files of a run are, for tools that want a path. */
export interface RunFiles {
  readonly config: string;
  readonly tokenizer: string;
  /** Only where sources have a vocabulary of their own. */
  readonly sourceTokenizer: string;
  readonly generationConfig: string;
  readonly weights: string;
  readonly metrics: string;
  readonly modelCard: string;
}

/**
 * A folder that training writes and everything else reads. Every file is replaced whole; a checkpoint is written as
 * best weights, then metrics line, then training state, and the state says how long the metrics were, so that a run
 * killed between two of them goes on from the state and writes the same again.
 */
export class RunFolder {
  readonly path: string;
  readonly files: RunFiles;
  private readonly stateFolder: string;
  private readonly stateFile: string;
  private held: FileLock | null = null;
  /** The uppermost folder that `create` made. */
  private made: string | undefined;

  private constructor(path: string) {
    this.path = path;
    this.files = {
      config: join(path, "config.json"),
      tokenizer: join(path, "tokenizer.json"),
      sourceTokenizer: join(path, "source_tokenizer.json"),
      generationConfig: join(path, "generation_config.json"),
      weights: join(path, "model.safetensors"),
      metrics: join(path, "metrics.jsonl"),
      modelCard: join(path, "README.md"),
    };
    this.stateFolder = join(path, "training_state");
    this.stateFile = join(this.stateFolder, "state.safetensors");
  }

  /**
   * Makes the folder of a new run, and those above it, and locks it. A folder may be there already if it is empty or
   * holds only the beginning of a run that was killed before its first checkpoint, which is then cleared away.
   * @throws WordloomError `invalid_argument` if the folder holds anything else, `invalid_run` if another process is
   *   training there, `disk_full` if it cannot be written
   */
  static create(path: string): RunFolder {
    const run = new RunFolder(path);
    run.checkFree();
    try {
      run.makeFolders();
      run.lock();
      run.checkFree(); // the lock's last holder may have written a checkpoint since
      run.clear();
    } catch (error) {
      run.release();
      run.removeEmptyFolders();
      throw error instanceof WordloomError ? error : writingError(path, error);
    }
    return run;
  }

  /**
   * Opens a run that has at least a checkpoint. Nothing is written.
   * @throws WordloomError `file_not_found`, `file_unreadable`, `invalid_run` with what is missing or wrong,
   *   `unsupported_version` if a newer Wordloom wrote it
   */
  static open(path: string): RunFolder {
    const run = new RunFolder(path);
    if (!existsSync(path)) throw new WordloomError("file_not_found", `There is no folder "${path}"; give the folder that training wrote.`);
    run.entries();
    if (!existsSync(run.files.config)) {
      if (existsSync(run.stateFolder)) throw run.noCheckpoint();
      const sentence = `"${path}" is no run: it has no config.json; give the folder that training wrote.`;
      throw new WordloomError("invalid_run", sentence);
    }
    checkRunFormat(run.files.config);
    if (!run.hasWeights && !run.hasState) throw run.noCheckpoint();
    if (!existsSync(run.files.tokenizer)) {
      const sentence = `The run in "${path}" has no tokenizer.json; restore that file or train again.`;
      throw new WordloomError("invalid_run", sentence);
    }
    return run;
  }

  /**
   * Checks that `create` could make a run at this path; nothing is written.
   * @throws WordloomError `invalid_argument` if the folder holds anything else
   */
  static checkFree(path: string): void {
    new RunFolder(path).checkFree();
  }

  /**
   * Removes the run at this path, if there is one; anything else is left alone.
   * @throws WordloomError `invalid_run` if another process is training there
   */
  static remove(path: string): void {
    const run = new RunFolder(path);
    if (!existsSync(path) || !isRunConfig(run.files.config)) return;
    mkdirSync(run.stateFolder, { recursive: true });
    run.lock();
    run.release();
    rmSync(path, { recursive: true, force: true });
  }

  /** Whether there is a training state at this path to go on from. */
  static hasCheckpoint(path: string): boolean {
    return new RunFolder(path).hasState;
  }

  /** Whether weights were saved, so that the run can generate. */
  get hasWeights(): boolean {
    return existsSync(this.files.weights);
  }

  /** Whether a training state was saved, so that the run can be resumed. */
  get hasState(): boolean {
    return existsSync(this.stateFile);
  }

  /**
   * Locks the folder against other trainers until `release` or the end of the process; at once if it is locked already.
   * @throws WordloomError `invalid_run` if another process, or another RunFolder of this one, holds the lock
   */
  lock(): void {
    this.held ??= acquireLock(join(this.stateFolder, "lock"), `The run in "${this.path}"`);
  }

  /** Gives the lock back. */
  release(): void {
    this.held?.release();
    this.held = null;
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /**
   * Takes back what `create` began if no checkpoint was written since, with the folders that it made, so that a run
   * that could not start leaves nothing; in any case gives the lock back.
   */
  discard(): void {
    const nothingSaved = this.held !== null && !this.hasWeights && !this.hasState;
    if (nothingSaved) this.clear();
    this.release();
    if (nothingSaved) this.removeEmptyFolders();
  }

  /**
   * Reads config.json.
   * @param schema `runConfigSchema` or an extension of it
   * @throws WordloomError `invalid_run` with the line or the field that is wrong
   */
  readConfig<T>(schema: z.ZodType<T>): T {
    return readRunConfig(this.files.config, schema);
  }

  /** Writes config.json: the family's fields, and the format and version of Wordloom. */
  writeConfig(config: Readonly<Record<string, unknown>>): void {
    writeRunConfig(this.files.config, config);
  }

  /**
   * Reads tokenizer.json.
   * @returns its text, which is a JSON object
   */
  readTokenizer(): string {
    return readJsonText(this.files.tokenizer, "the run's tokenizer");
  }

  /** Reads source_tokenizer.json; errors as of `readTokenizer`. */
  readSourceTokenizer(): string {
    return readJsonText(this.files.sourceTokenizer, "the run's source tokenizer");
  }

  /** Writes source_tokenizer.json as it is given. */
  writeSourceTokenizer(json: string): void {
    writeFileAtomic(this.files.sourceTokenizer, json);
  }

  /** Writes tokenizer.json as it is given. */
  writeTokenizer(json: string): void {
    writeFileAtomic(this.files.tokenizer, json);
  }

  /** Reads generation_config.json; a run without one has no defaults of its own. */
  readGenerationConfig(): Record<string, unknown> {
    if (!existsSync(this.files.generationConfig)) return {};
    return readJsonFile(this.files.generationConfig, z.looseObject({}), "the run's generation defaults");
  }

  /** Writes generation_config.json. */
  writeGenerationConfig(config: Readonly<Record<string, unknown>>): void {
    writeJsonFile(this.files.generationConfig, config);
  }

  /**
   * Reads model.safetensors, the best weights, by their names.
   * @throws WordloomError `file_not_found` before the first evaluation, `invalid_run` if the file is damaged
   */
  readWeights(): Map<string, StoredTensor> {
    return readSafetensors(this.files.weights).tensors;
  }

  /** Writes model.safetensors, marked as Hugging Face's transformers wants it. */
  writeWeights(tensors: ReadonlyMap<string, StoredTensor>): void {
    writeSafetensors(this.files.weights, tensors, { format: "pt" });
  }

  /** Reads metrics.jsonl, one line for each evaluation so far. */
  readMetrics(): MetricsLine[] {
    return readMetrics(this.files.metrics);
  }

  /** Writes README.md. */
  writeModelCard(markdown: string): void {
    writeFileAtomic(this.files.modelCard, markdown);
  }

  /**
   * Saves a checkpoint, in the order that survives a kill at any moment. If a part cannot be written, the metrics and
   * the training state stay those of the last checkpoint. Needs the lock.
   * @throws WordloomError as `writeFileAtomic`
   */
  saveCheckpoint({ state, bestWeights, metrics }: Checkpoint): void {
    if (this.held === null) throw new WordloomError("internal", `The run in "${this.path}" is not locked for writing.`);
    if (bestWeights !== undefined) this.writeWeights(bestWeights);
    const before = metricsBytes(this.files.metrics);
    const after = metrics === undefined ? before : appendMetrics(this.files.metrics, metrics);
    try {
      writeTrainingState(this.stateFile, state, after);
    } catch (error) {
      truncateMetrics(this.files.metrics, before);
      throw error;
    }
  }

  /**
   * Locks the run, clears away what a kill left, cuts the metrics to those of the last checkpoint, and gives its state.
   * @throws WordloomError `invalid_run` if there is no checkpoint, it is damaged, or another process is training there
   */
  resume(): TrainingState {
    if (!this.hasState) throw this.noCheckpoint();
    this.lock();
    try {
      const { state, metricsBytes: bytes } = readTrainingState(this.stateFile);
      this.removeLeftovers();
      truncateMetrics(this.files.metrics, bytes);
      return state;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** One at a time, for the recursive call reports a read-only file system as a missing folder. */
  private makeFolders(): void {
    const missing: string[] = [];
    for (let folder = resolve(this.stateFolder); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
    this.made = missing[0];
    for (const folder of missing) mkdirSync(folder);
  }

  private clear(): void {
    for (const file of Object.values(this.files)) rmSync(file, { force: true });
    this.removeLeftovers();
  }

  private removeLeftovers(): void {
    removeStaleTemporaryFiles(this.path);
    removeStaleTemporaryFiles(this.stateFolder);
  }

  /** Removes the folders that `create` made, as far as they are empty. */
  private removeEmptyFolders(): void {
    if (this.made !== undefined) removeEmptyFolders(this.stateFolder, this.made);
  }

  private noCheckpoint(): WordloomError {
    const problem =
      this.hasWeights && !existsSync(this.stateFolder)
        ? "has no training_state any more, so it cannot be resumed; train into another folder"
        : "has no checkpoint yet; start again, without resuming";
    return new WordloomError("invalid_run", `The run in "${this.path}" ${problem}.`);
  }

  private entries(): string[] {
    try {
      if (statSync(this.path).isDirectory()) return readdirSync(this.path);
    } catch (error) {
      throw readingError(this.path, "a run's folder", error);
    }
    throw new WordloomError("invalid_run", `"${this.path}" is a file, not a run; give the folder that training wrote.`);
  }

  private checkFree(): void {
    const entries = existsSync(this.path) ? this.entries() : [];
    if (entries.length === 0 || this.isBegun(entries)) return;
    let problem = "is not empty and holds no run; choose another one (--out)";
    if (isRunConfig(this.files.config)) {
      const advice = this.hasState ? "resume it (--resume) or choose another folder" : "choose another folder";
      problem = `holds a run already; ${advice} (--out)`;
    }
    throw new WordloomError("invalid_argument", `The folder "${this.path}" ${problem}.`);
  }

  /** Whether nothing is here but a run before its first state, which has at most one evaluation behind it. */
  private isBegun(entries: readonly string[]): boolean {
    if (!existsSync(this.stateFolder) || this.hasState) return false;
    if (existsSync(this.files.config) && !isRunConfig(this.files.config)) return false;
    const known = new Set(["training_state", ...Object.values(this.files).map((file) => basename(file))]);
    if (!entries.every((entry) => known.has(entry) || isTemporaryName(entry))) return false;
    return this.readMetrics().length <= 1;
  }
}

/** A file's text, once it has been seen to be a JSON object. */
function readJsonText(file: string, what: string): string {
  readJsonFile(file, z.looseObject({}), what);
  return readTextFile(file, what);
}
