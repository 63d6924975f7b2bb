// Dropout masks from a pool of prepared noise: each run draws only where in the pool each mask begins.

import { hostTensor, type HostTensor } from "./backend.js";
import { RandomStream } from "./random.js";

/** The smallest pool, in elements: large enough that the small sites of one run seldom share a stretch of it. */
const SMALLEST_POOL = 1 << 21;

interface Pool {
  readonly data: HostTensor;
  readonly offsets: HostTensor;
  readonly offsetData: BigInt64Array;
  readonly sites: readonly number[];
}

/**
 * Feeds for dropout. The pools depend on the seed alone and the offsets on the stream that is passed to `draw`, so that
 * stream's state is all a checkpoint needs.
 */
export class MaskFeeds {
  private readonly pools: readonly Pool[];
  private readonly feeds: Readonly<Record<string, HostTensor>>;

  /** @param wanted for each rate its input names, and the elements that each site takes */
  constructor(seed: number, wanted: readonly { rate: number; pool: string; offsets: string; sites: readonly number[] }[]) {
    const feeds: Record<string, HostTensor> = {};
    this.pools = wanted.map(({ rate, pool, offsets, sites }) => {
      const length = Math.max(SMALLEST_POOL, 4 * Math.max(...sites));
      const random = new RandomStream(seed, `dropout pool ${rate}`);
      const threshold = rate * 4294967296;
      const kept = 1 / (1 - rate);
      const data = hostTensor(Float32Array.from({ length }, () => (random.nextUint32() < threshold ? 0 : kept)), [length]);
      const offsetData = new BigInt64Array(sites.length);
      const made = { data, offsets: hostTensor(offsetData, [sites.length]), offsetData, sites };
      feeds[pool] = data;
      feeds[offsets] = made.offsets;
      return made;
    });
    this.feeds = feeds;
  }

  /** New masks for the next run. */
  draw(random: RandomStream): Readonly<Record<string, HostTensor>> {
    for (const { data, offsetData, sites } of this.pools) {
      for (const [site, size] of sites.entries()) offsetData[site] = BigInt(random.integer(data.data.length - size + 1));
    }
    return this.feeds;
  }
}
