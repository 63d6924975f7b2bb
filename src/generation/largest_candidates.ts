// The best continuations of a source's beams, found in one pass over the logits without sorting the vocabulary.

/** The candidates of highest score that were offered, best first; equal scores by lower token, then by lower beam. */
export class LargestCandidates {
  /** How many there are; the places from here on mean nothing. */
  count = 0;
  readonly scores: Float64Array;
  readonly tokens: Int32Array;
  readonly beams: Int32Array;
  private readonly forbidden: Uint8Array;

  /** @param capacity the most that are kept */
  constructor(
    private readonly capacity: number,
    private readonly vocabularySize: number,
    forbiddenTokens: readonly number[],
  ) {
    this.scores = new Float64Array(capacity);
    this.tokens = new Int32Array(capacity);
    this.beams = new Int32Array(capacity);
    this.forbidden = new Uint8Array(vocabularySize);
    for (const token of forbiddenTokens) this.forbidden[token] = 1;
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
  }

  /**
   * Offers every allowed and possible continuation of a beam. Almost all of a row is passed over with one comparison.
   * @param logits (rows x vocabularySize)
   * @param base what a logit is added to for the score: the beam's log-probability less the row's normalizer
   */
  offer(logits: Float32Array, row: number, beam: number, base: number): void {
    const { vocabularySize, forbidden } = this;
    const offset = row * vocabularySize;
    let bound = this.lowestLogit(base);
    for (let token = 0; token < vocabularySize; token++) {
      const logit = logits[offset + token];
      if (logit > bound && forbidden[token] === 0) {
        this.insert(base + logit, token, beam);
        bound = this.lowestLogit(base);
      }
    }
  }

  /** A logit that surely does not suffice: a little low, since the score is rounded when it is added up. */
  private lowestLogit(base: number): number {
    if (this.count < this.capacity) return -Infinity;
    const lowest = this.scores[this.capacity - 1];
    return lowest - base - 1e-12 * (1 + Math.abs(lowest) + Math.abs(base));
  }

  private insert(score: number, token: number, beam: number): void {
    const { scores, tokens, beams } = this;
    let place = this.count;
    for (; place > 0; place--) {
      const before = scores[place - 1];
      if (before > score || (before === score && (tokens[place - 1] < token || (tokens[place - 1] === token && beams[place - 1] < beam)))) break;
    }
    if (place === this.capacity) return;
    const end = Math.min(this.count, this.capacity - 1);
    scores.copyWithin(place + 1, place, end);
    tokens.copyWithin(place + 1, place, end);
    beams.copyWithin(place + 1, place, end);
    scores[place] = score;
    tokens[place] = token;
    beams[place] = beam;
    this.count = end + 1;
  }
}
