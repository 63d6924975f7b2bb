// The sentences that a variational autoencoder is measured on: read as in training, with labels where it knows labels.

import { WordloomError } from "../errors.js";
import { counted, type Corpus } from "../text/corpus.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { EncodedPairs, type TokenizedPairs } from "../text/pairs/tokenized_pairs.js";
import { isTable, readText, unknownNotice } from "./data.js";
import { sentencePairs } from "./latent_data.js";
import type { OpenedLatent } from "./opened_latent.js";
import { withLikeliestLabels } from "./latent_labels.js";
import type { OpenRequest } from "./model_jobs.js";

/** Which sentences. */
export interface MeasuredRequest extends OpenRequest {
  readonly data: string;
  /** The columns of a table; training's unless given. */
  readonly column: string | null;
  readonly label: string | null;
}

export interface MeasuredSentences {
  readonly pairs: readonly TextPair[];
  /** One a sentence; null where the model knows none. */
  readonly labels: readonly (string | null)[];
  readonly sentences: TokenizedPairs;
  readonly notices: string[];
}

/**
 * The sentences of a file that the model can hold, with their labels.
 * @param onlyShown whether labels are wanted to show them, so that the model need not know any
 * @throws WordloomError what `readCorpus` throws; "invalid_argument" for a column of labels where the model knows none;
 *   "invalid_data" for a label that it does not know
 */
export async function readMeasured(latent: OpenedLatent, { data, column, label }: MeasuredRequest, signal: AbortSignal, onlyShown = false): Promise<MeasuredSentences> {
  const { run, opened, space, path } = latent;
  const { labels } = run.config;
  const { settings, tokenizer } = run;
  const table = isTable(data);
  const shownOnly = labels.length === 0 && onlyShown; // a model that knows no labels may still be looked at by label
  const labelColumn = labels.length === 0 ? (shownOnly ? label : null) : (label ?? (table || data === "stories" ? settings.data.label : null));
  if (label !== null && labels.length === 0 && !shownOnly) throw new WordloomError("invalid_argument", `The model in "${path}" was trained without labels; leave the label out.`);
  const read = (labels: string | null): Promise<Corpus> => readText(data, { lines: table ? null : true, column: column ?? (table ? settings.data.column : null), label: labels, stories: settings.data.stories });
  const corpus = await read(labelColumn).catch((error: unknown) => {
    // A table without training's column of labels is one of unlabelled sentences.
    if (label === null && labelColumn !== null && error instanceof WordloomError && error.code === "invalid_argument") return read(null);
    throw error;
  });
  const foreign = shownOnly ? undefined : corpus.labels?.find((known) => !labels.includes(known));
  if (foreign !== undefined) throw new WordloomError("invalid_data", `"${data}" has the label ${JSON.stringify(foreign)}, which the model in "${path}" does not know; it knows ${labels.map((known) => JSON.stringify(known)).join(", ")}.`);
  const all = sentencePairs(corpus.texts, corpus.labels, labels, settings.data.lowercase);
  const most = run.config.max_position_embeddings;
  const encoded = new EncodedPairs(all, tokenizer, tokenizer);
  if (encoded.shortest > most) throw new WordloomError("invalid_data", `Each of the ${counted(encoded.count, "sentence")} of "${data}" has more than ${most - 1} tokens, which the model does not hold; give shorter ones, or train with a longer --context.`);
  const kept = encoded.within({ maximumSource: most, maximumTarget: most, longPairs: "drop" });
  const where = (index: number): string => `Sentence ${index + 1} of "${data}"`;
  const pairs = await withLikeliestLabels(Array.from(kept.original, (i) => all[i]), { space, model: run.model, buffers: run.buffers, session: opened.session, labels, where, signal });
  const notices = [...corpus.notices];
  if (kept.long.dropped > 0) notices.push(`Left out ${counted(kept.long.dropped, "sentence")} of more than ${most - 1} tokens, which the model does not hold.`);
  if (labels.length > 0 && !corpus.labels) notices.push("Each sentence was taken to have the label under which the model finds it likeliest.");
  const unknown = unknownNotice(tokenizer, pairs.map(({ target }) => target), `"${data}"`);
  if (unknown) notices.push(unknown);
  return { pairs, labels: pairs.map((pair, i) => (shownOnly ? (corpus.labels?.[kept.original[i]] ?? null) : pair.label === undefined ? null : labels[pair.label])), sentences: space.tokenized(pairs, where), notices };
}
