// Training batches of pairs without end: every pair once an epoch, in a new order and with new neighbours each time.
import { WordloomError } from "../../errors.js";
import type { RandomState, RandomStream } from "../../runtime/random.js";
import { type PairBatch, pairBatch } from "./pair_batch.js";
import { assignPairs, type PairBuckets, type PairShape, type PlannedBatch, planBatches } from "./pair_buckets.js";
import type { TokenizedPairs } from "./tokenized_pairs.js";

/** Where a batcher of pairs stands, as plain JSON for a checkpoint. */
export interface PairBatcherState {
  readonly kind: "pair_buckets";
  /** The generator before the present epoch was shuffled. */
  readonly random: RandomState;
  /** Batches of the present epoch that have been given out. */
  readonly taken: number;
  /** What the state belongs to: the number of pairs, and the buckets' shapes. */
  readonly pairs: number;
  readonly shapes: readonly PairShape[];
}

/**
 * Batches of the buckets' shapes. In each epoch the pairs of a bucket are shuffled and cut into batches, what is left
 * over goes on to the next larger bucket, and the batches come in random order; each pair is in exactly one of them.
 * Everything random comes from the stream that the batcher was given and owns from then on, so that the same seed gives
 * the same batches and a restored batcher goes on with the very next one.
 */
export class PairBatcher {
  readonly shapes: readonly PairShape[];
  readonly targetsPerEpoch: number;
  readonly batchesPerEpoch: number;
  private readonly members: readonly Int32Array[];
  private readonly order: Int32Array;
  private batches: PlannedBatch[];
  private epochStart: RandomState;
  private taken = 0;

  /**
   * @throws WordloomError "invalid_data" when there are no pairs; "invalid_argument" for a pair that fits no shape
   */
  constructor(
    private readonly pairs: TokenizedPairs,
    buckets: PairBuckets,
    private readonly random: RandomStream,
  ) {
    if (pairs.count === 0) {
      throw new WordloomError("invalid_data", "There are no pairs to train on; give some pairs.");
    }
    this.shapes = buckets.shapes;
    this.members = assignPairs(pairs, buckets.shapes);
    this.order = new Int32Array(pairs.count);
    this.epochStart = random.state();
    this.batches = this.shuffle();
    this.batchesPerEpoch = this.batches.length;
    this.targetsPerEpoch = pairs.totalTargets;
  }

  /** The next batch, in memory of its own. */
  next(): PairBatch {
    if (this.taken === this.batches.length) {
      this.epochStart = this.random.state();
      this.batches = this.shuffle();
      this.taken = 0;
    }
    const { bucket, begin, end } = this.batches[this.taken++];
    return pairBatch(this.pairs, this.order.subarray(begin, end), bucket, this.shapes[bucket]);
  }

  state(): PairBatcherState {
    const { epochStart: random, taken, shapes } = this;
    return { kind: "pair_buckets", random, taken, pairs: this.pairs.count, shapes };
  }

  /** @throws WordloomError "invalid_run" for the state of other pairs or other shapes */
  restore(state: PairBatcherState): void {
    const own = this.state();
    const same =
      state.kind === own.kind &&
      state.pairs === own.pairs &&
      state.taken <= this.batchesPerEpoch &&
      describe(state.shapes) === describe(own.shapes);
    if (!same) {
      throw new WordloomError(
        "invalid_run",
        "The saved position in the data is of other pairs or another batch size; resume with the data and options that " +
          "the run began with.",
      );
    }
    this.random.restore(state.random);
    this.epochStart = state.random;
    this.batches = this.shuffle();
    this.taken = state.taken;
  }

  /** Always from the same beginning, so that the generator's state alone decides the epoch. */
  private shuffle(): PlannedBatch[] {
    const batches = planBatches(this.members, this.shapes, this.order, (pairs) => this.random.shuffle(pairs));
    return this.random.shuffle(batches);
  }
}

function describe(shapes: readonly PairShape[]): string {
  return shapes.map((shape) => [shape.rows, shape.sourceLength, shape.targetLength].join("x")).join();
}
