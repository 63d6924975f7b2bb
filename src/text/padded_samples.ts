// A sample a row, padded on the right: the plainest way to learn from short texts.
import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { type Batch, BatchBuilder } from "./batch.js";
import { type Batcher, type BatcherState, type BatchShape, foreignState } from "./batcher.js";
import { ShuffledOrder } from "./shuffled_order.js";
import type { TokenizedSamples } from "./tokenized.js";

/** What to do with samples that do not fit a row: cut them into rows, or leave them out. */
export type LongSamples = "split" | "drop";

/**
 * Each row is `<bos>` t1 … tn against t1 … tn `<eos>`, then padding; samples come in a new order each epoch. A sample
 * of more than `length` positions is cut at `length` (its later rows then begin within the text) or left out.
 */
export class PaddedSamples implements Batcher {
  readonly rows: number;
  readonly length: number;
  readonly targetsPerEpoch: number;
  /** How many samples were too long, and so cut into several rows or left out. */
  readonly longCount: number;
  private readonly pieces: Pieces;
  private readonly order: ShuffledOrder;

  /** @throws WordloomError "invalid_data" when there is no sample, or every one is left out */
  constructor(
    private readonly samples: TokenizedSamples,
    private readonly shape: BatchShape,
    random: RandomStream,
    longSamples: LongSamples = "split",
  ) {
    ({ rows: this.rows, length: this.length } = shape);
    this.pieces = cutSamples(samples, shape.length, longSamples);
    this.longCount = this.pieces.longCount;
    this.targetsPerEpoch = this.pieces.targets;
    if (this.pieces.sample.length === 0) {
      throw new WordloomError(
        "invalid_data",
        samples.count === 0
          ? "There are no samples to train on; give some text."
          : `Every sample is longer than ${shape.length - 1} tokens and was left out; give a longer context.`,
      );
    }
    this.order = new ShuffledOrder(this.pieces.sample.length, random);
  }

  next(): Batch {
    const batch = new BatchBuilder(this.rows, this.length, this.shape.padId);
    for (let row = 0; row < this.rows; row++) {
      const piece = this.order.next();
      const sample = this.pieces.sample[piece];
      const begin = this.pieces.begin[piece];
      const count = Math.min(this.length, this.samples.positions(sample) - begin);
      for (let i = 0; i < count; i++) {
        batch.set(row, i, this.samples.input(sample, begin + i), this.samples.target(sample, begin + i));
      }
    }
    batch.restart.fill(1);
    return batch.build();
  }

  state(): BatcherState {
    return { kind: "padded_samples", order: this.order.state() };
  }

  restore(state: BatcherState): void {
    if (state.kind !== "padded_samples" || !this.order.restore(state.order))
      throw foreignState("padded_samples", state);
  }
}

/** Rows to come: piece i is sample[i] from position begin[i] on. */
interface Pieces {
  readonly sample: Int32Array;
  readonly begin: Int32Array;
  readonly targets: number;
  readonly longCount: number;
}

function cutSamples(samples: TokenizedSamples, length: number, longSamples: LongSamples): Pieces {
  const sample: number[] = [];
  const begin: number[] = [];
  let targets = 0;
  let longCount = 0;
  for (let i = 0; i < samples.count; i++) {
    const positions = samples.positions(i);
    if (positions > length) {
      longCount++;
      if (longSamples === "drop") continue;
    }
    targets += positions;
    for (let at = 0; at < positions; at += length) {
      sample.push(i);
      begin.push(at);
    }
  }
  return { sample: Int32Array.from(sample), begin: Int32Array.from(begin), targets, longCount };
}
