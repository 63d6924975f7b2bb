// wordloom sweep: trains the combinations of a grid of settings and says which is best.

import { join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { WordloomError } from "../../errors.js";
import { sweep } from "../../experiments/sweep.js";
import type { SweepEndEvent } from "../../experiments/sweep_events.js";
import type { SweepOptionsInput } from "../../experiments/sweep_plan.js";
import { readJsonFile } from "../../storage/json_file.js";
import { shellArgument } from "../../training/shell_argument.js";
import { INTERRUPTED, onInterrupt, parseNumber } from "../options.js";
import { Output } from "../terminal/output.js";
import { sweepTable } from "../terminal/sweep_table.js";
import { createSweepView } from "../terminal/sweep_view.js";
import { typedCommand } from "../typed_command.js";

const EXAMPLES = `
A grid is a JSON file: options of train by their names, each with a list of values to try or one for all:
  {
    "lr": [0.001, 0.003, 0.01],
    "width": [64, 128],
    "family": ["lstm", "transformer"],
    "layers": 2
  }

Examples:
  $ wordloom sweep poems.txt --grid grid.json --steps 900
  $ wordloom sweep poems.txt --grid grid.json --steps 900 --sample 6    six of its combinations, drawn by --seed
  $ wordloom sweep stories --grid grid.json --steps 600 --no-pruning    each to its end

By default all combinations train for a ninth of the steps, the best third of them goes on to a third, and the best
third of these to the end (synchronous successive halving).`;

type SweepFlags = Omit<SweepOptionsInput, "data" | "grid" | "steps"> & { readonly steps?: number } & { readonly grid?: string; readonly json?: boolean; readonly debug?: boolean };

/** Adds `sweep` to the program. */
export function addSweepCommand(program: Command): void {
  program
    .command("sweep")
    .description("Trains combinations of settings, ends the worse ones early, and says which is best. Ctrl-C saves; the same command goes on and repeats nothing.")
    .argument("<data>", "as for train")
    .option("--grid <file>", "a JSON file: the settings to vary, and those of all trainings")
    .option("--steps <n>", "length of each training that is not ended early", parseNumber)
    .option("--out <folder>", "the sweep's folder (runs/<data>-sweep)")
    .option("--sample <n>", "train so many combinations of the grid, drawn at random (all)", parseNumber)
    .option("--reduction <n>", "one in so many goes on from each rung (3)", parseNumber)
    .option("--no-pruning", "train each combination to its end")
    .option("--seed <n>", "chooses the sample, and for all trainings what is held out and all random numbers (1)", parseNumber)
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--json", "a JSON line for each training, by rank, and one for the end")
    .addHelpText("after", EXAMPLES)
    .action(async (data: string, flags: SweepFlags, command: Command) => runSweep(data, flags, typedCommand(command)));
}

/** @param command that was typed */
async function runSweep(data: string, { grid, steps, json = false, debug: _debug, ...flags }: SweepFlags, command: string): Promise<void> {
  if (grid === undefined) throw new WordloomError("invalid_argument", "A sweep needs to know what to try; give a file of settings with --grid (wordloom sweep --help has one).");
  if (steps === undefined) throw new WordloomError("invalid_argument", "A sweep needs to know how long its trainings are; give the steps of those that are not ended early with --steps.");
  const search = sweep({ data, grid: readJsonFile(grid, z.unknown(), "the grid"), steps, ...flags });
  const view = createSweepView({ stream: process.stderr });
  const release = onInterrupt(() => search.stop());
  try {
    for await (const event of search) view.handle(event);
  } finally {
    view.close();
    release();
  }
  const end = await search.result;
  const output = new Output(process.stdout);
  if (json) output.write(jsonLines(end));
  else if (end.reason === "complete") output.write(`${sweepTable(end).join("\n")}\n`);
  process.stderr.write(whatNext(end, command));
  if (end.reason === "interrupted") process.exitCode = INTERRUPTED;
}

function jsonLines({ trials, ...end }: SweepEndEvent): string {
  return [...trials, end].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function whatNext({ reason, folder, best, command, trials }: SweepEndEvent, typed: string): string {
  if (reason === "interrupted") return `Saved. Go on with the same command: ${typed}\n`;
  const picture = `Picture: ${shellArgument(join(folder, "sweep.svg"))}\n`;
  if (command === null || best === null) return picture;
  return `${picture}The best one is in ${shellArgument(trials[0].folder)}. Train it again, to the same numbers: ${command.map(shellArgument).join(" ")}\n`;
}
