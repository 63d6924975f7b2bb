// Text as byte pairs learned from it: every text can be written, and common words become one token.
import { bytesToCharacters, characterByByte, charactersToBytes } from "./byte_alphabet.js";
import { IdBuffer } from "./id_buffer.js";
import { forEachMatch, spaceClass } from "./matches.js";
import { MergeTable } from "./merge_table.js";
import { unknownId } from "./special_tokens.js";
import type { DecodeOptions } from "./tokenizer.js";
import { splitInto, tokenizerFile } from "./tokenizer_file.js";
import { Vocabulary } from "./vocabulary.js";
import { VocabularyTokenizer } from "./vocabulary_tokenizer.js";

/**
 * Pieces that no token crosses: English contractions; runs of letters with their combining marks, of digits, or of
 * signs, each with the space before it; white space up to a line's end; other white space but for that one space. Runs
 * are bounded so that no input takes quadratic time.
 */
export const bytePairPattern =
  `'(?:[sdmt]|ll|ve|re)| ?[\\p{L}\\p{M}]{1,128}| ?\\p{N}{1,128}| ?[^${spaceClass}\\p{L}\\p{M}\\p{N}]{1,128}` +
  `|[${spaceClass}]{0,128}\\n{1,128}|[${spaceClass}]{1,128}(?![^${spaceClass}])|[${spaceClass}]{1,128}`;

const maximumCachedPieces = 1 << 17;
const utf8 = new TextEncoder();

/** Byte-level byte-pair encoding: `<unk>` never occurs, since the 256 bytes are all tokens. */
export class BytePairTokenizer extends VocabularyTokenizer {
  readonly kind = "byte_pair";
  private readonly table: MergeTable;
  private readonly idByByte: Int32Array;
  private readonly bytesById: readonly Uint8Array[];
  private readonly cache = new Map<string, Int32Array>();

  /**
   * @param merges in order of rank, in the byte alphabet
   * @param pattern the regular expression whose matches are encoded on their own
   * @throws RangeError naming the first token or merge that does not fit the vocabulary
   */
  constructor(
    vocabulary: Vocabulary,
    readonly merges: readonly (readonly [string, string])[],
    private readonly pattern: string = bytePairPattern,
  ) {
    super(vocabulary);
    const idOf = (token: string): number => {
      const id = vocabulary.find(token);
      if (id === undefined) throw new RangeError(`the token ${JSON.stringify(token)} is missing`);
      return id;
    };
    this.table = new MergeTable(
      merges.map(([left, right]) => ({ left: idOf(left), right: idOf(right), merged: idOf(left + right) })),
    );
    this.idByByte = Int32Array.from(characterByByte, idOf);
    this.bytesById = vocabulary.tokens.map((token, id) => {
      const bytes = id <= unknownId ? utf8.encode(token) : charactersToBytes(token);
      if (bytes === undefined) throw new RangeError(`the token ${JSON.stringify(token)} is not made of bytes`);
      return bytes;
    });
  }

  encode(text: string): Int32Array {
    const ids = new IdBuffer(text.length / 3);
    forEachMatch(text, this.pattern, (piece) => {
      let encoded = this.cache.get(piece);
      if (encoded === undefined) {
        encoded = this.table.apply(this.byteIds(piece));
        if (this.cache.size >= maximumCachedPieces) this.cache.clear();
        this.cache.set(piece, encoded);
      }
      ids.append(encoded);
    });
    return ids.take();
  }

  override decode(ids: ArrayLike<number>, { skipSpecial = true }: DecodeOptions = {}): string {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      if (skipSpecial && this.vocabulary.isStructural(ids[i])) continue;
      const bytes = this.tokenBytes(ids[i]);
      parts.push(bytes);
      length += bytes.length;
    }
    const all = new Uint8Array(length);
    let offset = 0;
    for (const bytes of parts) {
      all.set(bytes, offset);
      offset += bytes.length;
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(all);
  }

  unknown(): string[] {
    return [];
  }

  override tokenText(id: number): string {
    const bytes = this.tokenBytes(id);
    try {
      return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
    } catch {
      return Array.from(bytes, (byte) =>
        byte < 0x80 ? String.fromCharCode(byte) : `<0x${byte.toString(16).toUpperCase()}>`,
      ).join("");
    }
  }

  override tokenBytes(id: number): Uint8Array {
    return this.bytesById[id] ?? utf8.encode(this.vocabulary.token(id)); // the latter throws for an id out of range
  }

  /** How often each merge is used in writing the given pieces, by rank. */
  countMerges(pieces: ReadonlyMap<string, number>): Float64Array {
    const counts = new Float64Array(this.merges.length);
    for (const [piece, count] of pieces) {
      this.table.apply(this.byteIds(piece), (rank) => {
        counts[rank] += count;
      });
    }
    return counts;
  }

  toJSON(): object {
    return tokenizerFile(
      {
        type: "Sequence",
        pretokenizers: [
          splitInto(this.pattern),
          { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
        ],
      },
      { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
      {
        type: "BPE",
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: this.vocabulary.toJSON(),
        merges: this.merges,
      },
    );
  }

  private byteIds(piece: string): Int32Array {
    const bytes = utf8.encode(piece);
    const ids = new Int32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) ids[i] = this.idByByte[bytes[i]];
    return ids;
  }
}

/** The tokenizer whose vocabulary is the bytes and what the given merges make of them. */
export function bytePairTokenizer(merges: readonly (readonly [string, string])[]): BytePairTokenizer {
  const tokens = new Set(characterByByte); // two merges may make the same token
  for (const [left, right] of merges) tokens.add(left + right);
  return new BytePairTokenizer(Vocabulary.withSpecialTokens([...tokens]), merges);
}

/** A piece in the byte alphabet. */
export function pieceToCharacters(piece: string): string {
  return bytesToCharacters(utf8.encode(piece));
}
