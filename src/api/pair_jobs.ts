// What is done with a trained encoder–decoder, as jobs for a worker thread: texts are converted.

import { WordloomError } from "../errors.js";
import { convertSources } from "../generation/convert_sources.js";
import type { SourceDecoder } from "../generation/decoder.js";
import type { Hypothesis } from "../generation/hypothesis.js";
import { sampleSources } from "../generation/sample_sources.js";
import { languageTag, taggedSource } from "../text/pairs/language_tag.js";
import type { ConvertOptions } from "./model_options.js";
import { decoderOf, openedRun, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import { alignmentOf, needsAttention, withSourceWords, type Alignment, type PairModel } from "./pair_alignment.js";
import { decodingOf, type Decoding } from "./pair_options.js";
import type { PairRun } from "./run_model.js";

/** One text made of a source. */
export interface ConvertedText {
  readonly text: string;
  /** Log-probability divided by the length penalty, and the coverage penalty added: what the texts of one source are ordered by. */
  readonly score: number;
  /** In nats, of all tokens together. */
  readonly logProbability: number;
  readonly tokens: readonly number[];
  /** Whether the model ended it; otherwise it was cut off. */
  readonly complete: boolean;
}

/** What was made of one source. */
export interface Converted extends ConvertedText {
  readonly source: string;
  /** All that were asked for, best first; the first is repeated above. */
  readonly best: readonly ConvertedText[];
  readonly alignment?: Alignment;
  /** Whether the source was longer than the model holds and was read only as far as it does. */
  readonly truncated: boolean;
  /** Characters or words of the source that the model never saw and read as `<unk>`. */
  readonly unknown: readonly string[];
}

/** A source as a model reads it. */
export interface ReadSource {
  /** With its tag, in small letters where the model was trained on them. */
  readonly text: string;
  /** `<eos>` at the end. */
  readonly ids: readonly number[];
  /** How many of the first tokens are those of the language's tag. */
  readonly tagTokens: number;
  readonly truncated: boolean;
}

/** A run of pairs, opened. */
export function openedPairs(request: OpenRequest): { opened: OpenedRun; run: PairModel } {
  const opened = openedRun(request);
  if (opened.run.kind === "pairs") return { opened, run: opened.run };
  throw new WordloomError("invalid_argument", `The run in "${request.run}" writes on from a prompt and does not convert texts; use generate, or train on pairs of texts.`);
}

/** Reads a source as the run's sources were read in training. */
export function readSource({ sourceTokenizer, settings, config }: Pick<PairRun, "sourceTokenizer" | "settings" | "config">, source: string, language: string | undefined): ReadSource {
  const text = taggedSource(settings.data.reading.lowercase ? source.toLowerCase() : source, language);
  const ids = Array.from(sourceTokenizer.encode(text));
  const most = config.max_position_embeddings - 1;
  const tagTokens = language === undefined ? 0 : sourceTokenizer.encode(languageTag(language)).length;
  return { text, ids: [...ids.slice(0, most), sourceTokenizer.eosId], tagTokens, truncated: ids.length > most };
}

export interface ConvertRequest extends OpenRequest {
  readonly sources: readonly string[];
  readonly options: ConvertOptions;
  /** The place of the first of these sources among all: with the seed it decides what is drawn. */
  readonly first: number;
}

/**
 * Checks options before there is any source.
 * @throws WordloomError "invalid_argument"
 */
export async function checkConvertJob({ options, ...where }: OpenRequest & { readonly options: ConvertOptions }): Promise<void> {
  decodingOf(openedPairs(where).run, options, where.run);
}

/** Converts the sources of one window, in order; of a blank one an empty text is made. */
export async function convertJob(request: ConvertRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<Converted[]> {
  const results: Converted[] = [];
  for await (const converted of convertedTexts(request, BATCHES_AT_ONCE, signal)) results.push(converted);
  return results;
}

/**
 * Converts the sources of one window and emits each text, in order, as soon as it and all before it are there: after each
 * batch one or more, and after the first batch of all the whole of it, so that whoever waits for the first text, or for
 * the next, waits for one batch.
 */
export async function convertEachJob(request: ConvertRequest, emit: (converted: Converted) => void, signal: AbortSignal): Promise<void> {
  for await (const converted of convertedTexts(request, request.first === 0 ? 1 : BATCHES_AT_ONCE, signal)) emit(converted);
}

/** Sources of so many batches are sorted by length, so that little is padded. */
const BATCHES_AT_ONCE = 8;

/** @param firstBatches how many batches of sources are sorted at first; then twice as many, and so on */
async function* convertedTexts(request: ConvertRequest, firstBatches: number, signal: AbortSignal): AsyncGenerator<Converted, void, void> {
  const { sources, options, first, ...where } = request;
  const { opened, run } = openedPairs(where);
  const { search, ...rest } = decodingOf(run, options, where.run);
  const decoding = { ...rest, search: { ...search, attention: needsAttention(run, options.alignments ?? false) } };
  const places = [...sources.keys()].filter((place) => sources[place].trim() !== "");
  const read = places.map((place) => readSource(run, sources[place], decoding.language));
  let next = 0; // the place of the next to give: blank ones stand between the others
  const blanks = function* (end: number): Generator<Converted, void, void> {
    for (; next < end; next++) yield blankConverted(sources[next], options);
  };
  yield* blanks(places[0] ?? sources.length); // nothing is compiled for them
  if (places.length === 0) return;
  for await (const { index, hypotheses } of decoded(await decoderOf(opened), read, decoding, { places: places.map((place) => first + place), firstBatches, batchSize: options.batchSize, signal })) {
    yield* blanks(places[index]);
    next++;
    const { text, truncated } = read[index];
    const best = hypotheses.map((hypothesis): ConvertedText => {
      const { tokens, score, logProbability, complete } = hypothesis;
      return { text: withSourceWords(run, read[index], hypothesis), score, logProbability, tokens, complete };
    });
    const alignment = options.alignments ? { alignment: alignmentOf(run, read[index], hypotheses[0]) } : {};
    yield { ...best[0], source: sources[places[index]], best, truncated, unknown: run.sourceTokenizer.unknown(text), ...alignment };
  }
  yield* blanks(sources.length);
}

/** What is made of a blank source, of which there is nothing to read: empty texts, as many as were asked for. */
function blankConverted(source: string, { nBest = 1, alignments = false }: ConvertOptions): Converted {
  const empty: ConvertedText = { text: "", score: 0, logProbability: 0, tokens: [], complete: true };
  return { ...empty, source, best: Array.from({ length: nBest }, () => empty), truncated: false, unknown: [], ...(alignments ? { alignment: { source: [], target: [], weights: [] } } : {}) };
}

/**
 * The texts of each source, in the order of the sources.
 * @param places of the sources among all: with the seed they decide what is drawn
 */
async function* decoded(
  decoder: SourceDecoder,
  read: readonly ReadSource[],
  { search: options, sampling }: Decoding,
  { places, firstBatches, batchSize = 64, signal }: { readonly places: readonly number[]; readonly firstBatches: number; readonly batchSize?: number; readonly signal: AbortSignal },
): AsyncGenerator<{ readonly index: number; readonly hypotheses: readonly Hypothesis[] }> {
  const sources = read.map(({ ids }) => ids);
  if (!sampling) {
    yield* convertSources({ decoder, sources, options, batchSize, lookahead: BATCHES_AT_ONCE * batchSize, firstLookahead: firstBatches * batchSize, signal });
    return;
  }
  // Not through `convertSources`: what is drawn may depend on a source's place among all, not on how they came in.
  for (let from = 0; from < sources.length; from += batchSize) {
    const batch = sources.slice(from, from + batchSize);
    const drawn = await sampleSources({ decoder, sources: batch, indices: places.slice(from, from + batchSize), options, sampling, signal });
    for (const [i, hypotheses] of drawn.entries()) yield { index: from + i, hypotheses };
  }
}
