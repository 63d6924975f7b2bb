// Rows filled with one sample after another: no position is spent on padding, however short the samples.
import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { type Batch, BatchBuilder } from "./batch.js";
import { type Batcher, type BatcherState, type BatchShape, foreignState } from "./batcher.js";
import { ShuffledOrder } from "./shuffled_order.js";
import type { TokenizedSamples } from "./tokenized.js";

/**
 * Each row reads `<bos>` a1 a2 `<bos>` b1 … against a1 a2 `<eos>` b1 … : the end of a sample is predicted and its
 * successor's `<bos>` read in its place, so that no position is lost and the loss is over the same targets as with
 * padding. A row goes on in the next batch where it stopped in this one, so that a recurrent model can carry its state;
 * `restart` is 1 where a row begins with a new sample. A row that is done takes the next sample of the epoch's order.
 */
export class PackedSamples implements Batcher {
  readonly rows: number;
  readonly length: number;
  readonly targetsPerEpoch: number;
  private readonly order: ShuffledOrder;
  private readonly cursors: { sample: number; position: number }[];

  /** @throws WordloomError "invalid_data" when there is no sample */
  constructor(
    private readonly samples: TokenizedSamples,
    private readonly shape: BatchShape,
    random: RandomStream,
  ) {
    ({ rows: this.rows, length: this.length } = shape);
    this.targetsPerEpoch = samples.totalPositions;
    if (samples.count === 0) {
      throw new WordloomError("invalid_data", "There are no samples to train on; give some text.");
    }
    this.order = new ShuffledOrder(samples.count, random);
    this.cursors = Array.from({ length: this.rows }, () => ({ sample: this.order.next(), position: 0 }));
  }

  next(): Batch {
    const batch = new BatchBuilder(this.rows, this.length, this.shape.padId);
    this.cursors.forEach((cursor, row) => {
      if (cursor.position === 0) batch.restart[row] = 1;
      for (let i = 0; i < this.length; i++) {
        const { sample, position } = cursor;
        batch.set(row, i, this.samples.input(sample, position), this.samples.target(sample, position));
        cursor.position++;
        if (cursor.position === this.samples.positions(sample)) {
          cursor.sample = this.order.next();
          cursor.position = 0;
        }
      }
    });
    return batch.build();
  }

  state(): BatcherState {
    return { kind: "packed_samples", order: this.order.state(), rows: this.cursors.map((cursor) => ({ ...cursor })) };
  }

  restore(state: BatcherState): void {
    if (state.kind !== "packed_samples" || state.rows.length !== this.rows) throw foreignState("packed_samples", state);
    const fits = state.rows.every(
      ({ sample, position }) => sample < this.samples.count && position < this.samples.positions(sample),
    );
    if (!fits || !this.order.restore(state.order)) throw foreignState("packed_samples", state);
    state.rows.forEach((cursor, row) => {
      this.cursors[row] = { ...cursor };
    });
  }
}
