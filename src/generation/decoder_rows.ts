// Rows of tokens that a decoder reads side by side without end: chosen, doubled, dropped, restarted when it is full.

import { WordloomError } from "../errors.js";
import type { Decoder, DecoderState } from "./decoder.js";
import { interrupted } from "./interrupted.js";

/**
 * The most tokens that a decoder without end reads in one step, so that a prompt of any length needs no more memory
 * than a short one. Decoders that end read all at once: they are fastest from an empty state, and their end bounds them.
 */
const longestPiece = 512;

/**
 * What sampling and beam search share. `start` reads the prompt once, as one row; `select` says which rows go on, and
 * `advance` gives each its next token.
 *
 * A decoder whose `contextLength` is finite is started anew when it is full, on the last half of what each row has
 * read. A row of context C is thus re-read after every C/2 tokens: reading half a context costs the same each time, so
 * that the time per token stays flat on average however long the text, and what comes next always sees at least the
 * C/2 tokens before it. A prompt longer than the context is read from its last half context on.
 *
 * Every state is used once: after it was given to `step` or `select` only the state that came back is used.
 */
export class DecoderRows<State extends DecoderState> {
  private attention: Float32Array | null = null;
  private state: State | null = null;
  /** What each row of `state` has read; kept only where the decoder can become full. */
  private histories: number[][] = [];
  private length = 0;
  /** Rows of the last logits. */
  private read = 0;
  /** Whether the rows may begin anew on what they have read; not where they have also read a source. */
  private restarts = true;
  /** Rows of `state` chosen since the last step; carried out with the next, unless that starts anew anyway. */
  private chosen: Int32Array | null = null;

  constructor(
    private readonly decoder: Decoder<State>,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * Reads the prompt as one row.
   * @param prompt one token id or more
   * @returns logits (1 x vocabularySize), valid until the decoder's next step
   * @throws WordloomError `interrupted` when the signal is aborted
   */
  async start(prompt: ArrayLike<number>): Promise<Float32Array> {
    const { contextLength } = this.decoder;
    const length = prompt.length <= contextLength ? prompt.length : this.tailLength();
    return this.restart([Array.from({ length }, (_, i) => prompt[prompt.length - length + i])]);
  }

  /**
   * Goes on from rows that have each read a source. Such rows are never started anew: who decodes them ends them
   * before the context is full.
   * @param state fresh from `SourceDecoder.encode`
   * @param token what every text begins with
   * @returns logits (rows x vocabularySize), valid until the decoder's next step
   * @throws WordloomError `interrupted` when the signal is aborted
   */
  async startEncoded(state: State, token: number): Promise<Float32Array> {
    this.state = state;
    this.restarts = false;
    this.length = 1;
    return this.step(new Int32Array(state.rows).fill(token));
  }

  /**
   * How each row of the last logits attended to its source, padding behind it included; none where the decoder does not
   * tell (`Stepped.attention`). Valid until the decoder's next step.
   */
  attentionRows(): readonly Float32Array[] {
    const { attention, read } = this;
    if (attention === null) return [];
    const width = attention.length / read;
    return Array.from({ length: read }, (_, row) => attention.subarray(row * width, (row + 1) * width));
  }

  /** From now on row i continues what was row `rows[i]`; rows not named are dropped. Costs nothing before `advance`. */
  select(rows: Int32Array): void {
    const before = this.chosen;
    this.chosen = before === null ? rows.slice() : rows.map((row) => before[row]);
  }

  /**
   * Gives each row its next token.
   * @param tokens (rows), as many as the last `select` named
   * @returns logits (rows x vocabularySize), valid until the decoder's next step
   * @throws WordloomError `interrupted` when the signal is aborted
   */
  async advance(tokens: Int32Array): Promise<Float32Array> {
    const chosen = this.chosen;
    this.chosen = null;
    if (this.restarts && this.decoder.contextLength !== Infinity) {
      // A history chosen once moves on as it is; only a doubled one is copied.
      const used = new Set<number[]>();
      this.histories = Array.from(tokens, (token, i) => {
        const source = this.histories[chosen === null ? i : chosen[i]];
        const history = used.has(source) ? source.slice(0, this.length) : source;
        used.add(history);
        history.push(token);
        return history;
      });
      if (this.length + 1 > this.decoder.contextLength) {
        const tail = this.tailLength();
        return this.restart(this.histories.map((history) => history.slice(-tail)));
      }
    }
    if (chosen !== null && this.state !== null) this.state = this.decoder.select(this.state, chosen);
    this.length++;
    return this.step(tokens);
  }

  /** Starts anew on rows of equal length, one token or more. */
  private async restart(histories: number[][]): Promise<Float32Array> {
    const rows = histories.length;
    this.length = histories[0].length;
    if (this.decoder.contextLength !== Infinity) this.histories = histories;
    this.state = null; // lets go of the old state before there is a new one
    this.state = this.decoder.start(rows);
    const pieceLength = this.decoder.contextLength === Infinity ? longestPiece : this.length;
    for (let from = 0; ; from += pieceLength) {
      const width = Math.min(pieceLength, this.length - from);
      const tokens = new Int32Array(rows * width);
      histories.forEach((history, row) => tokens.set(history.slice(from, from + width), row * width));
      const logits = await this.step(tokens);
      if (from + width === this.length) return logits;
    }
  }

  private async step(tokens: Int32Array): Promise<Float32Array> {
    if (this.signal?.aborted) throw interrupted(this.signal);
    if (this.state === null) throw new WordloomError("internal", "Rows were advanced before they were started.");
    const { rows } = this.state;
    const stepped = await this.decoder.step(tokens, this.state);
    this.state = stepped.state;
    this.read = rows;
    this.attention = stepped.attention ?? null;
    const expected = rows * this.decoder.vocabularySize;
    if (stepped.logits.length !== expected) {
      throw new WordloomError(
        "internal",
        `The decoder gave ${stepped.logits.length} logits where ${rows} rows of ${this.decoder.vocabularySize} tokens need ${expected}.`,
      );
    }
    return stepped.logits;
  }

  /** How much a row still knows after starting anew. */
  private tailLength(): number {
    return Math.max(1, Math.floor(this.decoder.contextLength / 2));
  }
}
