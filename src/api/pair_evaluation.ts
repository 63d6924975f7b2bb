// How well a trained encoder–decoder converts a file's sources, as a job for a worker thread.

import { measureTranslations, type BleuOptions, type TranslationMeasures } from "../evaluation/index.js";
import { checkMeasures } from "../evaluation/measure_options.js";
import { WordloomError } from "../errors.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { countCharacters, counted } from "../text/corpus.js";
import { embeddedPairNames } from "../text/pairs/embedded_pairs.js";
import { taggedSource, taggedSources } from "../text/pairs/language_tag.js";
import { choosePairBuckets } from "../text/pairs/pair_buckets.js";
import type { PairCorpus, TextPair } from "../text/pairs/pair_corpus.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import { encodePairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { unknownNotice } from "./data.js";
import type { ConvertOptions } from "./model_options.js";
import type { OpenRequest } from "./model_jobs.js";
import type { PairModel } from "./pair_alignment.js";
import type { PairReading } from "./pair_data.js";
import { convertJob, openedPairs } from "./pair_jobs.js";
import { decodingOf } from "./pair_options.js";
import { unseenPairs } from "./unseen_pairs.js";

/** How well a run converts the sources of a file, measured against its targets. */
export interface PairEvaluation extends TranslationMeasures {
  /** Mean cross-entropy in nats per target token, without label smoothing. */
  readonly loss: number;
  readonly perplexity: number;
  /** Of the targets. */
  readonly bitsPerCharacter: number;
  /** Target tokens that the loss is the mean over. */
  readonly tokens: number;
  readonly pairs: number;
  /** How BLEU and ROUGE cut texts into tokens, and whether case was kept from counting. */
  readonly bleuTokenizer: BleuTokenizer;
  readonly rougeTokenizer: "rouge-score" | "unicode";
  readonly lowercase: boolean;
  /** Texts that were followed side by side for each source; 1 is greedy decoding, or drawing at random. */
  readonly beams: number;
  /** Sources converted a second. */
  readonly sentencesPerSecond: number;
  readonly seconds: number;
  readonly notices: readonly string[];
  /** Some of the pairs with what was made of them. */
  readonly examples: readonly { readonly source: string; readonly target: string; readonly text: string }[];
}

type BleuTokenizer = NonNullable<BleuOptions["tokenizer"]>;

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

