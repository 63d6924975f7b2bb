// Whether counts of what was drawn agree with the shares in which it should be drawn.

/** The standard normal distribution's upper 0.1 % point. */
const NORMAL = 3.0902;

/** Pearson's statistic of counts against the shares in which they are expected; Infinity if what has none occurred. */
export function chiSquare(counts: ArrayLike<number>, shares: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  return Array.from(shares).reduce((sum, share, kind) => {
    if (share === 0) return counts[kind] === 0 ? sum : Infinity;
    return sum + (counts[kind] - total * share) ** 2 / (total * share);
  }, 0);
}

/** The upper 0.1 % point of the chi-square distribution, by Wilson and Hilferty's approximation (1931), at most 2.3 % too high. */
export function criticalChiSquare(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + NORMAL * Math.sqrt(spread)) ** 3;
}

/** Kinds that are expected less often than five times in so many draws joined into one, for which the statistic's distribution holds. */
export function withRareOnesJoined(counts: ArrayLike<number>, shares: ArrayLike<number>, draws: number): { readonly counts: number[]; readonly shares: number[] } {
  const joined = { counts: [0], shares: [0] };
  for (let kind = 0; kind < shares.length; kind++) {
    const rare = draws * shares[kind] < 5;
    if (rare) {
      joined.counts[0] += counts[kind];
      joined.shares[0] += shares[kind];
    } else {
      joined.counts.push(counts[kind]);
      joined.shares.push(shares[kind]);
    }
  }
  return joined;
}
