// Beam search over many sources at once: all beams of all sources are rows that one wide step advances together.

import { attendingFor } from "./attending.js";
import type { DecoderState, SourceDecoder } from "./decoder.js";
import { DecoderRows } from "./decoder_rows.js";
import type { Hypothesis } from "./hypothesis.js";
import { LargestCandidates } from "./largest_candidates.js";
import { logNormalizer, notFinite } from "./sampler.js";
import { SourceBeams } from "./source_beams.js";
import { checkSearched, parseSourceOptions, textLimit, type SourceOptionsInput } from "./source_options.js";

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
 * at the largest length come last, where there are not enough complete ones. Sources that are done leave the batch, a
 * quarter of it or more at once. With one beam this is greedy decoding.
 * What is found for a source does not depend on the others, but for the rounding of the decoder's own sums.
 * @returns the texts of each source, in the order of the sources
 * @throws WordloomError `invalid_argument` for a wrong option, a source without tokens or with more than the model holds,
 * or a coverage penalty or attention where the model does not attend to its source; `interrupted` when the signal is aborted,
 * `non_finite_loss` for logits that are no numbers
 */
export async function beamSearch<State extends DecoderState>(request: BeamSearchRequest<State>): Promise<(readonly Hypothesis[])[]> {
  const { sources, signal } = request;
  const { vocabularySize } = request.decoder;
  const options = parseSourceOptions(request.options, request.decoder);
  checkSearched(options);
  if (sources.length === 0) return [];
  const decoder = await attendingFor(options, request.decoder);
  const searches = sources.map((source) => new SourceBeams(textLimit(options, source.length, decoder), source.length, options));
  const candidates = new LargestCandidates(2 * options.beams, vocabularySize, options.forbiddenTokens);
  const rows = new DecoderRows(decoder, signal);
  let logits = await rows.startEncoded(await decoder.encode(sources), options.bosId);
  let batch: readonly Place[] = searches.map((search, row) => ({ search, first: row, count: 1 }));
  for (;;) {
    const attention = rows.attentionRows();
    for (const { search, first } of batch) {
      const { beams } = search;
      if (beams.length === 0) continue;
      candidates.clear();
      beams.forEach(({ logProbability }, beam) => {
        candidates.offer(logits, first + beam, beam, logProbability - normalizer(decoder, logits, first + beam));
      });
      search.advance(candidates, attention.slice(first, first + beams.length));
    }
    batch = withoutDone(batch);
    if (batch.every(isDone)) return searches.map((search) => search.best());
    const origins: number[] = [];
    const tokens: number[] = [];
    batch = batch.map((place): Place => {
      const [first, { search }] = [tokens.length, place];
      for (const { token, origin } of search.beams) {
        origins.push(place.first + origin);
        tokens.push(token);
      }
      if (!isDone(place)) return { search, first, count: search.beams.length };
      for (let row = 0; row < place.count; row++) {
        origins.push(place.first + row);
        tokens.push(options.eosId); // any token does
      }
      return { ...place, first };
    });
    rows.select(Int32Array.from(origins));
    logits = await rows.advance(Int32Array.from(tokens));
  }
}

/** The rows of a source: its beams', or, while it is done and still in the batch, rows that go on for nothing. */
interface Place {
  readonly search: SourceBeams;
  readonly first: number;
  readonly count: number;
}

const isDone = ({ search }: Place): boolean => search.beams.length === 0;

/**
 * Takes the sources that are done out of the batch, once a quarter of its rows or more are theirs. When a source leaves,
 * what all others read of their sources is copied, which may cost nearly as much as a step; at a quarter, all copies of a
 * batch together are at most of 3 times its rows, and a third of what the others compute is computed for nothing at most.
 */
function withoutDone(batch: readonly Place[]): readonly Place[] {
  const rowsOf = (places: readonly Place[]): number => places.reduce((total, { count }) => total + count, 0);
  return 4 * rowsOf(batch.filter(isDone)) >= rowsOf(batch) ? batch.filter((place) => !isDone(place)) : batch;
}

/** What to subtract from a row's logits for log-probabilities. */
function normalizer({ givesLogProbabilities, vocabularySize }: SourceDecoder, logits: Float32Array, row: number): number {
  if (!givesLogProbabilities) return logNormalizer(logits, row, vocabularySize);
  // A logit that is no number leaves none in its row's log-softmax.
  if (Number.isNaN(logits[row * vocabularySize])) throw notFinite("logits that are no finite numbers");
  return 0;
}
