// How well a trained encoder–decoder converts a file's sources, as a job for a worker thread.

import {
  bleuSignature,
  charactersOfTokens,
  chooseBleuTokenizer,
  chooseRougeTokenizer,
  groupBySource,
  mapFigure,
  measureTranslations,
  ratioFigure,
  translationIntervals,
  type Figure,
  type Interval,
  type TranslationIntervals,
  type BleuTokenizer,
  type MeasuredSource,
  type TranslationMeasures,
  type WordTokenizer,
} from "../evaluation/index.js";
import { bitsPerCharacter } from "../evaluation/bits_per_character.js";
import { spread } from "../evaluation/spread.js";
import { parseBleuOptions } from "../evaluation/measure_options.js";
import { WordloomError } from "../errors.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { countCharacters, counted } from "../text/corpus.js";
import { embeddedPairNames } from "../text/pairs/embedded_pairs.js";
import { taggedSources } from "../text/pairs/language_tag.js";
import { choosePairBuckets } from "../text/pairs/pair_buckets.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import { encodePairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { unknownNotice } from "./data.js";
import type { ConvertOptions } from "./model_options.js";
import { decoderOf, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import type { PairModel } from "./pair_alignment.js";
import type { PairReading } from "./pair_data.js";
import { convertJob, openedPairs } from "./pair_jobs.js";
import { decodingOf, type Decoding } from "./pair_options.js";
import { unseenPairs, type UnseenPairs } from "./unseen_pairs.js";

/**
 * How well a run converts the sources of a file, measured against its targets. BLEU, chrF, ROUGE and exact match are over the
 * sources: one that stands in the file with several targets is converted and counted once, and all of them are its
 * references. The loss is over all pairs.
 */
export interface PairEvaluation extends TranslationMeasures {
  /** Mean cross-entropy in nats per target token, without label smoothing. */
  readonly loss: number;
  readonly perplexity: number;
  /** Of the targets, as far as the model could hold them. */
  readonly bitsPerCharacter: number;
  /** Target tokens that the loss is the mean over. */
  readonly tokens: number;
  /** Unicode code points of the targets that these tokens stand for. */
  readonly characters: number;
  readonly pairs: number;
  /** Different sources; one to be translated into two languages is two. */
  readonly sources: number;
  /** Different targets of all sources together. */
  readonly references: number;
  /** How BLEU and ROUGE cut texts into tokens, and whether all was read in small letters, so that case does not count. */
  readonly bleuTokenizer: BleuTokenizer;
  readonly rougeTokenizer: WordTokenizer;
  readonly lowercase: boolean;
  /** As sacreBLEU has it: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp`. */
  readonly bleuSignature: string;
  /** Texts that were followed side by side for each source; 1 is greedy decoding, or drawing at random. */
  readonly beams: number;
  /** Sources converted a second, once the decoder is compiled. */
  readonly sentencesPerSecond: number;
  readonly seconds: number;
  readonly notices: readonly string[];
  /** Of 95 %: of the measures by a bootstrap over the sources, of the loss over batches of pairs. */
  readonly intervals: TranslationIntervals & Readonly<Record<"loss" | "perplexity" | "bitsPerCharacter", Interval>>;
  /** Some of the sources with what was made of them. */
  readonly examples: readonly { readonly source: string; readonly references: readonly string[]; readonly text: string }[];
}

export interface PairEvaluateRequest extends OpenRequest {
  readonly data: string;
  readonly targetFile: string | null;
  /** What is to be read otherwise than in training. */
  readonly reading: Partial<PairReading>;
  readonly options: ConvertOptions;
  /** BLEU's; chosen by the targets unless given. */
  readonly tokenizer: BleuTokenizer | null;
}

const EXAMPLES = 10;

/** Sources that are converted between two reports of progress. */
const WINDOW = 256;

type Emit = (event: { readonly done: number; readonly total: number }) => void;

/**
 * Measures the best weights over the whole of a file of pairs; emits how many sources are done.
 * @throws WordloomError "invalid_argument" for a wrong option, before anything is computed; what `readPairs` throws;
 *   "invalid_data" where no pair is left to measure on; "interrupted"
 */
export async function evaluatePairsJob(request: PairEvaluateRequest, emit: Emit, signal: AbortSignal): Promise<PairEvaluation> {
  const { run: path, device, threads, data, options, tokenizer } = request;
  const where = { run: path, device, threads };
  const { opened, run } = openedPairs(where);
  if (tokenizer !== null) parseBleuOptions({ tokenizer });
  const unseen = await readMeasured(run, request);
  if (unseen.pairs.length === 0) throw new WordloomError("invalid_data", `The run in "${where.run}" was trained on all pairs of "${data}"; measure it on others.`);
  const { pairs, notices } = inLanguages(run, unseen.pairs, request);
  const languages = [...new Set(pairs.map(({ language }) => language))];
  const { search } = decodingOf(run, { ...options, targetLanguage: languages[0] }, where.run); // before the work
  const started = performance.now();
  const most = run.config.max_position_embeddings;
  const encoded = encodePairs(pairs, run.sourceTokenizer, run.tokenizer, { maximumSource: most, maximumTarget: most });
  const program = new EvaluationProgram({ model: run.model, buffers: run.buffers, backend: nodeBackend, session: opened.session });
  const pass = pairEvaluationPass(encoded, choosePairBuckets(encoded, { ...run.settings, mostShapes: 2 }));
  const { batches, targets } = await program.evaluate(pass, signal).finally(() => program.release());
  if (signal.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
  await compileDecoder(opened, search);
  const beginning = performance.now();
  const sources = groupBySource(pairs);
  const texts = await convertAll(sources, request, emit, signal);
  const seconds = (performance.now() - beginning) / 1000;
  const references = sources.map((source) => source.references);
  const ofLanguages = languages.map((language) => sources.filter((source) => source.language === language).flatMap((source) => source.references));
  const { lowercase } = run.settings.data.reading;
  const bleu = { tokenizer: tokenizer ?? chooseBleuTokenizer(ofLanguages), lowercase };
  const rouge = { tokenizer: chooseRougeTokenizer(ofLanguages) };
  const characters = scoredCharacters(run, pairs, encoded);
  const measured = { bleu, chrf: { lowercase }, rouge };
  const loss = ratioFigure(batches.nats, batches.targets);
  const perplexity = mapFigure(loss, Math.exp);
  const bits = mapFigure(loss, (value) => bitsPerCharacter(value, targets, characters));
  const interval = ({ low, high }: Figure): Interval => ({ low, high });
  return {
    loss: loss.value,
    perplexity: perplexity.value,
    bitsPerCharacter: bits.value,
    ...measureTranslations(texts, references, measured),
    intervals: { loss: interval(loss), perplexity: interval(perplexity), bitsPerCharacter: interval(bits), ...translationIntervals(texts, references, measured) },
    bleuTokenizer: bleu.tokenizer,
    rougeTokenizer: rouge.tokenizer,
    lowercase,
    bleuSignature: bleuSignature(references, bleu),
    tokens: targets,
    characters,
    pairs: pairs.length,
    sources: sources.length,
    references: references.reduce((total, { length }) => total + length, 0),
    beams: search.beams ?? 1,
    sentencesPerSecond: sources.length / seconds,
    seconds: (performance.now() - started) / 1000,
    notices: [...unseen.notices, ...notices, ...noticesOn(run, unseen.corpus.name, pairs, encoded)],
    examples: spread(sources.length, EXAMPLES).map((i) => ({ source: sources[i].source, references: sources[i].references, text: texts[i] })),
  };
}

/** The pairs, read as in training as far as that fits them; with their languages where there is the column of these. */
async function readMeasured(run: PairModel, { data, targetFile, reading }: PairEvaluateRequest): Promise<UnseenPairs> {
  const trained = run.settings.data.reading;
  const table = !embeddedPairNames.includes(data) && targetFile === null;
  const columns = table ? { source: trained.source, target: trained.target, language: trained.language } : { source: null, target: null, language: null };
  const asked = { ...columns, view: data === "stories" ? trained.view : null, count: null, lowercase: trained.lowercase, ...reading };
  const read = (language: string | null): Promise<UnseenPairs> => unseenPairs(run.settings, data, targetFile, { ...asked, language });
  if (asked.language === null || reading.language !== undefined) return read(asked.language);
  try {
    return await read(asked.language);
  } catch (error) {
    // A file of one language needs no column that says so.
    if (error instanceof WordloomError && error.code === "invalid_argument") return read(null);
    throw error;
  }
}

/**
 * The pairs to measure on, each with the language whose tag stood before such sources in training.
 * @throws WordloomError "invalid_argument" for a language that the model does not write, or where none is named and it
 *   writes several; "invalid_data" where no pair is in the language that was asked for
 */
function inLanguages(run: PairModel, pairs: readonly TextPair[], { data, options, run: path }: PairEvaluateRequest): { readonly pairs: readonly TextPair[]; readonly notices: readonly string[] } {
  const { languages: known } = run.settings.data;
  const { targetLanguage: asked } = options;
  const languages = [...new Set(pairs.flatMap(({ language }) => language ?? []))];
  if (languages.length === 0) {
    const { language } = decodingOf(run, options, path);
    return { pairs: language === undefined ? pairs : pairs.map((pair) => ({ ...pair, language })), notices: [] };
  }
  if (known.length === 0) throw new WordloomError("invalid_argument", `The model in "${path}" was trained without a column of languages; leave the option "language" out.`);
  if (asked === undefined) {
    const foreign = languages.find((language) => !known.includes(language));
    if (foreign !== undefined) throw new WordloomError("invalid_argument", `"${data}" has targets in "${foreign}", but the model in "${path}" writes ${known.join(", ")}; name one of these (option "targetLanguage").`);
    return { pairs, notices: languages.length > 1 ? [`Measured on ${languages.join(", ")} together; the option "targetLanguage" measures one of them.`] : [] };
  }
  decodingOf(run, options, path); // whether the model writes it
  const kept = pairs.filter(({ language }) => language === asked);
  if (kept.length === 0) throw new WordloomError("invalid_data", `"${data}" has no pair to measure on whose target is in "${asked}", but in ${languages.join(", ")}; name one of these.`);
  const left = pairs.length - kept.length;
  return { pairs: kept, notices: left > 0 ? [`Left out ${counted(left, "pair")} in other languages than ${asked}.`] : [] };
}

/** Compiles all that the conversion needs and keeps: a second evaluation of an open run is not to seem the faster one. */
async function compileDecoder(opened: OpenedRun, { coveragePenalty = 0 }: Decoding["search"]): Promise<void> {
  const decoder = await decoderOf(opened);
  if (coveragePenalty > 0) await decoder.attending();
}

/** One text a source, in order. */
async function convertAll(sources: readonly MeasuredSource[], { options, run, device, threads }: PairEvaluateRequest, emit: Emit, signal: AbortSignal): Promise<string[]> {
  const texts: string[] = [];
  for (let first = 0; first < sources.length; first += WINDOW) {
    const window = sources.slice(first, first + WINDOW);
    for (const language of new Set(window.map((source) => source.language))) {
      const places = [...window.keys()].filter((i) => window[i].language === language);
      const results = await convertJob({ run, device, threads, sources: places.map((i) => window[i].source), options: { ...options, targetLanguage: language }, first }, () => undefined, signal);
      results.forEach(({ text }, i) => (texts[first + places[i]] = text));
    }
    emit({ done: Math.min(sources.length, first + WINDOW), total: sources.length });
  }
  return texts;
}

/** Characters of the targets, without those that lie behind what the model holds and that the loss is not over. */
function scoredCharacters({ tokenizer }: PairModel, pairs: readonly TextPair[], encoded: TokenizedPairs): number {
  return pairs.reduce((total, { target }, i) => {
    const length = encoded.targetLength(i);
    const whole = encoded.target(i, length - 1) === tokenizer.eosId;
    return total + (whole ? countCharacters(target) : charactersOfTokens(tokenizer, target, length));
  }, 0);
}

/** Sentences about what the model could not read as it stands. */
function noticesOn(run: PairModel, name: string, pairs: readonly TextPair[], { long }: TokenizedPairs): string[] {
  const notices: string[] = [];
  const { truncatedSources, truncatedTargets } = long;
  if (truncatedSources + truncatedTargets > 0) {
    notices.push(`${counted(truncatedSources, "source")} and ${counted(truncatedTargets, "target")} are longer than the model holds (${run.config.max_position_embeddings} tokens) and were read only as far; the loss and the bits per character are over what was read.`);
  }
  const unknown = [unknownNotice(run.sourceTokenizer, taggedSources(pairs), `The source side of ${name}`), unknownNotice(run.tokenizer, pairs.map(({ target }) => target), `The target side of ${name}`)];
  return [...notices, ...unknown.filter((notice) => notice !== null)];
}
