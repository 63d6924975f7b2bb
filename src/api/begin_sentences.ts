// The beginning of every run on short texts: reading them, setting some aside, learning the tokens.

import type { TextPair } from "../text/pairs/pair_corpus.js";
import { areSpelled } from "../text/pairs/spelled_pairs.js";
import type { Tokenizer, TokenizerKind } from "../text/tokenizer.js";
import { trainTokenizer } from "../text/train_tokenizer.js";
import { areUnspaced } from "../text/unspaced_scripts.js";
import { unknownNotice } from "./data.js";
import { labelsNotice, readLatentData, type LatentData } from "./latent_data.js";
import type { TrainOptions } from "./train_options.js";

/** Words, where texts have them; characters of names and numbers, and of scripts that write no spaces. */
function sentenceTokenizer({ tokenizer }: TrainOptions, sentences: readonly TextPair[]): TokenizerKind {
  if (tokenizer) return tokenizer === "bpe" ? "byte_pair" : tokenizer;
  return tokenizerOfSentences(sentences);
}

/** By what short texts are made of. */
export const tokenizerOfSentences = (sentences: readonly TextPair[]): "character" | "word" => (areSpelled(sentences) || areUnspaced(sentences.map(({ target }) => target)) ? "character" : "word");

/**
 * Reads the texts of a new run.
 * @param checkFolder throws where the run's folder is taken, before the long work
 * @param notice hears what a person should know
 */
export async function beginSentences(options: TrainOptions, checkFolder: (corpusName: string) => void, notice: (message: string) => void): Promise<{ readonly data: LatentData; readonly tokenizer: Tokenizer }> {
  const { column = null, label = null, validation, stories = null, seed, lowercase } = options;
  const data = await readLatentData({ path: options.data, column, label, validation, stories, seed, lowercase });
  checkFolder(data.corpus.name);
  const told = labelsNotice(data);
  for (const message of [...data.corpus.notices, data.split.description, ...(told ? [told] : [])]) notice(message);
  const texts = data.train.map(({ target }) => target);
  const tokenizer = trainTokenizer(sentenceTokenizer(options, data.train), texts, { vocabularySize: options.vocabulary, ...(options.data === "stories" ? { minimumFrequency: 1 } : {}) });
  const unknown = unknownNotice(tokenizer, data.validation.map(({ target }) => target), "The validation part");
  if (unknown) notice(unknown);
  return { data, tokenizer };
}
