// What is done with a trained run, as jobs for a worker thread: generate and evaluate. Opened runs stay open in the worker.

import { availableParallelism } from "node:os";
import type { SampleEvent, GenerationEvent } from "../generation/generate.js";
import { ProgramDecoder } from "../generation/program_decoder.js";
import { parseSamplingOptions } from "../generation/sampling_options.js";
import { isRecurrent } from "../models/model_config.js";
import { variationalArchitecture } from "../models/variational_config.js";
import { sequenceArchitecture } from "../models/sequence_to_sequence_config.js";
import { WordloomError } from "../errors.js";
import type { Device, SessionOptions } from "../runtime/backend.js";
import { nodeBackend } from "../runtime/node_backend.js";
import { counted, type CorpusKind } from "../text/corpus.js";
import { evaluationBatches } from "../text/evaluation_batches.js";
import { targetsIn, tokenize, unknownTokens, type TokenizedText } from "../text/tokenized.js";
import { EvaluationProgram } from "../training/evaluation_program.js";
import { isTable, readText, unknownNotice } from "./data.js";
import { LabelTokens, labelsOfConfig } from "./label_tokens.js";
import { lossFigures, type LossFigures } from "./loss_figures.js";
import { storyFloor, type StoryFloor } from "./story_measures.js";
import type { TrainingSettings } from "./training_settings.js";
import { hasAttention } from "./pair_options.js";
import { openRun, type RunModel } from "./run_model.js";
import { promptTokens, writeText } from "./writing.js";
import type { GenerateOptions } from "./model_options.js";

/** A run, and on what it is used. */
export interface OpenRequest {
  readonly run: string;
  readonly device: Device;
  readonly threads: number | null;
}

/** A run that is open in this worker. */
export interface OpenedRun {
  readonly run: RunModel;
  readonly session: SessionOptions;
  decoder: Promise<ProgramDecoder> | null;
}

const opened = new Map<string, OpenedRun>();

/** The run of a request, opened once. */
export function openedRun(request: OpenRequest): OpenedRun {
  const key = JSON.stringify(request);
  let known = opened.get(key);
  if (!known) {
    known = { run: openRun(request.run), session: { device: request.device, threads: request.threads ?? availableParallelism() }, decoder: null };
    opened.set(key, known);
  }
  return known;
}

/** The run's decoder, compiled once. */
export function decoderOf(model: OpenedRun): Promise<ProgramDecoder> {
  const { run, session } = model;
  model.decoder ??= ProgramDecoder.compile(run.model.decoder(), run.buffers, nodeBackend, session).catch((error: unknown) => {
    model.decoder = null; // the next call tries again
    throw error;
  });
  return model.decoder;
}

/** What a program may want to know of an opened run. */
export interface ModelDescription {
  /** "language" writes on from a prompt, "pairs" makes one text of another, "latent" makes points of texts and texts of points. */
  readonly kind: "language" | "pairs" | "latent";
  readonly architecture: string;
  readonly parameters: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** Of "pairs": whether it attends to its source. */
  readonly attends?: boolean;
  /** Of "latent": the dimensions of its space. */
  readonly latentWidth?: number;
  /** The labels that it was trained with; absent for a language model without. */
  readonly labels?: readonly string[];
  /** Of "latent": the columns that its sentences and labels were read from, where training was told. */
  readonly column?: string | null;
  readonly labelColumn?: string | null;
}

/** Opens a run, so that what is wrong with it is said at once. */
export async function openJob(request: OpenRequest): Promise<ModelDescription> {
  const { run } = openedRun(request);
  return {
    kind: run.kind,
    architecture: architectureName(run),
    parameters: run.buffers.count,
    vocabularySize: run.config.vocab_size,
    contextLength: run.model.contextLength,
    ...(run.kind === "pairs" ? { attends: hasAttention(run) } : {}),
    ...(run.kind === "latent" ? { latentWidth: run.model.latentWidth, labels: run.config.labels, column: run.settings.data.column, labelColumn: run.settings.data.label } : {}),
    ...(run.kind === "language" ? labelsOf(run.config) : {}),
  };
}

