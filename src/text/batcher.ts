// The contract of everything that makes training batches without end.
import { WordloomError } from "../errors.js";
import type { RandomState } from "../runtime/random.js";
import type { Batch } from "./batch.js";
import type { OrderState } from "./shuffled_order.js";

/** Where a batcher stands, as plain JSON for a checkpoint. */
export type BatcherState =
  | { readonly kind: "random_windows"; readonly random: RandomState }
  | {
      readonly kind: "contiguous_lanes";
      /** After the present epoch's offset was drawn. */
      readonly random: RandomState;
      readonly offset: number;
      readonly window: number;
    }
  | { readonly kind: "padded_samples"; readonly order: OrderState }
  | {
      readonly kind: "packed_samples";
      readonly order: OrderState;
      /** The sample that each row is in and the position in it to go on from. */
      readonly rows: readonly { readonly sample: number; readonly position: number }[];
    };

/**
 * Training batches without end, all of one size. Everything random comes from the stream that the batcher was given and
 * owns from then on, so that the same seed gives the same batches and a restored batcher goes on with the very next one.
 */
export interface Batcher {
  readonly rows: number;
  readonly length: number;
  /** Targets in one pass over the data. */
  readonly targetsPerEpoch: number;
  /** The next batch, in memory of its own. */
  next(): Batch;
  state(): BatcherState;
  /** @throws WordloomError "invalid_run" for the state of another kind of batcher or of other data */
  restore(state: BatcherState): void;
}

/** The size of batches, and what fills positions that nothing is read at. */
export interface BatchShape {
  readonly rows: number;
  readonly length: number;
  readonly padId: number;
}

/** The error for a state that is not the batcher's own. */
export function foreignState(expected: BatcherState["kind"], state: BatcherState): WordloomError {
  const reason =
    state.kind === expected ? "of other data or another batch size" : `of the kind ${state.kind}, not ${expected}`;
  return new WordloomError(
    "invalid_run",
    `The saved position in the data is ${reason}; resume with the data and options that the run began with.`,
  );
}
