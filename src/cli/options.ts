// Reading numbers and switches from a command line.

import { InvalidArgumentError } from "commander";
import { WordloomError } from "../errors.js";

/** A number as it was typed; what it may be is checked where it is used. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number");
  return value;
}

/** A number where the text is one, else the text itself: an amount or a file. */
export function parseNumberOrText(text: string): number | string {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

/** `\n` and `\t` as a person types them inside quotes. */
export function unescapeText(text: string): string {
  return text.replace(/\\([nt\\])/g, (_, character: string) => ({ n: "\n", t: "\t", "\\": "\\" })[character]!);
}

/** The exit code that shells expect of a program ended by Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * Calls `stop` at the first Ctrl-C, so that work can be saved; the second ends the process at once.
 * @returns takes the handler off again
 */
export function onInterrupt(stop: () => void): () => void {
  let asked = false;
  const handler = (): void => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    stop();
  };
  process.on("SIGINT", handler);
  process.on("SIGTERM", handler);
  return () => {
    process.off("SIGINT", handler);
    process.off("SIGTERM", handler);
  };
}

/** Whether an error says that a person interrupted the work. */
export const isInterruption = (error: unknown): boolean => error instanceof WordloomError && error.code === "interrupted";
