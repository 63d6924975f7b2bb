// One pass over pairs for measuring: every pair exactly once, in batches of the buckets' fixed shapes.
import { type PairBatch, pairBatch } from "./pair_batch.js";
import { assignPairs, type PairBuckets, type PairShape, planBatches, withRows } from "./pair_buckets.js";
import type { TokenizedPairs } from "./tokenized_pairs.js";

/** A pass that can be repeated: each iteration begins anew and gives the same batches. */
export interface PairEvaluationPass extends Iterable<PairBatch> {
  /** How many targets all batches have together. */
  readonly targets: number;
  /** The buckets' shapes and, where a pair is longer than all of them, one more at the end that holds the longest. */
  readonly shapes: readonly PairShape[];
}

/**
 * Every pair once, with no randomness. The pairs need not be those that the buckets were chosen from, as validation
 * pairs are not; nothing is cut off.
 */
export function pairEvaluationPass(pairs: TokenizedPairs, buckets: PairBuckets): PairEvaluationPass {
  const shapes = shapesFor(pairs, buckets);
  const order = new Int32Array(pairs.count);
  const plan = planBatches(assignPairs(pairs, shapes), shapes, order);
  return {
    targets: pairs.totalTargets,
    shapes,
    *[Symbol.iterator]() {
      for (const { bucket, begin, end } of plan) {
        yield pairBatch(pairs, order.subarray(begin, end), bucket, shapes[bucket]);
      }
    },
  };
}

function shapesFor(pairs: TokenizedPairs, buckets: PairBuckets): readonly PairShape[] {
  const { shapes } = buckets;
  let { sourceLength, targetLength } = shapes[shapes.length - 1];
  const last = { sourceLength, targetLength };
  for (let pair = 0; pair < pairs.count; pair++) {
    sourceLength = Math.max(sourceLength, pairs.sourceLength(pair));
    targetLength = Math.max(targetLength, pairs.targetLength(pair));
  }
  const fits = sourceLength === last.sourceLength && targetLength === last.targetLength;
  return fits ? shapes : [...shapes, withRows({ sourceLength, targetLength }, buckets)];
}
