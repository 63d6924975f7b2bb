import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../runtime/random.js";
import { trainTokenizer } from "../train_tokenizer.js";
import { pairBatch } from "./pair_batch.js";
import { PairBatcher } from "./pair_batcher.js";
import { choosePairBuckets } from "./pair_buckets.js";
import { pairEvaluationPass } from "./pair_evaluation.js";
import { ascending, countingPairs, type Lengths, lengthsOfPairs, pairsIn, tokensPerBatch, upTo } from "./testing/pairs.js";
import { encodePairs } from "./tokenized_pairs.js";

const seeds = fc.integer({ min: 0, max: 1000 });

function make(lengths: readonly Lengths[], tokensPerBatch: number, seed: number): PairBatcher {
  const pairs = countingPairs(lengths);
  return new PairBatcher(pairs, choosePairBuckets(pairs, { tokensPerBatch }), new RandomStream(seed, "batches"));
}

describe("training batches", () => {
  it("have every pair exactly once an epoch, each in its place, and padding everywhere else", () => {
    fc.assert(
      fc.property(lengthsOfPairs, tokensPerBatch, seeds, (lengths, tokensPerBatch, seed) => {
        const pairs = countingPairs(lengths);
        const buckets = choosePairBuckets(pairs, { tokensPerBatch });
        const batcher = new PairBatcher(pairs, buckets, new RandomStream(seed, "batches"));
        expect(batcher.targetsPerEpoch).toBe(lengths.reduce((sum, [, target]) => sum + target + 1, 0));
        for (let epoch = 0; epoch < 3; epoch++) {
          const batches = upTo(batcher.batchesPerEpoch).map(() => batcher.next());
          const seen = batches.flatMap((batch) => pairsIn(batch, pairs));
          expect(ascending(seen)).toEqual(upTo(lengths.length));
          for (const { bucket, shape } of batches) expect(shape).toBe(buckets.shapes[bucket]);
          const short = batches.filter((batch) => batch.pairs.includes(-1));
          expect(short.length).toBeLessThanOrEqual(1);
          for (const { bucket } of short) expect(bucket).toBe(buckets.shapes.length - 1);
          const positions = batches.reduce((sum, { sources, tokens }) => sum + sources.length + tokens.length, 0);
          expect(1 - (pairs.totalSources + pairs.totalTargets) / positions).toBeCloseTo(buckets.padding, 10);
          expect(batches.reduce((sum, { targetCount }) => sum + targetCount, 0)).toBe(batcher.targetsPerEpoch);
        }
      }),
    );
  });

  it("go on from a saved state, kept as JSON, with the very same batches", () => {
    fc.assert(
      fc.property(lengthsOfPairs, tokensPerBatch, seeds, fc.nat(30), (lengths, tokensPerBatch, seed, before) => {
        const batcher = make(lengths, tokensPerBatch, seed);
        for (let i = 0; i < before; i++) batcher.next();
        const state = JSON.parse(JSON.stringify(batcher.state()));
        const expected = Array.from({ length: 12 }, () => batcher.next());
        const restored = make(lengths, tokensPerBatch, seed + 1);
        restored.next();
        restored.restore(state);
        expect(restored.state()).toEqual(state);
        expect(Array.from({ length: 12 }, () => restored.next())).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("come in another order each epoch and for another seed, long and short ones mixed", () => {
    const lengths = Array.from({ length: 200 }, (_, i): Lengths => [(i * 7) % 23, (i * 11) % 29]);
    const batcher = make(lengths, 120, 1);
    const epoch = (from: PairBatcher): { pairs: number[]; bucket: number }[] =>
      upTo(from.batchesPerEpoch).map(() => {
        const { pairs, bucket } = from.next();
        return { pairs: [...pairs], bucket };
      });
    const [first, second] = [epoch(batcher), epoch(batcher)];
    const together = (batches: { pairs: number[] }[]): string[] => batches.map(({ pairs }) => ascending(pairs).join());
    expect(second).not.toEqual(first);
    expect(together(second).filter((batch) => together(first).includes(batch)).length).toBeLessThan(3); // new neighbours
    expect(epoch(make(lengths, 120, 1))).toEqual(first);
    expect(epoch(make(lengths, 120, 2))).not.toEqual(first);
    const buckets = first.map(({ bucket }) => bucket);
    expect(Math.max(...buckets)).toBeGreaterThan(0);
    expect(buckets).not.toEqual(ascending(buckets));
  });

  it("refuse the state of other pairs, other shapes or another kind", () => {
    const lengths = Array.from({ length: 40 }, (_, i): Lengths => [i % 9, i % 5]);
    const state = make(lengths, 60, 1).state();
    const refused = "The saved position in the data is of other pairs";
    expect(() => make(lengths.slice(1), 60, 1).restore(state)).toThrow(refused);
    expect(() => make(lengths, 90, 1).restore(state)).toThrow(refused);
    expect(() => make(lengths, 60, 1).restore({ ...state, kind: "padded_samples" as "pair_buckets" })).toThrow(refused);
    expect(() => make(lengths, 60, 1).restore({ ...state, taken: 1000 })).toThrow(refused);
  });

  it("say when there is no pair, or one that no shape holds", () => {
    const buckets = choosePairBuckets(countingPairs([[2, 2]]), { tokensPerBatch: 10 });
    const random = new RandomStream(1, "batches");
    expect(() => new PairBatcher(countingPairs([]), buckets, random)).toThrow("no pairs to train on");
    expect(() => new PairBatcher(countingPairs([[1, 1], [2, 3]]), buckets, random)).toThrow(
      "Pair 2 has 3 source and 4 target positions and fits no batch",
    );
  });
});

describe("labels", () => {
  /** Pairs whose first source token decides their label. */
  const labelled = (count: number) => {
    const pairs = upTo(count).map((i) => ({ source: String.fromCodePoint(0x4e00 + i).repeat(1 + (i % 4)), target: "a".repeat(i % 3), label: (7 * i + 3) % 5 }));
    const sources = trainTokenizer("character", pairs.map(({ source }) => source));
    const encoded = encodePairs(pairs, sources, trainTokenizer("character", ["a"]), { maximumSource: 9, maximumTarget: 9 });
    const labelOf = new Map(pairs.map(({ source, label }) => [sources.encode(source)[0], label]));
    return { encoded, labelOf };
  };

  it("stay with their sentences in training and in evaluation, however these are mixed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 8, max: 60 }), seeds, (count, tokensPerBatch, seed) => {
        const { encoded, labelOf } = labelled(count);
        const buckets = choosePairBuckets(encoded, { tokensPerBatch });
        const batcher = new PairBatcher(encoded, buckets, new RandomStream(seed, "batches"));
        const batches = [...upTo(2 * batcher.batchesPerEpoch).map(() => batcher.next()), ...pairEvaluationPass(encoded, buckets)];
        for (const { labels, sources, shape, pairs } of batches) {
          expect(labels).toHaveLength(shape.rows);
          pairs.forEach((pair, row) => expect(Number(labels![row])).toBe(pair < 0 ? 0 : labelOf.get(Number(sources[row * shape.sourceLength]))));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are 0 in rows without a pair, and absent where pairs have none", () => {
    const { encoded } = labelled(5);
    const shape = { rows: 4, sourceLength: 5, targetLength: 4 };
    expect(pairBatch(encoded, Int32Array.of(3, 1), 0, shape).labels).toEqual(BigInt64Array.of(4n, 0n, 0n, 0n));
    expect(pairBatch(countingPairs([[2, 2]]), Int32Array.of(0), 0, shape)).not.toHaveProperty("labels");
  });
});

describe("an evaluation pass", () => {
  it("reads every pair exactly once, however long, and can be repeated", () => {
    fc.assert(
      fc.property(lengthsOfPairs, lengthsOfPairs, tokensPerBatch, (training, lengths, tokensPerBatch) => {
        const buckets = choosePairBuckets(countingPairs(training), { tokensPerBatch });
        const pairs = countingPairs(lengths);
        const pass = pairEvaluationPass(pairs, buckets);
        const batches = [...pass];
        expect(ascending(batches.flatMap((batch) => pairsIn(batch, pairs)))).toEqual(upTo(lengths.length));
        expect(batches.reduce((sum, { targetCount }) => sum + targetCount, 0)).toBe(pass.targets);
        expect(batches.filter((batch) => batch.pairs.includes(-1)).length).toBeLessThanOrEqual(1);
        for (const { bucket, shape } of batches) expect(shape).toBe(pass.shapes[bucket]);
        expect(pass.shapes.slice(0, buckets.shapes.length)).toEqual(buckets.shapes);
        expect(pass.shapes.length - buckets.shapes.length).toBeLessThanOrEqual(1);
        expect([...pass]).toEqual(batches);
      }),
    );
  });

  it("needs no further shape for pairs that fit, and no batch for none", () => {
    const buckets = choosePairBuckets(countingPairs([[3, 3], [9, 9]]), { tokensPerBatch: 20 });
    expect(pairEvaluationPass(countingPairs([[9, 2]]), buckets).shapes).toBe(buckets.shapes);
    const longer = pairEvaluationPass(countingPairs([[9, 2], [4, 14]]), buckets);
    expect(longer.shapes.at(-1)).toEqual({ rows: 1, sourceLength: 10, targetLength: 15 });
    const none = pairEvaluationPass(countingPairs([]), buckets);
    expect([...none]).toEqual([]);
    expect(none.targets).toBe(0);
  });
});
