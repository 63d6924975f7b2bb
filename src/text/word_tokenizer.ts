// Text as whole words, each with the space before it, so that joining words again needs no rules.
import { IdBuffer } from "./id_buffer.js";
import { forEachMatch, spaceClass } from "./matches.js";
import { unknownId } from "./special_tokens.js";
import { splitInto, tokenizerFile } from "./tokenizer_file.js";
import { hanAndKana } from "./unspaced_scripts.js";
import { mostFrequent, Vocabulary } from "./vocabulary.js";
import { VocabularyTokenizer } from "./vocabulary_tokenizer.js";

const letters = `(?:(?![${hanAndKana}])[\\p{L}\\p{M}\\p{N}_]){1,200}`; // bounded: an endless word must not exhaust a stack

/**
 * A word with any inner apostrophes ("don't"), a Han or kana character, or one punctuation mark, each with the single
 * space before it; all other white space stands alone. Languages that write no spaces in other scripts (Thai, Khmer)
 * are better served by the other kinds.
 */
export const wordPattern = ` ?(?:[${hanAndKana}]|${letters}(?:['’]${letters})*|[^${spaceClass}])|[${spaceClass}]`;

/** No token starts with two spaces, so this prefix keeps WordPiece from ever building a word out of parts. */
const impossiblePrefix = "  ";

/**
 * A token is a whole word, " king" with its space and "king" without it being two. A word known in only one of the two
 * forms is read as that one, so that a prompt may begin with a word that the text only has within lines; other readers
 * of the file give `<unk>` there. On disk it is a WordPiece model whose vocabulary has only whole words.
 */
export class WordTokenizer extends VocabularyTokenizer {
  readonly kind = "word";

  /** @param pattern the regular expression whose matches are the words */
  constructor(
    vocabulary: Vocabulary,
    private readonly pattern: string = wordPattern,
  ) {
    super(vocabulary);
  }

  encode(text: string): Int32Array {
    const ids = new IdBuffer(text.length / 4);
    forEachMatch(text, this.pattern, (word) => ids.push(this.find(word) ?? unknownId));
    return ids.take();
  }

  /** The words of a text, with the spaces before them: one for each of the ids that `encode` gives. */
  words(text: string): string[] {
    const words: string[] = [];
    forEachMatch(text, this.pattern, (word) => words.push(word));
    return words;
  }

  unknown(text: string): string[] {
    const found = new Set<string>();
    forEachMatch(text, this.pattern, (word) => {
      if (this.find(word) === undefined) found.add(withoutSpace(word));
    });
    return [...found];
  }

  toJSON(): object {
    return tokenizerFile(
      splitInto(this.pattern),
      { type: "Fuse" },
      {
        type: "WordPiece",
        unk_token: "<unk>",
        continuing_subword_prefix: impossiblePrefix,
        max_input_chars_per_word: 1_000_000,
        vocab: this.vocabulary.toJSON(),
      },
    );
  }

  private find(word: string): number | undefined {
    const id = this.vocabulary.find(word);
    if (id !== undefined) return id;
    const bare = withoutSpace(word);
    return this.vocabulary.find(bare === word ? ` ${word}` : bare);
  }
}

/**
 * The most frequent words of some texts, most frequent first.
 * @param limit the most ids, special tokens included
 */
export function trainWordTokenizer(texts: readonly string[], limit: number, minimumFrequency: number): WordTokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) {
    forEachMatch(text, wordPattern, (word) => counts.set(word, (counts.get(word) ?? 0) + 1));
  }
  const words = mostFrequent(counts, limit - unknownId - 1, minimumFrequency);
  return new WordTokenizer(Vocabulary.withSpecialTokens(words));
}

function withoutSpace(word: string): string {
  return word.length > 1 && word.startsWith(" ") ? word.slice(1) : word;
}
