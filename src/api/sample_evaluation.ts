// What a run writes on its own, measured beside real texts that it did not learn from, as a job for a worker thread.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { WordloomError } from "../errors.js";
import { measureSamples, type SampleMeasures } from "../evaluation/measure_samples.js";
import { passageUnit, passagesOf, type PassageUnit } from "../evaluation/passages.js";
import { spread } from "../evaluation/spread.js";
import { must, parseOptions, whole } from "../generation/option_checks.js";
import { parseSamplingOptions } from "../generation/sampling_options.js";
import { readable, type Corpus } from "../text/corpus.js";
import { isTable, readText } from "./data.js";
import { given } from "./given_options.js";
import { openedRun, type OpenRequest } from "./model_jobs.js";
import type { DrawOptions } from "./model_options.js";
import type { RunModel } from "./run_model.js";
import { writeTexts } from "./sample_texts.js";
import { areStories, measureStories, type StoryMeasures } from "./story_measures.js";

/** What a run writes, beside what people wrote. */
export interface SampleEvaluation {
  /** What was compared: whole texts, or lines or pieces of long ones. */
  readonly unit: "texts" | PassageUnit["kind"];
  readonly sampling: DrawOptions;
  readonly generated: SampleMeasures;
  /** The same of as many real texts, against the same references: what a perfect model would have. Null where there are too few. */
  readonly real: SampleMeasures | null;
  /** Of a model of the embedded stories: what their grammar says of its texts. */
  readonly stories?: StoryMeasures;
  /** The file that copies were looked for in; null where the training text was not found. */
  readonly trainingFile: string | null;
  /** The share of texts that did not end by themselves; null for passages, which have no end. */
  readonly cutOff: number | null;
  readonly tokensPerSecond: number;
  /** In the order they were written. */
  readonly texts: readonly string[];
  /** The real ones that they stand beside. */
  readonly realTexts: readonly string[];
  readonly seconds: number;
  readonly notices: readonly string[];
}

export interface SampleEvaluateRequest extends OpenRequest {
  readonly data: string;
  readonly lines: boolean | null;
  readonly column: string | null;
  /** How many texts to write; 500 unless given. */
  readonly samples: number | null;
  /** Whether to write no more than there are real ones to compare with, as is done where no number is given. */
  readonly atMostReal: boolean;
  readonly sampling: DrawOptions;
  /** The training text; looked for where it may be unless given. */
  readonly training: string | null;
}

const DEFAULT_SAMPLES = 500;
/** Real texts that a comparison with their like is made from at least, half of them as references. */
const FEWEST_REAL = 20;
const samplesOption = whole(must("number of samples must be a whole number of 1 or more", `leave it out for ${DEFAULT_SAMPLES}`), 1);

type Emit = (event: { readonly stage: string; readonly done: number; readonly total: number }) => void;
type WritingRun = Exclude<RunModel, { readonly kind: "pairs" }>;

/** A file read as the run reads its own: lines or one text, and the column of a table. */
function readLikeTraining(run: WritingRun, path: string, { lines, column }: { readonly lines: boolean | null; readonly column: string | null }): Promise<Corpus> {
  const table = isTable(path);
  const samples = run.kind === "latent" || run.settings.kind === "samples";
  return readText(path, { lines: lines ?? (table ? null : samples), column: column ?? (table ? run.settings.data.column : null), stories: run.settings.data.stories });
}

/** The text that the run learnt from: the file that was named, or one of that name and contents beside the data or here. */
async function findTraining(run: WritingRun, request: SampleEvaluateRequest): Promise<{ readonly corpus: Corpus; readonly path: string; readonly same: boolean } | null> {
  const { file, sha256 } = run.settings.data;
  const read = (path: string): Promise<Corpus> => readLikeTraining(run, path, { lines: null, column: null });
  if (request.training !== null) {
    const corpus = await read(request.training);
    return { corpus, path: request.training, same: corpus.sha256 === sha256 };
  }
  const places = file === "stories" ? [file] : [...new Set([file, join(dirname(request.data), file)])].filter((path) => existsSync(path));
  for (const path of places) {
    const corpus = await read(path).catch(() => null);
    if (corpus?.sha256 === sha256) return { corpus, path, same: true };
  }
  return null;
}

