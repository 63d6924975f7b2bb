// What a step over pairs is fed, and the one place that lays it out in memory.
import { BatchBuilder } from "../batch.js";
import { padId } from "../special_tokens.js";
import type { PairShape } from "./pair_buckets.js";
import type { TokenizedPairs } from "./tokenized_pairs.js";

/** One batch of its bucket's fixed shape, row by row. */
export interface PairBatch {
  /** Which of the buckets' shapes, from 0, and the shape. */
  readonly bucket: number;
  readonly shape: PairShape;
  /** (rows x sourceLength): t1 … tn `<eos>`, then padding ids (0). A row without a pair holds one `<eos>`. */
  readonly sources: BigInt64Array;
  /** (rows x targetLength): what the decoder reads, `<bos>` t1 … tn, then padding ids (0). */
  readonly tokens: BigInt64Array;
  /** (rows x targetLength): what it is to predict, t1 … tn `<eos>`, then -1. */
  readonly targets: BigInt64Array;
  /** (rows): labels by their places, 0 for a row without a pair; absent where pairs have none. */
  readonly labels?: BigInt64Array;
  /** How many targets are not -1. */
  readonly targetCount: number;
  /** (rows): the pair in each row; -1 for a row without one. */
  readonly pairs: Int32Array;
}

/** Lays out at most `shape.rows` pairs; the rows that are left over have no target. */
export function pairBatch(pairs: TokenizedPairs, rows: Int32Array, bucket: number, shape: PairShape): PairBatch {
  const sources = new BigInt64Array(shape.rows * shape.sourceLength);
  const halves = new Int32Array(sources.buffer); // low half first, as in `BatchBuilder`
  const builder = new BatchBuilder(shape.rows, shape.targetLength, padId);
  const inRow = new Int32Array(shape.rows).fill(-1);
  inRow.set(rows);
  for (let row = 0; row < shape.rows; row++) {
    const at = 2 * row * shape.sourceLength;
    const pair = inRow[row];
    if (pair < 0) {
      halves[at] = pairs.eosId; // attention over a row of nothing but padding would have nothing to weigh
      continue;
    }
    const sourceLength = pairs.sourceLength(pair);
    for (let i = 0; i < sourceLength; i++) halves[at + 2 * i] = pairs.source(pair, i);
    const targetLength = pairs.targetLength(pair);
    for (let i = 0; i < targetLength; i++) builder.set(row, i, pairs.input(pair, i), pairs.target(pair, i));
  }
  const { tokens, targets, targetCount } = builder.build();
  const labelled = pairs.count > 0 && pairs.label(0) !== null;
  const labels = labelled ? { labels: BigInt64Array.from(inRow, (pair) => BigInt(pair < 0 ? 0 : pairs.label(pair)!)) } : {};
  return { bucket, shape, sources, tokens, targets, ...labels, targetCount, pairs: inRow };
}
