// From a prompt in words to samples in words: the decoding loop with a run's tokenizer and rules.

import { WordloomError } from "../errors.js";
import type { Decoder, DecoderState } from "../generation/decoder.js";
import { generateText, type GenerationEvent } from "../generation/generate.js";
import type { SamplingOptionsInput } from "../generation/sampling_options.js";
import type { CorpusKind } from "../text/corpus.js";
import { incrementalDecoder } from "../text/incremental_decoder.js";
import type { Tokenizer } from "../text/tokenizer.js";

/** The tokens to begin with: a sample begins with `start`, <bos> unless given, a piece of a long text after a line break. */
export function promptTokens(tokenizer: Tokenizer, kind: CorpusKind, prompt: string, start = tokenizer.bosId): number[] {
  const unknown = tokenizer.unknown(prompt);
  if (unknown.length > 0) {
    const unit = tokenizer.kind === "word" ? "word" : "character";
    const shown = unknown.slice(0, 5).map((piece) => JSON.stringify(piece)).join(", ");
    throw new WordloomError(
      "invalid_argument",
      `The prompt has ${unknown.length === 1 ? `a ${unit}` : `${unit}s`} that the model never saw: ${shown}; write it without, or train on text that has ${unknown.length === 1 ? "it" : "them"}.`,
    );
  }
  const tokens = Array.from(tokenizer.encode(prompt));
  if (kind === "samples") return [start, ...tokens];
  if (tokens.length > 0) return tokens;
  const lineBreak = tokenizer.unknown("\n").length === 0 ? Array.from(tokenizer.encode("\n")) : [];
  return lineBreak.length > 0 ? lineBreak : [tokenizer.eosId];
}

/** Of a model that is told labels: what its samples begin with, and the labels' tokens, which are never written. */
export interface LabelledWriting {
  readonly start?: number;
  readonly forbidden?: readonly number[];
}

/** Samples that continue a prompt, as events while they grow. */
export function writeText<State extends DecoderState>(
  decoder: Decoder<State>,
  tokenizer: Tokenizer,
  kind: CorpusKind,
  prompt: string,
  options: SamplingOptionsInput,
  { start, forbidden = [] }: LabelledWriting = {},
  signal?: AbortSignal,
): AsyncGenerator<GenerationEvent, void, void> {
  const { padId, bosId, unknownId, eosId } = tokenizer;
  return generateText({
    decoder,
    prompt: promptTokens(tokenizer, kind, prompt, start),
    incrementalDecoder: () => {
      const inner = incrementalDecoder(tokenizer);
      // A label's token stands behind the tokenizer's and is no text.
      return { push: (id) => (id < tokenizer.vocabularySize ? inner.push(id) : ""), finish: () => inner.finish() };
    },
    options: {
      ...options,
      forbiddenTokens: kind === "samples" ? [padId, bosId, unknownId, ...forbidden] : [padId, bosId, unknownId, eosId],
      endTokens: kind === "samples" ? [eosId] : [],
    },
    signal,
  });
}
