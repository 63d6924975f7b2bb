// The one contract between the decoding loops and every model family: feed tokens, get the next token's logits.

/** What a decoder remembers of each row between steps; opaque to the loops. */
export interface DecoderState {
  /** How many rows are decoded side by side. */
  readonly rows: number;
  /** How many tokens each row has read so far; those of a source do not count. */
  readonly length: number;
}

/** What a step gives. */
export interface Stepped<State extends DecoderState> {
  /** (rows x vocabularySize), row by row, valid until the next step. */
  readonly logits: Float32Array;
  /** To go on with. */
  readonly state: State;
  /**
   * Of a decoder that `attending` gave: how the logits attended to the source, (rows x the length of the longest source
   * that was encoded), row by row. What stands behind a row's own source means nothing.
   */
  readonly attention?: Float32Array;
}

/**
 * A model ready to write: `start`, then `step` until done. Rows of one state advance together. A state is used once:
 * after it was given to `step` or `select`, only what came back is used, which may share its memory.
 */
export interface Decoder<State extends DecoderState = DecoderState> {
  readonly vocabularySize: number;
  /** The most tokens that a state can hold: finite for a Transformer, Infinity for a recurrent model. */
  readonly contextLength: number;
  /** Whether the logits are log-probabilities already, so that no loop needs to normalize them; false unless given. */
  readonly givesLogProbabilities?: boolean;
  /** An empty state for `rows` rows. */
  start(rows: number): State;
  /**
   * Feeds the same number of tokens, n >= 1, to every row and returns the logits after the last of them.
   * @param tokens (rows x n), row by row
   */
  step(tokens: Int32Array, state: State): Promise<Stepped<State>>;
  /** A state whose row i continues row `rows[i]` of the given one: what beam search and early stopping need. */
  select(state: State, rows: Int32Array): State;
}

/** A decoder whose texts are made from sources: translations, summaries, replies; or from points of a latent space. */
export interface SourceDecoder<State extends DecoderState = DecoderState> extends Decoder<State> {
  /**
   * Reads sources, and begins a text for each: takes the place of `start`.
   * @param sources token ids of the source's vocabulary, from 1 to `contextLength` each; their lengths may differ; of a
   *   model that writes from points the numbers of each
   * @returns a state of length 0 whose row i reads source i
   */
  encode(sources: readonly ArrayLike<number>[]): Promise<State>;
  /** The same decoder, its steps giving their attention to the sources too; null, or absent, for a model without any. */
  attending?(): Promise<SourceDecoder<State> | null>;
}
