// The folder of a sweep: what was measured so far, kept such that a kill at any moment costs no more than the work of a minute.

import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import { z } from "zod";
import { flagOf } from "../api/family_options.js";
import { WordloomError } from "../errors.js";
import { writeFileAtomic } from "../storage/atomic_file.js";
import { StudyFolder, type StudyKind } from "./study_folder.js";
import type { SweepIdentity, SweepPlan } from "./sweep_plan.js";

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

const stateSchema = identitySchema.extend({ trials: z.array(recordSchema) });
type SweepState = SweepIdentity & { readonly trials: readonly TrialRecord[] };
const SWEEP: StudyKind<SweepState> = { name: "sweep", format: 1, schema: stateSchema };

/** What a training came to at a rung. */
export type RungResult = Readonly<z.infer<typeof resultSchema>>;
export type TrialRecord = Readonly<z.infer<typeof recordSchema>>;

/** The records of all trainings, locked against a second process, written whole after each change. */
export class SweepFolder {
  readonly #study: StudyFolder<SweepState>;
  readonly #identity: SweepIdentity;
  readonly #records: TrialRecord[];

  /**
   * Makes the folder of a new sweep, or opens that of the same one.
   * @throws WordloomError "invalid_argument" if the folder holds anything else or another sweep, "invalid_run" if another
   *   process is at work there or the file is damaged, "unsupported_version", "disk_full"
   */
  constructor(readonly path: string, { identity, trials }: Pick<SweepPlan, "identity" | "trials">) {
    refuseOther(path, StudyFolder.peek(path, SWEEP), identity); // before anything is written
    this.#study = StudyFolder.open(path, SWEEP);
    this.#identity = identity;
    try {
      const begun = StudyFolder.peek(path, SWEEP); // of the process that had the lock
      refuseOther(path, begun, identity);
      this.#records = begun ? [...begun.trials] : trials.map(({ settings, problem }) => ({ settings, results: [], ...(problem === null ? {} : { error: problem }) }));
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
    this.#study.release();
  }

  /** Takes back what was written, and the folders that were made for it as far as nothing else is in them. */
  discard(): void {
    this.#study.discard();
  }

  #save(): void {
    this.#study.save({ ...this.#identity, trials: this.#records });
  }
}

/** @throws WordloomError "invalid_argument" where another sweep stands in the folder */
function refuseOther(path: string, begun: SweepIdentity | null, asked: SweepIdentity): void {
  const other = begun && differenceOf(begun, asked);
  if (other) throw new WordloomError("invalid_argument", `The folder "${path}" holds a sweep ${other}; repeat its command to go on with it, or choose another folder (--out).`);
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
