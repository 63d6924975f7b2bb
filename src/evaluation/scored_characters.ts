// How many characters a loss is over where a text was longer than the model holds: what it did not read does not count.

import { countCharacters } from "../text/corpus.js";
import { forEachMatch } from "../text/matches.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { parseTokenizerFile } from "../text/tokenizer_file.js";

/**
 * The Unicode code points that the first tokens of a text stand for; a word that reads as `<unk>` stands for itself, and a
 * character of whose bytes only some are among the tokens does not count.
 * @param tokens how many of the text's tokens; all of it where it has no more
 */
export function charactersOfTokens(tokenizer: Tokenizer, text: string, tokens: number): number {
  switch (tokenizer.kind) {
    case "character":
      return Math.min(tokens, countCharacters(text));
    case "word": {
      const { pattern } = parseTokenizerFile(tokenizer.toJSON(), "tokenizer.json");
      let [words, characters] = [0, 0];
      forEachMatch(text, pattern, (word) => {
        if (words++ < tokens) characters += countCharacters(word);
      });
      return characters;
    }
    case "byte_pair": {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      let characters = 0;
      for (const id of tokenizer.encode(text).subarray(0, tokens)) {
        characters += countCharacters(decoder.decode(tokenizer.tokenBytes(id), { stream: true }));
      }
      return characters;
    }
  }
}
