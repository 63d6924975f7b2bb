// Decoders small enough to be right by inspection, strict enough to catch a loop that breaks the contract.

import type { IncrementalDecoder } from "../../text/incremental_decoder.js";
import type { Decoder, DecoderState } from "../decoder.js";

/** A state that remembers everything, so that logits show exactly what each row has read. */
export interface ReadingState extends DecoderState {
  readonly read: readonly (readonly number[])[];
  /** Set by `step` and `select`: a state may be used only once. */
  used: boolean;
}

/** A decoder whose next logits are any function of all the tokens that a row has read. */
export class ReadingDecoder implements Decoder<ReadingState> {
  /** What was asked of it: "start 1", "step 1x5", "select 0,0,0". */
  readonly calls: string[] = [];
  private lastLogits = new Float32Array(0);

  constructor(
    readonly vocabularySize: number,
    readonly contextLength: number,
    private readonly logitsAfter: (read: readonly number[]) => ArrayLike<number>,
  ) {}

  start(rows: number): ReadingState {
    this.calls.push(`start ${rows}`);
    return { rows, length: 0, read: Array.from({ length: rows }, () => []), used: false };
  }

  async step(tokens: Int32Array, state: ReadingState): Promise<{ logits: Float32Array; state: ReadingState }> {
    const width = tokens.length / state.rows;
    this.calls.push(`step ${state.rows}x${width}`);
    use(state);
    if (!Number.isInteger(width) || width < 1) throw new Error(`${tokens.length} tokens for ${state.rows} rows`);
    if (state.length + width > this.contextLength) throw new Error("The context is full.");
    const read = state.read.map((row, i) => [...row, ...tokens.subarray(i * width, (i + 1) * width)]);
    this.lastLogits.fill(Number.NaN); // logits are valid until the next step only
    this.lastLogits = Float32Array.from(read.flatMap((row) => Array.from(this.logitsAfter(row))));
    await Promise.resolve();
    return { logits: this.lastLogits, state: { rows: state.rows, length: state.length + width, read, used: false } };
  }

  select(state: ReadingState, rows: Int32Array): ReadingState {
    this.calls.push(`select ${rows.join(",")}`);
    use(state);
    if (rows.some((row) => !(row in state.read))) throw new Error(`No such row among ${rows.join(",")}`);
    return { rows: rows.length, length: state.length, read: Array.from(rows, (row) => state.read[row]), used: false };
  }
}

function use(state: ReadingState): void {
  if (state.used) throw new Error("A state was used twice.");
  state.used = true;
}

/** Logits in [-2, 2) that depend on every token read and on their order. */
export function scrambledLogits(vocabularySize: number): (read: readonly number[]) => number[] {
  return (read) => {
    let hash = 17;
    for (const token of read) hash = (Math.imul(hash ^ token, 0x01000193) + 0x9e37) | 0;
    return Array.from({ length: vocabularySize }, (_, token) => {
      const mixed = Math.imul((hash ^ Math.imul(token + 1, 0x85ebca6b)) >>> 3, 0xc2b2ae35);
      return ((mixed >>> 8) % 4096) / 1024 - 2;
    });
  };
}

/** Logits that leave only one token possible: the next one of a fixed text, by how many tokens were read. */
export function recitedLogits(vocabularySize: number, text: readonly number[]): (read: readonly number[]) => number[] {
  return (read) =>
    Array.from({ length: vocabularySize }, (_, token) => (token === text[read.length - 1] ? 0 : -Infinity));
}

/** Token i is the i-th of the given texts. */
export function vocabularyDecoder(vocabulary: readonly string[]): () => IncrementalDecoder {
  return () => ({ push: (token) => vocabulary[token], finish: () => "" });
}

/** Token i is the byte i of a text in UTF-8. */
export function byteDecoder(): IncrementalDecoder {
  const decoder = new TextDecoder();
  return {
    push: (token) => decoder.decode(Uint8Array.of(token), { stream: true }),
    finish: () => decoder.decode(),
  };
}
