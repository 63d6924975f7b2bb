// Byte-pair merges as numbers: joins the symbols of one word, lowest rank first.

/** A merge in token ids: `left` followed by `right` becomes `merged`. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly merged: number;
}

const none = 0x7fffffff;

/**
 * Applies byte-pair merges (Sennrich, Haddow and Birch 2016, section 3.2): of all adjacent pairs the one learned first
 * is joined first, the leftmost of equals. Time is quadratic in the length of a word in the worst case, so words must be
 * bounded.
 */
export class MergeTable {
  private readonly rankByPair = new Map<number, number>();

  /** @param merges in order of rank */
  constructor(private readonly merges: readonly Merge[]) {
    merges.forEach(({ left, right }, rank) => {
      const key = pairKey(left, right);
      if (!this.rankByPair.has(key)) this.rankByPair.set(key, rank);
    });
  }

  /**
   * The symbols of a word after all merges; the argument is overwritten.
   * @param visit told the rank of each merge as it is applied
   */
  apply(symbols: Int32Array, visit?: (rank: number) => void): Int32Array {
    let count = symbols.length;
    if (count < 2) return symbols;
    const ranks = new Int32Array(count); // ranks[i]: of the pair (i, i + 1)
    for (let i = 0; i < count - 1; i++) ranks[i] = this.rank(symbols[i], symbols[i + 1]);
    ranks[count - 1] = none;
    for (;;) {
      let best = 0;
      for (let i = 1; i < count; i++) if (ranks[i] < ranks[best]) best = i;
      const rank = ranks[best];
      if (rank === none) return symbols.slice(0, count);
      visit?.(rank);
      symbols[best] = this.merges[rank].merged;
      symbols.copyWithin(best + 1, best + 2, count);
      ranks.copyWithin(best + 1, best + 2, count);
      count--;
      if (best > 0) ranks[best - 1] = this.rank(symbols[best - 1], symbols[best]);
      ranks[best] = best + 1 < count ? this.rank(symbols[best], symbols[best + 1]) : none;
    }
  }

  private rank(left: number, right: number): number {
    return this.rankByPair.get(pairKey(left, right)) ?? none;
  }
}

function pairKey(left: number, right: number): number {
  return left * 0x200000 + right; // exact up to two million tokens
}
