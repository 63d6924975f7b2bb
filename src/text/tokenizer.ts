// What the rest of the project knows of a tokenizer: text to ids and back, whatever its kind.

/** `character`: Unicode code points; `word`: whole words; `byte_pair`: byte-level byte-pair encoding. */
export type TokenizerKind = "character" | "word" | "byte_pair";

export const tokenizerKinds: readonly TokenizerKind[] = ["character", "word", "byte_pair"];

export interface DecodeOptions {
  /** Leave out `<pad>`, `<bos>` and `<eos>`; true unless given. `<unk>` is always shown. */
  readonly skipSpecial?: boolean;
}

/**
 * Turns text into token ids and back. Ids 0 to 3 are always `<pad>`, `<bos>`, `<eos>` and `<unk>`. Text that merely
 * looks like one of these ("<eos>" in a document) is encoded as ordinary text, so data cannot smuggle in control tokens.
 */
export interface Tokenizer {
  readonly kind: TokenizerKind;
  /** How many ids there are, special tokens included. */
  readonly vocabularySize: number;
  readonly padId: number;
  readonly bosId: number;
  readonly eosId: number;
  readonly unknownId: number;

  /** The ids of a text, with no special token added. */
  encode(text: string): Int32Array;

  /**
   * The text of some ids. For `character` and `byte_pair` this undoes `encode` exactly, white space included; for
   * `word` it does so wherever every word is known.
   * @throws WordloomError "invalid_argument" for an id outside the vocabulary
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;

  /**
   * The distinct characters (or words) of a text that encode to `<unk>`, in order of appearance; always empty for
   * `byte_pair`.
   */
  unknown(text: string): string[];

  /** One token as a person would read it; the bytes of half a character are written as `<0xE4>`. */
  tokenText(id: number): string;

  /** The UTF-8 bytes that a token contributes to the text. */
  tokenBytes(id: number): Uint8Array;

  /** The content of a Hugging Face `tokenizer.json`, to be written with `JSON.stringify`. */
  toJSON(): object;
}
