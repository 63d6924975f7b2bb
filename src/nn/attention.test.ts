// Attention against PyTorch under every mask, and what heads and rotary positions promise.

import { describe, expect, it } from "vitest";
import { expectClose } from "../testing/close.js";
import { compareWithFixture, SCALED_PRODUCT_TOLERANCE } from "../testing/compare_with_fixture.js";
import { fixtureCases } from "../testing/fixtures.js";
import { RandomStream } from "../runtime/random.js";
import { add, cast, concat, constant, matmul, mul, reshape, slice, split, transpose, sub, type DataType, type Tensor } from "../tensor/index.js";
import { evaluate } from "../tensor/testing/evaluate.js";
import { asRows, attend, attentionWeights, causalMask, MASKED_SCORE, mergeHeads, paddingMask, rotaryTables, rotate, splitGroupedHeads, splitHeads, splitHeadSets } from "./attention.js";
import { TraceContext } from "./trace_context.js";

/** Which scores a case hides: those of later positions, and those of keys that are padding. */
function maskOf(causal: boolean, keyMask: Tensor | undefined, dtype: DataType): Tensor | null {
  const masks = causal ? [causalMask(4, dtype)] : [];
  if (keyMask) masks.push(reshape(mul(sub(1, cast(keyMask, dtype)), MASKED_SCORE), [2, 1, 1, 4]));
  return masks.length === 0 ? null : masks.reduce((total, mask) => add(total, mask));
}

describe.each(["float64", "float32"] as const)("in %s, as in PyTorch", (dtype) => {
  it.each(fixtureCases("attention").map((fixture) => [fixture.name, fixture] as const))("%s", async (_, fixture) => {
    await compareWithFixture({
      fixture,
      dtype,
      tolerance: SCALED_PRODUCT_TOLERANCE[dtype],
      trace: ({ query, key, value, keyMask }) => ({
        output: attend(query, key, value, maskOf(fixture.config.causal as boolean, keyMask, dtype), new TraceContext(false)),
      }),
    });
  });
});

const random = new RandomStream(5, "attention");
const draw = (shape: readonly number[]): Tensor => constant(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()), shape, "float64");

describe("the weights", () => {
  const [q, k, v] = [draw([2, 4, 3, 6]), draw([2, 4, 5, 6]), draw([2, 4, 5, 6])];

  it("are recorded under their name, in the order of the graph, and only where both a name and a recording trace are given", async () => {
    const context = new TraceContext(false, true);
    const attended = attend(q, k, v, null, context, { name: "first" });
    attend(q, k, v, null, context);
    attentionWeights(draw([2, 3, 5]), null, context, { name: "second" });
    expect(context.attention.map(({ name, weights }) => [name, weights.shape])).toEqual([["first", [2, 4, 3, 5]], ["second", [2, 3, 5]]]);
    const results = await evaluate({ attended, again: matmul(context.attention[0].weights, v) });
    expectClose(results.again.data, results.attended.data, "recorded weights", 1e-12);
    const silent = new TraceContext(false);
    attend(q, k, v, null, silent, { name: "first" });
    expect(silent.attention).toEqual([]);
  });

  it("come from scores times one over the root of the width, or times the given scale", async () => {
    const context = new TraceContext(false, true);
    attend(mul(q, 2), k, v, null, context, { name: "usual" });
    attend(q, k, v, null, context, { name: "scaled", scale: 2 / Math.sqrt(6) });
    const [usual, scaled] = context.attention.map(({ weights }) => weights);
    const results = await evaluate({ usual, scaled });
    expectClose(results.scaled.data, results.usual.data, "weights", SCALED_PRODUCT_TOLERANCE.float64);
  });
});

describe("the padding mask", () => {
  it("hides the padding of each row and nothing else", async () => {
    const sources = constant([3, 7, 0, 5, 0, 0], [2, 3], "int64");
    const { mask, sevens } = await evaluate({ mask: paddingMask(sources, 0, "float64"), sevens: paddingMask(sources, 7, "float64") });
    expect(mask).toEqual({ shape: [2, 1, 1, 3], data: [0, 0, MASKED_SCORE, 0, MASKED_SCORE, MASKED_SCORE].map((value) => expect.closeTo(value)) });
    expect(sevens.data.map((value) => value !== 0)).toEqual([false, true, false, false, false, false]);
  });
});

