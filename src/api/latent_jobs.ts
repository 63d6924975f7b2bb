// What is done with a trained variational autoencoder, as jobs for a worker thread: encode, decode, sample, interpolate, vary.

import { WordloomError } from "../errors.js";
import type { GenerationEvent, SampleEvent } from "../generation/generate.js";
import { must, parseOptions, real, whole } from "../generation/option_checks.js";
import { parseSamplingOptions } from "../generation/sampling_options.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { placeOfLabel, withLikeliestLabels } from "./latent_labels.js";
import type { PlacedPoint } from "./latent_space.js";
import { decoded, labelInTurn, labelled, priorPoint, writingOf, type DecodedText } from "./latent_writing.js";
import type { OpenRequest } from "./model_jobs.js";
import type { GenerateOptions, LatentWriteOptions } from "./model_options.js";
import { openedLatent, widthOf, type OpenedLatent } from "./opened_latent.js";

/** A sentence as a point, with what the point says of it. */
export interface EncodedSentence {
  readonly text: string;
  /** Of a model with labels: the one that it was encoded with. */
  readonly label?: string;
  /** μ and log σ² of the posterior, a number for each dimension. */
  readonly mean: readonly number[];
  readonly logVariance: readonly number[];
}

/** What became of one sentence that was encoded and written again. */
export interface Reconstruction extends DecodedText {
  readonly source: string;
  /** Words or characters of the source that the model never saw. */
  readonly unknown: readonly string[];
}

/** Points whose texts are written before they are handed on. */
const WINDOW = 64;

/** Writes texts from points of the prior; events as the decoding loop of language models has them. */
export async function generateLatentJob({ options, ...request }: OpenRequest & { readonly options: GenerateOptions }, emit: (event: GenerationEvent) => void, signal: AbortSignal): Promise<SampleEvent[]> {
  const latent = openedLatent(request);
  const { prompt, count = 1, repetitionPenalty, stop, logProbabilities, ...writing } = options;
  for (const [name, value] of Object.entries({ prompt: prompt === "" ? undefined : prompt, repetitionPenalty, stop, logProbabilities })) {
    if (value !== undefined) throw new WordloomError("invalid_argument", `The run in "${request.run}" writes whole sentences from points, for which "${name}" means nothing; leave it out.`);
  }
  parseSamplingOptions({ count });
  const { seed, ...how } = writingOf(writing);
  const labelOf = labelInTurn(latent, writing.label);
  const samples: SampleEvent[] = [];
  for (let first = 0; first < count; first += WINDOW) {
    const points = Array.from({ length: Math.min(WINDOW, count - first) }, (_, i): PlacedPoint => ({ point: priorPoint(seed, first + i, widthOf(latent)), label: labelOf(first + i) }));
    for await (const { text, tokens, complete, label } of decoded(latent, points, { ...how, signal }, first)) {
      const sample = samples.length;
      const event: SampleEvent = { type: "sample", sample, text, tokens, finishReason: complete ? "end" : "length", ...(label === undefined ? {} : { label }) };
      emit({ type: "text", sample, text });
      emit(event);
      samples.push(event);
    }
  }
  return samples;
}

/** Sentences with their labels: one for all, or the likeliest of each. */
export async function labelledSentences(latent: OpenedLatent, { texts, label: asked, labels: own }: Pick<TextsRequest, "texts" | "label" | "labels">, where: (index: number) => string, signal: AbortSignal): Promise<readonly TextPair[]> {
  const { run, opened, space } = latent;
  const { labels } = run.config;
  const known = { labels, path: latent.path };
  const one = placeOfLabel(known, asked);
  const sentences = texts.map((text, i): TextPair => {
    const read = run.settings.data.lowercase ? text.toLowerCase() : text;
    const place = one ?? (labels.length > 0 ? placeOfLabel(known, own?.[i]) : null);
    return { source: read, target: read, ...(place === null ? {} : { label: place }) };
  });
  return withLikeliestLabels(sentences, { space, model: run.model, buffers: run.buffers, session: opened.session, labels, where, signal });
}

export interface TextsRequest extends OpenRequest {
  readonly texts: readonly string[];
  /** The number of the first text among all, from 1: with the seed it decides what is drawn. */
  readonly first?: number;
  /** What each text is called in messages: `Line 3 of "poems.txt"`. */
  readonly names?: readonly string[];
  /** The label of all, or of each. */
  readonly label?: string;
  readonly labels?: readonly string[];
}

const textWhere = ({ names, texts }: Pick<TextsRequest, "names" | "texts">) => (index: number): string => names?.[index] ?? (texts.length === 1 ? "The text" : `Text ${index + 1}`);

/** Sentences and their points, in their order. */
async function pointsOf(latent: OpenedLatent, request: TextsRequest, signal: AbortSignal): Promise<{ sentences: readonly TextPair[]; means: Float32Array; logVariances: Float32Array }> {
  const blank = request.texts.findIndex((text) => text.trim() === "");
  if (blank >= 0) throw new WordloomError("invalid_argument", `${textWhere(request)(blank)} is blank, and there is no point for it; give a sentence.`);
  const where = textWhere(request);
  const sentences = await labelledSentences(latent, request, where, signal);
  const { means, logVariances } = await latent.space.encode(latent.space.tokenized(sentences, where), signal);
  return { sentences, means, logVariances };
}

