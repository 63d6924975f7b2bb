// Which words of a source a text came from, read off the attention of the model that wrote it.

import type { Hypothesis } from "../generation/hypothesis.js";
import { replaceUnknown } from "../generation/replace_unknown.js";
import { unspacedClass } from "../text/unspaced_scripts.js";
import { WordTokenizer } from "../text/word_tokenizer.js";
import type { ReadSource } from "./pair_jobs.js";
import { hasAttention } from "./pair_options.js";
import type { RunModel } from "./run_model.js";

/** An encoder–decoder that is open. */
export type PairModel = Extract<RunModel, { kind: "pairs" }>;

/** Which source token each output token came from. */
export interface Alignment {
  readonly source: readonly string[];
  /** What was written, `<eos>` at the end only where the model ended the text itself. */
  readonly target: readonly string[];
  /**
   * (target × source): what was attended to when the token was written, the mean over the heads of the last layer that
   * attends to the source; each row sums to 1.
   */
  readonly weights: readonly (readonly number[])[];
}

/** Whether texts have to come with their attention: for alignments, and where a word may be unknown and be taken over. */
export const needsAttention = (run: Pick<PairModel, "config" | "tokenizer">, alignments: boolean): boolean => alignments || (run.tokenizer.kind === "word" && hasAttention(run));

/** Token ids of a text as it was written: behind a complete one its end token, as far as the model holds it. */
export function writtenTokens({ tokenizer, config }: Pick<PairModel, "tokenizer" | "config">, { tokens, complete }: Pick<Hypothesis, "tokens" | "complete">): readonly number[] {
  return (complete ? [...tokens, tokenizer.eosId] : tokens).slice(0, config.max_position_embeddings);
}

/**
 * Labels of a source's and a text's tokens.
 * @param source with its `<eos>`
 * @param target as `writtenTokens` gives it
 */
export function alignmentLabels({ tokenizer, sourceTokenizer }: Pick<PairModel, "tokenizer" | "sourceTokenizer">, source: readonly number[], target: readonly number[]): Pick<Alignment, "source" | "target"> {
  return { source: source.map((id) => sourceTokenizer.tokenText(id)), target: target.map((id) => tokenizer.tokenText(id)) };
}

/** The alignment of a text that came with its attention. */
export function alignmentOf(run: PairModel, { ids }: Pick<ReadSource, "ids">, text: Hypothesis): Alignment {
  const weights = (text.attention ?? []).map((row) => Array.from(row, (weight) => Number(weight.toFixed(6))));
  return { ...alignmentLabels(run, ids, writtenTokens(run, text)), weights };
}

/** Tokens as text, each unknown word taken over from the source where attention, if the text came with it, says it stands. */
export function withSourceWords({ tokenizer, sourceTokenizer }: Pick<PairModel, "tokenizer" | "sourceTokenizer">, { ids, text, tagTokens }: ReadSource, { tokens, attention }: Hypothesis): string {
  if (!attention || !(sourceTokenizer instanceof WordTokenizer) || tokenizer.kind !== "word" || !tokens.includes(tokenizer.unknownId)) return tokenizer.decode(tokens);
  const words = sourceTokenizer.words(text).slice(tagTokens, ids.length - 1); // not those of the tag, or beyond what was read
  const replaced = replaceUnknown(tokens, tokenizer.unknownId, attention.map((row) => row.subarray(tagTokens)), words);
  let written = "";
  tokens.forEach((token, i) => {
    const word = replaced[i];
    const joins = word !== null && SPACED_LETTER_LAST.test(written) && SPACED_LETTER_FIRST.test(word); // the first of a text has no space
    written += joins ? ` ${word}` : (word ?? tokenizer.decode([token]));
  });
  return written.trimStart();
}

/** Letters and digits that spaces keep apart from others. */
const SPACED = `(?![${unspacedClass}])[\\p{L}\\p{N}]`;
const SPACED_LETTER_FIRST = new RegExp(`^${SPACED}`, "u");
const SPACED_LETTER_LAST = new RegExp(`${SPACED}$`, "u");
