// What a sweep is going to do, complete before anything is trained.

import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { completeOptions } from "../api/complete_options.js";
import { flagOf } from "../api/family_options.js";
import type { Family, TrainOptionsInput } from "../api/train_options.js";
import { WordloomError } from "../errors.js";
import { show } from "../generation/option_checks.js";
import { isFile } from "../text/pairs/read_pairs.js";
import { embeddedCorpora } from "../text/embedded_corpus.js";
import { readUtf8 } from "../text/read_utf8.js";
import { comparedBy, type Measure } from "./comparable_losses.js";
import { halvingRungs } from "./halving.js";
import { combinations, parseGrid, type Settings, type SweepGrid } from "./sweep_grid.js";
import { storedThreads } from "./stored_threads.js";
import { trialOptions } from "./trial_options.js";

const optionsSchema = z.strictObject({
  /** As in `train`. */
  data: z.string().min(1),
  /** An object of training options, each with a list of values or one. */
  grid: z.unknown(),
  /** The sweep's folder; runs/<data>-sweep unless given. */
  out: z.string().min(1).optional(),
  /** Length of each training that is not pruned. */
  steps: z.int().gte(1),
  /** Train so many combinations, drawn by the seed; all unless given. */
  sample: z.int().gte(2).optional(),
  seed: z.int().gte(0).default(1),
  /** One in so many goes on from each rung. */
  reduction: z.int().gte(2).lte(10).default(3),
  /** Whether the worse trainings end early. */
  pruning: z.boolean().default(true),
  threads: z.int().gte(1).lte(1024).optional(),
});

export type SweepOptionsInput = z.input<typeof optionsSchema>;
export type SweepOptions = Omit<z.output<typeof optionsSchema>, "grid"> & { readonly grid: SweepGrid };

/** One training of the plan. */
export interface PlannedTrial {
  /** The varied ones. */
  readonly settings: Settings;
  /** Without its folder. */
  readonly options: TrainOptionsInput;
  /** Why it cannot be trained; null as far as is known. */
  readonly problem: string | null;
}

/** What makes a sweep the same sweep; plain JSON. */
export interface SweepIdentity {
  readonly grid: SweepGrid;
  readonly steps: number;
  readonly sample: number | null;
  readonly seed: number;
  readonly reduction: number | null;
  readonly threads: number;
  /** SHA-256 of each file that is read, by its option; the name of what is embedded. */
  readonly data: Readonly<Record<string, string>>;
}

export interface SweepPlan {
  readonly data: string;
  readonly folder: string;
  readonly identity: SweepIdentity;
  readonly measure: Measure;
  /** Steps at which trainings are compared, the last one their end. */
  readonly rungs: readonly number[];
  readonly trials: readonly PlannedTrial[];
}

/** @throws WordloomError "invalid_argument", one sentence about the first option, or part of the grid, that is wrong */
export function parseSweepOptions(options: unknown): SweepOptions {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue.code === "unrecognized_keys" ? issue.keys[0] : String(issue.path[0]);
    if (issue.code === "unrecognized_keys") throw new WordloomError("invalid_argument", `There is no option of a sweep called "${name}"; what trainings have goes into its grid.`);
    const given = (options as Record<string, unknown>)[name];
    const range: Record<string, string> = { steps: "a whole number of 1 or more", sample: "a whole number of 2 or more", seed: "a whole number of 0 or more", reduction: "a whole number from 2 to 10", threads: "a whole number from 1 to 1024", pruning: "true or false" };
    throw new WordloomError("invalid_argument", `The ${name === "data" ? "data" : `option ${flagOf(name)}`} of a sweep must be ${range[name] ?? "a name that is not empty"}, but ${given === undefined ? "nothing" : show(given)} was given.`);
  }
  const grid = parseGrid(parsed.data.grid);
  combinations(grid, parsed.data.sample ?? null, parsed.data.seed); // that there are not too many
  return { ...parsed.data, grid };
}

/** Where a sweep goes that was not told where. */
const defaultFolder = (data: string): string => join("runs", `${basename(data, extname(data))}-sweep`);

/** Options whose value is a file that trainings learn from or are measured on. */
const FILE_OPTIONS = ["targetFile", "validation", "validationTarget"] as const;

/** What the data is, so that other data is noticed. */
async function fingerprints(data: string, constants: Settings): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  const isEmbedded = (data === "dates" || embeddedCorpora.includes(data)) && !(await isFile(data));
  prints.data = isEmbedded ? data : (await readUtf8(data)).sha256;
  for (const name of FILE_OPTIONS) {
    const value = constants[name];
    if (typeof value === "string" && !value.trim().endsWith("%")) prints[name] = (await readUtf8(value)).sha256;
  }
  return prints;
}

/** A combination with the family that it makes of the data, or the reason why there is none. */
async function completed(settings: Settings, data: string): Promise<{ readonly family: Family } | { readonly problem: string }> {
  try {
    return { family: (await completeOptions({ ...settings, data })).options.family };
  } catch (error) {
    if (error instanceof WordloomError && error.code === "invalid_argument") return { problem: error.message };
    throw error;
  }
}

/**
 * @throws WordloomError "file_not_found", "file_unreadable" or "invalid_data" for data that cannot be read,
 *   "invalid_argument" where no combination can be trained, or losses would not compare
 */
export async function planSweep(options: SweepOptions): Promise<SweepPlan> {
  const { data, grid, steps, seed, reduction, pruning } = options;
  const sample = options.sample ?? null;
  const folder = options.out ?? defaultFolder(data);
  const threads = options.threads ?? storedThreads(folder) ?? availableParallelism();
  const prints = await fingerprints(data, grid.constants);
  const halving = pruning ? halvingRungs(steps, reduction) : { rungs: [steps], evaluateEvery: null };
  const trials: PlannedTrial[] = [];
  const families = new Set<Family>();
  for (const settings of combinations(grid, sample, seed)) {
    const all = { ...grid.constants, ...settings };
    const found = await completed(all, data);
    if ("family" in found) families.add(found.family);
    const family = "family" in found ? found.family : ((all.family as Family | undefined) ?? "transformer");
    trials.push({ settings, options: trialOptions({ data, steps, seed, threads, evaluateEvery: halving.evaluateEvery }, all, family), problem: "problem" in found ? found.problem : null });
  }
  const [first] = trials;
  if (first.problem !== null && families.size === 0) throw nothingTrained(first.problem);
  return {
    data,
    folder,
    identity: { grid, steps, sample, seed, reduction: pruning ? reduction : null, threads, data: prints },
    measure: comparedBy(grid, families),
    rungs: halving.rungs,
    trials,
  };
}

/** The error where every training of a grid failed. @param problem of the first of them, a sentence */
export const nothingTrained = (problem: string): WordloomError => new WordloomError("invalid_argument", `No combination of the grid can be trained; the first of them: ${problem}`);