/** Encodes sentences. */
export async function encodeJob(request: TextsRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<EncodedSentence[]> {
  const latent = openedLatent(request);
  const { sentences, means, logVariances } = await pointsOf(latent, request, signal);
  const width = widthOf(latent);
  const row = (values: Float32Array, i: number): number[] => Array.from(values.subarray(i * width, (i + 1) * width));
  return request.texts.map((text, i) => ({ text, ...labelled(latent, sentences[i].label ?? null), mean: row(means, i), logVariance: row(logVariances, i) }));
}

export interface DecodeRequest extends OpenRequest {
  readonly points: readonly (readonly number[])[];
  readonly options: LatentWriteOptions;
}

/** Writes a text from each point. */
export async function decodeJob({ points, options, ...where }: DecodeRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<DecodedText[]> {
  const latent = openedLatent(where);
  const width = widthOf(latent);
  points.forEach((point, i) => {
    if (point.length === width && point.every((value) => Number.isFinite(value))) return;
    throw new WordloomError("invalid_argument", `The point number ${i + 1} is not ${width} finite numbers, which the latent space of "${where.run}" has; give as many.`);
  });
  const labelOf = labelInTurn(latent, options.label);
  const texts: DecodedText[] = [];
  for await (const text of decoded(latent, points.map((point, i) => ({ point, label: labelOf(i) })), { ...writingOf(options), signal })) texts.push(text);
  return texts;
}

export interface ReconstructRequest extends TextsRequest {
  readonly options: Omit<LatentWriteOptions, "label">;
}

/** Writes each sentence again, from the mean of its posterior. */
export async function reconstructJob({ options, ...request }: ReconstructRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<Reconstruction[]> {
  const latent = openedLatent(request);
  const how = writingOf(options);
  const { sentences, means } = await pointsOf(latent, request, signal);
  const width = widthOf(latent);
  const points = sentences.map(({ label }, i): PlacedPoint => ({ point: means.subarray(i * width, (i + 1) * width), label: label ?? null }));
  const results: Reconstruction[] = [];
  for await (const text of decoded(latent, points, { ...how, signal }, (request.first ?? 1) - 1)) {
    const i = results.length;
    results.push({ source: request.texts[i], ...text, unknown: latent.run.tokenizer.unknown(sentences[i].source) });
  }
  return results;
}

const stepsOption = whole(must("number of steps must be a whole number of 2 or more", "leave it out for 7"), 2);

export interface InterpolateRequest extends OpenRequest {
  readonly from: string;
  readonly to: string;
  readonly options: LatentWriteOptions & { readonly steps?: number };
}

/** Texts on the straight line between two sentences' means (Bowman et al. 2016, section 4.3), both ends included. */
export async function interpolateJob({ from, to, options: { steps: asked, ...options }, ...where }: InterpolateRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<DecodedText[]> {
  const latent = openedLatent(where);
  const steps = parseOptions(stepsOption, asked ?? 7);
  const how = writingOf(options);
  const { sentences, means } = await pointsOf(latent, { ...where, texts: [from, to], names: ["The first sentence", "The second sentence"], label: options.label }, signal);
  const width = widthOf(latent);
  const points = Array.from({ length: steps }, (_, step): PlacedPoint => {
    const share = step / (steps - 1);
    const point = Array.from({ length: width }, (__, i) => (1 - share) * means[i] + share * means[width + i]);
    return { point, label: sentences[share < 0.5 ? 0 : 1].label ?? null };
  });
  const texts: DecodedText[] = [];
  for await (const text of decoded(latent, points, { ...how, signal })) texts.push(text);
  return texts;
}

const scaleOption = real(must("scale must be a number from 0 to 100", "leave it out for 0.3"), 0, 100);
const countOption = whole(must("number of texts must be a whole number of 1 or more", "leave it out for 5"), 1);

export interface VaryRequest extends OpenRequest {
  readonly text: string;
  readonly options: LatentWriteOptions & { readonly count?: number; readonly scale?: number };
}

/** Texts from points around a sentence's mean, at distances of N(0, scale²) in each dimension. */
export async function varyJob({ text, options: { count: asked, scale: askedScale, ...options }, ...where }: VaryRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<DecodedText[]> {
  const latent = openedLatent(where);
  const count = parseOptions(countOption, asked ?? 5);
  const scale = parseOptions(scaleOption, askedScale ?? 0.3);
  const how = writingOf(options);
  const { sentences, means } = await pointsOf(latent, { ...where, texts: [text], label: options.label }, signal);
  const points = Array.from({ length: count }, (_, i): PlacedPoint => {
    const noise = priorPoint(how.seed, i, widthOf(latent));
    return { point: noise.map((value, dimension) => means[dimension] + scale * value), label: sentences[0].label ?? null };
  });
  const texts: DecodedText[] = [];
  for await (const found of decoded(latent, points, { ...how, signal })) texts.push(found);
  return texts;
}
