// What is done with a trained encoder–decoder, as jobs for a worker thread: convert texts, and measure what comes out.

import { WordloomError } from "../errors.js";
import { measureTranslations, type TranslationMeasures } from "../evaluation/index.js";
import { convertSources } from "../generation/convert_sources.js";
import type { Hypothesis } from "../generation/hypothesis.js";
import { replaceUnknown } from "../generation/replace_unknown.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { choosePairBuckets } from "../text/pairs/pair_buckets.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import { encodePairs, taggedSource } from "../text/pairs/tokenized_pairs.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { AttentionReader } from "./attention_reader.js";
import type { ConvertOptions } from "./model_options.js";
import { decoderOf, openedRun, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import { readTextPairs, type PairReading } from "./pair_data.js";
import type { RunModel } from "./run_model.js";

type PairModel = Extract<RunModel, { kind: "pairs" }>;

/** One text made of a source. */
export interface ConvertedText {
  readonly text: string;
  /** Log-probability divided by the length penalty: what the texts of one source are ordered by. */
  readonly score: number;
  /** In nats, of all tokens together. */
  readonly logProbability: number;
  readonly tokens: readonly number[];
  /** Whether the model ended it; otherwise it was cut off. */
  readonly complete: boolean;
}

/** Which source token each output token came from. */
export interface Alignment {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** (target × source): what was attended to when the token was written, heads and layers averaged; each row sums to 1. */
  readonly weights: readonly (readonly number[])[];
}

/** What was made of one source. */
export interface Converted extends ConvertedText {
  readonly source: string;
  /** All that were asked for, best first; the first is repeated above. */
  readonly best: readonly ConvertedText[];
  readonly alignment?: Alignment;
  /** Whether the source was longer than the model holds and was read only as far as it does. */
  readonly truncated: boolean;
}

function pairModel(opened: OpenedRun, path: string): PairModel {
  if (opened.run.kind === "pairs") return opened.run;
  throw new WordloomError("invalid_argument", `The run in "${path}" writes on from a prompt and does not convert texts; use --prompt, or train on pairs of texts.`);
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

/** A source as the model reads it: its tag, small letters where it was trained on them, ids with `<eos>`. */
export function sourceIds(run: PairModel, text: string, language: string | undefined): { ids: number[]; truncated: boolean } {
  const { sourceTokenizer, settings } = run;
  const read = taggedSource(settings.data.reading.lowercase ? text.toLowerCase() : text, language);
  const ids = Array.from(sourceTokenizer.encode(read));
  const most = run.config.max_position_embeddings - 1;
  return { ids: [...ids.slice(0, most), sourceTokenizer.eosId], truncated: ids.length > most };
}

/** The attention of a text that was written, one layer and head after another. */
export async function alignmentLayers(opened: OpenedRun, run: PairModel, source: readonly number[], tokens: readonly number[]): ReturnType<AttentionReader["alignment"]> {
  const written = [run.tokenizer.bosId, ...tokens].slice(0, run.config.max_position_embeddings);
  return readerOf(opened).alignment(run.model, source, written);
}

/** Labels of a source's and a text's tokens as `alignmentLayers` has rows and columns, `<eos>` at the end of both. */
export function alignmentLabels(run: PairModel, source: readonly number[], tokens: readonly number[]): { source: string[]; target: string[] } {
  const { tokenizer, sourceTokenizer } = run;
  const target = [...tokens, tokenizer.eosId].slice(0, run.config.max_position_embeddings);
  return { source: source.map((id) => sourceTokenizer.tokenText(id)), target: target.map((id) => tokenizer.tokenText(id)) };
}

/** The mean over all layers and heads: rows of weights. */
function meanWeights(layers: Awaited<ReturnType<AttentionReader["alignment"]>>, rows: number, columns: number): number[][] {
  const heads = layers.flatMap((layer) => layer.heads);
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => heads.reduce((total, head) => total + head[row * columns + column], 0) / heads.length));
}

