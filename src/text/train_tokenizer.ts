// Learning a tokenizer of any kind from texts: the one place that knows every default.
import { WordloomError } from "../errors.js";
import { largestBytePairVocabulary, smallestBytePairVocabulary, trainBytePairTokenizer } from "./byte_pair_training.js";
import { trainCharacterTokenizer } from "./character_tokenizer.js";
import { specialTokens } from "./special_tokens.js";
import { type Tokenizer, type TokenizerKind, tokenizerKinds } from "./tokenizer.js";
import { trainWordTokenizer } from "./word_tokenizer.js";

export interface TokenizerTraining {
  /**
   * The most ids, special tokens included. Default: every character; 10,000 words (the customary size for small
   * corpora, as in the Penn Treebank task); 4,096 byte pairs.
   */
  readonly vocabularySize?: number;
  /**
   * What occurs fewer times than this is left out. Default: 1 for characters; 2 for words, so that the model sees
   * `<unk>` while it learns; 2 for byte pairs.
   */
  readonly minimumFrequency?: number;
}

const largestVocabulary = 1_000_000;

/**
 * Learns a tokenizer from texts; the same texts always give the same one.
 * @throws WordloomError "invalid_argument" for a vocabulary size that the kind cannot have
 */
export function trainTokenizer(
  kind: TokenizerKind,
  texts: readonly string[],
  options: TokenizerTraining = {},
): Tokenizer {
  const { minimumFrequency = kind === "character" ? 1 : 2 } = options;
  if (!Number.isInteger(minimumFrequency) || minimumFrequency < 1) {
    throw new WordloomError(
      "invalid_argument",
      `A minimum frequency of ${minimumFrequency} is no count; give a whole number of at least 1.`,
    );
  }
  switch (kind) {
    case "character":
      return trainCharacterTokenizer(texts, checkSize(kind, options.vocabularySize, Infinity), minimumFrequency);
    case "word":
      return trainWordTokenizer(texts, checkSize(kind, options.vocabularySize, 10_000), minimumFrequency);
    case "byte_pair":
      return trainBytePairTokenizer(texts, checkSize(kind, options.vocabularySize, 4_096), minimumFrequency);
    default: {
      const message = `There is no tokenizer "${String(kind)}"; choose one of ${tokenizerKinds.join(", ")}.`;
      throw new WordloomError("invalid_argument", message);
    }
  }
}

function checkSize(kind: TokenizerKind, size: number | undefined, byDefault: number): number {
  if (size === undefined) return byDefault;
  const least = kind === "byte_pair" ? smallestBytePairVocabulary : specialTokens.length + 1;
  const most = kind === "byte_pair" ? largestBytePairVocabulary : largestVocabulary;
  if (!Number.isInteger(size) || size < least || size > most) {
    throw new WordloomError(
      "invalid_argument",
      `A ${kind} vocabulary of ${size} is not possible; give a whole number from ${least} to ${most}.`,
    );
  }
  return size;
}