/** Real texts in two halves: references, and as many of the others as there are samples. */
function halves(texts: readonly string[], count: number): { readonly references: readonly string[]; readonly real: readonly string[] | null } {
  if (texts.length < FEWEST_REAL) return { references: texts, real: null };
  const others = texts.filter((_, i) => i % 2 === 1);
  return { references: texts.filter((_, i) => i % 2 === 0), real: spread(others.length, count).map((i) => others[i]) };
}

/**
 * Writes texts and measures them.
 * @throws WordloomError "invalid_argument" for a model of pairs or a wrong option; what `readCorpus` throws; "interrupted"
 */
export async function evaluateSamplesJob(request: SampleEvaluateRequest, emit: Emit, signal: AbortSignal): Promise<SampleEvaluation> {
  const { run: path, device, threads } = request;
  const where = { run: path, device, threads };
  const asked = parseOptions(samplesOption, request.samples ?? DEFAULT_SAMPLES);
  const sampling = { temperature: 1, seed: 0, ...given(request.sampling) };
  parseSamplingOptions(sampling);
  const { run } = openedRun(where);
  if (run.kind === "pairs") throw new WordloomError("invalid_argument", `The run in "${path}" makes one text of another and writes none on its own; measure it with evaluatePairs.`);
  const started = performance.now();
  const corpus = await readLikeTraining(run, request.data, request);
  const unit = corpus.kind === "stream" ? passageUnit(corpus.texts[0]) : null;
  const texts = unit ? passagesOf(corpus.texts[0], unit) : corpus.texts.map((text) => text.trim());
  const { references, real } = halves(texts, asked);
  const count = real && (request.samples === null || request.atMostReal) ? Math.min(asked, real.length) : asked;
  const training = await findTraining(run, request);
  const lengths = spread(references.length, 1000).map((i) => run.tokenizer.encode(references[i]).length + 1);
  const wanted = { count, unit, longest: Math.max(...lengths), mean: lengths.reduce((sum, length) => sum + length, 0) / lengths.length, sampling };
  const written = await writeTexts(where, wanted, (done) => emit({ stage: "texts written", done, total: count }), signal);
  if (written.texts.length === 0) throw new WordloomError("invalid_data", `The run in "${path}" wrote nothing that could be measured: no passage came to an end; train it longer.`);
  const measures = (samples: readonly string[], seed: number): SampleMeasures =>
    measureSamples(samples, references, { seed, ...(training ? { trainingTexts: training.corpus.texts } : {}) });
  emit({ stage: "texts measured", done: 0, total: 1 });
  const generated = measures(written.texts, sampling.seed);
  const ofReal = real && measures(spread(real.length, written.texts.length).map((i) => real[i]), sampling.seed); // as many, since measures depend on it
  const stories = unit === null && areStories(references);
  emit({ stage: "texts measured", done: 1, total: 1 });
  return {
    unit: unit?.kind ?? "texts",
    sampling,
    generated,
    real: ofReal,
    ...(stories ? { stories: measureStories(written.texts, sampling.seed) } : {}),
    trainingFile: training?.path ?? null,
    cutOff: written.cutOff,
    tokensPerSecond: written.tokens / written.seconds,
    texts: written.texts,
    realTexts: real ?? [],
    seconds: (performance.now() - started) / 1000,
    notices: notices(run, request, { count, written: written.texts.length, training, real: ofReal, sha256: corpus.sha256 }),
  };
}

interface Found {
  readonly count: number;
  readonly written: number;
  readonly training: { readonly path: string; readonly same: boolean } | null;
  readonly real: SampleMeasures | null;
  readonly sha256: string;
}

function notices({ settings }: WritingRun, { data }: SampleEvaluateRequest, { count, written, training, real, sha256 }: Found): string[] {
  const all: string[] = [];
  if (sha256 === settings.data.sha256) all.push(`"${data}" is the text that the run learnt from: what it writes is compared with texts that it has seen.`);
  if (training === null) all.push(`Copies were not looked for, since the training text "${settings.data.file}" is neither here nor beside "${data}"; name it with --training.`);
  else if (!training.same) all.push(`"${training.path}" is not the text that the run learnt from, or was changed since.`);
  if (real === null) all.push(`"${data}" has too few texts to set some aside and say what real ones would score.`);
  else if (real.samples < count) all.push(`"${data}" has ${readable(real.samples)} real texts to compare with; measures that depend on how many there are (BLEU, Self-BLEU, distinct-n) compare with ${readable(real.samples)} samples (--samples).`);
  if (written < count) all.push(`Only ${readable(written)} passages came to an end.`);
  return all;
}
