// wordloom evaluate: how well a trained run predicts a text.

import type { Command } from "commander";
import { load } from "../../api/load.js";
import type { EvaluateOptions } from "../../api/model_options.js";
import { DEVICES } from "../../runtime/backend.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber } from "../options.js";
import { evaluatePairs, type PairFlags } from "../evaluate_pairs.js";
import { formatInteger } from "../terminal/format.js";

const EXAMPLES = `
Examples:
  $ wordloom evaluate runs/poems-transformer held_out.txt
  $ wordloom evaluate runs/poems-transformer held_out.txt --json | tail -n 1
  $ wordloom evaluate runs/train-seq2seq test.de --target-file test.en --beams 5`;

/** Adds `evaluate` to the program. */
export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description("Measures how well a trained run predicts the whole of a text.")
    .argument("<run>", "the folder that training wrote")
    .argument("<data>", "a file as for training")
    .option("--lines", "plain text: each line is a sample")
    .option("--no-lines", "plain text: one long text")
    .option("--column <name>", "the column of a table or of JSON lines")
    .option("--target-file <file>", "pairs: the file of targets, where the data is a file of sources")
    .option("--source <column>", "pairs: the column of sources, as for training")
    .option("--target <column>", "pairs: the column of targets")
    .option("--view <name>", "pairs of the embedded stories: summary | chinese")
    .option("--stories <n>", "pairs of an embedded task: how many to draw", parseNumber)
    .option("--beams <n>", "pairs: texts followed side by side; 1 is greedy (5)", parseNumber)
    .option("--length-penalty <x>", "pairs: above 0 makes long texts likelier (0.6)", parseNumber)
    .option("--bleu-tokenizer <name>", "pairs: 13a | zh | char | none (zh for Chinese, else 13a)")
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", DEVICES.join(" | "), "cpu")
    .option("--json", "one JSON object { loss, perplexity, bitsPerCharacter, tokens, … }")
    .addHelpText("after", EXAMPLES)
    .action((run: string, data: string, flags: EvaluateFlags) => evaluate(run, data, flags));
}

type EvaluateFlags = EvaluateOptions & PairFlags;

async function evaluate(run: string, data: string, flags: EvaluateFlags): Promise<void> {
  const { json = false, device, threads, lines, column } = flags;
  const model = await load(run, { device, threads });
  if (model.description.kind === "pairs") return evaluatePairs(model, data, flags);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  try {
    const { notices, ...result } = await model.evaluate(data, { lines, column, signal: interruption.signal });
    for (const notice of notices) process.stderr.write(`${notice}\n`);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      const rows: [string, string][] = [
        ["loss", `${result.loss.toFixed(4)} nats per token`],
        ["perplexity", `${result.perplexity.toPrecision(5)} per token`],
        ["", `${result.bitsPerCharacter.toFixed(4)} bits per character, ${result.bitsPerByte.toFixed(4)} bits per byte`],
        ["over", `${formatInteger(result.tokens)} tokens of ${formatInteger(result.characters)} characters, in ${result.seconds.toFixed(1)} s`],
      ];
      process.stdout.write(`${rows.map(([name, value]) => `${name.padEnd(11)}${value}`).join("\n")}\n`);
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
    await model.release();
  }
}
