// The grid of a sweep: which training options are varied over which values, and which are the same for all trainings.

import { flagOf } from "../api/family_options.js";
import { checkOptionValue, TRAIN_OPTION_NAMES } from "../api/train_options.js";
import { WordloomError } from "../errors.js";
import { show } from "../generation/option_checks.js";
import { RandomStream } from "../runtime/random.js";
import { counted, readable } from "../text/corpus.js";
import { nearest } from "../text/similar_names.js";

export type OptionValue = string | number | boolean;
export type Settings = Readonly<Record<string, OptionValue>>;

/** An option with two values or more. */
export interface VariedOption {
  readonly name: string;
  readonly values: readonly OptionValue[];
}

export interface SweepGrid {
  readonly constants: Settings;
  /** At least one. */
  readonly varied: readonly VariedOption[];
}

/** More trainings than anyone would wait for: a mistake. */
const MOST_TRIALS = 1000;

/** Options that no grid has, and why. */
const NOT_IN_GRID: Readonly<Record<string, string>> = {
  data: "all trainings of a sweep learn from the same data; leave it out",
  out: "each training gets a folder of its own; leave it out",
  resume: "a sweep goes on by itself where it was interrupted; leave it out",
  steps: "all trainings of a sweep are of the same length; give it to the sweep (--steps)",
  minutes: "trainings that are compared take as many steps, not as much time; give the sweep --steps",
  seed: "all trainings share the seed, and with it what is held out; give it to the sweep (--seed)",
  evaluateEvery: "trainings are compared by their lowest losses, and those that are looked at more often would have lower ones; leave it out",
  threads: "sums round differently on other numbers of threads; give it to the sweep (--threads)",
};

const wrong = (sentence: string): WordloomError => new WordloomError("invalid_argument", sentence);

/** The library's name of an option given by its name or by its flag: `weight-decay` and `--weight-decay` are `weightDecay`. */
function optionName(given: string): string {
  const name = given.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (TRAIN_OPTION_NAMES.includes(name)) return name;
  const positive = given.replace(/^--/, "").match(/^no-(tie|lines|joint)$/);
  if (positive) throw wrong(`The grid has "${given}"; write "${positive[1]}": false.`);
  const near = nearest(name, TRAIN_OPTION_NAMES);
  throw wrong(`The grid has ${show(given)}, but there is no training option called so; ${near === undefined ? "wordloom train --help lists them" : `perhaps "${near}" is meant`}.`);
}

function valuesOf(name: string, given: unknown): readonly OptionValue[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length === 0) throw wrong(`The grid has no value for ${flagOf(name)}; give a list of some, or leave it out.`);
  for (const [i, value] of values.entries()) {
    checkOptionValue(name, value);
    if (values.indexOf(value) !== i) throw wrong(`The grid has the value ${JSON.stringify(value)} of ${flagOf(name)} twice; leave one out.`);
  }
  return values as readonly OptionValue[];
}

/**
 * Reads a grid: an object of training options by their names or flags, each with a list of values or a single one.
 * @throws WordloomError "invalid_argument" for an unknown option, one that a sweep decides itself, a value out of its range
 *   or given twice, and where nothing is varied
 */
export function parseGrid(json: unknown): SweepGrid {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw wrong(`A grid must be an object of training options, but ${show(json)} was given; write for example {"lr": [0.001, 0.003], "width": [64, 128]}.`);
  }
  const constants: Record<string, OptionValue> = {};
  const varied: VariedOption[] = [];
  const seen = new Set<string>();
  for (const [given, values] of Object.entries(json)) {
    const name = optionName(given);
    if (seen.has(name)) throw wrong(`The grid has ${flagOf(name)} twice; put its values in one list.`);
    seen.add(name);
    if (Object.hasOwn(NOT_IN_GRID, name)) throw wrong(`The grid has ${flagOf(name)}, but ${NOT_IN_GRID[name]}.`);
    const list = valuesOf(name, values);
    if (list.length === 1) [constants[name]] = list;
    else varied.push({ name, values: list });
  }
  if (varied.length === 0) throw wrong(`The grid varies nothing; give at least one option a list of two values or more, for example "lr": [0.001, 0.003].`);
  return { constants, varied };
}

/** How many combinations of its values a grid has. */
export const gridSize = ({ varied }: SweepGrid): number => varied.reduce((product, { values }) => product * values.length, 1);

/** The combination at an index of the Cartesian product: the last option changes fastest. */
function combinationAt({ varied }: SweepGrid, index: number): Settings {
  const settings: [string, OptionValue][] = [];
  let rest = index;
  for (const { name, values } of varied.toReversed()) {
    settings.unshift([name, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(settings);
}

/**
 * The varied settings of each training: the Cartesian product, or a random subset of it, the same for the same seed.
 * @param sample how many; null, or more than there are, for all
 * @throws WordloomError "invalid_argument" for more than a thousand
 */
export function combinations(grid: SweepGrid, sample: number | null, seed: number): Settings[] {
  const size = gridSize(grid);
  const count = Math.min(sample ?? size, size);
  if (count > MOST_TRIALS) {
    const advice = sample === null ? "draw some of them (--sample 50)" : "draw fewer (--sample)";
    throw wrong(`The grid has ${size < 1e15 ? readable(size) : "too many"} combinations${sample === null ? "" : `, of which ${counted(sample, "training")} were asked for`}, and a sweep takes at most ${readable(MOST_TRIALS)}; ${advice}.`);
  }
  if (count === size) return Array.from({ length: size }, (_, index) => combinationAt(grid, index));
  return drawIndices(count, size, new RandomStream(seed, "sweep")).map((index) => combinationAt(grid, index));
}

/** So many different indices below a limit, ascending (Floyd's algorithm; Bentley and Floyd 1987). */
function drawIndices(count: number, limit: number, random: RandomStream): number[] {
  const drawn = new Set<number>();
  for (let last = limit - count; last < limit; last++) {
    const index = Math.floor(random.uniform() * (last + 1));
    drawn.add(drawn.has(index) ? last : index);
  }
  return [...drawn].sort((a, b) => a - b);
}
