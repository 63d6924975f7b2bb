// The kind of token that suits short texts where none was asked for.

import type { TextPair } from "../text/pairs/pair_corpus.js";
import { areSpelled } from "../text/pairs/spelled_pairs.js";
import type { TokenizerKind } from "../text/tokenizer.js";
import { areUnspaced } from "../text/unspaced_scripts.js";
import type { TrainOptions } from "./train_options.js";

/** Words, where texts have them; characters of names and numbers, and of scripts that write no spaces. */
export function sentenceTokenizer({ tokenizer }: Pick<TrainOptions, "tokenizer">, sentences: readonly TextPair[]): TokenizerKind {
  if (tokenizer) return tokenizer === "bpe" ? "byte_pair" : tokenizer;
  return areSpelled(sentences) || areUnspaced(sentences.map(({ target }) => target)) ? "character" : "word";
}
