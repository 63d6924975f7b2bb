// A stream to write on whose reader may leave at any time (`| head -1`), or whose disk may be full.
import { WordloomError } from "../../errors.js";

/** Writes text until the stream breaks; then it drops the rest and says so through `signal`. */
export class Output {
  readonly stream: NodeJS.WriteStream;
  readonly #breaking = new AbortController();
  readonly #onError = (error: NodeJS.ErrnoException) => this.#break(error);

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    stream.on("error", this.#onError);
  }

  /** Aborted when nothing more can be written; its reason is the EPIPE error, or a WordloomError of code `disk_full`. */
  get signal(): AbortSignal {
    return this.#breaking.signal;
  }

  write(text: string): void {
    if (text !== "" && !this.signal.aborted) this.stream.write(text);
  }

  #break(error: NodeJS.ErrnoException): void {
    if (this.signal.aborted) return;
    this.#breaking.abort(
      isReaderGone(error)
        ? error
        : new WordloomError(
            "disk_full",
            `The output could not be written (${error.message}); free some space or write it elsewhere.`,
            {
              cause: error,
            },
          ),
    );
  }
}

/** True if an error, or one that caused it, only says that the reader of a pipe has gone. */
export function isReaderGone(error: unknown): boolean {
  const seen = new Set<unknown>(); // an error can be its own cause
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === "EPIPE") return true;
    seen.add(cause);
  }
  return false;
}

/**
 * Whether a stream is a terminal that can be drawn on, and whether colours are welcome there
 * (a non-empty NO_COLOR says no, see no-color.org; so does a terminal of type `dumb`).
 */
export function terminalSettings(
  stream: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv = process.env,
): { isTerminal: boolean; color: boolean } {
  const isTerminal = stream.isTTY === true && environment["TERM"] !== "dumb";
  return { isTerminal, color: isTerminal && !environment["NO_COLOR"] };
}
