// The sentences of a variational autoencoder's run, each its own source and target, with its label where there are labels.

import { WordloomError } from "../errors.js";
import { counted, readable } from "../text/corpus.js";
import type { TextPair } from "../text/pairs/pair_corpus.js";
import { isTable, readData, type DataRequest, type RunData } from "./data.js";

export interface LatentData extends RunData {
  /** What sentences are labelled with, in the order of the alphabet; none where no column of labels was asked for. */
  readonly labels: readonly string[];
  readonly train: readonly TextPair[];
  readonly validation: readonly TextPair[];
}

/** The most labels: a column with more holds no labels, but texts or numbers. */
const MOST_LABELS = 256;

/** Each text on one line as a pair of itself. */
export function sentencePairs(texts: readonly string[], labels: readonly string[] | undefined, known: readonly string[], lowercase: boolean): TextPair[] {
  const places = new Map(known.map((label, place) => [label, place]));
  return texts.map((text, i) => {
    const read = lowercase ? text.toLowerCase() : text;
    const label = labels && places.get(labels[i]);
    return { source: read, target: read, ...(label === undefined ? {} : { label }) };
  });
}

/**
 * Reads sentences, one a line or row, and sets the validation part aside.
 * @throws WordloomError as `readCorpus` does; "invalid_data" for too many different labels, or labels of the validation
 *   file that no training text has
 */
export async function readLatentData(request: Omit<DataRequest, "lines"> & { readonly lowercase: boolean }): Promise<LatentData> {
  const data = withRareLabels(await readData({ ...request, lines: isTable(request.path) ? null : true }));
  const { split } = data;
  const labels = [...new Set(split.labels?.train ?? [])].sort();
  const column = JSON.stringify(request.label);
  if (labels.length > MOST_LABELS) {
    throw new WordloomError("invalid_data", `The column ${column} of "${request.path}" has ${readable(labels.length)} different labels, but a model can be told ${MOST_LABELS} apart; name a column of fewer.`);
  }
  if (request.label && labels.length === 1) {
    throw new WordloomError("invalid_data", `The column ${column} of "${request.path}" labels all texts ${JSON.stringify(labels[0])}, which tells a model nothing; leave the label out.`);
  }
  const foreign = split.labels?.validation.find((label) => !labels.includes(label));
  if (foreign !== undefined) {
    throw new WordloomError("invalid_data", `The validation part has the label ${JSON.stringify(foreign)}, which no text to learn from has; there are ${labels.map((label) => JSON.stringify(label)).join(", ")}.`);
  }
  const pairs = (part: "train" | "validation"): TextPair[] => sentencePairs(split[part], split.labels?.[part], labels, request.lowercase);
  return { ...data, labels, train: pairs("train"), validation: pairs("validation") };
}

/** Texts whose label only the validation part has are trained on instead; a validation file stays as it is. */
function withRareLabels(data: RunData): RunData {
  const { split, validationSha256 } = data;
  if (!split.labels || validationSha256 !== null) return data;
  const known = new Set(split.labels.train);
  const { train, validation } = split.labels;
  const rare = [...validation.keys()].filter((i) => !known.has(validation[i]));
  if (rare.length === 0) return data;
  const isRare = new Set(rare);
  const kept = <T>(all: readonly T[]): T[] => all.filter((_, i) => !isRare.has(i));
  const moved = <T>(all: readonly T[]): T[] => rare.map((i) => all[i]);
  const notice = `Learns from ${counted(rare.length, "text")} more than that, whose ${rare.length === 1 ? "label" : "labels"} no other text to learn from has.`;
  return {
    ...data,
    split: {
      ...split,
      train: [...split.train, ...moved(split.validation)],
      validation: kept(split.validation),
      labels: { train: [...train, ...moved(validation)], validation: kept(validation) },
      description: `${split.description} ${notice}`,
    },
  };
}

/** A sentence about the labels, for people; null where there are none. */
export function labelsNotice({ labels, split }: LatentData): string | null {
  if (labels.length === 0) return null;
  const counts = new Map<string, number>();
  for (const label of split.labels?.train ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shown = labels.slice(0, 8).map((label) => `${label} (${readable(counts.get(label)!)})`).join(", ");
  return `Told ${counted(labels.length, "label")} apart: ${shown}${labels.length > 8 ? ", …" : ""}.`;
}
