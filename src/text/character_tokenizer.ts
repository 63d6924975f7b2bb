// Text as single Unicode characters: no choices to make, nothing lost, and every tool can read the file.
import { unknownId } from "./special_tokens.js";
import { splitInto, tokenizerFile } from "./tokenizer_file.js";
import { mostFrequent, Vocabulary } from "./vocabulary.js";
import { VocabularyTokenizer } from "./vocabulary_tokenizer.js";

/**
 * A token is one Unicode code point. On disk it is a BPE model with no merges behind a pre-tokenizer that isolates every
 * character, since not every reader of tokenizer.json knows a character model.
 */
export class CharacterTokenizer extends VocabularyTokenizer {
  readonly kind = "character";
  /** Id by code point, up to the highest one known. */
  private readonly idByCodePoint: Int32Array;

  constructor(vocabulary: Vocabulary) {
    super(vocabulary);
    const codePoints = vocabulary.tokens.map((token, id) => (id <= unknownId ? 0 : (token.codePointAt(0) as number)));
    const highest = codePoints.reduce((a, b) => Math.max(a, b), 0);
    this.idByCodePoint = new Int32Array(highest + 1).fill(unknownId);
    for (let id = unknownId + 1; id < codePoints.length; id++) this.idByCodePoint[codePoints[id]] = id;
  }

  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length);
    let count = 0;
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number;
      if (codePoint > 0xffff) i++;
      ids[count++] = codePoint < this.idByCodePoint.length ? this.idByCodePoint[codePoint] : unknownId;
    }
    return count === ids.length ? ids : ids.slice(0, count);
  }

  unknown(text: string): string[] {
    const found = new Set<string>();
    for (const character of text) {
      if (this.vocabulary.find(character) === undefined) found.add(character);
    }
    return [...found];
  }

  toJSON(): object {
    return tokenizerFile(
      splitInto("[\\s\\S]"),
      { type: "Fuse" },
      {
        type: "BPE",
        dropout: null,
        unk_token: "<unk>",
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: this.vocabulary.toJSON(),
        merges: [],
      },
    );
  }
}

/**
 * The characters of some texts, in code point order.
 * @param limit the most ids, special tokens included; the rarest characters are left out
 */
export function trainCharacterTokenizer(
  texts: readonly string[],
  limit: number,
  minimumFrequency: number,
): CharacterTokenizer {
  const countByCodePoint = new Map<number, number>();
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number;
      if (codePoint > 0xffff) i++;
      else if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue; // half a pair is no character: no file can hold it
      countByCodePoint.set(codePoint, (countByCodePoint.get(codePoint) ?? 0) + 1);
    }
  }
  const counts = new Map([...countByCodePoint].map(([codePoint, count]) => [String.fromCodePoint(codePoint), count]));
  const characters = mostFrequent(counts, limit - unknownId - 1, minimumFrequency);
  characters.sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number));
  return new CharacterTokenizer(Vocabulary.withSpecialTokens(characters));
}
