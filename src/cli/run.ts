// One call of the command line from its arguments to its exit code: one command a file, errors as one sentence, codes 0, 1 and 2.

import { Command, CommanderError } from "commander";
import { WordloomError } from "../errors.js";
import { packageVersion } from "../storage/package_version.js";
import { addCompareCommand } from "./commands/compare.js";
import { addCorpusCommand } from "./commands/corpus.js";
import { addDemoCommand } from "./commands/demo.js";
import { addEncodeCommand } from "./commands/encode.js";
import { addEvaluateCommand } from "./commands/evaluate.js";
import { addExplainCommand } from "./commands/explain.js";
import { addGenerateCommand } from "./commands/generate.js";
import { addInterpolateCommand } from "./commands/interpolate.js";
import { addReconstructCommand } from "./commands/reconstruct.js";
import { addSweepCommand } from "./commands/sweep.js";
import { addTrainCommand } from "./commands/train.js";
import { addVaryCommand } from "./commands/vary.js";
import { EXIT_CODES, reportError } from "./terminal/report_error.js";

const EXAMPLES = `
Examples:
  $ wordloom train poems.txt --minutes 5            a model of your text, in runs/poems-transformer
  $ wordloom generate runs/poems-transformer --prompt "The sea" -n 3
  $ wordloom evaluate runs/poems-transformer other.txt
  $ wordloom train stories --steps 500              the embedded corpus; nothing to download`;

function createProgram(): Command {
  const program = new Command("wordloom")
    .description("Trains generative models of text on your own text, and writes with them.")
    .version(packageVersion)
    .option("--debug", "show the whole error with its stack")
    .showSuggestionAfterError()
    .configureOutput({ writeErr: () => undefined }) // errors are reported in one place, below
    .exitOverride()
    .addHelpText("after", EXAMPLES);
  for (const add of [addTrainCommand, addSweepCommand, addGenerateCommand, addEvaluateCommand, addCompareCommand, addExplainCommand, addEncodeCommand, addReconstructCommand, addInterpolateCommand, addVaryCommand, addCorpusCommand, addDemoCommand]) add(program);
  for (const command of program.commands) command.option("--debug", "show the whole error with its stack").exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

/** Commander's complaints as ours: without its prefix, with where to look. */
function usageError(error: CommanderError): WordloomError {
  const complaint = error.message.replace(/^error: /, "").replace(/\.?$/, "").replace(/\n/g, " ");
  const sentence = complaint.replace(/\. ([A-Z])/g, (_, letter: string) => `: ${letter.toLowerCase()}`); // one sentence, not two
  return new WordloomError("invalid_argument", `${sentence[0].toUpperCase()}${sentence.slice(1)}; see wordloom --help.`, { cause: error });
}

/**
 * Runs one command in this process, on its standard streams. Ends no process.
 * @param args what stands behind the program's name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    if (args.length === 0) {
      program.outputHelp();
      return EXIT_CODES.success;
    }
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? EXIT_CODES.success); // a command that was interrupted has set its own
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.success;
    return reportError(error instanceof CommanderError ? usageError(error) : error, { debug: args.includes("--debug") });
  }
}
