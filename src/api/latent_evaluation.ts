// How well a variational autoencoder knows and uses its latent space over a file of sentences, as a job for a worker thread.

import { WordloomError } from "../errors.js";
import { bleuSignature, chooseBleuTokenizer, measureTranslations, chooseRougeTokenizer } from "../evaluation/index.js";
import { collapseNotice } from "../evaluation/collapse.js";
import { importanceWeightedNats } from "../evaluation/importance_weighted_bound.js";
import { meanFigure } from "../evaluation/figure.js";
import { importanceWeights } from "../evaluation/importance_weights.js";
import { activeUnits, activity, divergences, type Posteriors } from "../evaluation/latent_measures.js";
import { mutualInformation } from "../evaluation/mutual_information.js";
import { spread } from "../evaluation/spread.js";
import { samplePosteriors } from "../evaluation/sample_posteriors.js";
import { must, parseOptions, whole } from "../generation/option_checks.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { RandomStream } from "../runtime/random.js";
import { charactersIn, counted, countCharacters } from "../text/corpus.js";
import { choosePairBuckets } from "../text/pairs/pair_buckets.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { pairEvaluationPass } from "../text/pairs/pair_evaluation.js";
import type { TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { lossFigures, type LossIntervals } from "./loss_figures.js";
import { storyFloor, type StoryFloor } from "./story_measures.js";
import { openedLatent, type OpenedLatent } from "./opened_latent.js";
import { readMeasured, type MeasuredRequest } from "./latent_sentences.js";
import type { PlacedPoint } from "./latent_space.js";

/** Nats are of a sentence, with its end, as means over all sentences unless said otherwise. */
export interface LatentEvaluation {
  /** −ELBO: reconstruction and divergence, with one point of each sentence. */
  readonly negativeElbo: number;
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)). */
  readonly divergence: number;
  /** −log p(x) by importance sampling, never below the true one on average (Burda et al. 2016, eq. 8). */
  readonly importanceWeightedNats: number;
  readonly importanceSamples: number;
  /** Sentences that this is the mean over, evenly spread. */
  readonly importanceSentences: number;
  /** Characters of these. */
  readonly importanceCharacters: number;
  /** The share of their tokens that stand for what training never saw: each counts as one cheap <unk>. */
  readonly unknownShare: number;
  /** Per token, from the importance-weighted nats. */
  readonly perplexity: number;
  /** Per token, from the importance-weighted nats: comparable with a language model's loss over the same sentences. */
  readonly loss: number;
  /** From the importance-weighted nats too. */
  readonly bitsPerCharacter: number;
  readonly bitsPerByte: number;
  /** Of 95 %, by a bootstrap over the sentences that the importance-weighted nats are of. */
  readonly intervals: LossIntervals;
  /** Of embedded stories: the exact floor. */
  readonly floor?: StoryFloor;
  /** I(x; z) in nats, and log of the number of sentences, which it cannot be above. */
  readonly mutualInformation: number;
  readonly mutualInformationBound: number;
  /** Dimensions whose mean varies by more than 0.01 (Burda et al. 2016, section 5.2). */
  readonly activeUnits: number;
  readonly latentWidth: number;
  /** BLEU and the share of exact matches of sentences written again from their means. */
  readonly reconstructionBleu: number;
  readonly bleuSignature: string;
  readonly reconstructionExact: number;
  readonly sentences: number;
  /** Targets of all sentences: each token once, and each end. */
  readonly tokens: number;
  readonly characters: number;
  readonly seconds: number;
  readonly notices: readonly string[];
  /** Some of the sentences with what they became. */
  readonly examples: readonly { readonly source: string; readonly text: string }[];
}

export interface LatentEvaluateRequest extends MeasuredRequest {
  /** Points of each sentence; 500 unless given. */
  readonly importanceSamples: number | null;
  /** The most sentences that importance sampling is done for; 1,000 unless given. */
  readonly importanceSentences: number | null;
}

const EXAMPLES = 10;
const samplesOption = whole(must("number of importance samples must be a whole number of 1 or more", "leave it out for 500"), 1);
const sentencesOption = whole(must("number of sentences to sample for must be a whole number of 1 or more", "leave it out for 1,000"), 1);

type Emit = (event: { readonly stage: string; readonly done: number; readonly total: number }) => void;

/**
 * Measures the best weights over the whole of a file.
 * @throws WordloomError "invalid_argument" for a wrong option; what `readCorpus` throws; "invalid_data" for one sentence,
 *   or where none is short enough; "interrupted"
 */