/** Converts the sources of one window, in order. */
export async function convertJob(
  request: OpenRequest & { readonly sources: readonly string[]; readonly options: ConvertOptions; readonly first: number },
  _emit: (event: unknown) => void,
  signal: AbortSignal,
): Promise<Converted[]> {
  const { sources, options, first, run: path, device, threads } = request;
  const opened = openedRun({ run: path, device, threads });
  const run = pairModel(opened, path);
  const { beams, nBest = 1, lengthPenalty, temperature, topK, topP, minP, seed, targetLanguage, maxTokens, alignments = false, batchSize } = options;
  const { bosId, eosId, padId, unknownId } = run.tokenizer;
  const read = sources.map((source) => sourceIds(run, source, targetLanguage));
  const random = temperature !== undefined;
  const forbidden = run.tokenizer.kind === "word" && hasAttention(run) ? [padId, bosId] : [padId, bosId, unknownId];
  const conversions = convertSources({
    decoder: await decoderOf(opened),
    sources: read.map(({ ids }) => ids),
    options: {
      beams: random ? 1 : (beams ?? 5),
      nBest,
      bosId,
      eosId,
      forbiddenTokens: forbidden,
      ...(lengthPenalty === undefined ? {} : { lengthPenalty }),
      ...(maxTokens === undefined ? {} : { maximumLength: () => maxTokens }),
    },
    ...(random ? { sampling: { temperature, ...given({ topK, topP, minP }), seed: ((seed ?? 0) + first) % 2 ** 32 } } : {}),
    ...(batchSize === undefined ? {} : { batchSize }),
    signal,
  });
  const results: Converted[] = [];
  for await (const { index, hypotheses } of conversions) {
    const { ids, truncated } = read[index];
    const best: ConvertedText[] = [];
    for (const hypothesis of hypotheses) best.push(await converted(opened, run, ids, sources[index], hypothesis));
    results.push({ ...best[0], source: sources[index], best, truncated, ...(alignments ? { alignment: await alignmentOf(opened, run, ids, best[0].tokens) } : {}) });
  }
  return results;
}

const hasAttention = ({ config }: PairModel): boolean => config.model_type === "wordloom-seq2seq-transformer" || config.attention !== "none";

const given = <T extends object>(options: T): Partial<T> => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;

/** A hypothesis as text; unknown words are taken over from the source. */
async function converted(opened: OpenedRun, run: PairModel, source: readonly number[], text: string, { tokens, score, logProbability, complete }: Hypothesis): Promise<ConvertedText> {
  const { tokenizer, sourceTokenizer } = run;
  let written = tokenizer.decode(tokens);
  if (tokens.includes(tokenizer.unknownId)) {
    const layers = await alignmentLayers(opened, run, source, tokens);
    const weights = meanWeights(layers, tokens.length + 1, source.length);
    const words = wordsOf(sourceTokenizer, text, source);
    const replaced = replaceUnknown(tokens, tokenizer.unknownId, weights, words);
    written = tokens.map((token, i) => (replaced[i] === null ? tokenizer.decode([token]) : ` ${replaced[i]}`)).join("").trimStart();
  }
  return { text: written, score, logProbability, tokens, complete };
}

/** The words behind a source's ids, as they stand in the text, unknown ones too. */
function wordsOf(tokenizer: PairModel["sourceTokenizer"], text: string, ids: readonly number[]): string[] {
  const unknown = tokenizer.unknown(text);
  let next = 0;
  return ids.slice(0, -1).map((id) => (id === tokenizer.unknownId ? (unknown[next++] ?? "") : tokenizer.tokenText(id).trim()));
}

async function alignmentOf(opened: OpenedRun, run: PairModel, source: readonly number[], tokens: readonly number[]): Promise<Alignment> {
  const labels = alignmentLabels(run, source, tokens);
  const layers = await alignmentLayers(opened, run, source, tokens);
  if (layers.length === 0) throw new WordloomError("invalid_argument", "This model was trained without attention, so there are no alignments to give; leave --alignments out.");
  const weights = meanWeights(layers, labels.target.length, labels.source.length);
  return { ...labels, weights: weights.map((row) => row.map((weight) => Number(weight.toFixed(6)))) };
}

/** How well a run converts the sources of a file, measured against its targets. */
export interface PairEvaluation extends TranslationMeasures {
  /** Mean cross-entropy in nats per target token, without label smoothing. */
  readonly loss: number;
  readonly perplexity: number;
  /** Target tokens that the loss is the mean over. */
  readonly tokens: number;
  readonly pairs: number;
  readonly beams: number;
  /** Sources converted a second. */
  readonly sentencesPerSecond: number;
  readonly seconds: number;
  readonly notices: readonly string[];
  /** Some of the pairs with what was made of them. */
  readonly examples: readonly { readonly source: string; readonly target: string; readonly text: string }[];
}

