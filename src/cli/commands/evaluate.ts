// wordloom evaluate: how well a trained run predicts a text.

import type { Command } from "commander";
import { load, type Model } from "../../api/load.js";
import type { Evaluation } from "../../api/model_jobs.js";
import type { Interval } from "../../evaluation/bootstrap_interval.js";
import type { EvaluateOptions, LoadOptions } from "../../api/model_options.js";
import { DEFAULT_BEAMS } from "../../api/pair_options.js";
import { VIEWS } from "../../api/train_options.js";
import { DEVICES } from "../../runtime/backend.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber } from "../options.js";
import { evaluateLatent, LATENT_FLAGS, type EvaluateLatentFlags } from "../evaluate_latent.js";
import { evaluatePairs, PAIR_FLAGS, type PairFlags } from "../evaluate_pairs.js";
import { refuseFlags } from "../foreign_flags.js";
import { formatInteger } from "../terminal/format.js";
import { evaluateSamples, SAMPLE_FLAGS, storyFloorRow, type SampleFlags } from "../evaluate_samples.js";
import { asTyped } from "../typed_options.js";

const HELP = `
A source that stands in the data with several targets is converted and counted once, and these are its references: BLEU,
chrF, ROUGE and the exact matches are over the sources, the loss over all pairs. Of several languages at once each source
counts once a language; --target-language measures one of them.

Examples:
  $ wordloom evaluate runs/poems-transformer held_out.txt
  $ wordloom evaluate runs/poems-transformer held_out.txt --training poems.txt --samples 1000
  $ wordloom evaluate runs/poems-transformer held_out.txt --json | tail -n 1
  $ wordloom evaluate runs/captions-vae held_out.txt --importance-samples 100
  $ wordloom evaluate runs/train-seq2seq test.de --target-file test.en --beams 5`;

/** Adds `evaluate` to the program. */
export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description("Measures how well a trained run predicts the whole of a text, and what it writes on its own beside it; or how it converts all texts of a file of pairs.")
    .argument("<run>", "the folder that training wrote")
    .argument("<data>", "a file as for training")
    .optionsGroup("What a language model or a variational autoencoder writes on its own:")
    .option("--samples <n>", "texts to write and measure, 0 for none (500, but no more than there are real ones to compare with)", parseNumber)
    .option("--training <file>", "the training text, to look for copies in (one of its name and contents here or beside the data)")
    .option("--temperature <t>", "below 1 sharper, above 1 flatter (1)", parseNumber)
    .option("--top-k <k>", "only the k most probable tokens", parseNumber)
    .option("--top-p <p>", "only the most probable tokens that sum to p", parseNumber)
    .option("--min-p <p>", "only tokens this many times as probable as the most probable one", parseNumber)
    .option("--seed <n>", "chooses the random numbers (0)", parseNumber)
    .optionsGroup("A language model:")
    .option("--lines", "plain text: each line is a sample")
    .option("--no-lines", "plain text: one long text")
    .option("--column <name>", "the column of a table or of JSON lines")
    .optionsGroup("A variational autoencoder (--column too):")
    .option("--label <column>", "the column of labels, of a model that knows labels (training's)")
    .option("--importance-samples <n>", "points of each sentence in the importance-weighted NLL (500)", parseNumber)
    .option("--importance-sentences <n>", "the most sentences that it is taken of (1000)", parseNumber)
    .optionsGroup("A model of pairs of texts (data is read as in training unless told otherwise):")
    .option("--target-file <file>", "the file of targets, where the data is a file of sources")
    .option("--source <column>", "the column of sources, by name or by number from 1")
    .option("--target <column>", "the column of targets")
    .option("--language <column>", "the column that names each target's language")
    .option("--target-language <name>", "the language to measure, or that of all targets where no column says")
    .option("--view <name>", `of the embedded stories: ${VIEWS.join(" | ")}`)
    .option("--stories <n>", "of what is embedded: how many stories or dates to draw", parseNumber)
    .option("--beams <n>", `texts followed side by side; 1 is greedy (${DEFAULT_BEAMS})`, parseNumber)
    .option("--length-penalty <x>", "above 0 makes long texts likelier (1)", parseNumber)
    .option("--coverage-penalty <x>", "above 0 prefers texts that attend to all of their source (0)", parseNumber)
    .option("--max-tokens <n>", "the most tokens of a text (twice its source's and 16, or training's longest target)", parseNumber)
    .option("--bleu-tokenizer <name>", "13a | zh | char | none (by the targets: zh for Chinese, char for Japanese or Thai, else 13a)")
    .optionsGroup("Machine:")
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", `${DEVICES.join(" | ")} (cpu)`)
    .optionsGroup("Output:")
    .option("--json", "one JSON object { loss, perplexity, bitsPerCharacter, tokens, intervals, written, … }, of pairs with { bleu, chrf, sources, references, bleuSignature, … }, of a variational autoencoder with { divergence, mutualInformation, activeUnits, … }")
    .addHelpText("after", HELP)
    .action((run: string, data: string, flags: EvaluateFlags) => evaluate(run, data, flags));
}

