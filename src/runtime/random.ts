// Named random streams whose whole state fits in a checkpoint, so that a resumed run draws what it would have drawn.

/** The complete state of a stream: four unsigned 32-bit words and, if one is waiting, the second normal of a pair. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spareNormal: number | null;
}

/** FNV-1a over the UTF-16 code units of a name: turns a stream's name into part of its seed. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash ^= name.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/**
 * A stream of pseudo-random numbers: xoshiro128** (Blackman and Vigna, 2018, "Scrambled linear pseudorandom number
 * generators"), seeded through SplitMix32 from a seed and a name. Streams of different names are independent, so that
 * drawing more for dropout never changes how the data is shuffled.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spareNormal: number | null = null;

  /**
   * @param seed a whole number from 0 on; folded to 32 bits together with the name
   * @param name what the stream is for: "initialisation", "shuffling", "dropout", "sampling"
   */
  constructor(seed: number, name: string) {
    const low = seed >>> 0;
    const high = Math.floor(Math.abs(seed) / 4294967296) >>> 0;
    let state = (low ^ Math.imul(high, 0x9e3779b1) ^ hashName(name)) >>> 0;
    const split = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.a = split();
    this.b = split();
    this.c = split();
    this.d = split() || 1; // the all-zero state is the generator's one fixed point
  }

  /** The next unsigned 32-bit integer. */
  nextUint32(): number {
    const fiveTimes = Math.imul(this.b, 5);
    const result = Math.imul((fiveTimes << 7) | (fiveTimes >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.nextUint32() >>> 5) * 67108864 + (this.nextUint32() >>> 6)) / 9007199254740992;
  }

  /** A whole number in [0, limit), without modulo bias; `limit` from 1 to 2^32. */
  integer(limit: number): number {
    const bound = Math.floor(4294967296 / limit) * limit;
    let value = this.nextUint32();
    while (value >= bound) value = this.nextUint32();
    return value % limit;
  }

  /** A standard normal number (Marsaglia's polar method). */
  normal(): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal;
      this.spareNormal = null;
      return spare;
    }
    let u: number;
    let v: number;
    let square: number;
    do {
      u = 2 * this.uniform() - 1;
      v = 2 * this.uniform() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.spareNormal = v * scale;
    return u * scale;
  }

  /** An index drawn with the given non-negative weights (they need not sum to 1). */
  choose(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    let left = this.uniform() * total;
    for (let i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) return i;
    }
    return weights.length - 1;
  }

  /** Shuffles in place, each order equally likely (Fisher–Yates). Returns its argument. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** The state to put into a checkpoint. */
  state(): RandomState {
    return { words: [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.d >>> 0], spareNormal: this.spareNormal };
  }

  /** Continues from a state that `state()` returned. */
  restore(state: RandomState): void {
    [this.a, this.b, this.c, this.d] = state.words;
    this.spareNormal = state.spareNormal;
  }
}
