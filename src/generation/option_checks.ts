// How options are checked: each wrong one gives one sentence that says what was given and what to do.

import * as z from "zod";
import { WordloomError } from "../errors.js";

/** How a wrong value is shown inside a sentence: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "function") return "a function";
  return String(value);
}

/** The sentence for a value that does not fit: what was wrong, what was given, what to do. */
export function must(what: string, advice: string): (issue: { readonly input?: unknown }) => string {
  return (issue) => `The ${what}, but ${show(issue.input)} was given; ${advice}.`;
}

/** A real number from `least` to `most`. */
export function real(sentence: (issue: { readonly input?: unknown }) => string, least: number, most = Infinity) {
  return z.number({ error: sentence }).gte(least, { error: sentence }).lte(most, { error: sentence });
}

/** A whole number from `least` up to 2^53 - 1. */
export function whole(sentence: (issue: { readonly input?: unknown }) => string, least: number) {
  return z.int({ error: sentence }).gte(least, { error: sentence });
}

/** A list of token ids. */
export function tokenIds(what: string) {
  const each = must(`${what} must be whole numbers of 0 or more`, "give ids of the tokenizer's vocabulary");
  const list = must(`${what} must be a list of token ids`, "give ids of the tokenizer's vocabulary");
  return z.array(whole(each, 0), { error: list }).readonly();
}

/**
 * An object of options that knows no others.
 * @param what one of them, as people call it: "sampling option"
 * @param example options that may be given
 */
export function strictOptions<Shape extends z.ZodRawShape>(shape: Shape, what: string, example: string) {
  const object = must(`${what.replace("option", "options")} must be an object`, `give for example ${example}`);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return object(issue);
      return `There is no ${what} called ${show(issue.keys[0])}; the options are ${Object.keys(shape).join(", ")}.`;
    },
  });
}

/**
 * Checks options and fills in the defaults.
 * @throws WordloomError `invalid_argument`, one sentence about the first option that is wrong
 */
export function parseOptions<Output>(type: z.ZodType<Output>, options: unknown): Output {
  const parsed = type.safeParse(options);
  if (!parsed.success) throw new WordloomError("invalid_argument", parsed.error.issues[0].message);
  return parsed.data;
}
