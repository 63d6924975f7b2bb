// Takes from an input as much as is there, up to a bound: many items of a file, the one line that somebody typed.

import { interrupted } from "./interrupted.js";

/** How long an input may leave waiting before what it gave is taken, in milliseconds: not noticed by who types. */
const PAUSE = 20;

/** What became of a request for the next item. */
type Outcome<Item> = { readonly kind: "item"; readonly item: Item } | { readonly kind: "end" } | { readonly kind: "failure"; readonly error: unknown };

/**
 * Reads an input, endless ones too, in windows of 1 to `most` items: a window ends when it is full, when the input ends,
 * or when the input pauses. Never more than one window and one item are held. An input that fails gives the window
 * before its failure first. Where the reader leaves, the input is closed.
 * @param most whole numbers of 1 or more; a function is asked at the beginning of each window, counted from 0
 * @throws WordloomError `interrupted` when the signal is aborted, also while waiting; and whatever the input throws
 */
export async function* readAhead<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  most: number | ((window: number) => number),
  signal?: AbortSignal,
): AsyncGenerator<readonly Item[], void, void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let asked: Promise<Outcome<Item>> | null = null;
  let last: Outcome<Item> | null = null; // the end, or a failure
  let given = 0;
  try {
    while (last === null) {
      const window: Item[] = [];
      const full = typeof most === "number" ? most : most(given);
      while (last === null && window.length < full) {
        asked ??= ask(iterator);
        const outcome = await waitFor(asked, window.length === 0 ? Infinity : PAUSE, signal);
        if (outcome === null) break;
        asked = null;
        if (outcome.kind === "item") window.push(outcome.item);
        else last = outcome;
      }
      if (window.length === 0) continue;
      given++;
      yield window;
    }
    if (last.kind === "failure") throw last.error;
  } finally {
    if (last === null) {
      const closed = Promise.resolve(iterator.return?.()).catch(() => {});
      if (asked === null) await closed; // an input that is being waited for closes when it likes
    }
  }
}

async function ask<Item>(iterator: AsyncIterator<Item> | Iterator<Item>): Promise<Outcome<Item>> {
  try {
    const { done, value } = await iterator.next();
    return done ? { kind: "end" } : { kind: "item", item: value };
  } catch (error) {
    return { kind: "failure", error };
  }
}

/** The outcome, or null if it is not there in time; rejects when the signal is aborted. */
function waitFor<Item>(asked: Promise<Outcome<Item>>, milliseconds: number, signal: AbortSignal | undefined): Promise<Outcome<Item> | null> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(interrupted(signal));
      return;
    }
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      finish();
    };
    const abort = (): void => settle(() => reject(interrupted(signal!)));
    const timer = milliseconds === Infinity ? undefined : setTimeout(() => settle(() => resolve(null)), milliseconds);
    signal?.addEventListener("abort", abort);
    void asked.then((outcome) => settle(() => resolve(outcome)));
  });
}
