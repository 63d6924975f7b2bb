// Setting text aside to validate on: the end of a stream, randomly chosen samples, or a file of its own.
import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { type Corpus, type CorpusKind, counted } from "./corpus.js";

/** How much to set aside: a part of the whole, a number of characters (stream) or samples, or a corpus of its own. */
export type Validation = { readonly fraction: number } | { readonly count: number } | { readonly corpus: Corpus };

export interface Split {
  readonly kind: CorpusKind;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  /** Of both parts, where the corpus has labels; a validation corpus must have them too. */
  readonly labels?: { readonly train: readonly string[]; readonly validation: readonly string[] };
  /** A sentence that says what was set aside. */
  readonly description: string;
}

/**
 * Splits a corpus into training and validation texts. A stream is split by position: validation is its end. Of samples
 * a random choice is set aside, and both parts keep their order.
 * @param validation the last or a random tenth unless given
 * @param random decides which samples are set aside
 * @throws WordloomError "invalid_argument" for an amount out of range; "invalid_data" when either part would be empty or
 *   the validation corpus is of the other kind
 */
export function splitCorpus(corpus: Corpus, random: RandomStream, validation: Validation = { fraction: 0.1 }): Split {
  if ("corpus" in validation) return withCorpus(corpus, validation.corpus);
  const unit = corpus.kind === "stream" ? "character" : "sample";
  const total = corpus.kind === "stream" ? corpus.characters : corpus.texts.length;
  const train = total - setAside(validation, total, unit, corpus.name);
  const description = `Validation is on ${
    corpus.kind === "stream" ? "the last " : ""
  }${counted(total - train, unit)}${corpus.kind === "stream" ? "" : " chosen at random"} of ${counted(total, unit)}.`;
  if (corpus.kind === "stream") {
    const [text] = corpus.texts;
    const at = offsetOfCharacter(text, train);
    return { kind: "stream", train: [text.slice(0, at)], validation: [text.slice(at)], description };
  }
  const order = random.shuffle(Int32Array.from({ length: total }, (_, i) => i));
  const isValidation = new Uint8Array(total);
  for (const index of order.subarray(train)) isValidation[index] = 1;
  const part = (all: readonly string[], held: 0 | 1): string[] => all.filter((_, i) => isValidation[i] === held);
  const { texts, labels } = corpus;
  return {
    kind: "samples",
    train: part(texts, 0),
    validation: part(texts, 1),
    ...(labels ? { labels: { train: part(labels, 0), validation: part(labels, 1) } } : {}),
    description,
  };
}

/** How many of `total` to set aside, such that training keeps floor(total * (1 - fraction)). */
function setAside(
  validation: { fraction: number } | { count: number },
  total: number,
  unit: string,
  name: string,
): number {
  if ("fraction" in validation) {
    const { fraction } = validation;
    if (!(fraction > 0 && fraction < 1)) {
      const message = `A validation fraction of ${fraction} is not possible; give a number between 0 and 1, such as 0.1.`;
      throw new WordloomError("invalid_argument", message);
    }
    const count = total - Math.floor(total * (1 - fraction));
    if (count < total) return count;
  } else {
    const { count } = validation;
    if (!Number.isInteger(count) || count < 1) {
      const message = `${count} ${unit}s cannot be set aside for validation; give a whole number of at least 1.`;
      throw new WordloomError("invalid_argument", message);
    }
    if (count < total) return count;
  }
  throw new WordloomError(
    "invalid_data",
    `${name} has only ${counted(total, unit)}, too few to set some aside for validation and train on the rest; ` +
      "give more text, or validate on less.",
  );
}

function withCorpus(corpus: Corpus, validation: Corpus): Split {
  if (corpus.kind !== validation.kind) {
    const as = (kind: CorpusKind): string => (kind === "stream" ? "one continuous text" : "separate samples");
    throw new WordloomError(
      "invalid_data",
      `${corpus.name} is read as ${as(corpus.kind)} but ${validation.name}, to validate on, as ${as(validation.kind)}; ` +
        'set the option "lines" for both.',
    );
  }
  const size = counted(validation.characters, "character");
  return {
    kind: corpus.kind,
    train: corpus.texts,
    validation: validation.texts,
    ...(corpus.labels && validation.labels ? { labels: { train: corpus.labels, validation: validation.labels } } : {}),
    description: `Validation is on ${validation.name}, ${size}.`,
  };
}

/** The index in UTF-16 code units at which the nth code point of a text begins. */
function offsetOfCharacter(text: string, n: number): number {
  let offset = 0;
  for (let i = 0; i < n; i++) offset += (text.codePointAt(offset) as number) > 0xffff ? 2 : 1;
  return offset;
}
