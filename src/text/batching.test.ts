import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { type Batcher, trainingBatches, type TrainingBatches } from "./batching.js";
import { lengthStatistics } from "./length_statistics.js";
import { PaddedSamples } from "./padded_samples.js";
import {
  bosId,
  counts,
  countingSamples,
  countingStream,
  eosId,
  padId,
  positionsOf,
  type Row,
  rowsOf,
  sampleLengths,
  seed,
  sizes,
} from "./testing/batches.js";
import { tokenize } from "./tokenized.js";
import { trainTokenizer } from "./train_tokenizer.js";

const kinds: Record<string, { text: "stream" | "samples"; options: Partial<TrainingBatches> }> = {
  "random windows": { text: "stream", options: { carriesState: false } },
  "contiguous lanes": { text: "stream", options: { carriesState: true } },
  "padded samples": { text: "samples", options: { layout: "padded" } },
  "packed samples": { text: "samples", options: { layout: "packed" } },
};

describe.each(Object.entries(kinds))("%s", (_, { text: kind, options }) => {
  const make = (rows: number, length: number, seed: number, lengths: number[]): Batcher => {
    const text = kind === "stream" ? countingStream(rows * length + 1 + lengths.length * 3) : countingSamples(lengths);
    const random = new RandomStream(seed, "batches");
    return trainingBatches(text, { rows, length, padId, random, carriesState: false, ...options });
  };

  it("goes on from a saved state, kept as JSON, with the very same batches", () => {
    fc.assert(
      fc.property(sizes.rows, sizes.length, seed, sampleLengths, fc.nat(20), (rows, length, seed, lengths, before) => {
        const batcher = make(rows, length, seed, lengths);
        for (let i = 0; i < before; i++) batcher.next();
        const state = JSON.parse(JSON.stringify(batcher.state()));
        const expected = Array.from({ length: 12 }, () => batcher.next());
        const restored = make(rows, length, seed + 1, lengths);
        restored.next();
        restored.restore(state);
        expect(Array.from({ length: 12 }, () => restored.next())).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("gives other batches for another seed", () => {
    const [a, b] = [1, 2].map((seed) => make(3, 4, seed, [5, 1, 9, 2, 2, 7, 3, 3, 8, 6]));
    expect(Array.from({ length: 5 }, () => a.next())).not.toEqual(Array.from({ length: 5 }, () => b.next()));
  });

  it("refuses the state of another kind, and of other data", () => {
    const batcher = make(2, 3, 1, [4, 4, 4]);
    const others = Object.values(kinds).filter((other) => other.options !== options);
    for (const other of others) {
      const text = other.text === "stream" ? countingStream(50) : countingSamples([3, 3]);
      const random = new RandomStream(1, "batches");
      const state = trainingBatches(text, {
        rows: 2,
        length: 3,
        padId,
        random,
        carriesState: false,
        ...other.options,
      }).state();
      expect(() => batcher.restore(state)).toThrow("position in the data");
    }
    if (options.carriesState === false) return; // random windows have no position
    const larger = make(
      2,
      3,
      1,
      Array.from({ length: 60 }, () => 5),
    );
    for (let i = 0; i < 15; i++) larger.next();
    expect(() => batcher.restore(larger.state())).toThrow("of other data");
  });

  it("says when there is too little text", () => {
    const text = kind === "stream" ? countingStream(3) : countingSamples([]);
    const random = new RandomStream(1, "batches");
    const start = (): Batcher =>
      trainingBatches(text, { rows: 2, length: 3, padId, random, carriesState: false, ...options });
    expect(start).toThrow(kind === "stream" ? "has only 3 tokens" : "no samples");
  });
});

describe("random windows", () => {
  it("are whole windows from every place of the stream", () => {
    const text = countingStream(20);
    const random = new RandomStream(5, "batches");
    const batcher = trainingBatches(text, { rows: 4, length: 6, padId, random, carriesState: false });
    const starts = new Set<number>();
    for (let i = 0; i < 100; i++) {
      for (const { tokens, targets, restart } of rowsOf(batcher.next(), 4, 6)) {
        expect(tokens).toEqual(Array.from({ length: 6 }, (_, k) => tokens[0] + k));
        expect(targets).toEqual(tokens.map((token) => token + 1));
        expect(restart).toBe(1);
        starts.add(tokens[0] - 10);
      }
    }
    expect([...starts].sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i));
    expect(batcher.targetsPerEpoch).toBe(19);
  });
});

describe("contiguous lanes", () => {
  it("go through the stream in consecutive windows, and begin anew with a restart", () => {
    fc.assert(
      fc.property(sizes.rows, sizes.length, fc.nat(200), seed, (rows, length, extra, seed) => {
        const tokens = rows * length + 1 + extra;
        const random = new RandomStream(seed, "batches");
        const batcher = trainingBatches(countingStream(tokens), { rows, length, padId, random, carriesState: true });
        const windows = batcher.targetsPerEpoch / (rows * length);
        expect(tokens - 1 - batcher.targetsPerEpoch).toBeLessThan((rows + 1) * length);
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = new Set<number>();
          let last: number[] = [];
          for (let window = 0; window < windows; window++) {
            const batch = rowsOf(batcher.next(), rows, length);
            batch.forEach(({ tokens: read, targets, restart }, row) => {
              expect(restart).toBe(window === 0 ? 1 : 0);
              if (window > 0) expect(read[0]).toBe(last[row]);
              expect(targets).toEqual(read.map((token) => token + 1));
              for (const target of targets) seen.add(target);
            });
            last = batch.map(({ targets }) => targets[length - 1]);
          }
          expect(seen.size).toBe(batcher.targetsPerEpoch); // no target twice
        }
      }),
    );
  });

  it("begin at another place each epoch, and leave no token out for good", () => {
    const random = new RandomStream(7, "batches");
    const batcher = trainingBatches(countingStream(61), { rows: 2, length: 5, padId, random, carriesState: true });
    const starts = new Set<number>();
    const seen = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const [first, second] = rowsOf(batcher.next(), 2, 5);
      if (first.restart === 1) starts.add(first.tokens[0]);
      for (const target of [...first.targets, ...second.targets]) seen.add(target);
    }
    expect(starts.size).toBe(11); // 60 targets, 50 in an epoch
    expect(seen.size).toBe(60);
  });
});

describe("tokenized samples", () => {
  it("read <bos> and the tokens against the tokens and <eos>", () => {
    const { samples } = countingSamples([2, 0, 1]);
    const read = [0, 1, 2].map((i) => Array.from({ length: samples.positions(i) }, (_, p) => samples.input(i, p)));
    const predicted = [0, 1, 2].map((i) =>
      Array.from({ length: samples.positions(i) }, (_, p) => samples.target(i, p)),
    );
    expect(read).toEqual([[bosId, 4, 5], [bosId], [bosId, 6]]);
    expect(predicted).toEqual([[4, 5, eosId], [eosId], [6, eosId]]);
    expect(samples.totalPositions).toBe(6);
  });
});

describe("padded samples", () => {
  it("give every position once an epoch, and pad on the right", () => {
    fc.assert(
      fc.property(sizes.length, seed, sampleLengths, (length, seed, lengths) => {
        const { samples } = countingSamples(lengths);
        const batcher = new PaddedSamples(samples, { rows: 1, length, padId }, new RandomStream(seed, "batches"));
        const expected = positionsOf(samples);
        expect(batcher.targetsPerEpoch).toBe(expected.length);
        expect(batcher.longCount).toBe(lengths.filter((tokens) => tokens + 1 > length).length);
        for (let epoch = 0; epoch < 2; epoch++) {
          const rows: Row[] = [];
          for (let left = expected.length; left > 0;) {
            const batch = batcher.next();
            rows.push(...rowsOf(batch, 1, length));
            left -= batch.targetCount;
          }
          expect(counts(rows)).toEqual(expected);
          for (const { targets, restart } of rows) {
            expect(restart).toBe(1);
            const padded = targets.indexOf(-1);
            if (padded >= 0) expect(targets.slice(padded).every((target) => target === -1)).toBe(true);
            expect(targets[0]).not.toBe(-1);
          }
        }
      }),
    );
  });

  it("leave long samples out when asked to", () => {
    const { samples } = countingSamples([2, 3, 4]);
    const random = (): RandomStream => new RandomStream(1, "batches");
    const batcher = new PaddedSamples(samples, { rows: 2, length: 4, padId }, random(), "drop");
    expect(batcher.longCount).toBe(1);
    expect(batcher.targetsPerEpoch).toBe(7);
    const rows = rowsOf(batcher.next(), 2, 4).sort((a, b) => a.tokens[1] - b.tokens[1]);
    expect(rows).toEqual([
      { tokens: [bosId, 4, 5, padId], targets: [4, 5, eosId, -1], restart: 1 },
      { tokens: [bosId, 6, 7, 8], targets: [6, 7, 8, eosId], restart: 1 },
    ]);
    expect(() => new PaddedSamples(samples, { rows: 2, length: 2, padId }, random(), "drop")).toThrow("longer context");
  });

  it("come in another order each epoch", () => {
    const { samples } = countingSamples(Array.from({ length: 20 }, () => 1));
    const batcher = new PaddedSamples(samples, { rows: 20, length: 2, padId }, new RandomStream(1, "batches"));
    expect(batcher.next()).not.toEqual(batcher.next());
  });
});

describe("packed samples", () => {
  it("fill every position, each sample whole and once an epoch, with a restart where a row begins with one", () => {
    fc.assert(
      fc.property(sizes.rows, sizes.length, seed, sampleLengths, (rows, length, seed, lengths) => {
        const { samples } = countingSamples(lengths);
        const random = new RandomStream(seed, "batches");
        const batcher = trainingBatches(
          { kind: "samples", samples },
          { rows, length, padId, random, carriesState: true, layout: "packed" },
        );
        const lanes: Row[][] = Array.from({ length: rows }, () => []);
        for (let i = 0; i < 30; i++) {
          const batch = batcher.next();
          expect(batch.targetCount).toBe(rows * length);
          rowsOf(batch, rows, length).forEach((row, lane) => {
            expect(row.restart === 1).toBe(row.tokens[0] === bosId);
            lanes[lane].push(row);
          });
        }
        const known = new Set(positionsOf(samples));
        for (const lane of lanes) {
          const tokens = lane.flatMap((row) => row.tokens);
          const targets = lane.flatMap((row) => row.targets);
          expect(tokens[0]).toBe(bosId);
          tokens.forEach((token, i) => {
            expect(known.has(`${token}>${targets[i]}`)).toBe(true);
            if (i > 0) expect(token).toBe(targets[i - 1] === eosId ? bosId : targets[i - 1]);
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it("take every sample once an epoch", () => {
    const { samples } = countingSamples([3, 1, 4, 0, 5]);
    const random = new RandomStream(3, "batches");
    const batcher = trainingBatches(
      { kind: "samples", samples },
      { rows: 1, length: samples.totalPositions, padId, random, carriesState: true, layout: "packed" },
    );
    for (let epoch = 0; epoch < 3; epoch++) {
      expect(counts(rowsOf(batcher.next(), 1, samples.totalPositions))).toEqual(positionsOf(samples));
    }
  });
});

describe("tokenize", () => {
  it("keeps a stream as one, with no special token in it", () => {
    const tokenizer = trainTokenizer("character", ["abc"]);
    expect(tokenize(tokenizer, "stream", ["ab", "c"])).toEqual({ kind: "stream", tokens: Int32Array.of(4, 5, 6) });
    expect(tokenize(tokenizer, "stream", ["cab"])).toEqual({ kind: "stream", tokens: Int32Array.of(6, 4, 5) });
  });
});

describe("lengthStatistics", () => {
  it("tells the share of samples that fits a length", () => {
    const statistics = lengthStatistics(countingSamples([4, 0, 1, 2, 3]).samples);
    expect(statistics).toMatchObject({ count: 5, shortest: 1, longest: 5, mean: 3 });
    expect([0, 0.2, 0.21, 0.5, 0.8, 1].map((share) => statistics.percentile(share))).toEqual([1, 1, 2, 3, 4, 5]);
  });
});