describe("heads", () => {
  const frame = { shape: [2, 3], timeFirst: false };
  const timeFirst = { shape: [3, 2], timeFirst: true };
  const x = draw([2, 3, 24]);

  it("head h of position t holds the h-th piece of its vector", async () => {
    const { whole, pieces } = await evaluate({ whole: splitHeads(x, 4, frame), pieces: concat(split(x, 2, 4).map((piece) => reshape(piece, [2, 1, 3, 6])), 1) });
    expect(whole.shape).toEqual([2, 4, 3, 6]);
    expect(whole.data).toEqual(pieces.data);
  });

  it("groups hold the same heads in the same order", async () => {
    const { grouped, flat } = await evaluate({ grouped: splitGroupedHeads(x, 2, 2, frame), flat: splitHeads(x, 4, frame) });
    expect(grouped.shape).toEqual([2, 2, 2, 3, 6]);
    expect(grouped.data).toEqual(flat.data);
  });

  it("sets of heads side by side are the heads of each piece", async () => {
    const sets = splitHeadSets(x, 2, 2, frame);
    const [first, second] = split(x, 2, 2).map((piece) => splitHeads(piece, 2, frame));
    const results = await evaluate({ set0: sets[0], set1: sets[1], first, second });
    expect(results.set0.shape).toEqual([2, 2, 3, 6]);
    expect([results.set0, results.set1]).toEqual([results.first, results.second]);
  });

  it("rows (B·T, D) split as (B, T, D) does, and time first as batch first does", async () => {
    const turned = transpose(x, [1, 0, 2]);
    const results = await evaluate({
      whole: splitHeads(x, 4, frame),
      rows: splitHeads(asRows(x), 4, frame),
      turned: splitHeads(asRows(turned), 4, timeFirst),
      grouped: splitGroupedHeads(x, 2, 2, frame),
      turnedGroups: splitGroupedHeads(asRows(turned), 2, 2, timeFirst),
    });
    expect(results.rows).toEqual(results.whole);
    expect(results.turned).toEqual(results.whole);
    expect(results.turnedGroups).toEqual(results.grouped);
  });

  it("merging time first takes back both ways of splitting", async () => {
    const turned = mul(transpose(x, [1, 0, 2]), 1);
    const results = await evaluate({
      turned,
      heads: mergeHeads(splitHeads(turned, 4, timeFirst), timeFirst, turned.shape),
      groups: mergeHeads(splitGroupedHeads(turned, 2, 2, timeFirst), timeFirst, turned.shape),
    });
    expect(results.heads).toEqual(results.turned);
    expect(results.groups).toEqual(results.turned);
  });

  it("merging takes back both ways of splitting", async () => {
    const results = await evaluate({ x: mul(x, 1), heads: mergeHeads(splitHeads(x, 4, frame), frame, x.shape), groups: mergeHeads(splitGroupedHeads(x, 2, 2, frame), frame, x.shape) });
    expect(results.heads).toEqual(results.x);
    expect(results.groups).toEqual(results.x);
  });

  it("grouped queries are plain heads whose keys and values are repeated", async () => {
    const context = new TraceContext(false);
    const [k, v] = [draw([2, 3, 12]), draw([2, 3, 12])];
    const repeated = (tensor: Tensor): Tensor => concat(split(splitHeads(tensor, 2, frame), 1, 2).flatMap((head) => [head, head]), 1);
    const mask = causalMask(3, "float64");
    const grouped = attend(splitGroupedHeads(x, 2, 2, frame), splitGroupedHeads(k, 2, 1, frame), splitGroupedHeads(v, 2, 1, frame), mask, context);
    const plain = attend(splitHeads(x, 4, frame), repeated(k), repeated(v), mask, context);
    const results = await evaluate({ grouped: mergeHeads(grouped, frame, x.shape), plain: mergeHeads(plain, frame, x.shape) });
    expectClose(results.grouped.data, results.plain.data, "grouped attention", 1e-12);
  });
});

describe("rotary positions", () => {
  const LENGTH = 7;
  const HEAD = 6;
  const { cos, sin } = rotaryTables(LENGTH, HEAD, 10000, "float64");

  it("turn the pair (i, i + d/2) of position t by the angle t·θ^(−2i/d)", async () => {
    const x = draw([LENGTH, HEAD]);
    const results = await evaluate({ x: mul(x, 1), turned: rotate(x, cos, sin) });
    const expected = results.x.data.map((value, flat) => {
      const [t, i] = [Math.floor(flat / HEAD), flat % HEAD];
      const angle = t * 10000 ** ((-2 * (i % 3)) / HEAD);
      const partner = i < 3 ? -results.x.data[flat + 3] : results.x.data[flat - 3];
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
    expectClose(results.turned.data, expected, "rotation", 1e-12);
  });

  it("make the score of a query and a key depend on their distance alone", async () => {
    const same = (row: Tensor): Tensor => concat(Array.from({ length: LENGTH }, () => row), 0);
    const [q, k] = [draw([1, HEAD]), draw([1, HEAD])].map((row) => rotate(same(row), cos, sin));
    const { scores } = await evaluate({ scores: matmul(q, k, { transposeB: true }) });
    const score = (query: number, key: number): number => scores.data[query * LENGTH + key];
    for (let distance = 0; distance < LENGTH; distance++) {
      for (let key = 0; key + distance < LENGTH; key++) expect(score(key + distance, key)).toBeCloseTo(score(distance, 0), 10);
    }
    expect(Math.abs(score(3, 0) - score(0, 3))).toBeGreaterThan(1e-3);
  });

  it("leave lengths and the first position as they are", async () => {
    const x = draw([LENGTH, HEAD]);
    const results = await evaluate({ x: mul(x, 1), turned: rotate(x, cos, sin), first: slice(rotate(x, cos, sin), 0, 0, 1) });
    const norm = (data: readonly number[], t: number): number => Math.hypot(...data.slice(t * HEAD, (t + 1) * HEAD));
    for (let t = 0; t < LENGTH; t++) expect(norm(results.turned.data, t)).toBeCloseTo(norm(results.x.data, t), 12);
    expect(results.first.data).toEqual(results.x.data.slice(0, HEAD));
  });
});

describe("the causal mask", () => {
  it("hides later positions and no others, with a finite number", async () => {
    const { mask } = await evaluate({ mask: mul(causalMask(3), 1) });
    const hidden = Math.fround(MASKED_SCORE);
    expect(mask.data).toEqual([0, hidden, hidden, 0, 0, hidden, 0, 0, 0]);
    expect(Number.isFinite(hidden)).toBe(true);
  });
});
