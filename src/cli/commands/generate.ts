// wordloom generate: writes text with a trained run, streamed as it is written.

import type { Command } from "commander";
import { load } from "../../api/load.js";
import type { GenerateOptions } from "../../api/model_options.js";
import { DEVICES } from "../../runtime/backend.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber, unescapeText } from "../options.js";
import { convert, type ConvertFlags } from "../convert_input.js";
import { createGenerationView, type GenerationView } from "../terminal/generation_view.js";

const EXAMPLES = `
Examples:
  $ wordloom generate runs/poems-transformer --prompt "The sea" --max-tokens 300
  $ wordloom generate runs/names-gru -n 20 --temperature 0.8 --seed 7
  $ wordloom generate runs/poems-transformer -n 100 --json > samples.jsonl
  $ wordloom generate runs/dates-seq2seq --input "3 mars 1987"
  $ cat letters.de | wordloom generate runs/train-seq2seq --input - > letters.en`;

interface GenerateFlags extends ConvertFlags {
  readonly prompt?: string;
  readonly input?: string;
  readonly stop?: string[];
  readonly repetitionPenalty?: number;
}

/** Adds `generate` to the program. */
export function addGenerateCommand(program: Command): void {
  program
    .command("generate")
    .description("Writes text with a trained run.")
    .argument("<run>", "the folder that training wrote")
    .option("--prompt <text>", "the text to continue; \\n and \\t stand for line break and tab")
    .option("--input <text>", "a model of pairs: the text to convert, a file of texts, a line each, or - for the standard input")
    .option("-n, --number <n>", "how many samples; of a model of pairs, how many texts for each input", parseNumber, 1)
    .option("--max-tokens <n>", "the most tokens of a sample (200)", parseNumber)
    .option("--temperature <t>", "below 1 sharper, above 1 wilder, 0 always the likeliest (1)", parseNumber)
    .option("--top-k <k>", "draw only from the k likeliest tokens", parseNumber)
    .option("--top-p <p>", "draw only from the likeliest tokens that make up p", parseNumber)
    .option("--min-p <p>", "draw only from tokens at least p times as likely as the likeliest", parseNumber)
    .option("--repetition-penalty <x>", "above 1 makes what was written less likely", parseNumber)
    .option("--beams <n>", "a model of pairs: texts followed side by side; 1 is greedy (5)", parseNumber)
    .option("--length-penalty <x>", "a model of pairs: above 0 makes long texts likelier (0.6)", parseNumber)
    .option("--target-language <name>", "a model of several languages: the one to write")
    .option("--alignments", "a model of pairs: JSON with the attention that each output token paid")
    .option("--stop <text...>", "end a sample before this text")
    .option("--seed <n>", "chooses the random numbers; drawn anew unless given", parseNumber)
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", DEVICES.join(" | "), "cpu")
    .option("--json", "one JSON object { text, tokens, finishReason } a line")
    .addHelpText("after", EXAMPLES)
    .action((run: string, flags: GenerateFlags) => generate(run, flags));
}

async function generate(run: string, flags: GenerateFlags): Promise<void> {
  if (flags.input !== undefined) return convert(run, flags.input, flags);
  const { number, prompt: typed, stop, json = false, device, threads, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed } = flags;
  const prompt = unescapeText(typed ?? "");
  const asked = { maxTokens, temperature, topK, topP, minP, repetitionPenalty };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const options: GenerateOptions = {
    ...given,
    prompt,
    count: number,
    seed: seed ?? Math.floor(Math.random() * 2 ** 32),
    ...(stop ? { stop: stop.map(unescapeText) } : {}),
  };
  const model = await load(run, { device, threads });
  const openView = (): GenerationView => {
    const opened = createGenerationView({ stream: process.stdout, count: number, json, prompt });
    opened.signal.addEventListener("abort", () => broken.abort(opened.signal.reason), { once: true });
    return opened;
  };
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const broken = new AbortController(); // the reader left, or the disk is full
  let view: GenerationView | undefined;
  try {
    const generation = model.generate({ ...options, signal: AbortSignal.any([broken.signal, interruption.signal]) });
    for await (const event of generation) {
      view ??= openView(); // not before: a view shows the prompt, which may turn out to be wrong
      view.handle(event);
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    if (interruption.signal.aborted) process.exitCode = INTERRUPTED;
    else if (broken.signal.aborted) throw broken.signal.reason;
  } finally {
    view?.close();
    release();
    await model.release();
  }
}
