// What `generate --input` does: texts from the command line, a file or a pipe, a converted line for each, in order.

import { once } from "node:events";
import type { Model } from "../api/load.js";
import type { ConvertOptions } from "../api/model_options.js";
import type { Converted, ConvertedText } from "../api/pair_jobs.js";
import { DEFAULT_BEAMS } from "../api/pair_options.js";
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

/** How many pieces that the model never saw are shown. */
const SHOWN = 8;

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

/** Stands for a blank line of the input. */
const blankLine = (source: string, count: number, json: boolean): string => (json ? `${JSON.stringify({ source, text: "", tokens: 0, finishReason: "end" })}\n` : "\n".repeat(count));

/** Some of the pieces, as they stand in a sentence. */
function listed(pieces: ReadonlySet<string>): string {
  const shown = [...pieces].slice(0, SHOWN).map((piece) => JSON.stringify(piece)).join(", ");
  return pieces.size > SHOWN ? `${shown} and ${pieces.size - SHOWN} more` : shown;
}

/** Converts the input line by line; blank lines stay blank, so that output line n belongs to input line n. */
export async function convert(model: Model, { texts, close }: InputTexts, flags: ConvertFlags): Promise<void> {
  const { number, json = false, beams, lengthPenalty, coveragePenalty, targetLanguage, maxTokens, alignments = false, temperature, topK, topP, minP, seed } = flags;
  const random = [temperature, topK, topP, minP].some((value) => value !== undefined);
  const options: ConvertOptions = {
    lengthPenalty,
    coveragePenalty,
    targetLanguage,
    maxTokens,
    alignments,
    beams: beams ?? (random ? undefined : Math.max(DEFAULT_BEAMS, number)),
    ...(random ? { temperature: temperature ?? 1, topK, topP, minP, seed: seed ?? Math.floor(Math.random() * 2 ** 32) } : {}),
    nBest: number,
  };
  const output = new Output(process.stdout);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const asJson = json || alignments;
  let read = 0;
  let written = 0;
  let cut = 0;
  const unknown = new Set<string>();
  const blanks: { readonly line: number; readonly source: string }[] = []; // read, and not yet written
  const writeBlanks = async (): Promise<void> => {
    for (; blanks[0]?.line === written; written++) await write(output, blankLine(blanks.shift()!.source, number, asJson));
  };
  async function* sources(): AsyncGenerator<string, void, void> {
    for await (const text of texts) {
      if (text.trim() === "") {
        blanks.push({ line: read++, source: text });
        await writeBlanks(); // at once, if nothing before it is still to be answered
      } else {
        read++;
        yield text;
      }
    }
  }
  try {
    for await (const converted of model.convert(sources(), { ...options, signal: AbortSignal.any([interruption.signal, output.signal]) })) {
      await write(output, shown(converted, asJson));
      written++;
      if (converted.truncated) cut++;
      for (const piece of converted.unknown) unknown.add(piece);
      await writeBlanks();
    }
  } catch (error) {
    if (!isInterruption(error)) throw error;
    if (interruption.signal.aborted) process.exitCode = INTERRUPTED;
    else if (output.signal.aborted) throw output.signal.reason;
  } finally {
    close();
    release();
    if (cut > 0) process.stderr.write(`${cut === 1 ? "1 text was" : `${cut} texts were`} longer than the model holds (${model.description.contextLength} tokens) and read only as far.\n`);
    if (unknown.size > 0) process.stderr.write(`The model never saw ${listed(unknown)}, and reads that as <unk>.\n`);
  }
}
