// wordloom generate: writes text with a trained run, streamed as it is written.

import type { Command } from "commander";
import { load, type Model } from "../../api/load.js";
import type { GenerateOptions, LoadOptions } from "../../api/model_options.js";
import { DEFAULT_BEAMS } from "../../api/pair_options.js";
import { WordloomError } from "../../errors.js";
import { DEVICES } from "../../runtime/backend.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber, unescapeText } from "../options.js";
import { convert, CONVERT_FLAGS, type ConvertFlags } from "../convert_input.js";
import { refuseFlags } from "../foreign_flags.js";
import { inputTexts } from "../input_lines.js";
import { createGenerationView, type GenerationView } from "../terminal/generation_view.js";

const EXAMPLES = `
Examples:
  $ wordloom generate runs/poems-transformer --prompt "The sea" --max-tokens 300
  $ wordloom generate runs/names-gru -n 20 --temperature 0.8 --seed 7
  $ wordloom generate runs/poems-transformer -n 100 --json > samples.jsonl
  $ wordloom generate runs/stories-vae -n 20 --label funny
  $ wordloom generate runs/dates-seq2seq --input "3 mars 1987"
  $ cat letters.de | wordloom generate runs/train-seq2seq --input - > letters.en`;

interface WriteFlags extends Omit<GenerateOptions, "count" | "stop" | "beams"> {
  readonly beams?: number;
  readonly number: number;
  readonly stop?: string[];
  readonly json?: boolean;
}

type GenerateFlags = ConvertFlags & WriteFlags & LoadOptions & { readonly input?: string };

/** Flags of what is written on from a prompt alone. */
const WRITE_FLAGS = ["prompt", "repetitionPenalty", "stop"] as const;

/** Flags that mean nothing where texts come from points. */
const FROM_SOURCE_FLAGS = [...WRITE_FLAGS, ...CONVERT_FLAGS.filter((name) => name !== "beams")] as const;

/** Adds `generate` to the program. */
export function addGenerateCommand(program: Command): void {
  program
    .command("generate")
    .description("Writes text with a trained run, or makes one text of another with a run that was trained on pairs.")
    .argument("<run>", "the folder that training wrote")
    .option("-n, --number <n>", "how many samples, or texts for each input", parseNumber, 1)
    .option("--max-tokens <n>", "the most tokens of a text (200; for an input twice its own and 16, or training's longest target)", parseNumber)
    .optionsGroup("A language model:")
    .option("--prompt <text>", "the text to continue; \\n and \\t stand for line break and tab")
    .option("--repetition-penalty <x>", "above 1 makes what was written less likely", parseNumber)
    .option("--stop <text...>", "end a sample before this text")
    .optionsGroup("A model that was trained with labels:")
    .option("--label <name>", "the label of what is written (of a variational autoencoder all in turn; it is greedy unless a temperature is given)")
    .optionsGroup("A model of pairs of texts:")
    .option("--input <text>", "the text to convert, a file of texts, a line each, or - for the standard input")
    .option("--beams <n>", `texts followed side by side; 1 is greedy (${DEFAULT_BEAMS})`, parseNumber)
    .option("--length-penalty <x>", "above 0 makes long texts likelier (1)", parseNumber)
    .option("--coverage-penalty <x>", "above 0 prefers texts that attend to all of their source (0)", parseNumber)
    .option("--target-language <name>", "the language to write, for a model of several")
    .option("--alignments", "as --json, with what each output token attended to")
    .optionsGroup("Drawing at random (with pairs only if a temperature, k or p is given):")
    .option("--temperature <t>", "below 1 sharper, above 1 wilder, 0 always the likeliest (1)", parseNumber)
    .option("--top-k <k>", "draw only from the k likeliest tokens", parseNumber)
    .option("--top-p <p>", "draw only from the likeliest tokens that make up p", parseNumber)
    .option("--min-p <p>", "draw only from tokens at least p times as likely as the likeliest", parseNumber)
    .option("--seed <n>", "chooses the random numbers; drawn anew unless given", parseNumber)
    .optionsGroup("Machine:")
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", `${DEVICES.join(" | ")} (cpu)`)
    .optionsGroup("Output:")
    .option("--json", "a JSON object { text, tokens, finishReason, … } a line")
    .addHelpText("after", EXAMPLES)
    .action((run: string, flags: GenerateFlags) => generate(run, flags));
}

async function generate(run: string, flags: GenerateFlags): Promise<void> {
  const { input, device, threads } = flags;
  const given = input === undefined ? undefined : inputTexts(input); // before the run is opened
  let model: Model | undefined;
  try {
    model = await load(run, { device, threads });
    if (model.description.kind === "latent") {
      refuseFlags(flags, FROM_SOURCE_FLAGS, `is for other models, but the run in "${run}" writes sentences from points of its latent space`);
      await write(model, flags);
    } else if (model.description.kind === "language") {
      if (!model.description.labels) refuseFlags(flags, ["label"], `is for models that were trained with labels, but the run in "${run}" is a language model without`);
      refuseFlags(flags, CONVERT_FLAGS, `is for models of pairs of texts, but the run in "${run}" writes on from a prompt`);
      await write(model, flags);
    } else {
      if (!given) throw new WordloomError("invalid_argument", `The run in "${run}" makes one text of another; give it a text, a file or - for the standard input with --input.`);
      refuseFlags(flags, ["label"], `is for models that were trained with labels, but the run in "${run}" converts texts`);
      refuseFlags(flags, WRITE_FLAGS, `is for language models, but the run in "${run}" converts the text of --input`);
      await convert(model, given, flags);
    }
  } finally {
    given?.close();
    await model?.release();
  }
}

/** Writes samples on from a prompt. */
async function write(model: Model, flags: WriteFlags): Promise<void> {
  const { number, prompt: typed, stop, json = false, label, beams, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed } = flags;
  const prompt = unescapeText(typed ?? "");
  const asked = { label, beams, maxTokens, temperature, topK, topP, minP, repetitionPenalty };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const options: GenerateOptions = {
    ...given,
    prompt,
    count: number,
    seed: seed ?? Math.floor(Math.random() * 2 ** 32),
    ...(stop ? { stop: stop.map(unescapeText) } : {}),
  };
  const openView = (): GenerationView => {
    const opened = createGenerationView({ stream: process.stdout, count: number, json, prompt, linePerSample: model.description.kind === "latent" });
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
  }
}
