// The one contract between the decoding loop and every model family: feed tokens, get the next token's logits.

/** What a decoder remembers of each row between steps; opaque to the loop, freed with `release`. */
export interface DecoderState {
  /** How many rows are decoded side by side. */
  readonly rows: number;
  /** How many tokens each row has read so far. */
  readonly length: number;
}

/** A model ready to write: `start`, then `step` until done. Rows of one state advance together. */
export interface Decoder<State extends DecoderState = DecoderState> {
  readonly vocabularySize: number;
  /** The most tokens that a state can hold: finite for a Transformer, Infinity for a recurrent model. */
  readonly contextLength: number;
  /** An empty state for `rows` rows. */
  start(rows: number): State;
  /**
   * Feeds the same number of tokens, n >= 1, to every row and returns the logits after the last of them.
   * @param tokens (rows x n), row by row
   * @returns logits (rows x vocabularySize), row by row, valid until the next step, and the state to go on with
   */
  step(tokens: Int32Array, state: State): Promise<{ logits: Float32Array; state: State }>;
  /** A state whose row i continues row `rows[i]` of the given one: what beam search and early stopping need. */
  select(state: State, rows: Int32Array): State;
}
