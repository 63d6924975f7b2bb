// What tokenizers share whose tokens are themselves pieces of the text: characters and words.
import type { DecodeOptions, Tokenizer, TokenizerKind } from "./tokenizer.js";
import { bosId, eosId, padId, unknownId } from "./special_tokens.js";
import type { Vocabulary } from "./vocabulary.js";

const utf8 = new TextEncoder();

/** The base of the tokenizers: fixed special ids, and decoding by putting the tokens one after another. */
export abstract class VocabularyTokenizer implements Tokenizer {
  abstract readonly kind: TokenizerKind;
  readonly vocabularySize: number;
  readonly padId = padId;
  readonly bosId = bosId;
  readonly eosId = eosId;
  readonly unknownId = unknownId;

  constructor(protected readonly vocabulary: Vocabulary) {
    this.vocabularySize = vocabulary.size;
  }

  abstract encode(text: string): Int32Array;
  abstract unknown(text: string): string[];
  abstract toJSON(): object;

  decode(ids: ArrayLike<number>, { skipSpecial = true }: DecodeOptions = {}): string {
    let text = "";
    for (let i = 0; i < ids.length; i++) {
      if (!skipSpecial || !this.vocabulary.isStructural(ids[i])) text += this.vocabulary.token(ids[i]);
    }
    return text;
  }

  tokenText(id: number): string {
    return this.vocabulary.token(id);
  }

  tokenBytes(id: number): Uint8Array {
    return utf8.encode(this.vocabulary.token(id));
  }
}
