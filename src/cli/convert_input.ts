// What `generate --input` does: texts from the command line, a file or a pipe, a converted line for each, in order.

import { once } from "node:events";
import type { Model } from "../api/load.js";
import type { ConvertOptions } from "../api/model_options.js";
import type { Converted, ConvertedText } from "../api/pair_jobs.js";
import { DEFAULT_BEAMS } from "../api/pair_options.js";
import { ConversionRemarks } from "./conversion_remarks.js";
import type { InputTexts } from "./input_lines.js";
import { INTERRUPTED, isInterruption, onInterrupt } from "./options.js";
import { Output } from "./terminal/output.js";

/** The flags of `generate` that matter here. */
export interface ConvertFlags extends Omit<ConvertOptions, "nBest" | "batchSize"> {
  readonly number: number;
  readonly json?: boolean;
}

/** Flags of conversions alone. */
export const CONVERT_FLAGS = ["input", "beams", "lengthPenalty", "coveragePenalty", "targetLanguage", "alignments"] as const;

/** Writes a chunk and waits where the reader is slower than the model. */
async function write(output: Output, text: string): Promise<void> {
  if (output.signal.aborted || output.stream.write(text)) return;
  await once(output.stream, "drain", { signal: output.signal }).catch(() => undefined); // who broke it is said elsewhere
}

const described = ({ text, tokens, complete, score, logProbability }: ConvertedText): object => ({ text, tokens: tokens.length, finishReason: complete ? "end" : "length", score, logProbability });

/** One output for one source: its best texts, a line each, or a JSON object. */
function shown({ source, best, alignment, truncated }: Converted, json: boolean): string {
  if (!json) return best.map(({ text }) => `${text.replace(/[\n\r]+/g, " ")}\n`).join("");
  const others = best.length > 1 ? { best: best.map(described) } : {};
  return `${JSON.stringify({ source, ...described(best[0]), truncated, ...others, ...(alignment ? { alignment } : {}) })}\n`;
}

/** What is asked of the model: beams, unless a flag says that texts are to be drawn at random. */
function optionsOf({ number, beams, lengthPenalty, coveragePenalty, targetLanguage, maxTokens, alignments = false, temperature, topK, topP, minP, seed }: ConvertFlags): ConvertOptions {
  const random = [temperature, topK, topP, minP].some((value) => value !== undefined);
  return {
    lengthPenalty,
    coveragePenalty,
    targetLanguage,
    maxTokens,
    alignments,
    beams: beams ?? (random ? undefined : Math.max(DEFAULT_BEAMS, number)),
    ...(random ? { temperature: temperature ?? 1, topK, topP, minP, seed: seed ?? Math.floor(Math.random() * 2 ** 32) } : {}),
    nBest: number,
  };
}

/** Converts the input line by line; of a blank line the model makes an empty one, so that output line n belongs to input line n. */
export async function convert(model: Model, { texts, close }: InputTexts, flags: ConvertFlags): Promise<void> {
  const { json = false, alignments = false } = flags;
  const asJson = json || alignments;
  const output = new Output(process.stdout);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const remarks = new ConversionRemarks();
  try {
    const signal = AbortSignal.any([interruption.signal, output.signal]);
    for await (const converted of model.convert(texts, { ...optionsOf(flags), signal })) {
      await write(output, shown(converted, asJson));
      remarks.note(converted);
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    if (interruption.signal.aborted) process.exitCode = INTERRUPTED;
    else if (output.signal.aborted) throw output.signal.reason;
  } finally {
    close();
    release();
    for (const sentence of remarks.sentences(model.description.contextLength)) process.stderr.write(`${sentence}\n`);
  }
}
