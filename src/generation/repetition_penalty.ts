// Tokens that were used already become less probable, at a cost that does not grow with the length of the text.

/** The distinct tokens of one row so far: its prompt and what it has written. */
export class SeenTokens {
  private readonly isSeen: Uint8Array;
  private readonly distinct: Int32Array;
  private distinctCount = 0;

  constructor(vocabularySize: number) {
    this.isSeen = new Uint8Array(vocabularySize);
    this.distinct = new Int32Array(vocabularySize);
  }

  /** Remembers a token. */
  add(token: number): void {
    if (this.isSeen[token] === 1) return;
    this.isSeen[token] = 1;
    this.distinct[this.distinctCount++] = token;
  }

  /**
   * Applies the penalty of CTRL (Keskar et al. 2019, section 4.1) in place. The paper divides; dividing a negative
   * logit by more than 1 would make its token *more* probable, so negative ones are multiplied instead.
   * @param scores (vocabularySize) logits
   */
  penalize(scores: Float64Array, penalty: number): void {
    for (let i = 0; i < this.distinctCount; i++) {
      const token = this.distinct[i];
      const score = scores[token];
      scores[token] = score > 0 ? score / penalty : score * penalty;
    }
  }
}
