import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../runtime/random.js";
import { assignPairs, choosePairBuckets, planBatches } from "./pair_buckets.js";
import { choosePairSizes, type PairLengths, type PairSize } from "./pair_shapes.js";
import { pairEvaluationPass } from "./pair_evaluation.js";
import { countingPairs, type Lengths, lengthsOfPairs, tokensPerBatch } from "./testing/pairs.js";

function lengthsOf(lengths: readonly Lengths[]): PairLengths {
  return {
    count: lengths.length,
    sourceLength: (pair) => lengths[pair][0] + 1,
    targetLength: (pair) => lengths[pair][1] + 1,
  };
}

/** Positions that all pairs take in the first sizes they fit; infinite if one fits none. */
function positionsIn(lengths: readonly Lengths[], sizes: readonly PairSize[]): number {
  return lengths.reduce((sum, [source, target]) => {
    const size = sizes.find(({ sourceLength, targetLength }) => source < sourceLength && target < targetLength);
    return sum + (size === undefined ? Number.POSITIVE_INFINITY : size.sourceLength + size.targetLength);
  }, 0);
}

/** Lengths as those of sentences: many short, a long tail, and targets like their sources. */
function sentences(count: number): Lengths[] {
  const random = new RandomStream(1, "lengths");
  return Array.from({ length: count }, () => {
    const source = Math.round(Math.exp(2.6 + 0.6 * random.normal()));
    return [source, Math.max(1, Math.round(source * (1 + 0.15 * random.normal())))];
  });
}

describe("sizes", () => {
  it("need as few positions as any that ascend could, within the saving that a further one must bring", () => {
    const small = fc.array(fc.tuple(fc.nat(4), fc.nat(3)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 3 }), (lengths, most) => {
        const sizes = choosePairSizes(lengthsOf(lengths), most);
        expect(sizes.length).toBeLessThanOrEqual(most);
        const all = [1, 2, 3, 4, 5].flatMap((s) => [1, 2, 3, 4].map((t) => ({ sourceLength: s, targetLength: t })));
        let fewest = Number.POSITIVE_INFINITY;
        const extend = (chain: PairSize[]): void => {
          fewest = Math.min(fewest, positionsIn(lengths, chain));
          if (chain.length === most) return;
          const last = chain.at(-1);
          for (const size of all) {
            const grows = last === undefined || (size.sourceLength >= last.sourceLength && size.targetLength >= last.targetLength);
            if (grows && size !== last) extend([...chain, size]);
          }
        };
        extend([]);
        const needed = positionsIn(lengths, sizes);
        expect(needed).toBeGreaterThanOrEqual(fewest);
        expect(needed).toBeLessThanOrEqual(fewest / 0.99 ** most);
      }),
      { numRuns: 40 },
    );
  });

  it("hold everything when there are more lengths than are looked at", () => {
    const lengths = Array.from({ length: 400 }, (_, i): Lengths => [i, (i * 7) % 300]);
    const sizes = choosePairSizes(lengthsOf(lengths), 6);
    expect(positionsIn(lengths, sizes)).toBeLessThan(positionsIn(lengths, sizes.slice(-1)));
    expect(sizes.at(-1)).toEqual({ sourceLength: 400, targetLength: 300 });
  });
});

