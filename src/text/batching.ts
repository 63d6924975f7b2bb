// The choice of the batcher that fits a text and a model.
import type { RandomStream } from "../runtime/random.js";
import type { Batcher, BatchShape } from "./batcher.js";
import { ContiguousLanes } from "./contiguous_lanes.js";
import { PackedSamples } from "./packed_samples.js";
import { type LongSamples, PaddedSamples } from "./padded_samples.js";
import { RandomWindows } from "./random_windows.js";
import type { TokenizedText } from "./tokenized.js";

export type { Batch } from "./batch.js";
export type { Batcher, BatcherState, BatchShape } from "./batcher.js";

export interface TrainingBatches extends BatchShape {
  /** The stream to draw from; nothing else may use it. */
  readonly random: RandomStream;
  /** True for models whose hidden state is carried from batch to batch. */
  readonly carriesState: boolean;
  /** `padded`, the default: a sample a row; `packed`: rows are filled with one sample after another. */
  readonly layout?: "padded" | "packed";
  /** For padded samples longer than a row; `split` unless given. */
  readonly longSamples?: LongSamples;
}

/**
 * The batcher that fits: random windows or contiguous lanes of a stream, padded or packed rows of samples.
 * @throws WordloomError "invalid_data" when there is too little text for one batch
 */
export function trainingBatches(text: TokenizedText, options: TrainingBatches): Batcher {
  if (text.kind === "stream") {
    return options.carriesState
      ? new ContiguousLanes(text.tokens, options, options.random)
      : new RandomWindows(text.tokens, options, options.random);
  }
  if (options.layout === "packed") return new PackedSamples(text.samples, options, options.random);
  return new PaddedSamples(text.samples, options, options.random, options.longSamples);
}
