// What every reader of pairs hands on: texts with their counterparts, and what a person should know about them.
import { createHash } from "node:crypto";
import { countCharacters } from "../corpus.js";

/** A text and what a model is to make of it: its translation, its summary, its answer. */
export interface TextPair {
  readonly source: string;
  readonly target: string;
  /** The language to translate into, where a model is to know several: "zh". */
  readonly language?: string;
  /** What labels the text, by its place among all labels, where a model is told. */
  readonly label?: number;
}

export interface PairCorpus {
  /** The file's name without its extension, or the task's name. */
  readonly name: string;
  /** Neither side of any pair is blank. Line ends are "\n". */
  readonly pairs: readonly TextPair[];
  /** Set aside by the source itself; absent where whoever trains may choose. */
  readonly validationPairs?: readonly TextPair[];
  /** Unicode code points in both sides of all `pairs` together. */
  readonly characters: number;
  /** Size of the source in bytes; of drawn pairs, of their texts with a byte after each. */
  readonly bytes: number;
  /** SHA-256 of the source, in hexadecimal; of two files, that of both files' hashes one after the other. */
  readonly sha256: string;
  /** Pairs left out: `empty` had a blank text, `missing` lacked a field. */
  readonly skipped: { readonly empty: number; readonly missing: number };
  /** Sentences to show: how the source was read, and what was left out. */
  readonly notices: readonly string[];
}

/** What is known of a source besides its pairs; size and hash are those of the pairs unless given. */
export interface PairSource {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly skipped?: { readonly empty: number; readonly missing: number };
  readonly validationPairs?: readonly TextPair[];
  readonly notices: readonly string[];
}

/** A corpus of the given pairs, counted. */
export function pairCorpus(name: string, pairs: readonly TextPair[], source: PairSource): PairCorpus {
  let characters = 0;
  for (const pair of pairs) characters += countCharacters(pair.source) + countCharacters(pair.target);
  const { skipped = { empty: 0, missing: 0 }, ...facts } = source;
  return { name, pairs, characters, skipped, ...sizeAndHash(pairs, facts), ...facts };
}

function sizeAndHash(pairs: readonly TextPair[], { bytes, sha256 }: Partial<PairSource>) {
  if (bytes !== undefined && sha256 !== undefined) return { bytes, sha256 };
  const hash = createHash("sha256");
  let size = 0;
  for (const { source, target } of pairs) {
    const line = `${source}\t${target}\n`;
    hash.update(line);
    size += Buffer.byteLength(line);
  }
  return { bytes: size, sha256: hash.digest("hex") };
}
