// Shows samples: one as it is written, several one after the other, or as JSON lines for programs.
import picocolors from "picocolors";

import { formatInteger } from "./format.js";
import { Output, terminalSettings } from "./output.js";
import { makeVisible } from "./visible_text.js";

/** A finished sample; with `json`, exactly this is a line. */
export interface Sample {
  readonly text: string;
  /** Tokens written, the prompt's not counted. */
  readonly tokens: number;
  /** Why it ended, such as `stop` or `length`. */
  readonly finishReason: string;
}

/** Where a view writes, and how. What is left out is found out from the stream and the environment. */
export interface GenerationViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** How many samples will come: a single one is shown while it is written. */
  readonly count: number;
  readonly json?: boolean;
  /** True if a sample is a line by nature (a name, a message): then there is nothing between one and the next. */
  readonly linePerSample?: boolean;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly color?: boolean;
}

/** Shows the samples of one call. */
export interface GenerationView {
  /** Aborted when nobody reads any more (or nothing more can be written): pass it on to the generation. */
  readonly signal: AbortSignal;
  /** The next piece of the one sample's text; pieces of several samples are passed over until each is whole. */
  piece(text: string): void;
  /** A whole sample, in the order in which samples are to be shown. Of a single one, only what was not shown as pieces. */
  sample(sample: Sample): void;
  /** Ends a sample that was broken off. To be called once, also after an error. */
  close(): void;
}

const WIDEST_HEADER = 60;
const SEPARATOR = "---";

/**
 * A view for `count` samples.
 *
 * On a terminal, control characters that the model wrote are made visible; in a pipe the text goes as it is. Between
 * several samples stands a thin header on a terminal and a line `---` in a pipe. The text always ends with a line feed.
 */
export function createGenerationView(options: GenerationViewOptions): GenerationView {
  const { stream, json = false, count, linePerSample = false } = options;
  const settings = terminalSettings(stream);
  const { isTerminal = settings.isTerminal, color = settings.color } = options;
  const output = new Output(stream);
  if (json) {
    return {
      signal: output.signal,
      piece: () => {},
      sample: ({ text, tokens, finishReason }) => output.write(`${JSON.stringify({ text, tokens, finishReason })}\n`),
      close: () => {},
    };
  }

  const writer = new TextWriter(output, isTerminal);
  if (count === 1) {
    let streamed = 0;
    return {
      signal: output.signal,
      piece: (text) => {
        streamed += text.length;
        writer.write(text);
      },
      sample: ({ text }) => {
        writer.write(text.slice(streamed));
        writer.endLine();
      },
      close: () => writer.endLine(),
    };
  }

  const { dim } = picocolors.createColors(color);
  let shown = 0;
  return {
    signal: output.signal,
    piece: () => {},
    sample: ({ text, tokens, finishReason }) => {
      shown += 1;
      if (isTerminal && !linePerSample) {
        const title = `── ${shown} of ${count} ── ${formatInteger(tokens)} token${tokens === 1 ? "" : "s"}, ${finishReason} `;
        const columns = Math.min(WIDEST_HEADER, options.columns ?? (stream.columns || WIDEST_HEADER));
        output.write(`${dim(title.padEnd(columns, "─"))}\n`);
      } else if (shown > 1 && !linePerSample) {
        output.write(`${SEPARATOR}\n`);
      }
      writer.write(text);
      writer.endLine();
    },
    close: () => {},
  };
}

/** Writes text that comes in pieces cut anywhere, even in the middle of a character. */
class TextWriter {
  readonly #output: Output;
  readonly #isTerminal: boolean;
  /** What cannot be judged before the next piece comes: half a character, or a carriage return. */
  #held = "";
  #atLineStart = true;

  constructor(output: Output, isTerminal: boolean) {
    this.#output = output;
    this.#isTerminal = isTerminal;
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

  #put(text: string): void {
    if (text === "") return;
    this.#atLineStart = text.endsWith("\n");
    this.#output.write(this.#isTerminal ? makeVisible(text) : text);
  }
}
