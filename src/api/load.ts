// The library's `load`: a trained run in a worker thread, ready to write and to be measured.

import { WordloomError } from "../errors.js";
import { readAhead } from "../generation/read_ahead.js";
import type { GenerationEvent, SampleEvent } from "../generation/generate.js";
import { JobWorker } from "../runtime/worker_client.js";
import { checkedSources, checkedTexts, checkOptions, checkText, checkTextOption } from "./argument_checks.js";
import { EventQueue } from "./event_queue.js";
import type { Evaluation, ModelDescription, OpenRequest } from "./model_jobs.js";
import type { ExplainedSpace } from "./latent_explain.js";
import type { LatentEvaluation } from "./latent_evaluation.js";
import type { SampleEvaluation } from "./sample_evaluation.js";
import type { EncodedSentence, Reconstruction } from "./latent_jobs.js";
import type { DecodedText } from "./latent_writing.js";
import type { ConvertOptions, EvaluateLatentOptions, EvaluateOptions, EvaluatePairsOptions, EvaluateSamplesOptions, ExplainLatentOptions, ExplainOptions, GenerateOptions, LatentWriteOptions, LoadOptions, ReadSentencesOptions } from "./model_options.js";
import type { PairEvaluation } from "./pair_evaluation.js";
import type { ExplainedText } from "./explain_jobs.js";
import type { Converted } from "./pair_jobs.js";

const JOBS = new URL("./model_jobs.js", import.meta.url).href;
const PAIR_JOBS = new URL("./pair_jobs.js", import.meta.url).href;
const PAIR_EVALUATION = new URL("./pair_evaluation.js", import.meta.url).href;
const LATENT_JOBS = new URL("./latent_jobs.js", import.meta.url).href;
const SAMPLE_EVALUATION = new URL("./sample_evaluation.js", import.meta.url).href;
const LATENT_EVALUATION = new URL("./latent_evaluation.js", import.meta.url).href;
const LATENT_EXPLAIN = new URL("./latent_explain.js", import.meta.url).href;
const EXPLAIN_JOBS = new URL("./explain_jobs.js", import.meta.url).href;

/** The most sources that are read before the first of them is answered. */
const SOURCES_AT_ONCE = 512;

/** Text being written: iterate it for its events, or await `result` for the finished samples. */
export interface Generation extends AsyncIterable<GenerationEvent> {
  readonly result: Promise<SampleEvent[]>;
}

/** A trained model. Free its thread with `release`, or with `using`. */
export class Model implements Disposable {
  private constructor(
    private readonly worker: JobWorker,
    private readonly where: OpenRequest,
    /** Architecture and sizes. */
    readonly description: ModelDescription,
  ) {}

