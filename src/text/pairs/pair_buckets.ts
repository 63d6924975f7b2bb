// Buckets: the few fixed shapes of batches of pairs, each batch of about as many tokens, and which pairs go where.
import { WordloomError } from "../../errors.js";
import { choosePairSizes, type PairLengths, type PairSize } from "./pair_shapes.js";

/** The fixed size of a bucket's batches. */
export type PairShape = PairSize & { readonly rows: number };

/** What a batch may come to, padding included; a single longer pair still gets its batch. */
export interface BatchLimits {
  /** Source and target positions together. */
  readonly tokensPerBatch: number;
  /** Rows × source positions × target positions, for a model that holds something large for each of these; no limit unless given. */
  readonly cellsPerBatch?: number | null;
}

/** The limits are those that a batch was to have. */
export interface PairBuckets extends BatchLimits {
  /** In ascending order; none is smaller than the one before on either side. */
  readonly shapes: readonly PairShape[];
  /** Batches of an epoch. */
  readonly batches: number;
  /** The share, 0 to 1, of all positions of an epoch that are padding. */
  readonly padding: number;
}

export interface BucketOptions extends BatchLimits {
  /** The most shapes; 6 unless given. Each is a program to compile. */
  readonly mostShapes?: number;
}

/**
 * Chooses the buckets for pairs of the given lengths. Each pair goes into the first bucket that it fits; the few that
 * fill no whole batch go on to the next larger one, so that only the last batch of an epoch can have empty rows. Buckets
 * that would never fill a batch are left out.
 * @throws WordloomError "invalid_data" when there are no pairs; "invalid_argument" for an option out of range
 */
export function choosePairBuckets(lengths: PairLengths, { tokensPerBatch, cellsPerBatch, mostShapes = 6 }: BucketOptions): PairBuckets {
  const limits = { tokensPerBatch, cellsPerBatch };
  checkWhole(tokensPerBatch, "tokens a batch");
  if (typeof cellsPerBatch === "number") checkWhole(cellsPerBatch, "pairs of positions a batch");
  checkWhole(mostShapes, "shapes");
  if (lengths.count === 0) {
    throw new WordloomError("invalid_data", "There are no pairs to make batches of; give some pairs.");
  }
  let shapes = choosePairSizes(lengths, mostShapes).map((size) => withRows(size, limits));
  let batches = countBatches(lengths, shapes);
  while (batches.includes(0)) {
    shapes = shapes.filter((_, i) => batches[i] > 0);
    batches = countBatches(lengths, shapes);
  }
  shapes[shapes.length - 1] = evened(shapes, lengths);
  let positions = 0;
  batches = countBatches(lengths, shapes);
  batches.forEach((count, i) => {
    positions += count * shapes[i].rows * (shapes[i].sourceLength + shapes[i].targetLength);
  });
  let filled = 0;
  for (let pair = 0; pair < lengths.count; pair++) filled += lengths.sourceLength(pair) + lengths.targetLength(pair);
  return { shapes, ...limits, batches: batches.reduce((sum, count) => sum + count, 0), padding: 1 - filled / positions };
}

/** A size with as many rows as keep a batch within its limits, at least one. */
export function withRows({ sourceLength, targetLength }: PairSize, { tokensPerBatch, cellsPerBatch }: BatchLimits): PairShape {
  const ofTokens = Math.floor(tokensPerBatch / (sourceLength + targetLength));
  const ofCells = Math.floor((cellsPerBatch ?? Number.POSITIVE_INFINITY) / (sourceLength * targetLength));
  return { rows: Math.max(1, Math.min(ofTokens, ofCells)), sourceLength, targetLength };
}

/**
 * Which pairs each bucket takes as its own, in ascending order.
 * @throws WordloomError "invalid_argument" for a pair that is longer than every shape
 */
export function assignPairs(lengths: PairLengths, shapes: readonly PairSize[]): Int32Array[] {
  const members: number[][] = shapes.map(() => []);
  for (let pair = 0; pair < lengths.count; pair++) {
    const [source, target] = [lengths.sourceLength(pair), lengths.targetLength(pair)];
    const bucket = shapes.findIndex((shape) => shape.sourceLength >= source && shape.targetLength >= target);
    if (bucket < 0) {
      throw new WordloomError(
        "invalid_argument",
        `Pair ${pair + 1} has ${source} source and ${target} target positions and fits no batch; choose the batches' ` +
          "shapes from all the pairs they are for.",
      );
    }
    members[bucket].push(pair);
  }
  return members.map((pairs) => Int32Array.from(pairs));
}

/** A batch of an epoch: the pairs order[begin] up to order[end], at most as many as its bucket has rows. */
export interface PlannedBatch {
  readonly bucket: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * The batches of one epoch, bucket by bucket. What fills no whole batch of a bucket goes on to the next; only the last
 * bucket's last batch may be short. How many batches a bucket has depends on the numbers of members alone.
 * @param order receives the pairs in the order of the batches; as long as all members together
 * @param mix shuffles a bucket's pairs before they are cut into batches
 */
export function planBatches(
  members: readonly Int32Array[],
  shapes: readonly PairShape[],
  order: Int32Array,
  mix: (pairs: Int32Array) => void = () => {},
): PlannedBatch[] {
  const batches: PlannedBatch[] = [];
  let begin = 0;
  let end = 0;
  members.forEach((pairs, bucket) => {
    order.set(pairs, end);
    end += pairs.length;
    mix(order.subarray(begin, end));
    const { rows } = shapes[bucket];
    for (; end - begin >= rows; begin += rows) batches.push({ bucket, begin, end: begin + rows });
  });
  if (end > begin) batches.push({ bucket: shapes.length - 1, begin, end });
  return batches;
}

function countBatches(lengths: PairLengths, shapes: readonly PairShape[]): number[] {
  const counts = shapes.map(() => 0);
  const plan = planBatches(assignPairs(lengths, shapes), shapes, new Int32Array(lengths.count));
  for (const { bucket } of plan) counts[bucket]++;
  return counts;
}

/** The last shape with as few rows as give the same number of batches: what is left over is spread over them. */
function evened(shapes: readonly PairShape[], lengths: PairLengths): PairShape {
  const last = shapes.length - 1;
  const plan = planBatches(assignPairs(lengths, shapes), shapes, new Int32Array(lengths.count));
  const own = plan.filter(({ bucket }) => bucket === last);
  const pairs = own.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return { ...shapes[last], rows: Math.ceil(pairs / own.length) };
}

function checkWhole(value: number, what: string): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new WordloomError("invalid_argument", `${value} ${what} are not possible; give a whole number of at least 1.`);
}
