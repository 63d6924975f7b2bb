// Opening a tokenizer.json, whatever its kind; imports nothing that a browser lacks.
import { BytePairTokenizer } from "./byte_pair_tokenizer.js";
import { CharacterTokenizer } from "./character_tokenizer.js";
import type { Tokenizer } from "./tokenizer.js";
import { invalid, parseTokenizerFile } from "./tokenizer_file.js";
import { Vocabulary } from "./vocabulary.js";
import { WordTokenizer } from "./word_tokenizer.js";

/**
 * The tokenizer that some parsed JSON describes.
 * @param json the parsed content of a tokenizer.json
 * @param whereFrom the file's name, for messages
 * @throws WordloomError "invalid_run" when it is not a tokenizer that this project writes
 */
export function loadTokenizer(json: unknown, whereFrom: string): Tokenizer {
  const file = parseTokenizerFile(json, whereFrom);
  const vocabulary = new Vocabulary(file.tokens);
  switch (file.kind) {
    case "character":
      return new CharacterTokenizer(vocabulary);
    case "word":
      return new WordTokenizer(vocabulary, file.pattern);
    case "byte_pair":
      try {
        return new BytePairTokenizer(vocabulary, file.merges, file.pattern);
      } catch (error) {
        if (error instanceof RangeError) throw invalid(whereFrom, error.message, error);
        throw error;
      }
  }
}
