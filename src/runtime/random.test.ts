// Checks the random streams: the published generator's own answers, the distributions, and exact restoring.
import { describe, expect, it } from "vitest";
import { chiSquare, criticalChiSquare } from "../testing/chi_square.js";
import { RandomStream } from "./random.js";
import type { RandomState } from "./random.js";

function streamAt(words: RandomState["words"]): RandomStream {
  const stream = new RandomStream(0, "");
  stream.restore({ words, spareNormal: null });
  return stream;
}

function draw<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next);
}

function countsOf(indices: readonly number[], kinds: number): number[] {
  const counts = Array.from({ length: kinds }, () => 0);
  for (const index of indices) counts[index]++;
  return counts;
}

function moment(values: readonly number[], order: number): number {
  return values.reduce((sum, value) => sum + value ** order, 0) / values.length;
}

const seeds = [1, 2, 3, 12345, 2 ** 40 + 7];

describe("the generator", () => {
  // Printed by xoshiro128starstar.c, version 1.1 (Blackman and Vigna, public domain), from the given state.
  it("is xoshiro128**, step by step", () => {
    const stream = streamAt([1, 2, 3, 4]);
    expect(draw(10, () => stream.nextUint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
    expect(stream.state().words).toEqual([939045227, 1864939416, 1451579149, 2199351389]);
    const high = streamAt([0xffffffff, 0x80000000, 0xdeadbeef, 0x7fffffff]);
    expect(draw(6, () => high.nextUint32())).toEqual([576, 3132614827, 576, 2419059972, 2050771200, 4062366679]);
  });

  it("still is after a million steps", () => {
    const stream = streamAt([1, 2, 3, 4]);
    for (let i = 0; i < 1_000_000; i++) stream.nextUint32();
    expect(stream.state().words).toEqual([2928258933, 4119544218, 1001204686, 2576016786]);
    expect(stream.nextUint32()).toBe(3175353485);
  });

  // Runs are repeated by their seeds: if one of these lines changes, every run ever made changes.
  it.each([
    [1, "initialisation", [2846127538, 2761038316, 3370804377, 529282768]],
    [1, "dropout", [3969744322, 260870153, 1010446453, 1150657087]],
    [0, "shuffling", [2321334676, 3872883056, 396831060, 1844547396]],
    [2 ** 53 - 1, "sampling", [670796887, 1548302290, 3010825436, 3846732957]],
  ])("starts from seed %d and the name %s as it always did", (seed, name, known) => {
    const stream = new RandomStream(seed, name);
    expect(draw(4, () => stream.nextUint32())).toEqual(known);
  });

  it("draws every kind of number as it always did", () => {
    const stream = new RandomStream(42, "sampling");
    expect(stream.uniform()).toBe(0.02435563893116066);
    expect([stream.normal(), stream.normal()]).toEqual([-0.5580845069376891, 0.4128969429247249]);
    expect(stream.integer(1000)).toBe(92);
    expect(stream.choose([1, 2, 3, 4])).toBe(1);
    expect(stream.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([1, 4, 6, 2, 8, 0, 3, 5, 9, 7]);
  });
});

describe("seeds and names", () => {
  it("give the same stream again, and another one for another seed or name", () => {
    const first = (seed: number, name: string): string => new RandomStream(seed, name).state().words.join();
    expect(first(7, "dropout")).toBe(first(7, "dropout"));
    const names = ["initialisation", "shuffling", "dropout", "sampling"];
    const highSeeds = [7 + 2 ** 32, 7 + 2 ** 33, 7 + 2 ** 52];
    const manySeeds = [...Array.from({ length: 1000 }, (_, i) => i), ...highSeeds];
    const all = names.flatMap((name) => manySeeds.map((seed) => first(seed, name)));
    expect(new Set(all).size).toBe(all.length);
  });

  it("give streams that know nothing of each other", () => {
    const count = 20_000;
    const pairs = [
      [new RandomStream(1, "dropout"), new RandomStream(1, "sampling")],
      [new RandomStream(1, "dropout"), new RandomStream(2, "dropout")],
      [new RandomStream(0, "layer 1"), new RandomStream(0, "layer 2")],
    ];
    for (const [a, b] of pairs) {
      const products = draw(count, () => a.normal() * b.normal());
      expect(Math.abs(moment(products, 1)) * Math.sqrt(count)).toBeLessThan(3.3); // a standard normal: 0.1 %
    }
  });

  it("draw from one stream without moving another", () => {
    const dropout = new RandomStream(3, "dropout");
    const shuffling = new RandomStream(3, "shuffling");
    const alone = new RandomStream(3, "shuffling").nextUint32();
    draw(100, () => dropout.normal());
    expect(shuffling.nextUint32()).toBe(alone);
  });
});

describe.each(seeds)("distributions from seed %d:", (seed) => {
  it("uniform numbers fill [0, 1) evenly", () => {
    const stream = new RandomStream(seed, "uniform");
    const values = draw(100_000, () => stream.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const counts = countsOf(values.map((value) => Math.floor(value * 256)), 256);
    expect(chiSquare(counts, counts.map(() => 1 / 256))).toBeLessThan(criticalChiSquare(255));
    const lowest = countsOf(values.map((value) => (value * 2 ** 53) % 256), 256);
    expect(chiSquare(lowest, lowest.map(() => 1 / 256))).toBeLessThan(criticalChiSquare(255));
    expect(Math.abs(moment(values, 1) - 1 / 2)).toBeLessThan(3.3 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(moment(values, 2) - 1 / 3)).toBeLessThan(3.3 * Math.sqrt(4 / 45 / values.length));
  });

  it("normal numbers have the moments and the deciles of a standard normal", () => {
    const stream = new RandomStream(seed, "normal");
    const values = draw(100_000, () => stream.normal());
    // The variance of x^k is E x^2k - (E x^k)^2, with E x^2 = 1, E x^4 = 3, E x^6 = 15, E x^8 = 105.
    const expected = [0, 1, 0, 3];
    const variances = [1, 2, 15, 96];
    for (const [i, variance] of variances.entries()) {
      expect(Math.abs(moment(values, i + 1) - expected[i])).toBeLessThan(3.3 * Math.sqrt(variance / values.length));
    }
    const upper = [0.2533471, 0.5244005, 0.8416212, 1.2815516];
    const deciles = [...upper.map((value) => -value).reverse(), 0, ...upper];
    const counts = countsOf(values.map((value) => deciles.filter((decile) => value > decile).length), 10);
    expect(chiSquare(counts, counts.map(() => 0.1))).toBeLessThan(criticalChiSquare(9));
    const pairs = values.slice(1).map((value, i) => value * values[i]); // the two of one pair are independent, too
    expect(Math.abs(moment(pairs, 1)) * Math.sqrt(pairs.length)).toBeLessThan(3.3);
  });

  it("whole numbers are equally likely, also where a remainder would not be", () => {
    const stream = new RandomStream(seed, "integer");
    const ten = countsOf(draw(50_000, () => stream.integer(10)), 10);
    expect(chiSquare(ten, ten.map(() => 0.1))).toBeLessThan(criticalChiSquare(9));
    const limit = 3 * 2 ** 30; // a plain remainder would give the first third twice as often as the others
    const thirds = countsOf(draw(30_000, () => Math.floor(stream.integer(limit) / 2 ** 30)), 3);
    expect(chiSquare(thirds, thirds.map(() => 1 / 3))).toBeLessThan(criticalChiSquare(2));
  });

  it("choices follow their weights", () => {
    const stream = new RandomStream(seed, "choose");
    const counts = countsOf(draw(40_000, () => stream.choose([2, 0, 1, 4, 0, 1])), 6);
    expect([counts[1], counts[4]]).toEqual([0, 0]);
    const positive = [counts[0], counts[2], counts[3], counts[5]];
    expect(chiSquare(positive, [0.25, 0.125, 0.5, 0.125])).toBeLessThan(criticalChiSquare(3));
  });

  it("orders are equally likely", () => {
    const stream = new RandomStream(seed, "shuffle");
    const orders = ["012", "021", "102", "120", "201", "210"];
    const counts = countsOf(draw(30_000, () => orders.indexOf(stream.shuffle([0, 1, 2]).join(""))), 6);
    expect(chiSquare(counts, counts.map(() => 1 / 6))).toBeLessThan(criticalChiSquare(5));
  });
});

describe("integer", () => {
  it("takes the numbers below the greatest multiple of the limit and skips the rest", () => {
    const limit = 2 ** 31 + 1; // nearly half of all numbers are skipped
    const stream = new RandomStream(9, "integer");
    const raw = new RandomStream(9, "integer");
    const taken = draw(100, () => raw.nextUint32()).filter((value) => value < limit);
    expect(draw(taken.length, () => stream.integer(limit))).toEqual(taken);
  });

  it("goes from a limit of 1 to one of 2^32", () => {
    const stream = new RandomStream(9, "integer");
    expect(new Set(draw(100, () => stream.integer(1)))).toEqual(new Set([0]));
    const raw = new RandomStream(9, "integer");
    draw(100, () => raw.nextUint32());
    expect(draw(10, () => stream.integer(2 ** 32))).toEqual(draw(10, () => raw.nextUint32()));
  });
});

describe("choose", () => {
  it("never takes what has no weight", () => {
    const stream = new RandomStream(4, "choose");
    const weights = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 0.1 : 0));
    expect(draw(20_000, () => stream.choose(weights)).every((index) => index % 2 === 0)).toBe(true);
  });
});

describe("shuffle", () => {
  it("gives back the same array in another order, with the same items", () => {
    const stream = new RandomStream(5, "shuffle");
    const items = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const shuffled = stream.shuffle(items);
    expect(shuffled).toBe(items);
    expect([...shuffled]).not.toEqual([...shuffled].sort((a, b) => a - b));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(stream.shuffle([])).toEqual([]);
    expect(stream.shuffle(["only"])).toEqual(["only"]);
  });
});

describe("state and restore", () => {
  it.each([0, 1, 2, 7])("go on identically after %d normal numbers, the spare one included", (drawn) => {
    const stream = new RandomStream(6, "dropout");
    draw(drawn, () => stream.normal());
    const saved: RandomState = JSON.parse(JSON.stringify(stream.state()));
    expect(saved.spareNormal === null).toBe(drawn % 2 === 0);
    const mixed = (from: RandomStream): unknown[] => [
      ...draw(5, () => from.normal()),
      from.uniform(),
      from.integer(12),
      from.nextUint32(),
      from.shuffle([1, 2, 3, 4, 5]),
      from.normal(),
    ];
    const other = new RandomStream(99, "another");
    other.normal(); // its own spare must not survive
    other.restore(saved);
    expect(mixed(other)).toEqual(mixed(stream));
    expect(other.state()).toEqual(stream.state());
  });

  it("a state is a copy of its moment", () => {
    const stream = new RandomStream(6, "dropout");
    const before = stream.state();
    const copy = structuredClone(before);
    stream.nextUint32();
    expect(before).toEqual(copy);
    expect(stream.state()).not.toEqual(copy);
  });
});
