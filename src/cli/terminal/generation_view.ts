// Shows samples: one as it is written, several one after the other, or as JSON lines for programs.
import picocolors from "picocolors";

import type { GenerationEvent, SampleEvent } from "../../generation/generate.js";
import { formatInteger } from "./format.js";
import { Output, terminalSettings } from "./output.js";
import { makeVisible } from "./visible_text.js";

/** Shows the events of one generation. */
export interface GenerationView {
  /** Aborted when nobody reads any more, or nothing more can be written: pass it on to the generation. */
  readonly signal: AbortSignal;
  handle(event: GenerationEvent): void;
  /** Ends the line of a sample that was broken off. To be called once, also after an error. */
  close(): void;
}

/** Where a view writes, and how. What is left out is found out from the stream and the environment. */
export interface GenerationViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** How many samples will come: a single one is shown while it is written. */
  readonly count: number;
  /** One JSON object `{ text, tokens, finishReason }` per sample and line, `tokens` being how many were drawn, and nothing else. */
  readonly json?: boolean;
  /** Shown before each sample, which continues it; no part of the JSON. */
  readonly prompt?: string;
  /** True if a sample is a line by nature (a name, a message): then nothing stands between one and the next. */
  readonly linePerSample?: boolean;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly color?: boolean;
}

const WIDEST_HEADER = 60;
const SEPARATOR = "---";

/**
 * A view for `count` samples, shown in the order of their numbers whatever the order in which they are completed.
 *
 * On a terminal, control characters that the model wrote are made visible; in a pipe the text goes as it is. Between
 * several samples stands a thin header on a terminal and a line `---` in a pipe. A sample always ends with a line feed.
 *
 * @example
 * const view = createGenerationView({ stream: process.stdout, count: 3 });
 * try {
 *   for await (const event of generateText({ ...request, signal: view.signal })) view.handle(event);
 * } finally {
 *   view.close();
 * }
 */
export function createGenerationView(options: GenerationViewOptions): GenerationView {
  const { stream, count, json = false, prompt = "", linePerSample = false } = options;
  const settings = terminalSettings(stream);
  const { isTerminal = settings.isTerminal, color = settings.color } = options;
  const output = new Output(stream);
  const { signal } = output;
  const ignore = () => {};
  if (json) {
    const write = inOrder(({ text, tokens, finishReason, label }) =>
      output.write(`${JSON.stringify({ text, ...(label === undefined ? {} : { label }), tokens: tokens.length, finishReason })}\n`),
    );
    return { signal, handle: (event) => (event.type === "sample" ? write(event) : undefined), close: ignore };
  }

  const { dim, bold } = picocolors.createColors(color);
  const writer = new TextWriter(output, isTerminal, bold);
  if (linePerSample) {
    const show = inOrder(({ text }) => {
      writer.write(text === "" ? "\n" : text); // an empty one has its line too
      writer.endLine();
    });
    return { signal, handle: (event) => (event.type === "sample" ? show(event) : undefined), close: ignore };
  }
  if (count === 1) {
    writer.writePrompt(prompt);
    return {
      signal,
      handle: (event) => (event.type === "text" ? writer.write(event.text) : writer.endLine()),
      close: () => writer.endLine(),
    };
  }

  const columns = Math.min(WIDEST_HEADER, (options.columns ?? stream.columns) || WIDEST_HEADER);
  const show = inOrder(({ sample, text, tokens, finishReason }) => {
    if (isTerminal) {
      const title = `── ${sample + 1} of ${count} ── ${formatInteger(tokens.length)} tokens, ${finishReason} `;
      output.write(`${dim(title.padEnd(columns, "─").slice(0, columns))}\n`);
    } else if (sample > 0) {
      output.write(`${SEPARATOR}\n`);
    }
    writer.writePrompt(prompt);
    writer.write(text);
    writer.endLine();
  });
  return { signal, handle: (event) => (event.type === "sample" ? show(event) : undefined), close: ignore };
}

/** Passes samples on in the order of their numbers, from 0, and keeps those that come too early. */
function inOrder(show: (sample: SampleEvent) => void): (sample: SampleEvent) => void {
  const early = new Map<number, SampleEvent>();
  let next = 0;
  return (sample) => {
    early.set(sample.sample, sample);
    for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
      early.delete(next);
      next += 1;
      show(ready);
    }
  };
}

/** Writes text that comes in pieces cut anywhere, even in the middle of a character. */
class TextWriter {
  readonly #output: Output;
  readonly #isTerminal: boolean;
  readonly #promptPaint: (text: string) => string;
  /** What cannot be judged before the next piece comes: half a character, or a carriage return. */
  #held = "";
  #atLineStart = true;

  constructor(output: Output, isTerminal: boolean, promptPaint: (text: string) => string) {
    this.#output = output;
    this.#isTerminal = isTerminal;
    this.#promptPaint = promptPaint;
  }

  /** Writes a text that is whole, set off from what the model adds where there are colours. */
  writePrompt(prompt: string): void {
    this.#put(prompt, this.#promptPaint);
  }

  write(piece: string): void {
    const text = this.#held + piece;
    this.#held = /[\uD800-\uDBFF\r]$/.exec(text)?.[0] ?? "";
    this.#put(text.slice(0, text.length - this.#held.length));
  }

  /** Writes what is held and, unless the text ended with one, a line feed. */
  endLine(): void {
    this.#put(this.#held);
    this.#held = "";
    if (!this.#atLineStart) this.#put("\n");
  }

  #put(text: string, paint: (text: string) => string = String): void {
    if (text === "") return;
    this.#atLineStart = text.endsWith("\n");
    this.#output.write(paint(this.#isTerminal ? makeVisible(text) : text));
  }
}
