// Parallel lanes through a stream, read window after window: truncated back-propagation through time.
import { WordloomError } from "../errors.js";
import type { RandomState, RandomStream } from "../runtime/random.js";
import { type Batch, BatchBuilder } from "./batch.js";
import { type Batcher, type BatcherState, type BatchShape, foreignState } from "./batcher.js";
import { counted } from "./corpus.js";

/**
 * Cuts the stream into `rows` lanes of equal length and gives consecutive windows of each, so that a recurrent model's
 * hidden state, carried from batch to batch, has read all of the lane before. An epoch leaves out fewer than
 * (rows + 1) * length tokens at the two ends; how many at the beginning is drawn anew for each, so that window
 * boundaries differ from epoch to epoch and every token is learned from. `restart` is 1 in an epoch's first batch only.
 */
export class ContiguousLanes implements Batcher {
  readonly rows: number;
  readonly length: number;
  readonly targetsPerEpoch: number;
  private readonly windows: number;
  private offset = 0;
  private window: number;

  /** @throws WordloomError "invalid_data" when the stream is too short for one window in every lane */
  constructor(
    private readonly tokens: Int32Array,
    private readonly shape: BatchShape,
    private readonly random: RandomStream,
  ) {
    ({ rows: this.rows, length: this.length } = shape);
    const batchSize = shape.rows * shape.length;
    if (tokens.length <= batchSize) {
      throw new WordloomError(
        "invalid_data",
        `The training text has only ${counted(tokens.length, "token")}, too few for a batch of ${shape.rows} windows ` +
          `of ${shape.length}; give more text, a smaller batch or a shorter context.`,
      );
    }
    // At least length - 1 tokens are left over, where there are enough, for the offset to vary by.
    this.windows = Math.max(1, Math.floor((tokens.length - shape.length) / batchSize));
    this.targetsPerEpoch = this.windows * batchSize;
    this.window = this.windows; // the first call begins an epoch
  }

  next(): Batch {
    if (this.window === this.windows) {
      this.offset = this.random.integer(this.tokens.length - this.targetsPerEpoch);
      this.window = 0;
    }
    const batch = new BatchBuilder(this.rows, this.length, this.shape.padId);
    const lane = this.windows * this.length;
    for (let row = 0; row < this.rows; row++) {
      batch.setWindow(row, this.tokens, this.offset + row * lane + this.window * this.length, this.length);
    }
    if (this.window === 0) batch.restart.fill(1);
    this.window++;
    return batch.build();
  }

  state(): BatcherState {
    const random: RandomState = this.random.state();
    return { kind: "contiguous_lanes", random, offset: this.offset, window: this.window };
  }

  restore(state: BatcherState): void {
    if (state.kind !== "contiguous_lanes") throw foreignState("contiguous_lanes", state);
    if (state.window > this.windows || state.offset >= this.tokens.length - this.targetsPerEpoch) {
      throw foreignState("contiguous_lanes", state);
    }
    this.random.restore(state.random);
    this.offset = state.offset;
    this.window = state.window;
  }
}