/** Measures the best weights over the whole of a file of pairs; emits how many sources are done. */
export async function evaluatePairsJob(request: PairEvaluateRequest, emit: (event: { readonly done: number; readonly total: number }) => void, signal: AbortSignal): Promise<PairEvaluation> {
  const { data, targetFile, reading, options, tokenizer, ...where } = request;
  const { opened, run } = openedPairs(where);
  if (tokenizer !== null) checkMeasures({ bleu: { tokenizer } });
  const { targetLanguage } = options;
  const unseen = await unseenPairs(run.settings, data, targetFile, { ...readingFor(run, request), ...reading });
  const { corpus } = unseen;
  const pairs = unseen.pairs.map((pair) => (pair.language === undefined && targetLanguage !== undefined ? { ...pair, language: targetLanguage } : pair));
  if (pairs.length === 0) throw new WordloomError("invalid_data", `The run in "${where.run}" was trained on all pairs of "${data}"; measure it on others.`);
  const languages = [...new Set(pairs.map((pair) => pair.language))];
  const [{ search }] = languages.map((language) => decodingOf(run, { ...options, targetLanguage: language }, where.run)); // before the work
  const started = performance.now();
  const most = run.config.max_position_embeddings;
  const encoded = encodePairs(pairs, run.sourceTokenizer, run.tokenizer, { maximumSource: most, maximumTarget: most });
  const program = new EvaluationProgram({ model: run.model, buffers: run.buffers, backend: nodeBackend, session: opened.session });
  const pass = pairEvaluationPass(encoded, choosePairBuckets(encoded, { tokensPerBatch: run.settings.tokensPerBatch, mostShapes: 2 }));
  const { nats, targets } = await program.evaluate(pass, signal).finally(() => program.release());
  if (signal.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
  const beginning = performance.now();
  const texts: string[] = [];
  for (let first = 0; first < pairs.length; first += WINDOW) {
    const window = pairs.slice(first, first + WINDOW);
    for (const language of languages) {
      const places = [...window.keys()].filter((i) => window[i].language === language);
      const sources = places.map((i) => window[i].source);
      const results = await convertJob({ ...where, sources, options: { ...options, targetLanguage: language }, first }, () => undefined, signal);
      results.forEach(({ text }, i) => (texts[first + places[i]] = text));
    }
    emit({ done: Math.min(pairs.length, first + WINDOW), total: pairs.length });
  }
  const seconds = (performance.now() - beginning) / 1000;
  const bleu = { tokenizer: tokenizer ?? bleuTokenizerFor(pairs), lowercase: run.settings.data.reading.lowercase };
  const rouge = { tokenizer: shareOf(pairs, /\p{Script=Latin}/gu) > 0.9 ? ("rouge-score" as const) : ("unicode" as const) };
  return {
    loss: nats / targets,
    perplexity: Math.exp(nats / targets),
    bitsPerCharacter: nats / Math.LN2 / pairs.reduce((total, { target }) => total + countCharacters(target), 0),
    ...measureTranslations(texts, referencesOf(pairs), { bleu, rouge }),
    bleuTokenizer: bleu.tokenizer,
    lowercase: bleu.lowercase,
    rougeTokenizer: rouge.tokenizer,
    tokens: targets,
    pairs: pairs.length,
    beams: search.beams ?? 1,
    sentencesPerSecond: pairs.length / seconds,
    seconds: (performance.now() - started) / 1000,
    notices: [...unseen.notices, ...noticesOn(run, corpus, pairs, encoded)],
    examples: pairs.slice(0, EXAMPLES).map(({ source, target }, i) => ({ source, target, text: texts[i] })),
  };
}

/** How the data is read unless told otherwise: as in training, as far as that fits it. */
function readingFor({ settings }: PairModel, { data, targetFile, options }: PairEvaluateRequest): PairReading {
  const { reading } = settings.data;
  const embedded = embeddedPairNames.includes(data);
  const table = !embedded && targetFile === null;
  return {
    source: table ? reading.source : null,
    target: table ? reading.target : null,
    language: table && options.targetLanguage === undefined ? reading.language : null,
    view: data === "stories" ? reading.view : null,
    count: null,
    lowercase: reading.lowercase,
  };
}

/** Sentences about what the model could not read as it stands. */
function noticesOn(run: PairModel, { name }: PairCorpus, pairs: readonly TextPair[], { long }: TokenizedPairs): string[] {
  const notices: string[] = [];
  const { truncatedSources, truncatedTargets } = long;
  if (truncatedSources + truncatedTargets > 0) {
    notices.push(`${counted(truncatedSources, "source")} and ${counted(truncatedTargets, "target")} are longer than the model holds (${run.config.max_position_embeddings} tokens) and were read only as far; the loss is over what was read.`);
  }
  const unknown = [unknownNotice(run.sourceTokenizer, taggedSources(pairs), `The sources of ${name}`), unknownNotice(run.tokenizer, pairs.map(({ target }) => target), `The targets of ${name}`)];
  return [...notices, ...unknown.filter((notice) => notice !== null)];
}

/** All targets that the file gives for a pair's source: several are right where a text has several translations. */
function referencesOf(pairs: readonly TextPair[]): (readonly string[])[] {
  const known = new Map<string, string[]>();
  const keyOf = ({ source, language }: TextPair): string => taggedSource(source, language);
  for (const pair of pairs) {
    const targets = known.get(keyOf(pair));
    if (!targets) known.set(keyOf(pair), [pair.target]);
    else if (!targets.includes(pair.target)) targets.push(pair.target);
  }
  return pairs.map((pair) => known.get(keyOf(pair))!);
}

/** "zh" for Chinese; characters where no spaces divide words (kana, Thai, Khmer, Lao, Burmese); "13a" for all else. */
function bleuTokenizerFor(pairs: readonly TextPair[]): BleuTokenizer {
  if (shareOf(pairs, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/gu) > 0.2) return "char";
  return shareOf(pairs, /\p{Script=Han}/gu) > 0.5 ? "zh" : "13a";
}

/** How many of the targets' letters match. */
function shareOf(pairs: readonly TextPair[], letters: RegExp): number {
  const sample = pairs.slice(0, 200).map(({ target }) => target).join("");
  return (sample.match(letters)?.length ?? 0) / Math.max(1, sample.match(/\p{L}/gu)?.length ?? 0);
}
