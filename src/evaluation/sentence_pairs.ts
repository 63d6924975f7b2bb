// Lays hypotheses beside their references and says what is wrong where they do not fit: the beginning of every measure.

import { WordloomError } from "../errors.js";

/** For each hypothesis the one text, or the several texts, that would have been right. */
export type References = readonly (string | readonly string[])[];

export interface SentencePair {
  readonly hypothesis: string;
  /** At least one. */
  readonly references: readonly string[];
}

/** What is wrong with one pair, as the end of a sentence about its hypothesis. */
function problemOf(hypothesis: unknown, references: readonly unknown[]): string | undefined {
  if (typeof hypothesis !== "string") return "is not a text; give an empty text where nothing was written.";
  if (references.length === 0) return "has no reference; give it at least one, or leave it out.";
  if (!references.every((text) => typeof text === "string")) return "has a reference that is not a text; give texts only.";
  return undefined;
}

/**
 * One pair a hypothesis, in order.
 * @throws WordloomError `invalid_argument` when there is nothing to measure, when the lists differ in length, when a
 * hypothesis has no reference, or when something is not a text
 */
export function pairSentences(hypotheses: readonly string[], references: References): SentencePair[] {
  if (!Array.isArray(hypotheses) || !Array.isArray(references)) {
    const message = "The hypotheses and the references must both be lists; give one text, or one list of texts, a hypothesis.";
    throw new WordloomError("invalid_argument", message);
  }
  if (hypotheses.length !== references.length) {
    const given = `There are ${hypotheses.length} hypotheses but references for ${references.length}`;
    throw new WordloomError("invalid_argument", `${given}; give one reference, or one list of references, a hypothesis.`);
  }
  if (hypotheses.length === 0) {
    throw new WordloomError("invalid_argument", "There are no hypotheses to measure; give at least one with its reference.");
  }
  return hypotheses.map((hypothesis, i) => {
    const given: string | readonly string[] = references[i];
    const texts = Array.isArray(given) ? (given as readonly string[]) : [given as string];
    const problem = problemOf(hypothesis, texts);
    if (problem) throw new WordloomError("invalid_argument", `Hypothesis ${i + 1} ${problem}`);
    return { hypothesis, references: texts };
  });
}