export async function evaluateLatentJob(request: LatentEvaluateRequest, emit: Emit, signal: AbortSignal): Promise<LatentEvaluation> {
  const { run: path, device, threads } = request;
  const samples = parseOptions(samplesOption, request.importanceSamples ?? 500);
  const mostSampled = parseOptions(sentencesOption, request.importanceSentences ?? 1000);
  const latent = openedLatent({ run: path, device, threads });
  const { run, opened, space } = latent;
  const started = performance.now();
  const { pairs, sentences, notices } = await readMeasured(latent, request, signal);
  if (pairs.length < 2) throw new WordloomError("invalid_data", `"${request.data}" has only ${counted(pairs.length, "sentence")} that the model can hold, too few to measure a latent space on; give more.`);
  const { model, buffers } = run;
  const program = new EvaluationProgram({ model, buffers, backend: nodeBackend, session: opened.session });
  const pass = pairEvaluationPass(sentences, choosePairBuckets(sentences, { ...run.settings, mostShapes: 2 }));
  const { measures } = await program.evaluate(pass, signal).finally(() => program.release());
  if (signal.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
  const { divergence, reconstruction } = Object.fromEntries(Object.entries(measures!.sums).map(([name, sum]) => [name, sum / measures!.samples]));
  const posteriors = await space.encode(sentences, signal);
  const information = mutualInformation(posteriors, samplePosteriors(posteriors, new RandomStream(0, "points of an evaluation")));
  const collapse = collapseNotice({ divergence: divergences(posteriors).total, information });
  const importance = await importanceNats(latent, pairs, { samples, mostSampled, emit, signal });
  const texts = await reconstructed(latent, sentences, posteriors, emit, signal);
  const references = pairs.map(({ target }) => [target]);
  const { lowercase } = run.settings.data;
  const bleu = { tokenizer: chooseBleuTokenizer([references.flat()]), lowercase };
  const quality = measureTranslations(texts, references, { bleu, chrf: { lowercase }, rouge: { tokenizer: chooseRougeTokenizer([references.flat()]) } });
  const sentenceNats = meanFigure(importance.nats);
  const predicted = lossFigures({ nats: importance.nats, targets: importance.tokens, texts: importance.texts });
  const unknownShare = importance.unknown / importance.tokens.reduce((sum, count) => sum + count, 0);
  const floor = unknownShare > 0 ? undefined : storyFloor(importance.texts, sentenceNats.value * importance.texts.length);
  return {
    negativeElbo: divergence + reconstruction,
    reconstruction,
    divergence,
    importanceWeightedNats: sentenceNats.value,
    importanceSamples: samples,
    importanceSentences: importance.texts.length,
    importanceCharacters: charactersIn(importance.texts),
    unknownShare,
    ...predicted,
    ...(floor ? { floor } : {}),
    mutualInformation: information.nats,
    mutualInformationBound: information.bound,
    activeUnits: activeUnits(activity(posteriors)),
    latentWidth: model.latentWidth,
    reconstructionBleu: quality.bleu.score,
    bleuSignature: bleuSignature(references, bleu),
    reconstructionExact: quality.exactMatch,
    sentences: pairs.length,
    tokens: sentences.totalTargets,
    characters: pairs.reduce((total, { target }) => total + countCharacters(target), 0),
    seconds: (performance.now() - started) / 1000,
    notices: [...notices, ...(collapse ? [collapse] : [])],
    examples: spread(pairs.length, EXAMPLES).map((i) => ({ source: pairs[i].source, text: texts[i] })),
  };
}

/** Of each sentence that was sampled for: its text, nats and targets. */
interface ImportanceNats {
  readonly texts: readonly string[];
  readonly nats: readonly number[];
  readonly tokens: readonly number[];
  /** Tokens of all together that stand for what training never saw. */
  readonly unknown: number;
}

/** Importance sampling for at most so many of the sentences. */
async function importanceNats(
  { run, opened, space }: OpenedLatent,
  pairs: readonly TextPair[],
  { samples, mostSampled, emit, signal }: { readonly samples: number; readonly mostSampled: number; readonly emit: Emit; readonly signal: AbortSignal },
): Promise<ImportanceNats> {
  const chosen = spread(pairs.length, mostSampled).map((i) => pairs[i]);
  const sentences = space.tokenized(chosen, () => "A sentence");
  const posteriors = await space.encode(sentences, signal);
  const weights = await importanceWeights({
    model: run.model,
    buffers: run.buffers,
    backend: nodeBackend,
    session: opened.session,
    sentences,
    posteriors,
    samples,
    random: new RandomStream(0, "importance samples"),
    signal,
    onProgress: (done, total) => emit({ stage: "sampled", done, total }),
  });
  const each = <T>(value: (sentence: number) => T): T[] => Array.from({ length: sentences.count }, (_, i) => value(i));
  const { unknownId } = run.tokenizer;
  const unknown = each((i) => Array.from({ length: sentences.targetLength(i) }, (_, position) => sentences.target(i, position)).filter((id) => id === unknownId).length);
  return { texts: chosen.map(({ target }) => target), nats: each((i) => importanceWeightedNats(weights.subarray(i * samples, (i + 1) * samples), 1, samples)), tokens: each((i) => sentences.targetLength(i)), unknown: unknown.reduce((sum, count) => sum + count, 0) };
}

/** Each sentence written again from its mean. */
async function reconstructed({ run, space }: OpenedLatent, sentences: TokenizedPairs, { means, width }: Posteriors, emit: Emit, signal: AbortSignal): Promise<string[]> {
  const labels = run.config.labels.length > 0;
  const points = Array.from({ length: sentences.count }, (_, i): PlacedPoint => ({ point: means.subarray(i * width, (i + 1) * width), label: labels ? sentences.label(i) : null }));
  const texts: string[] = [];
  for await (const { text } of space.write(points, { signal })) {
    texts.push(text);
    if (texts.length % 64 === 0 || texts.length === points.length) emit({ stage: "written again", done: texts.length, total: points.length });
  }
  return texts;
}
