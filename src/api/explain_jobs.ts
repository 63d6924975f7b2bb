// How a trained run reads or converts a text, as a job for a worker thread.

import { WordloomError } from "../errors.js";
import type { AttentionMap } from "../explanation/attention_map.js";
import { isolated } from "../explanation/attention_words.js";
import type { Reading } from "../explanation/reading.js";
import { AttentionReader } from "./attention_reader.js";
import { openedRun, type OpenedRun, type OpenRequest } from "./model_jobs.js";
import { ReadingExplainer } from "./explain_reading.js";
import type { ExplainOptions } from "./model_options.js";
import { alignmentLabels, writtenTokens } from "./pair_alignment.js";
import { convertJob, openedPairs, readSource } from "./pair_jobs.js";
import { decodingOf, hasAttention } from "./pair_options.js";

/** Attention, what of the text the model could not read as it stands, and of a language model how it reads the text. */
export interface ExplainedText extends AttentionMap {
  /** Of a language model: all about its reading. A recurrent model's attention has no layers. */
  readonly reading?: Reading;
  /** Whether the text was longer than the model holds and was read only as far as it does. */
  readonly truncated: boolean;
  /** Characters or words of the text that the model never saw and read as `<unk>`. */
  readonly unknown: readonly string[];
}

/** Programs are kept for as long as the run is open: one text is often explained after another. */
const readers = new WeakMap<OpenedRun, AttentionReader>();
const explainers = new WeakMap<OpenedRun, ReadingExplainer>();

function kept<Reader>(known: WeakMap<OpenedRun, Reader>, opened: OpenedRun, create: () => Reader): Reader {
  const reader = known.get(opened) ?? create();
  known.set(opened, reader);
  return reader;
}

/** The attention paid while a text is converted (a model of pairs), or all about how it is read (a language model). */
export async function explainJob(request: OpenRequest & { readonly text: string; readonly options: ExplainOptions }, _emit: (event: unknown) => void, signal: AbortSignal): Promise<ExplainedText> {
  const { text, options, ...where } = request;
  if (text.trim() === "") throw new WordloomError("invalid_argument", "There is no text to explain; give one.");
  return openedRun(where).run.kind === "pairs" ? explainConversion(where, text, options, signal) : explainReading(where, text, options, signal);
}

async function explainConversion(where: OpenRequest, text: string, { target, token, ...convert }: ExplainOptions, signal: AbortSignal): Promise<ExplainedText> {
  const { opened, run } = openedPairs(where);
  if (token !== undefined) throw new WordloomError("invalid_argument", `The run in "${where.run}" converts texts, and only of a language model's reading a token can be chosen; leave the token out.`);
  if (!hasAttention(run)) throw new WordloomError("invalid_argument", `The model in "${where.run}" has no attention to show; explain an encoder–decoder trained with attention, or a language model.`);
  const most = run.config.max_position_embeddings;
  const { text: readText, ids, truncated } = readSource(run, text, decodingOf(run, convert, where.run).language);
  // The very tokens that the model wrote; only a given text is encoded.
  const [own] = target === undefined ? await convertJob({ ...where, sources: [text], options: convert, first: 0 }, () => undefined, signal) : [];
  const written = target ?? own.text;
  const tokens = own ? [...own.tokens] : Array.from(run.tokenizer.encode(run.settings.data.reading.lowercase ? written.toLowerCase() : written));
  if (tokens.length > most) throw new WordloomError("invalid_argument", `The target has more tokens than the ${most} that the model holds; give a shorter one.`);
  const produced = writtenTokens(run, { tokens, complete: own?.complete ?? true });
  // Row t is paid when what stands at t is predicted, having read all before it.
  const layers = await kept(readers, opened, () => new AttentionReader(run.model, run.buffers, opened.session)).alignment(ids, [run.tokenizer.bosId, ...produced.slice(0, -1)]);
  return { ...alignmentLabels(run, ids, produced), kind: "alignment", layers, title: `${isolated(text)} → ${isolated(written)}`, truncated, unknown: run.sourceTokenizer.unknown(readText) };
}

async function explainReading(where: OpenRequest, text: string, { token, ...options }: ExplainOptions, signal: AbortSignal): Promise<ExplainedText> {
  const opened = openedRun(where);
  const { run } = opened;
  if (run.kind === "latent") throw new WordloomError("invalid_argument", `The run in "${where.run}" is a variational autoencoder, which has a latent space to show; explain a file of sentences (explainLatent).`);
  if (run.kind !== "language") throw new WordloomError("internal", "A model of pairs is explained another way.");
  const foreign = Object.entries(options).find(([, value]) => value !== undefined);
  if (foreign) throw new WordloomError("invalid_argument", `The run in "${where.run}" reads a text and converts none, so that "${foreign[0]}" means nothing to it; leave that out.`);
  const explainer = kept(explainers, opened, () => new ReadingExplainer(run, opened.session));
  const { reading, truncated, unknown } = await explainer.explain(text, token, signal);
  const labels = reading.tokens.slice(0, reading.read).map((one) => one.text);
  return { source: labels, target: labels, kind: "self", layers: reading.attention, title: text, truncated, unknown, reading };
}
