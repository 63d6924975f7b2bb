// Dropout masks and the like from pools of prepared noise: each run draws only where in the pool each piece begins.

import { hostTensor, type HostTensor } from "./backend.js";
import { RandomStream } from "./random.js";

/** The smallest pool, in elements: large enough that the small sites of one run seldom share a stretch of it. */
const SMALLEST_POOL = 1 << 21;

/**
 * What a pool holds. A number is a dropout rate: elements that are zero, or 1 / (1 − rate). "gumbel": the standard Gumbel
 * distribution, −log(−log u).
 */
export type PooledNoise = number | "gumbel";

/** How often the largest piece fits into its pool at least. */
const PIECES = { dropout: 4, gumbel: 16 };

/** A site list with the names through which its masks are fed. */
export interface WantedMasks {
  readonly rate: PooledNoise;
  readonly pool: string;
  readonly offsets: string;
  /** Elements that each site takes. */
  readonly sites: readonly number[];
}

/** The noise behind all masks of each rate. */
export type MaskPools = ReadonlyMap<PooledNoise, HostTensor>;

/** Draws one element of a pool. */
function drawing(rate: PooledNoise, random: RandomStream): () => number {
  if (rate === "gumbel") return () => -Math.log(-Math.log(random.uniform() || Number.MIN_VALUE));
  const threshold = rate * 4294967296;
  const kept = 1 / (1 - rate);
  return () => (random.nextUint32() < threshold ? 0 : kept);
}

/** Pools for everything that several programs want, a rate's pool being one for all of them; they depend on the seed alone. */
export function maskPools(seed: number, wanted: readonly WantedMasks[]): MaskPools {
  const pools = new Map<PooledNoise, HostTensor>();
  for (const rate of new Set(wanted.map((masks) => masks.rate))) {
    const largest = wanted.filter((masks) => masks.rate === rate).reduce((size, { sites }) => Math.max(size, ...sites), 0);
    const length = Math.max(SMALLEST_POOL, (rate === "gumbel" ? PIECES.gumbel : PIECES.dropout) * largest);
    const draw = drawing(rate, new RandomStream(seed, `dropout pool ${rate}`));
    const pool = new Float32Array(length);
    for (let i = 0; i < length; i++) pool[i] = draw(); // several times faster than Float32Array.from
    pools.set(rate, hostTensor(pool, [length]));
  }
  return pools;
}

interface Offsets {
  readonly data: BigInt64Array;
  readonly sites: readonly number[];
  readonly poolLength: number;
}

/**
 * Feeds for one program's dropout. The offsets depend on the stream that is passed to `draw`, so that stream's state is
 * all a checkpoint needs.
 */
export class MaskFeeds {
  private readonly offsets: readonly Offsets[];
  private readonly feeds: Readonly<Record<string, HostTensor>>;

  /** @param pools made by `maskPools` for at least the masks that are wanted */
  constructor(pools: MaskPools, wanted: readonly WantedMasks[]) {
    const feeds: Record<string, HostTensor> = {};
    this.offsets = wanted.map(({ rate, pool, offsets, sites }) => {
      const data = new BigInt64Array(sites.length);
      feeds[pool] = pools.get(rate)!;
      feeds[offsets] = hostTensor(data, [sites.length]);
      return { data, sites, poolLength: feeds[pool].data.length };
    });
    this.feeds = feeds;
  }

  /** New masks for the next run. */
  draw(random: RandomStream): Readonly<Record<string, HostTensor>> {
    for (const { data, sites, poolLength } of this.offsets) {
      for (const [site, size] of sites.entries()) data[site] = BigInt(random.integer(poolLength - size + 1));
    }
    return this.feeds;
  }
}
