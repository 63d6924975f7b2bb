// wordloom compare: trains several families on the same text under the same budget, and leaves one page to look at.

import type { Command } from "commander";
import { join } from "node:path";
import picocolors from "picocolors";
import { TOKENIZERS } from "../../api/train_options.js";
import { compare } from "../../experiments/compare.js";
import type { CompareOptionsInput } from "../../experiments/compare_options.js";
import { COMPARED_FAMILIES, type Comparison } from "../../experiments/comparison.js";
import { comparisonHtml } from "../../experiments/comparison_html.js";
import { WordloomError } from "../../errors.js";
import { writeFileAtomic } from "../../storage/atomic_file.js";
import { INTERRUPTED, onInterrupt, parseNumber, parseNumberOrText } from "../options.js";
import { comparisonTable } from "../terminal/comparison_table.js";
import { createComparisonView } from "../terminal/comparison_view.js";
import { typedCommand } from "../typed_command.js";

const HELP = `
The data is split once: most of it to learn from, a part to choose the best weights by, a part to measure on in the end. The
minutes of each training become steps by a look at each family's speed, so that a plan can be repeated: the report ends with
the command that gives the same figures again. What stands in the folder is not done again; further --families are added to it.

Examples:
  $ wordloom compare poems.txt --families lstm,transformer --minutes 2
  $ wordloom compare captions.txt --lines --test held_out.txt --minutes 5 --seeds 3
  $ wordloom compare stories --steps 300 --json | jq .bitsPerCharacter
  $ wordloom compare poems.txt --plan runs/poems-comparison/comparison.json --out runs/again`;

const listOf = <T>(parse: (text: string) => T) => (text: string): T[] => text.split(",").map((item) => parse(item.trim()));

/** Adds `compare` to the program. */
export function addCompareCommand(program: Command): void {
  program
    .command("compare")
    .description("Trains several families on the same text under the same budget, measures what they predict and write, and leaves a page to look at. Ctrl-C saves; the same command goes on.")
    .argument("<data>", 'a .txt, .jsonl, .csv or .tsv file, or the embedded "stories"')
    .option("--families <list>", `some of ${COMPARED_FAMILIES.join(",")} (all)`, listOf(String))
    .option("--minutes <m>", "of each training (5)", parseNumber)
    .option("--steps <n>", "of each training, in place of minutes", parseNumber)
    .option("--seeds <k>", "train each family so often, each time from another beginning (1)", parseNumber)
    .option("--out <folder>", "where everything is kept (runs/<data>-comparison)")
    .option("--plan <file>", "the comparison.json of another comparison: the same trainings, step for step")
    .optionsGroup("Text:")
    .option("--lines", "plain text: each line is a text of its own")
    .option("--no-lines", "plain text: one long text (vae and gan read its lines)")
    .option("--column <name>", "the column of a table or of JSON lines")
    .option("--validation <share>", "set aside to choose the best weights by (0.05)", parseNumber)
    .option("--test <part>", "set aside to measure on: a share, or a file (0.05)", parseNumberOrText)
    .option("--tokenizer <kind>", `of all families: ${TOKENIZERS.join(" | ")} (characters of one long text, words of lines)`)
    .option("--vocabulary <n>", "the most tokens that the tokenizer may have", parseNumber)
    .option("--stories <n>", "of the embedded stories: how many to draw", parseNumber)
    .optionsGroup("Measuring:")
    .option("--samples <n>", "texts to write at each temperature (1000, but no more than there are real ones to compare with)", parseNumber)
    .option("--temperatures <list>", "(0.7,0.85,1,1.15)", listOf(parseNumber))
    .optionsGroup("Machine:")
    .option("--seed <n>", "the first seed; it also decides the split (1)", parseNumber)
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .optionsGroup("Output:")
    .option("--json", "a JSON line a family, and one object at the end, on the standard output")
    .addHelpText("after", HELP)
    .action(async (data: string, { json = false, debug: _debug, ...options }: Record<string, unknown>, command: Command) => {
      await runComparison({ data, ...options } as CompareOptionsInput, { json: json === true, command: typedCommand(command) });
    });
}

const REPORT = "report.html";
const writeReport = (folder: string, comparison: Comparison): void => writeFileAtomic(join(folder, REPORT), comparisonHtml(comparison));

async function runComparison(options: CompareOptionsInput, { json, command }: { readonly json: boolean; readonly command: string }): Promise<void> {
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const view = createComparisonView(process.stderr);
  let folder = "";
  const print = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
  try {
    const { reason, comparison } = await compare(options, {
      signal: interruption.signal,
      command,
      onEvent: (event) => {
        view.handle(event);
        if (event.type === "start") ({ folder } = event);
        if (event.type === "member") {
          const { comparison: sofar, ...summary } = event;
          writeReport(folder, sofar); // something to look at before all are done
          if (json) print(summary);
        } else if (json && (event.type === "failed" || event.type === "end")) print(event);
      },
    });
    view.close();
    writeReport(folder, comparison);
    if (!json) process.stdout.write(`${comparisonTable(comparison, { columns: process.stdout.columns, color: picocolors.isColorSupported && process.stdout.isTTY }).join("\n")}\n`);
    const failed = comparison.members.find(({ status }) => status === "failed");
    if (failed && comparison.members.every(({ status }) => status === "failed")) throw new WordloomError("invalid_data", failed.failure!);
    if (reason === "interrupted") {
      process.stderr.write(`Saved in "${folder}". The same command goes on: ${command}\n`);
      process.exitCode = INTERRUPTED;
    } else process.stderr.write(`The report: ${join(folder, REPORT)}\n`);
  } finally {
    view.close();
    release();
  }
}
