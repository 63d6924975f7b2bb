// What the commands on a latent space share: their flags, opening a run, remarks, interruption.

import type { Command } from "commander";
import { load, type Model } from "../api/load.js";
import type { DecodedText } from "../api/latent_writing.js";
import type { LatentWriteOptions, LoadOptions } from "../api/model_options.js";
import { WordloomError } from "../errors.js";
import { DEVICES } from "../runtime/backend.js";
import { ConversionRemarks } from "./conversion_remarks.js";
import { isFile } from "./input_lines.js";
import { INTERRUPTED, isInterruption, onInterrupt, parseNumber } from "./options.js";
import { Output, terminalSettings } from "./terminal/output.js";
import { makeOneLine } from "./terminal/visible_text.js";

/** Flags of all of them. */
export interface LatentFlags extends LoadOptions, LatentWriteOptions {
  readonly json?: boolean;
}

/** Adds the flags of reading sentences. */
export const withReadingFlags = (command: Command): Command =>
  command.option("--label <name>", "the label of the sentences, of a model with labels (of each the likeliest)");

/** Adds the flags of writing from points. */
export const withWritingFlags = (command: Command): Command =>
  command
    .optionsGroup("Writing (greedy unless told otherwise):")
    .option("--beams <n>", "texts followed side by side", parseNumber)
    .option("--temperature <t>", "draw words at random: below 1 sharper, above 1 wilder", parseNumber)
    .option("--top-k <k>", "draw only from the k likeliest tokens", parseNumber)
    .option("--top-p <p>", "draw only from the likeliest tokens that make up p", parseNumber)
    .option("--min-p <p>", "draw only from tokens at least p times as likely as the likeliest", parseNumber)
    .option("--max-tokens <n>", "the most tokens of a text (as many as the model holds)", parseNumber)
    .option("--seed <n>", "chooses the random numbers (0)", parseNumber);

/** Adds the flags of the machine and of the output. */
export const withMachineFlags = (command: Command, json: string): Command =>
  command
    .optionsGroup("Machine:")
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", `${DEVICES.join(" | ")} (cpu)`)
    .optionsGroup("Output:")
    .option("--json", json);

/** The flags that say how texts are written. */
export function writingOptions({ beams, temperature, topK, topP, minP, maxTokens, seed, label }: LatentFlags): LatentWriteOptions {
  const asked = { beams, temperature, topK, topP, minP, maxTokens, seed, label };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** What a command works with. */
export interface LatentWork {
  readonly model: Model;
  /** What the model never saw is noted here, and said at the end. */
  readonly unknown: UnknownRemarks;
  /** Ends the work: a Ctrl-C, or a reader that left. */
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

/**
 * Opens a run for a command, and ends as commands end: at Ctrl-C, where the reader leaves, with remarks on what the model
 * never saw.
 * @param command for the message where the run has no latent space
 */
export async function withLatentModel(run: string, { device, threads }: LoadOptions, command: string, work: (work: LatentWork) => Promise<void>): Promise<void> {
  const model = await load(run, { device, threads });
  const output = new Output(process.stdout);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const unknown = new UnknownRemarks(model);
  try {
    if (model.description.kind !== "latent") {
      throw new WordloomError("invalid_argument", `The run in "${run}" is no variational autoencoder and has no latent space to ${command} in; train one with --family vae.`);
    }
    await work({ model, unknown, signal: AbortSignal.any([interruption.signal, output.signal]), write: (text) => output.write(text), isTerminal: terminalSettings(process.stdout).isTerminal });
  } catch (error) {
    if (!isInterruption(error)) throw error;
    if (interruption.signal.aborted) process.exitCode = INTERRUPTED;
    else if (output.signal.aborted) throw output.signal.reason;
  } finally {
    unknown.write();
    release();
    await model.release();
  }
}

/** Says what a model never saw of the texts that pass by, all at once at the end. */
export class UnknownRemarks {
  private readonly remarks = new ConversionRemarks();

  constructor(private readonly model: Model) {}

  async note(texts: readonly string[]): Promise<void> {
    this.remarks.note({ truncated: false, unknown: await this.model.unknown(texts) });
  }

  write(): void {
    for (const sentence of this.remarks.sentences(this.model.description.contextLength)) process.stderr.write(`${sentence}\n`);
  }
}

/** @throws WordloomError "invalid_argument" for a file where a sentence is meant */
export function checkSentence(text: string, command: string): void {
  if (isFile(text)) throw new WordloomError("invalid_argument", `"${text}" is a file, and ${command} takes a sentence; give one of its sentences itself.`);
}

/** A written text as JSON. */
export const describeDecoded = ({ text, label, tokens, complete, logProbability, point }: DecodedText): object => ({
  text,
  ...(label === undefined ? {} : { label }),
  tokens: tokens.length,
  finishReason: complete ? "end" : "length",
  logProbability,
  point: point.map(shortNumber),
});

/** A float32 in as few digits as tell it apart from others. */
export const shortNumber = (value: number): number => Number(value.toPrecision(9));

/** A text on one line, safe for a terminal. */
export const oneLine = (text: string, isTerminal: boolean): string => (isTerminal ? makeOneLine(text) : text.replace(/[\n\r]+/g, " "));