describe("buckets", () => {
  it("ascend, hold every pair, and have about the tokens asked for in a batch", () => {
    fc.assert(
      fc.property(lengthsOfPairs, tokensPerBatch, fc.integer({ min: 1, max: 6 }), (lengths, tokensPerBatch, mostShapes) => {
        const { shapes, padding, batches } = choosePairBuckets(lengthsOf(lengths), { tokensPerBatch, mostShapes });
        expect(shapes.length).toBeGreaterThanOrEqual(1);
        expect(shapes.length).toBeLessThanOrEqual(mostShapes);
        expect(positionsIn(lengths, shapes)).toBeLessThan(Number.POSITIVE_INFINITY);
        shapes.forEach(({ rows, sourceLength, targetLength }, i) => {
          const positions = rows * (sourceLength + targetLength);
          if (rows > 1) expect(positions).toBeLessThanOrEqual(tokensPerBatch);
          const last = i === shapes.length - 1; // it may have fewer rows, spread evenly
          if (!last) expect(positions + sourceLength + targetLength).toBeGreaterThan(tokensPerBatch);
          if (i === 0) return;
          expect(sourceLength).toBeGreaterThanOrEqual(shapes[i - 1].sourceLength);
          expect(targetLength).toBeGreaterThanOrEqual(shapes[i - 1].targetLength);
        });
        const plan = planBatches(assignPairs(lengthsOf(lengths), shapes), shapes, new Int32Array(lengths.length));
        expect(batches).toBe(plan.length);
        const positions = plan.reduce((sum, { bucket }) => sum + shapes[bucket].rows * (shapes[bucket].sourceLength + shapes[bucket].targetLength), 0);
        const filled = lengths.reduce((sum, [source, target]) => sum + source + target + 2, 0);
        expect(padding).toBeCloseTo((positions - filled) / positions, 10);
      }),
    );
  });

  it("have no more pairs of positions than a model may hold at once, in as many rows as both limits leave", () => {
    fc.assert(
      fc.property(lengthsOfPairs, tokensPerBatch, fc.integer({ min: 1, max: 3000 }), (lengths, tokensPerBatch, cellsPerBatch) => {
        const limits = { tokensPerBatch, cellsPerBatch };
        const fits = (rows: number, { sourceLength, targetLength }: PairSize): boolean => rows * (sourceLength + targetLength) <= tokensPerBatch && rows * sourceLength * targetLength <= cellsPerBatch;
        const buckets = choosePairBuckets(lengthsOf(lengths), limits);
        for (const [i, shape] of buckets.shapes.entries()) {
          if (shape.rows > 1) expect(fits(shape.rows, shape)).toBe(true);
          if (i < buckets.shapes.length - 1) expect(fits(shape.rows + 1, shape)).toBe(false);
        }
        // What is longer than all of them, as validation pairs may be, gets a shape within the same limits.
        const { rows, ...size } = pairEvaluationPass(countingPairs([...lengths, [30, 30]]), buckets).shapes.at(-1)!;
        expect(size).toEqual({ sourceLength: 31, targetLength: 31 });
        expect(fits(rows, size) || rows === 1).toBe(true);
        expect(fits(rows + 1, size)).toBe(false);
        const unlimited = choosePairBuckets(lengthsOf(lengths), { tokensPerBatch });
        for (const none of [null, 1e9]) expect(choosePairBuckets(lengthsOf(lengths), { tokensPerBatch, cellsPerBatch: none }).shapes).toEqual(unlimited.shapes);
      }),
    );
  });

  it("waste little on sentences, and much less than one shape does", () => {
    const lengths = lengthsOf(sentences(5000));
    const one = choosePairBuckets(lengths, { tokensPerBatch: 2048, mostShapes: 1 });
    const six = choosePairBuckets(lengths, { tokensPerBatch: 2048 });
    expect(one.padding).toBeGreaterThan(0.6);
    expect(six.padding).toBeLessThan(0.25);
    expect(choosePairBuckets(lengths, { tokensPerBatch: 2048, mostShapes: 12 }).padding).toBeLessThan(six.padding);
  });

  it("are one without waste for pairs of one length", () => {
    const lengths = lengthsOf(Array.from({ length: 30 }, (): Lengths => [4, 9]));
    expect(choosePairBuckets(lengths, { tokensPerBatch: 150 })).toEqual({
      shapes: [{ rows: 10, sourceLength: 5, targetLength: 10 }],
      tokensPerBatch: 150,
      batches: 3,
      padding: 0,
    });
    expect(choosePairBuckets(lengths, { tokensPerBatch: 100_000 }).shapes[0].rows).toBe(30); // no row without a pair
    expect(choosePairBuckets(lengths, { tokensPerBatch: 1 }).shapes[0].rows).toBe(1);
  });

  it("hand on only what fills no whole batch", () => {
    const shapes = [3, 2, 2].map((rows, i) => ({ rows, sourceLength: i + 1, targetLength: i + 1 }));
    const plan = (...counts: number[]): { batches: number[][]; buckets: number[] } => {
      let next = 0;
      const members = counts.map((count) => Int32Array.from({ length: count }, () => next++));
      const order = new Int32Array(next);
      const planned = planBatches(members, shapes, order);
      return {
        batches: planned.map(({ begin, end }) => Array.from(order.subarray(begin, end))),
        buckets: planned.map(({ bucket }) => bucket),
      };
    };
    expect(plan(3, 2, 1)).toEqual({ batches: [[0, 1, 2], [3, 4], [5]], buckets: [0, 1, 2] });
    expect(plan(4, 0, 0)).toEqual({ batches: [[0, 1, 2], [3]], buckets: [0, 2] });
    expect(plan(1, 2, 1)).toEqual({ batches: [[0, 1], [2, 3]], buckets: [1, 2] });
    expect(plan(0, 0, 0)).toEqual({ batches: [], buckets: [] });
  });

  it("are not made of nothing, or with sizes that are none", () => {
    expect(() => choosePairBuckets(lengthsOf([]), { tokensPerBatch: 10 })).toThrow("no pairs");
    expect(() => choosePairBuckets(lengthsOf([[1, 1]]), { tokensPerBatch: 0 })).toThrow("0 tokens a batch");
    expect(() => choosePairBuckets(lengthsOf([[1, 1]]), { tokensPerBatch: 9, mostShapes: 1.5 })).toThrow("1.5 shapes");
    expect(() => choosePairBuckets(lengthsOf([[1, 1]]), { tokensPerBatch: 9, cellsPerBatch: 0 })).toThrow("0 pairs of positions a batch");
  });
});