type EvaluateFlags = EvaluateOptions & SampleFlags & PairFlags & EvaluateLatentFlags & LoadOptions & { readonly json?: boolean };

async function evaluate(run: string, data: string, flags: EvaluateFlags): Promise<void> {
  const { device, threads } = flags;
  const model = await load(run, { device, threads });
  try {
    if (model.description.kind === "latent") {
      refuseFlags(flags, ["lines", ...PAIR_FLAGS], `is for other models, but the run in "${run}" is a variational autoencoder`);
      await evaluateLatent(model, data, flags, sampleFlags(flags));
      return;
    }
    refuseFlags(flags, LATENT_FLAGS, `is for variational autoencoders, but the run in "${run}" is none`);
    if (model.description.kind === "pairs") {
      refuseFlags(flags, ["lines", "column", ...SAMPLE_FLAGS], `is for language models, but the run in "${run}" was trained on pairs of texts`);
      await evaluatePairs(model, data, flags);
    } else {
      refuseFlags(flags, PAIR_FLAGS, `is for models of pairs of texts, but the run in "${run}" is a language model`);
      await evaluateText(model, data, flags);
    }
  } finally {
    await model.release();
  }
}

const sampleFlags = (flags: SampleFlags): SampleFlags => Object.fromEntries(SAMPLE_FLAGS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]))) as SampleFlags;

/** The rows of what was predicted: a name, what was measured. */
function rowsOf({ loss, perplexity, bitsPerCharacter, bitsPerByte, intervals, floor, tokens, characters, seconds }: Omit<Evaluation, "notices">): [string, string][] {
  const range = ({ low, high }: Interval, digits: number): string => `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
  return [
    ["loss", `${loss.toFixed(4)} nats per token ${range(intervals.loss, 4)}`],
    ["perplexity", `${perplexity.toPrecision(5)} per token ${range(intervals.perplexity, 2)}`],
    ["", `${bitsPerCharacter.toFixed(4)} bits per character ${range(intervals.bitsPerCharacter, 4)}, ${bitsPerByte.toFixed(4)} bits per byte`],
    ...(floor ? [storyFloorRow(floor)] : []),
    ["over", `${formatInteger(tokens)} tokens of ${formatInteger(characters)} characters, in ${seconds.toFixed(1)} s`],
  ];
}

async function evaluateText(model: Model, data: string, { json = false, lines, column, ...flags }: EvaluateFlags): Promise<void> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const release = onInterrupt(() => interruption.abort());
  try {
    const { notices, ...result } = await model.evaluate(data, { lines, column, signal });
    for (const notice of notices) process.stderr.write(`${asTyped(notice)}\n`);
    if (!json) process.stdout.write(`${rowsOf(result).map(([name, value]) => `${name.padEnd(15)}${value}`).join("\n")}\n`);
    const generated = flags.samples === 0 ? {} : { written: await evaluateSamples(model, data, { ...sampleFlags(flags), lines, column }, { json, signal }) };
    if (json) process.stdout.write(`${JSON.stringify({ ...result, ...generated })}\n`);
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
  }
}
