// What `generate --input` does: texts from the command line, a file or a pipe, a converted line for each, in order.

import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { load } from "../api/load.js";
import type { LoadOptions } from "../api/model_options.js";
import type { Converted } from "../api/pair_jobs.js";
import { WordloomError } from "../errors.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";

/** The flags of `generate` that matter here. */
export interface ConvertFlags extends LoadOptions {
  readonly number: number;
  readonly json?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly beams?: number;
  readonly lengthPenalty?: number;
  readonly targetLanguage?: string;
  readonly alignments?: boolean;
}

/** The lines of an input as they come; a byte order mark at the beginning is no part of the text. */
async function* linesOf(stream: Readable): AsyncGenerator<string, void, void> {
  let first = true;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    yield first ? line.replace(/^\uFEFF/, "") : line;
    first = false;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The texts that `--input` names. */
function inputTexts(input: string): AsyncIterable<string> | Iterable<string> {
  if (input === "-") return linesOf(process.stdin);
  if (isFile(input)) return linesOf(createReadStream(input));
  if (input.trim() === "") throw new WordloomError("invalid_argument", "The --input is empty; give a text, a file or - for the standard input.");
  return [input];
}

/** Writes a chunk and waits where the reader is slower than the model. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** One output for one source: its best texts, a line each, or a JSON object. */
function shown({ source, best, alignment, truncated: _truncated, ...first }: Converted, json: boolean): string {
  if (!json) return `${best.map(({ text }) => text.replaceAll("\n", " ")).join("\n")}\n`;
  const others = best.length > 1 ? { best: best.map(({ text, score, logProbability }) => ({ text, score, logProbability })) } : {};
  return `${JSON.stringify({ source, ...first, ...others, ...(alignment ? { alignment } : {}) })}\n`;
}

/** Converts the input line by line; blank lines stay blank, so that output line n belongs to input line n. */
export async function convert(run: string, input: string, flags: ConvertFlags): Promise<void> {
  const { number, json = false, alignments = false, device, threads, ...asked } = flags;
  const { beams, lengthPenalty, targetLanguage, maxTokens, temperature, topK, topP, minP, seed } = asked;
  const chosen = { beams: beams ?? (temperature === undefined ? Math.max(5, number) : undefined), lengthPenalty, targetLanguage, maxTokens, temperature, topK, topP, minP };
  const options = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  const texts = inputTexts(input);
  const model = await load(run, { device, threads });
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const blanks: number[] = []; // which of the inputs were blank
  let read = 0;
  async function* sources(): AsyncGenerator<string, void, void> {
    for await (const text of texts) {
      if (text.trim() === "") blanks.push(read);
      else yield text;
      read++;
    }
  }
  let line = 0;
  let cut = 0;
  const writeBlanks = async (): Promise<void> => {
    for (; blanks[0] === line; line++) {
      blanks.shift();
      await write(json ? `${JSON.stringify({ source: "", text: "" })}\n` : "\n");
    }
  };
  try {
    for await (const converted of model.convert(sources(), { ...options, nBest: number, alignments, seed: seed ?? Math.floor(Math.random() * 2 ** 32), signal: interruption.signal })) {
      await writeBlanks();
      await write(shown(converted, json || alignments));
      if (converted.truncated) cut++;
      line++;
    }
    await writeBlanks();
  } catch (error) {
    if (!isInterruption(error)) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
    await model.release();
  }
  if (cut > 0) process.stderr.write(`${cut === 1 ? "1 text was" : `${cut} texts were`} longer than the model holds (${model.description.contextLength} tokens) and read only as far.\n`);
}
