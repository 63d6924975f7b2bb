// The command that trains again what a study trained.

import { flagOf } from "../api/family_options.js";
import type { TrainOptionsInput } from "../api/train_options.js";

/** Switches that have a flag for being off. */
const NEGATABLE: ReadonlySet<string> = new Set(["lines", "joint", "tie"]);

function flagsOf(name: string, value: unknown): readonly string[] {
  if (value === true) return [flagOf(name)];
  if (value === false) return NEGATABLE.has(name) ? [flagOf(name).replace("--", "--no-")] : [];
  return [flagOf(name), String(value)];
}

/** Options of `train` as the arguments of a shell's command. */
export function trainCommand({ data, ...options }: TrainOptionsInput): string[] {
  return ["npx", "wordloom", "train", data, ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : flagsOf(name, value)))];
}