  /** @throws WordloomError "invalid_argument", "file_not_found", "invalid_run", "unsupported_version", "device_unavailable" */
  static async open(run: string, options: LoadOptions = {}): Promise<Model> {
    checkText(run, "load", "a run's folder");
    checkOptions(options, "load", 'load("runs/poems", { threads: 2 })');
    const { device = "cpu", threads } = options;
    if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 1024)) {
      throw new WordloomError("invalid_argument", `The number of threads must be a whole number from 1 to 1024, but ${threads} was given.`);
    }
    const worker = new JobWorker();
    const where = { run, device, threads: threads ?? null };
    try {
      return new Model(worker, where, await worker.call(JOBS, "openJob", where, () => undefined));
    } catch (error) {
      await worker.release();
      throw error;
    }
  }

  /**
   * Writes text.
   *
   * @example
   * for await (const event of model.generate({ prompt: "Once", temperature: 0.8 })) {
   *   if (event.type === "text") process.stdout.write(event.text);
   * }
   * @throws WordloomError "invalid_argument" at once for options that are no object; all else rejects `result` and ends
   *   the iteration
   */
  generate(options: GenerateOptions & { signal?: AbortSignal } = {}): Generation {
    checkOptions(options, "generate", 'generate({ prompt: "Once" })');
    const { signal, ...rest } = options;
    const left = new AbortController();
    const queue = new EventQueue<GenerationEvent>(() => left.abort());
    const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
    const [jobs, job] = this.description.kind === "latent" ? [LATENT_JOBS, "generateLatentJob"] : [JOBS, "generateJob"];
    const result = this.worker.call<GenerationEvent, SampleEvent[]>(jobs, job, { ...this.where, options: rest }, (event) => queue.push(event), either);
    result.then(
      () => queue.end(),
      (error: unknown) => queue.fail(error),
    );
    return { result, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
  }

  /**
   * Makes one text of another, for a model of pairs: translations, summaries. Results come in the order of the sources;
   * the sources may go on without end, and when they pause, those that are there are answered.
   *
   * @example
   * for await (const { text } of model.convert("Ein Hund rennt.")) console.log(text);
   * @param sources texts, or a single one; of a blank one an empty text is made
   * @throws WordloomError while iterating: "invalid_argument" before anything is read for an option that is wrong or not
   *   for this model, and for a source that is no text; "interrupted"
   */
  async *convert(sources: string | Iterable<string> | AsyncIterable<string>, given: ConvertOptions & { signal?: AbortSignal } = {}): AsyncGenerator<Converted, void, void> {
    checkOptions(given, "convert", "convert(text, { beams: 5 })");
    const texts = checkedSources(sources);
    const { signal, ...options } = given;
    await this.worker.call(PAIR_JOBS, "checkConvertJob", { ...this.where, options }, () => undefined);
    let first = 0;
    for await (const window of readAhead(texts, SOURCES_AT_ONCE, signal)) {
      const left = new AbortController();
      const queue = new EventQueue<Converted>(() => left.abort());
      const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
      this.worker.call<Converted, void>(PAIR_JOBS, "convertEachJob", { ...this.where, sources: window, options, first }, (converted) => queue.push(converted), either).then(
        () => queue.end(),
        (error: unknown) => queue.fail(error),
      );
      yield* queue; // as they come: the first after one batch
      first += window.length;
    }
  }

  /**
   * How well the sources of a file of pairs are converted.
   * @throws WordloomError "invalid_argument", "file_not_found", "invalid_data" and others of reading, "interrupted"
   */
  async evaluatePairs(data: string, options: EvaluatePairsOptions = {}): Promise<PairEvaluation> {
    checkText(data, "evaluatePairs", "a file of pairs or an embedded task's name");
    checkOptions(options, "evaluatePairs", "evaluatePairs(data, { beams: 1 })");
    const { targetFile = null, source, target, language, view, stories, bleuTokenizer = null, signal, onProgress, ...convert } = options;
    const asked = { source, target, language, view, count: stories };
    const reading = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const request = { ...this.where, data, targetFile, reading, options: convert, tokenizer: bleuTokenizer };
    return this.worker.call<{ done: number; total: number }, PairEvaluation>(PAIR_EVALUATION, "evaluatePairsJob", request, ({ done, total }) => onProgress?.(done, total), signal);
  }

  /** Characters or words of texts that the model never saw and reads as `<unk>`; of a model of pairs, as sources. */
  async unknown(texts: readonly string[]): Promise<string[]> {
    return this.worker.call(JOBS, "unknownJob", { ...this.where, texts: checkedTexts(texts, "unknown") }, () => undefined);
  }

  /**
   * The points of sentences in a variational autoencoder's latent space: means and log-variances of their posteriors.
   *
   * @example
   * const [{ mean }] = await model.encode(["A dog runs."]);
   * const [{ text }] = await model.decode([mean]);
   * @throws WordloomError "invalid_argument" for a model without a latent space, a blank sentence, one that is longer than
   *   the model, or a label that it does not know; "interrupted"
   */
  async encode(texts: readonly string[], given: Pick<LatentWriteOptions, "label"> & ReadSentencesOptions & { signal?: AbortSignal } = {}): Promise<EncodedSentence[]> {
    checkOptions(given, "encode", 'encode(texts, { label: "happy" })');
    const { signal, ...options } = given;
    return this.worker.call(LATENT_JOBS, "encodeJob", { ...this.where, texts: checkedTexts(texts, "encode"), ...options }, () => undefined, signal);
  }

  /**
   * A text from each point of the latent space.
   * @param points `description.latentWidth` numbers each
   * @throws WordloomError as `encode` does; "invalid_argument" for a point of another size
   */
  async decode(points: readonly ArrayLike<number>[], given: LatentWriteOptions & { signal?: AbortSignal } = {}): Promise<DecodedText[]> {
    checkOptions(given, "decode", "decode(points, { beams: 5 })");
    const { signal, ...options } = given;
    return this.worker.call(LATENT_JOBS, "decodeJob", { ...this.where, points: points.map((point) => Array.from(point)), options }, () => undefined, signal);
  }

  /** Each sentence written again from its posterior's mean. @throws WordloomError as `encode` does */
  async reconstruct(texts: readonly string[], given: LatentWriteOptions & ReadSentencesOptions & { signal?: AbortSignal } = {}): Promise<Reconstruction[]> {
    checkOptions(given, "reconstruct", "reconstruct(texts, { beams: 5 })");
    const { signal, label, labels, names, first, ...options } = given;
    return this.worker.call(LATENT_JOBS, "reconstructJob", { ...this.where, texts: checkedTexts(texts, "reconstruct"), label, labels, names, first, options }, () => undefined, signal);
  }

  /** Texts on the straight line between two sentences, both ends included. @throws WordloomError as `encode` does */
  async interpolate(from: string, to: string, given: LatentWriteOptions & { steps?: number; signal?: AbortSignal } = {}): Promise<DecodedText[]> {
    checkText(from, "interpolate", "two sentences");
    checkText(to, "interpolate", "two sentences");
    checkOptions(given, "interpolate", "interpolate(from, to, { steps: 7 })");
    const { signal, ...options } = given;
    return this.worker.call(LATENT_JOBS, "interpolateJob", { ...this.where, from, to, options }, () => undefined, signal);
  }

  /** Texts from points near a sentence's. @throws WordloomError as `encode` does */
  async vary(text: string, given: LatentWriteOptions & { count?: number; scale?: number; signal?: AbortSignal } = {}): Promise<DecodedText[]> {
    checkText(text, "vary", "a sentence");
    checkOptions(given, "vary", "vary(text, { count: 5, scale: 0.3 })");
    const { signal, ...options } = given;
    return this.worker.call(LATENT_JOBS, "varyJob", { ...this.where, text, options }, () => undefined, signal);
  }

  /**
   * What a variational autoencoder knows of a file's sentences, and how it uses its latent space.
   * @throws WordloomError "invalid_argument", "file_not_found", "invalid_data" and others of reading, "interrupted"
   */
  async evaluateLatent(data: string, given: EvaluateLatentOptions = {}): Promise<LatentEvaluation> {
    checkText(data, "evaluateLatent", "a file of sentences or an embedded corpus's name");
    checkOptions(given, "evaluateLatent", "evaluateLatent(data, { importanceSamples: 100 })");
    const { signal, onProgress, column, label, importanceSamples, importanceSentences } = given;
    const request = { ...this.where, data, column: column ?? null, label: label ?? null, importanceSamples: importanceSamples ?? null, importanceSentences: importanceSentences ?? null };
    return this.worker.call<{ stage: string; done: number; total: number }, LatentEvaluation>(LATENT_EVALUATION, "evaluateLatentJob", request, (event) => onProgress?.(event), signal);
  }

  /**
   * How a language model reads a text, a model of pairs writes its target, or a variational autoencoder writes a sentence again
   * from its point, token by token: `reading` is data for `readingHtml`, `readingSvg` and `readingJson`. What a model of pairs
   * attends to meanwhile is data for `attentionHtml` and `attentionSvg`.
   *
   * @example
   * const { reading } = await model.explain("The sea was calm");
   * for (const { text, logProbability } of reading.tokens) console.log(text, logProbability);
   * @throws WordloomError "invalid_argument" for no text, a token that it does not have, a sentence or a target that is longer
   *   than the model, or attention alone of a model without it; "interrupted"
   */
  async explain(text: string, given: ExplainOptions & { signal?: AbortSignal } = {}): Promise<ExplainedText> {
    checkText(text, "explain", "a text");
    checkOptions(given, "explain", "explain(text, { beams: 1 })");
    checkTextOption(given.target, "explain", "target");
    const { signal, ...options } = given;
    return this.worker.call(EXPLAIN_JOBS, "explainJob", { ...this.where, text, options }, () => undefined, signal);
  }

  /**
   * Where the sentences of a file lie in a variational autoencoder's latent space: data for `latentHtml`, `latentSvg` and
   * `latentJson`.
   * @throws WordloomError "invalid_argument", "file_not_found", "invalid_data" and others of reading, "interrupted"
   */
  async explainLatent(data: string, given: ExplainLatentOptions = {}): Promise<ExplainedSpace> {
    checkText(data, "explainLatent", "a file of sentences or an embedded corpus's name");
    checkOptions(given, "explainLatent", 'explainLatent(data, { label: "mood" })');
    const { column = null, label = null, signal } = given;
    return this.worker.call(LATENT_EXPLAIN, "explainLatentJob", { ...this.where, data, column, label }, () => undefined, signal);
  }

  /**
   * The loss over the whole of a text.
   * @throws WordloomError "invalid_argument", "file_not_found", "invalid_data" and others of reading, "interrupted"
   */
  async evaluate(data: string, options: EvaluateOptions = {}): Promise<Evaluation> {
    checkText(data, "evaluate", "a file or an embedded corpus's name");
    checkOptions(options, "evaluate", "evaluate(data, { lines: true })");
    const { lines, column, signal } = options;
    return this.worker.call(JOBS, "evaluateJob", { ...this.where, data, lines: lines ?? null, column: column ?? null }, () => undefined, signal);
  }

  /**
   * What a model writes on its own, measured beside the real texts of a file: BLEU, Self-BLEU, distinct-n, repetition, lengths,
   * copies of the training text, each with its interval.
   * @throws WordloomError "invalid_argument" also for a model of pairs, "file_not_found", "invalid_data" and others of reading,
   *   "interrupted"
   */
  async evaluateSamples(data: string, given: EvaluateSamplesOptions = {}): Promise<SampleEvaluation> {
    checkText(data, "evaluateSamples", "a file or an embedded corpus's name");
    checkOptions(given, "evaluateSamples", "evaluateSamples(data, { samples: 1000 })");
    const { lines, column, samples, atMostReal, training, temperature, topK, topP, minP, seed, signal, onProgress } = given;
    const request = { ...this.where, data, lines: lines ?? null, column: column ?? null, samples: samples ?? null, atMostReal: atMostReal ?? false, training: training ?? null, sampling: { temperature, topK, topP, minP, seed } };
    return this.worker.call<{ stage: string; done: number; total: number }, SampleEvaluation>(SAMPLE_EVALUATION, "evaluateSamplesJob", request, (event) => onProgress?.(event), signal);
  }

  /** Ends the model's thread. */
  release(): Promise<void> {
    return this.worker.release();
  }

  [Symbol.dispose](): void {
    void this.release();
  }
}

/**
 * Opens a run folder.
 *
 * @example
 * const model = await load("runs/poems-lstm");
 * const [sample] = await model.generate({ prompt: "The sea", maxTokens: 100 }).result;
 */
export const load = (run: string, options?: LoadOptions): Promise<Model> => Model.open(run, options);