export interface PairEvaluateRequest extends OpenRequest {
  readonly data: string;
  readonly targetFile: string | null;
  readonly reading: Partial<PairReading>;
  /** Only the validation part of the data that the run was trained on. */
  readonly options: ConvertOptions;
  /** Measure Chinese as sacreBLEU does. */
  readonly tokenizer: "13a" | "zh" | "char" | "none" | null;
}

const EXAMPLES = 10;

/** Measures the best weights over the whole of a file of pairs; emits how many sources are done. */
export async function evaluatePairsJob(request: PairEvaluateRequest, emit: (event: { readonly done: number; readonly total: number }) => void, signal: AbortSignal): Promise<PairEvaluation> {
  const { run: path, device, threads, data, targetFile, options, tokenizer } = request;
  const where = { run: path, device, threads };
  const opened = openedRun(where);
  const run = pairModel(opened, path);
  const trained = run.settings.data.reading;
  const table = targetFile === null ? trained : { ...trained, source: null, target: null, language: null };
  const corpus = await readTextPairs(data, targetFile, { ...table, ...given(request.reading) } as PairReading);
  const pairs = corpus.validationPairs ?? corpus.pairs;
  const started = performance.now();
  const most = run.config.max_position_embeddings;
  const encoded = encodePairs(pairs, run.sourceTokenizer, run.tokenizer, { maximumSource: most, maximumTarget: most });
  const program = new EvaluationProgram({ model: run.model, buffers: run.buffers, backend: nodeBackend, session: opened.session });
  const pass = pairEvaluationPass(encoded, choosePairBuckets(encoded, run.settings));
  const { nats, targets } = await program.evaluate(pass, signal).finally(() => program.release());
  if (signal.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
  const beginning = performance.now();
  const texts: string[] = [];
  const WINDOW = 256;
  for (let first = 0; first < pairs.length; first += WINDOW) {
    const window = pairs.slice(first, first + WINDOW);
    const languages = new Set(window.map((pair) => pair.language));
    for (const language of languages) {
      const places = [...window.keys()].filter((i) => window[i].language === language);
      const results = await convertJob({ ...where, sources: places.map((i) => window[i].source), options: { ...options, ...(language === undefined ? {} : { targetLanguage: language }) }, first }, () => undefined, signal);
      results.forEach(({ text }, i) => (texts[first + places[i]] = text));
    }
    emit({ done: Math.min(pairs.length, first + WINDOW), total: pairs.length });
  }
  const seconds = (performance.now() - beginning) / 1000;
  const references = referencesOf(pairs);
  const chinese = tokenizer ?? (isHan(pairs.map((pair) => pair.target)) ? "zh" : "13a");
  const measures = measureTranslations(texts, references, { bleu: { tokenizer: chinese, lowercase: trained.lowercase }, ...(chinese === "zh" ? { rouge: { tokenizer: "unicode" as const } } : {}) });
  return {
    loss: nats / targets,
    perplexity: Math.exp(nats / targets),
    ...measures,
    tokens: targets,
    pairs: pairs.length,
    beams: options.temperature === undefined ? (options.beams ?? 5) : 1,
    sentencesPerSecond: pairs.length / seconds,
    seconds: (performance.now() - started) / 1000,
    notices: corpus.notices,
    examples: pairs.slice(0, EXAMPLES).map(({ source, target }, i) => ({ source, target, text: texts[i] })),
  };
}

/** All targets that the file gives for a pair's source: several are right where a text has several translations. */
function referencesOf(pairs: readonly { readonly source: string; readonly target: string; readonly language?: string }[]): (readonly string[])[] {
  const known = new Map<string, string[]>();
  const keyOf = (pair: (typeof pairs)[number]): string => taggedSource(pair.source, pair.language);
  for (const pair of pairs) {
    const targets = known.get(keyOf(pair));
    if (!targets) known.set(keyOf(pair), [pair.target]);
    else if (!targets.includes(pair.target)) targets.push(pair.target);
  }
  return pairs.map((pair) => known.get(keyOf(pair))!);
}

/** Whether most letters are Han characters, which no spaces divide into words. */
function isHan(texts: readonly string[]): boolean {
  const sample = texts.slice(0, 100).join("");
  return (sample.match(/\p{Script=Han}/gu)?.length ?? 0) > (sample.match(/\p{L}/gu)?.length ?? 0) / 2;
}
