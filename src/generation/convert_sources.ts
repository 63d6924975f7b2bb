// From a stream of sources to a stream of texts, in order: translation, summaries, replies, for files and for pipes.

import { WordloomError } from "../errors.js";
import { beamSearch } from "./beam_search.js";
import type { DecoderState, SourceDecoder } from "./decoder.js";
import type { Hypothesis } from "./hypothesis.js";
import { readAhead } from "./read_ahead.js";
import { sampleSources, type SourceSamplingOptions } from "./sample_sources.js";
import { checkDrawn, checkSearched, parseSourceOptions, type SourceOptionsInput } from "./source_options.js";
import { parseSamplingOptions } from "./sampling_options.js";

/** What is to be converted, and with what. */
export interface ConversionRequest<State extends DecoderState = DecoderState> {
  readonly decoder: SourceDecoder<State>;
  /** Token ids of each source, one or more; may be endless. */
  readonly sources: AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>;
  readonly options: SourceOptionsInput;
  /** Draws the texts at random in place of searching for the best; needs `beams` to be 1. */
  readonly sampling?: SourceSamplingOptions;
  /** Stops before the decoder's next step, and while waiting for a source. */
  readonly signal?: AbortSignal;
  /** The most sources decoded side by side, 64 unless given. */
  readonly batchSize?: number;
  /** The most sources read before the first of them is given, 8 batches unless given: what bounds memory. */
  readonly lookahead?: number;
  /** The most sources that are read before the very first text is given, one batch unless given; each time twice as many, up to the lookahead. */
  readonly firstLookahead?: number;
}

/** What was made of one source. */
export interface Conversion {
  /** Which source, counted from 0. */
  readonly index: number;
  /** Best first. */
  readonly hypotheses: readonly Hypothesis[];
}

/**
 * Makes texts from sources. Sources that are there together are decoded in batches of similar length, so that little is
 * padded, and still come out in order: the batch with the earliest source that has no text yet is decoded next, so that
 * after each batch there is something to give. When the input pauses, what is there is decoded without waiting for more,
 * so that each line of a pipe is answered as it comes.
 *
 * @example
 * for await (const { hypotheses } of convertSources({ decoder, sources, options: { beams: 5, bosId: 1, eosId: 2 } })) {
 *   console.log(tokenizer.decode(hypotheses[0].tokens));
 * }
 * @throws WordloomError at once: `invalid_argument` for a wrong option. While iterating: `invalid_argument` for a source
 * without tokens, or with more than the model holds, after all texts before it; `interrupted` when the signal is aborted;
 * `non_finite_loss`; and what the input throws, after all texts before
 */
export function convertSources<State extends DecoderState>(request: ConversionRequest<State>): AsyncGenerator<Conversion, void, void> {
  const { decoder, sampling, batchSize = 64, lookahead = 8 * batchSize, firstLookahead = batchSize } = request;
  const options = parseSourceOptions(request.options, decoder);
  if (sampling) {
    parseSamplingOptions(sampling);
    checkDrawn(options);
    if (options.beams > 1) {
      throw new WordloomError("invalid_argument", `Texts are either drawn at random or searched for with ${options.beams} beams; leave out the temperature or the beams.`);
    }
  } else checkSearched(options);
  for (const [what, size] of [["batch size", batchSize], ["lookahead", lookahead], ["first lookahead", firstLookahead]] as const) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new WordloomError("invalid_argument", `The ${what} must be a whole number of 1 or more, but ${size} was given; leave it out for the default.`);
  }
  return convertWindows(request, batchSize, (window) => Math.min(lookahead, firstLookahead * 2 ** window));
}

async function* convertWindows<State extends DecoderState>(
  request: ConversionRequest<State>,
  batchSize: number,
  lookahead: (window: number) => number,
): AsyncGenerator<Conversion, void, void> {
  let first = 0; // the index of the window's first source
  for await (const window of readAhead(checked(request.sources, request.decoder.contextLength), lookahead, request.signal)) {
    const byLength = [...window.keys()].sort((a, b) => window[a].length - window[b].length || a - b);
    const results: (readonly Hypothesis[])[] = [];
    const batchOf = new Int32Array(window.length);
    byLength.forEach((place, rank) => (batchOf[place] = Math.floor(rank / batchSize)));
    let given = 0;
    while (given < window.length) {
      const from = batchOf[given] * batchSize;
      const batch = byLength.slice(from, from + batchSize);
      const converted = await convertBatch(request, batch.map((place) => window[place]), batch.map((place) => first + place));
      batch.forEach((place, i) => (results[place] = converted[i]));
      for (; results[given] !== undefined; given++) yield { index: first + given, hypotheses: results[given] };
    }
    first += window.length;
  }
}

function convertBatch<State extends DecoderState>(
  { decoder, options, sampling, signal }: ConversionRequest<State>,
  sources: readonly ArrayLike<number>[],
  indices: readonly number[],
): Promise<(readonly Hypothesis[])[]> {
  return sampling ? sampleSources({ decoder, sources, indices, options, sampling, signal }) : beamSearch({ decoder, sources, options, signal });
}

/** The sources, up to the first that has no tokens, or too many. */
async function* checked(sources: AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>, most: number): AsyncGenerator<ArrayLike<number>, void, void> {
  let number = 0;
  for await (const source of sources) {
    number++;
    if (source.length === 0) {
      throw new WordloomError("invalid_argument", `Source ${number} has no tokens; end each source with its end token, which an empty text has too.`);
    }
    if (source.length > most) {
      throw new WordloomError("invalid_argument", `Source ${number} has ${source.length} tokens, but the model holds ${most}; shorten it.`);
    }
    yield source;
  }
}
