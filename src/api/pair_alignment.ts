// Which words of a source a text came from, read off the attention of the model that wrote it.

import type { AttentionLayer } from "../explanation/attention_map.js";
import { replaceUnknown } from "../generation/replace_unknown.js";
import { forEachMatch } from "../text/matches.js";
import { wordPattern } from "../text/word_tokenizer.js";
import { AttentionReader } from "./attention_reader.js";
import type { OpenedRun } from "./model_jobs.js";
import type { RunModel } from "./run_model.js";

/** An encoder–decoder that is open. */
export type PairModel = Extract<RunModel, { kind: "pairs" }>;

/** Which source token each output token came from. */
export interface Alignment {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** (target × source): what was attended to when the token was written, heads and layers averaged; each row sums to 1. */
  readonly weights: readonly (readonly number[])[];
}

const readers = new WeakMap<OpenedRun, AttentionReader>();

function readerOf(opened: OpenedRun): AttentionReader {
  let reader = readers.get(opened);
  if (!reader) {
    reader = new AttentionReader(opened.run.buffers, opened.session);
    readers.set(opened, reader);
  }
  return reader;
}

/** The attention of a text that was written, one layer and head after another; none for a model without attention. */
export function alignmentLayers(opened: OpenedRun, run: PairModel, source: readonly number[], tokens: readonly number[]): Promise<AttentionLayer[]> {
  const written = [run.tokenizer.bosId, ...tokens].slice(0, run.config.max_position_embeddings);
  return readerOf(opened).alignment(run.model, source, written);
}

/** Labels of a source's and a text's tokens as `alignmentLayers` has columns and rows, `<eos>` at the end of both. */
export function alignmentLabels({ tokenizer, sourceTokenizer, config }: PairModel, source: readonly number[], tokens: readonly number[]): { source: string[]; target: string[] } {
  const target = [...tokens, tokenizer.eosId].slice(0, config.max_position_embeddings);
  return { source: source.map((id) => sourceTokenizer.tokenText(id)), target: target.map((id) => tokenizer.tokenText(id)) };
}

/** The mean over all layers and heads: rows of weights. */
function meanWeights(layers: readonly AttentionLayer[], columns: number): number[][] {
  const heads = layers.flatMap((layer) => layer.heads);
  const rows = heads.length === 0 ? 0 : heads[0].length / columns;
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => heads.reduce((total, head) => total + head[row * columns + column], 0) / heads.length));
}

/** The alignment of a text that a model with attention wrote. */
export async function alignmentOf(opened: OpenedRun, run: PairModel, source: readonly number[], tokens: readonly number[]): Promise<Alignment> {
  const weights = meanWeights(await alignmentLayers(opened, run, source, tokens), source.length);
  return { ...alignmentLabels(run, source, tokens), weights: weights.map((row) => row.map((weight) => Number(weight.toFixed(6)))) };
}

/**
 * Tokens as text, each unknown word taken over from the source where attention says it stands.
 * @param text the source as the model read it
 */
export async function withSourceWords(opened: OpenedRun, run: PairModel, source: readonly number[], text: string, tokens: readonly number[]): Promise<string> {
  const { tokenizer } = run;
  if (tokenizer.kind !== "word" || !tokens.includes(tokenizer.unknownId)) return tokenizer.decode(tokens);
  const words: string[] = [];
  forEachMatch(text, wordPattern, (word) => words.push(word));
  const weights = meanWeights(await alignmentLayers(opened, run, source, tokens), source.length);
  const replaced = replaceUnknown(tokens, tokenizer.unknownId, weights, words.slice(0, source.length - 1));
  const pieces = tokens.map((token) => tokenizer.decode([token]));
  let written = "";
  pieces.forEach((piece, i) => {
    const word = replaced[i];
    const joins = word !== null && SPACED_LETTER_LAST.test(written) && SPACED_LETTER_FIRST.test(word); // the first of a text has no space
    written += joins ? ` ${word}` : (word ?? piece);
  });
  return written.trimStart();
}

/** Letters and digits that spaces keep apart from others: not those of Chinese and Japanese. */
const SPACED = "(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}])[\\p{L}\\p{N}]";
const SPACED_LETTER_FIRST = new RegExp(`^${SPACED}`, "u");
const SPACED_LETTER_LAST = new RegExp(`${SPACED}$`, "u");