const labelsOf = (config: Readonly<Record<string, unknown>>): { labels?: readonly string[] } => {
  const labels = labelsOfConfig(config);
  return labels.length > 0 ? { labels } : {};
};

/** What a model never saw of some texts, in the order of first use. */
export async function unknownJob({ texts, ...where }: OpenRequest & { readonly texts: readonly string[] }): Promise<string[]> {
  const { run } = openedRun(where);
  const tokenizer = run.kind === "pairs" ? run.sourceTokenizer : run.tokenizer;
  return [...new Set(texts.flatMap((text) => tokenizer.unknown(text)))];
}

function architectureName(run: RunModel): string {
  switch (run.kind) {
    case "pairs":
      return sequenceArchitecture(run.config);
    case "latent":
      return variationalArchitecture(run.config);
    case "language":
      return run.settings.adversarial ? `gan ${run.settings.architecture}` : run.settings.architecture;
  }
}

/** A text as the run reads texts: in small letters, where it was trained so. */
export const asLearnt = ({ settings }: Extract<RunModel, { readonly kind: "language" }>, text: string): string => (settings.adversarial?.lowercase ? text.toLowerCase() : text);

/** Writes samples; events while they grow, the finished samples at the end. */
export async function generateJob(
  request: OpenRequest & { readonly options: GenerateOptions },
  emit: (event: GenerationEvent) => void,
  signal: AbortSignal,
): Promise<SampleEvent[]> {
  const { options, ...where } = request;
  const { prompt: given = "", label, beams, ...sampling } = options;
  parseSamplingOptions(sampling); // before anything is compiled
  const model = openedRun(where);
  const { run } = model;
  if (run.kind === "pairs") throw new WordloomError("invalid_argument", `The run in "${where.run}" makes one text of another; give its texts to convert.`);
  if (run.kind === "latent") throw new WordloomError("internal", "A variational autoencoder writes another way.");
  const prompt = asLearnt(run, given);
  const known = new LabelTokens(labelsOfConfig(run.config), run.tokenizer);
  const start = known.startOf(label, where.run);
  if (beams !== undefined) throw new WordloomError("invalid_argument", `The run in "${where.run}" is a language model, which draws its texts; leave the beams out.`);
  promptTokens(run.tokenizer, run.settings.kind, prompt);
  const samples: SampleEvent[] = [];
  for await (const event of writeText(await decoderOf(model), run.tokenizer, run.settings.kind, prompt, sampling, { start, forbidden: known.tokens }, signal)) {
    const named = event.type === "sample" && label !== undefined ? { ...event, label } : event;
    emit(named);
    if (named.type === "sample") samples.push(named);
  }
  return samples;
}

/** The loss of a run over a text; its intervals by a bootstrap over blocks of consecutive text. */
export interface Evaluation extends LossFigures {
  /** The share of tokens that stand for what training never saw: each counts as one cheap <unk>, so that losses of words flatter. */
  readonly unknownShare: number;
  /** Targets that the loss is the mean over; each token of the text once, and the end of each sample. */
  readonly tokens: number;
  readonly characters: number;
  readonly samples: number;
  /** Of embedded stories: what the source itself needs for these texts, an exact floor; and how far above it the model is. */
  readonly floor?: StoryFloor;
  readonly seconds: number;
  readonly notices: readonly string[];
}

export interface EvaluateRequest extends OpenRequest {
  readonly data: string;
  readonly lines: boolean | null;
  readonly column: string | null;
}

/** Blocks that a text is measured in, about, where it is long enough: what an interval is drawn from. */
const BLOCKS = 100;
/** Blocks below which an interval hardly means anything. */
const FEW_BLOCKS = 10;
const SHORTEST_WINDOW = 8;

