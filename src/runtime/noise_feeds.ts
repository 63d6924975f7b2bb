// Noise of latent variables: drawn anew for each run, so that a stream's state is all a checkpoint needs.

import { sizeOf } from "../tensor/shape.js";
import { hostTensor, type HostTensor } from "./backend.js";
import type { RandomStream } from "./random.js";

/** An input that wants noise. */
export interface WantedNoise {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Feeds for one program's noise of N(0, 1). */
export class NoiseFeeds {
  private readonly feeds: Readonly<Record<string, HostTensor>>;

  constructor(wanted: readonly WantedNoise[]) {
    this.feeds = Object.fromEntries(wanted.map(({ name, shape }) => [name, hostTensor(new Float32Array(sizeOf(shape)), shape)]));
  }

  /** New noise for the next run. */
  draw(random: RandomStream): Readonly<Record<string, HostTensor>> {
    for (const name in this.feeds) {
      const data = this.feeds[name].data as Float32Array;
      for (let i = 0; i < data.length; i++) data[i] = random.normal();
    }
    return this.feeds;
  }
}
