// Beam search over many sources at once: all beams of all sources are rows that one wide step advances together.

import { WordloomError } from "../errors.js";
import type { DecoderState, SourceDecoder } from "./decoder.js";
import { DecoderRows } from "./decoder_rows.js";
import type { Hypothesis } from "./hypothesis.js";
import { LargestCandidates } from "./largest_candidates.js";
import { logNormalizer, notFinite } from "./sampler.js";
import { SourceBeams } from "./source_beams.js";
import { parseSourceOptions, textLimit, type SourceOptionsInput } from "./source_options.js";

/** What is to be read, and with what. */
export interface BeamSearchRequest<State extends DecoderState = DecoderState> {
  readonly decoder: SourceDecoder<State>;
  /** Token ids of each source, one or more, with whatever ends a source; all are decoded side by side. */
  readonly sources: readonly ArrayLike<number>[];
  readonly options: SourceOptionsInput;
  /** Stops the search before the decoder's next step. */
  readonly signal?: AbortSignal;
}

/**
 * Finds for each source the `nBest` texts of highest score that beam search meets (`SourceBeams` says how it goes and
 * when it ends), best first, all different; texts cut off
 * at the largest length come last, where there are not enough complete ones. A source that is done leaves the batch. With one beam this is greedy decoding.
 * What is found for a source does not depend on the others, but for the rounding of the decoder's own sums.
 * @returns the texts of each source, in the order of the sources
 * @throws WordloomError `invalid_argument` for a wrong option or a source without tokens, `interrupted` when the signal
 * is aborted, `non_finite_loss` for logits that are no numbers
 */
export async function beamSearch<State extends DecoderState>(request: BeamSearchRequest<State>): Promise<(readonly Hypothesis[])[]> {
  const { decoder, sources, signal } = request;
  const { vocabularySize } = decoder;
  const options = parseSourceOptions(request.options, decoder);
  if (options.nBest > options.beams) {
    throw new WordloomError("invalid_argument", `${options.nBest} best texts were asked for, but ${options.beams} beams find no more than ${options.beams}; raise the number of beams.`);
  }
  if (sources.length === 0) return [];
  const searches = sources.map((source) => new SourceBeams(textLimit(options, source.length, decoder), options));
  const candidates = new LargestCandidates(2 * options.beams, vocabularySize, options.forbiddenTokens);
  const rows = new DecoderRows(decoder, signal);
  let logits = await rows.startEncoded(await decoder.encode(sources), options.bosId);
  let going = searches;
  for (;;) {
    const origins: number[] = [];
    const tokens: number[] = [];
    let row = 0; // of the first beam of the source
    for (const search of going) {
      const { beams } = search;
      candidates.clear();
      beams.forEach(({ logProbability }, beam) => {
        candidates.offer(logits, row + beam, beam, logProbability - normalizer(decoder, logits, row + beam));
      });
      search.advance(candidates);
      for (const { token, origin } of search.beams) {
        origins.push(row + origin);
        tokens.push(token);
      }
      row += beams.length;
    }
    if (tokens.length === 0) return searches.map((search) => search.best());
    going = going.filter((search) => search.beams.length > 0);
    rows.select(Int32Array.from(origins));
    logits = await rows.advance(Int32Array.from(tokens));
  }
}

/** What to subtract from a row's logits for log-probabilities. */
function normalizer({ givesLogProbabilities, vocabularySize }: SourceDecoder, logits: Float32Array, row: number): number {
  if (!givesLogProbabilities) return logNormalizer(logits, row, vocabularySize);
  // A logit that is no number leaves none in its row's log-softmax.
  if (Number.isNaN(logits[row * vocabularySize])) throw notFinite("logits that are no finite numbers");
  return 0;
}
