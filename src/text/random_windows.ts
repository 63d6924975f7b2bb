// Windows at random places of a stream: what a Transformer, which carries nothing over, learns best from.
import { WordloomError } from "../errors.js";
import type { RandomStream } from "../runtime/random.js";
import { type Batch, BatchBuilder } from "./batch.js";
import { type Batcher, type BatcherState, type BatchShape, foreignState } from "./batcher.js";
import { counted } from "./corpus.js";

/** Each row begins at a place drawn uniformly from all at which a whole window fits. */
export class RandomWindows implements Batcher {
  readonly rows: number;
  readonly length: number;
  readonly targetsPerEpoch: number;

  /** @throws WordloomError "invalid_data" when the stream has no more than `length` tokens */
  constructor(
    private readonly tokens: Int32Array,
    private readonly shape: BatchShape,
    private readonly random: RandomStream,
  ) {
    ({ rows: this.rows, length: this.length } = shape);
    this.targetsPerEpoch = tokens.length - 1;
    if (tokens.length <= shape.length) {
      throw new WordloomError(
        "invalid_data",
        `The training text has only ${counted(tokens.length, "token")}, too few for windows of ${shape.length}; ` +
          "give more text or a shorter context.",
      );
    }
  }

  next(): Batch {
    const batch = new BatchBuilder(this.rows, this.length, this.shape.padId);
    for (let row = 0; row < this.rows; row++) {
      batch.setWindow(row, this.tokens, this.random.integer(this.tokens.length - this.length), this.length);
    }
    batch.restart.fill(1);
    return batch.build();
  }

  state(): BatcherState {
    return { kind: "random_windows", random: this.random.state() };
  }

  restore(state: BatcherState): void {
    if (state.kind !== "random_windows") throw foreignState("random_windows", state);
    this.random.restore(state.random);
  }
}
