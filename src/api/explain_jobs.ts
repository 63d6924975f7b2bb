// How a trained run reads, converts or writes a text, as a job for a worker thread.

import { WordloomError } from "../errors.js";
import type { AttentionMap } from "../explanation/attention_map.js";
import { isolated } from "../explanation/attention_words.js";
import type { Reading } from "../explanation/reading.js";
import { AttentionReader } from "./attention_reader.js";
import { PairExplainer } from "./explain_pair.js";
import { ReadingExplainer } from "./explain_reading.js";
import { labelledSentences } from "./latent_jobs.js";
import { asLearnt, openedRun, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import type { ExplainOptions } from "./model_options.js";
import { openedLatent } from "./opened_latent.js";
import { alignmentLabels, writtenTokens } from "./pair_alignment.js";
import { convertJob, openedPairs, readSource } from "./pair_jobs.js";
import { decodingOf, hasAttention } from "./pair_options.js";

/** How a text is read token by token, the attention paid meanwhile, and what of the text the model could not read as it stands. */
export interface ExplainedText extends AttentionMap {
  /** All about how the text is read, or is written of its source; left out only where attention alone was asked for. */
  readonly reading?: Reading;
  /** Whether the text was longer than the model holds and was read only as far as it does. */
  readonly truncated: boolean;
  /** Characters or words of the text that the model never saw and read as `<unk>`. */
  readonly unknown: readonly string[];
}

/** Programs are kept for as long as the run is open: one text is often explained after another. */
const attentionReaders = new WeakMap<OpenedRun, AttentionReader>();
const readingExplainers = new WeakMap<OpenedRun, ReadingExplainer>();
const pairExplainers = new WeakMap<OpenedRun, PairExplainer>();

function kept<Reader>(known: WeakMap<OpenedRun, Reader>, opened: OpenedRun, create: () => Reader): Reader {
  const reader = known.get(opened) ?? create();
  known.set(opened, reader);
  return reader;
}

/** What each kind of run explains. */
const EXPLAIN = { language: explainReading, pairs: explainConversion, latent: explainSentence };

/** All about how a text is read (a language model), converted (a model of pairs) or written again (a variational autoencoder). */
export async function explainJob(request: OpenRequest & { readonly text: string; readonly options: ExplainOptions }, _emit: (event: unknown) => void, signal: AbortSignal): Promise<ExplainedText> {
  const { text, options, ...where } = request;
  if (text.trim() === "") throw new WordloomError("invalid_argument", "There is no text to explain; give one.");
  return EXPLAIN[openedRun(where).run.kind](where, text, options, signal);
}

/** @throws WordloomError "invalid_argument" where one of the options was given */
function refuse(options: object, what: string): void {
  const foreign = Object.entries(options).find(([, value]) => value !== undefined);
  if (foreign) throw new WordloomError("invalid_argument", `${what}, so that "${foreign[0]}" means nothing to it; leave that out.`);
}

const tooLong = (most: number): WordloomError => new WordloomError("invalid_argument", `The target has more tokens than the ${most} that the model holds; give a shorter one.`);

/** A text as a run reads texts: in small letters, where it was trained so. */
const asRead = ({ lowercase }: { readonly lowercase: boolean }, text: string): string => (lowercase ? text.toLowerCase() : text);

/** Pieces of the texts that the model never saw, each once. */
const unseen = (...pieces: readonly (readonly string[])[]): string[] => [...new Set(pieces.flat())];

/** A source and what is written of it, as a title. */
const pairTitle = (source: string, target: string): string => `${isolated(source)} → ${isolated(target)}`;

async function explainConversion(where: OpenRequest, text: string, { target, token, only, label, ...convert }: ExplainOptions, signal: AbortSignal): Promise<ExplainedText> {
  const { opened, run } = openedPairs(where);
  refuse({ label }, `The run in "${where.run}" converts texts`);
  if (only !== undefined && only !== "attention" && only !== "reading") throw new WordloomError("invalid_argument", `The part to explain must be "attention" or "reading", but ${JSON.stringify(only)} was given; leave it out for both.`);
  if (only === "attention" && token !== undefined) throw new WordloomError("invalid_argument", "Attention is that of all tokens, so that none can be chosen; leave the token out.");
  if (only === "attention" && !hasAttention(run)) throw new WordloomError("invalid_argument", `The model in "${where.run}" has no attention to show; explain how it writes token by token, or a model trained with attention.`);
  const most = run.config.max_position_embeddings;
  const { text: readText, ids, truncated } = readSource(run, text, decodingOf(run, convert, where.run).language);
  // The very tokens that the model wrote; only a given text is encoded.
  const [own] = target === undefined ? await convertJob({ ...where, sources: [text], options: convert, first: 0 }, () => undefined, signal) : [];
  const given = own ? own.text : asRead(run.settings.data.reading, target!);
  const tokens = own ? [...own.tokens] : Array.from(run.tokenizer.encode(given));
  if (tokens.length > most) throw tooLong(most);
  const written = writtenTokens(run, { tokens, complete: own?.complete ?? true });
  const title = pairTitle(text, target ?? given);
  const unknown = unseen(run.sourceTokenizer.unknown(readText), own ? [] : run.tokenizer.unknown(given));
  // Row t is paid when what stands at t is predicted, having read all before it.
  const layers = only === "reading" || !hasAttention(run) ? [] : await kept(attentionReaders, opened, () => new AttentionReader(run.model, run.buffers, opened.session)).alignment(ids, [run.tokenizer.bosId, ...written.slice(0, -1)]);
  const explainer = kept(pairExplainers, opened, () => new PairExplainer(run, opened.session));
  const reading = only === "attention" ? {} : { reading: await explainer.explain({ title, source: ids, written }, token, signal) };
  return { ...alignmentLabels(run, ids, written), kind: "alignment", layers, title, truncated, unknown, ...reading };
}

/** A sentence, encoded as its posterior's mean, and how it or another is written from there. */
async function explainSentence(where: OpenRequest, text: string, { target, token, label: asked, ...foreign }: ExplainOptions, signal: AbortSignal): Promise<ExplainedText> {
  refuse(foreign, `The run in "${where.run}" is a variational autoencoder`);
  const latent = openedLatent(where);
  const { run, opened, space } = latent;
  const name = (): string => "The text";
  const [sentence] = await labelledSentences(latent, { texts: [text], ...(asked === undefined ? {} : { label: asked }) }, name, signal);
  const pair = { ...sentence, target: target === undefined ? sentence.target : asRead(run.settings.data, target) };
  const tokens = space.tokenized([pair], name);
  if (tokens.targetLength(0) > run.model.contextLength) throw tooLong(run.model.contextLength - 1);
  const source = Array.from({ length: tokens.sourceLength(0) }, (_, position) => tokens.source(0, position));
  const written = Array.from({ length: tokens.targetLength(0) }, (_, position) => tokens.target(0, position));
  const title = target === undefined ? isolated(text) : pairTitle(text, target);
  const sourceAndTarget = { ...run, sourceTokenizer: run.tokenizer };
  const label = pair.label === undefined ? {} : { label: pair.label };
  const reading = await kept(pairExplainers, opened, () => new PairExplainer(sourceAndTarget, opened.session)).explain({ title, source, written, ...label }, token, signal);
  const unknown = unseen(run.tokenizer.unknown(pair.source), run.tokenizer.unknown(pair.target));
  return { ...alignmentLabels(sourceAndTarget, source, written), kind: "alignment", layers: [], title, truncated: false, unknown, reading };
}

async function explainReading(where: OpenRequest, text: string, { token, ...foreign }: ExplainOptions, signal: AbortSignal): Promise<ExplainedText> {
  const opened = openedRun(where);
  const { run } = opened;
  if (run.kind !== "language") throw new WordloomError("internal", "Only a language model reads a text alone.");
  refuse(foreign, `The run in "${where.run}" reads a text and converts none`);
  const explainer = kept(readingExplainers, opened, () => new ReadingExplainer(run, opened.session));
  const { reading, truncated, unknown } = await explainer.explain(asLearnt(run, text), token, signal);
  const labels = reading.tokens.slice(0, reading.read).map((one) => one.text);
  return { source: labels, target: labels, kind: "self", layers: reading.attention, title: text, truncated, unknown, reading };
}