/** The shape that gives so many batches and the same figures: fewer rows, or of a model that reads in lanes shorter windows. */
function evaluationShape(text: TokenizedText, { evaluationRows, length }: TrainingSettings, lanes: boolean): { readonly rows: number; readonly length: number } {
  if (text.kind === "samples") return { rows: Math.min(evaluationRows, Math.ceil(text.samples.count / BLOCKS)), length };
  const targets = targetsIn(text);
  if (lanes) return { rows: evaluationRows, length: Math.max(Math.min(SHORTEST_WINDOW, length), Math.min(length, Math.floor(targets / (evaluationRows * BLOCKS)))) };
  return { rows: Math.max(1, Math.min(evaluationRows, Math.floor(targets / (length * BLOCKS)))), length };
}

const textsOf = (kind: CorpusKind): string => (kind === "samples" ? "separate samples" : "one long text");

/** Evaluates the best weights over the whole of a text. */
export async function evaluateJob(request: EvaluateRequest, _emit: (event: unknown) => void, signal: AbortSignal): Promise<Evaluation> {
  const { run, session } = openedRun({ run: request.run, device: request.device, threads: request.threads });
  if (run.kind === "pairs") throw new WordloomError("invalid_argument", `The run in "${request.run}" makes one text of another; measure it with evaluatePairs.`);
  if (run.kind === "latent") throw new WordloomError("invalid_argument", `The run in "${request.run}" is a variational autoencoder; measure it with evaluateLatent.`);
  const { tokenizer, config, settings, model, buffers } = run;
  const table = isTable(request.data);
  const corpus = await readText(request.data, {
    lines: request.lines ?? (table ? null : settings.kind === "samples"),
    column: request.column ?? (table ? settings.data.column : null),
    stories: settings.data.stories,
  });
  if (corpus.kind !== settings.kind) {
    const advice = corpus.kind === "stream" ? "leave --no-lines out" : table ? "give a plain text file" : "leave --lines out";
    throw new WordloomError("invalid_argument", `The run was trained on ${textsOf(settings.kind)}, but "${request.data}" was read as ${textsOf(corpus.kind)}; ${advice}.`);
  }
  const started = performance.now();
  const text = tokenize(tokenizer, corpus.kind, corpus.texts.map((part) => asLearnt(run, part)));
  const tokens = targetsIn(text);
  if (tokens === 0) throw new WordloomError("invalid_data", `"${request.data}" is a single token long, and a model is measured on what follows a token; give a longer text.`);
  const { rows, length } = evaluationShape(text, settings, isRecurrent(config));
  const program = new EvaluationProgram({ model, buffers, backend: nodeBackend, session });
  const pass = evaluationBatches(text, { rows, length, padId: tokenizer.padId, carriesState: isRecurrent(config) });
  const { nats, targets, batches } = await program.evaluate(pass, signal).finally(() => program.release());
  if (signal.aborted) throw new WordloomError("interrupted", "The evaluation was interrupted before it was complete.");
  const unknown = unknownNotice(tokenizer, corpus.texts.map((part) => asLearnt(run, part)), `"${request.data}"`);
  const few = batches.nats.length < FEW_BLOCKS ? [`"${request.data}" is so short that it was measured in only ${counted(batches.nats.length, "block")}: the intervals are too narrow.`] : [];
  const labelled = labelsOfConfig(config).length > 0 ? ["The model knows labels, and was measured without telling it any."] : [];
  const unknownShare = unknownTokens(text, tokenizer.unknownId) / targets;
  const floor = unknownShare > 0 ? undefined : storyFloor(corpus.texts, nats); // an unknown word is cheaper than the word
  return {
    ...lossFigures({ ...batches, texts: corpus.texts }),
    ...(floor ? { floor } : {}),
    unknownShare,
    tokens: targets,
    characters: corpus.characters,
    samples: corpus.texts.length,
    seconds: (performance.now() - started) / 1000,
    notices: [...corpus.notices, ...few, ...labelled, ...(unknown ? [unknown] : [])],
  };
}
