// What a program may hand to the library's calls, checked before anything is sent to a worker: JavaScript has no types.

import { WordloomError } from "../errors.js";
import { show } from "../generation/option_checks.js";

/**
 * @param call as people write it: "explain"
 * @param what it takes first: "a text"
 * @throws WordloomError "invalid_argument" for what is no string
 */
export function checkText(value: unknown, call: string, what: string): void {
  if (typeof value === "string") return;
  throw new WordloomError("invalid_argument", `The call ${call} takes ${what} as a string, but ${value === undefined ? "nothing" : show(value)} was given.`);
}

/** @throws WordloomError "invalid_argument" for an option that is given and no string */
export function checkTextOption(value: unknown, call: string, name: string): void {
  if (value === undefined || typeof value === "string") return;
  throw new WordloomError("invalid_argument", `The ${name} of ${call} must be a string, but ${show(value)} was given.`);
}

/**
 * @param example a call that is right
 * @throws WordloomError "invalid_argument" for options that are no object, or whose signal is none
 */
export function checkOptions(options: unknown, call: string, example: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new WordloomError("invalid_argument", `The options of ${call} must be an object, but ${show(options)} was given; write for example ${example}.`);
  }
  const { signal } = options as { readonly signal?: unknown };
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new WordloomError("invalid_argument", `The signal of ${call} must be an AbortSignal, but ${show(signal)} was given; give that of an AbortController.`);
}

/** @throws WordloomError "invalid_argument" for what is no list of strings, or an empty one */
export function checkedTexts(texts: unknown, call: string): readonly string[] {
  if (Array.isArray(texts) && texts.length > 0 && texts.every((text) => typeof text === "string")) return texts;
  throw new WordloomError("invalid_argument", `The call ${call} takes a list of texts, but ${Array.isArray(texts) && texts.length === 0 ? "an empty one" : Array.isArray(texts) ? "a list of something else" : show(texts)} was given.`);
}

/**
 * The texts to convert, each checked when it is taken.
 * @throws WordloomError "invalid_argument" for what is neither a text nor iterable; while iterating, for an item that is no text
 */
export function checkedSources(sources: unknown): Iterable<string> | AsyncIterable<string> {
  if (typeof sources === "string") return [sources];
  if (typeof sources === "object" && sources !== null) {
    if (Symbol.asyncIterator in sources) return checkedLater(sources as AsyncIterable<unknown>);
    if (Symbol.iterator in sources) return checkedNow(sources as Iterable<unknown>);
  }
  throw new WordloomError("invalid_argument", `The call convert takes a text, or texts to iterate over, but ${sources === undefined ? "nothing" : show(sources)} was given.`);
}

function checkSource(source: unknown, place: number): asserts source is string {
  if (typeof source === "string") return;
  throw new WordloomError("invalid_argument", `Each source to convert must be a string, but ${show(source)} was given as number ${place}.`);
}

async function* checkedLater(sources: AsyncIterable<unknown>): AsyncGenerator<string, void, void> {
  let place = 0;
  for await (const source of sources) {
    checkSource(source, ++place);
    yield source;
  }
}

function* checkedNow(sources: Iterable<unknown>): Generator<string, void, void> {
  let place = 0;
  for (const source of sources) {
    checkSource(source, ++place);
    yield source;
  }
}
