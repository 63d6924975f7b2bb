// Scaled dot-product attention and the moving of heads, once for every family.

import { add, cast, concat, constant, equal, matmul, reshape, slice, softmax, split, transpose, mul, neg, fixed, type DataType, type Shape, type Tensor } from "../tensor/index.js";
import type { TraceContext } from "./trace_context.js";

/** Added to a score that must not count; far below any real score, and still finite so that no row turns to NaN. */
export const MASKED_SCORE = -1e9;

/** The causal mask (T, T): position i sees positions 0…i. */
export function causalMask(length: number, dtype: DataType = "float32"): Tensor {
  const mask = new Float64Array(length * length);
  for (let i = 0; i < length; i++) mask.fill(MASKED_SCORE, i * length + i + 1, (i + 1) * length);
  return constant(mask, [length, length], dtype);
}

export interface AttendOptions {
  /** Share of the weights zeroed while training. */
  readonly dropout?: number;
  /** What the weights are recorded as, where a trace records attention; not at all unless given. */
  readonly name?: string;
  /** Factor on the scores; 1/√d unless given. */
  readonly scale?: number;
}

/**
 * softmax(q·kᵀ/√d + mask)·v (Vaswani et al. 2017, eq. 1).
 * @param q queries (..., T, d)
 * @param k keys (..., S, d), @param v values (..., S, d)
 * @param mask added to the scores, broadcast to (..., T, S); null for none
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null, context: TraceContext, { dropout = 0, name, scale }: AttendOptions = {}): Tensor {
  const scores = matmul(q, k, { transposeB: true, alpha: scale ?? 1 / Math.sqrt(fixed(q.shape[q.rank - 1])) });
  return matmul(attentionWeights(scores, mask, context, { dropout, name }), v);
}

/** Softmax of masked scores (..., T, S) over the sources; what `attend` weighs the values with. */
export function attentionWeights(scores: Tensor, mask: Tensor | null, context: TraceContext, { dropout = 0, name }: Omit<AttendOptions, "scale"> = {}): Tensor {
  const weights = softmax(mask ? add(scores, mask) : scores);
  if (name !== undefined) context.record(name, weights);
  return context.dropout(weights, dropout);
}

/** A mask (B, 1, 1, S) that hides a source's padding: tokens int64 (B, S). */
export function paddingMask(sources: Tensor, padding: number, dtype: DataType = "float32"): Tensor {
  const [rows, length] = sources.shape;
  const hidden = cast(equal(sources, constant(padding, [], "int64")), dtype);
  return mul(reshape(hidden, [rows, 1, 1, length]), MASKED_SCORE);
}

/**
 * How the tokens behind hidden states are laid out: `shape` is (B, T), or (T, B) where time comes first. While training
 * time comes first, because ONNX Runtime's products can then read a head's queries, keys and values where they lie.
 */
export interface Frame {
  readonly shape: Shape;
  readonly timeFirst: boolean;
}

/** (·, ·, D) as the matrix (B·T, D), on which products and their derivatives need no reshaping; as it is if sizes are only named. */
export function asRows(x: Tensor): Tensor {
  const [first, second, width] = x.shape;
  return typeof first === "number" && typeof second === "number" ? reshape(x, [first * second, width]) : x;
}

const widthOf = (x: Tensor): number => fixed(x.shape[x.rank - 1]);

/** Heads of one key each: hidden states (…, heads·d) → (B, heads, T, d). */
export function splitHeads(x: Tensor, heads: number, { shape, timeFirst }: Frame): Tensor {
  return transpose(reshape(x, [...shape, heads, widthOf(x) / heads]), timeFirst ? [1, 2, 0, 3] : [0, 2, 1, 3]);
}

/** Several sets of heads side by side, as queries, keys and values often are: (…, sets·heads·d) → sets × (B, heads, T, d). */
export function splitHeadSets(x: Tensor, sets: number, heads: number, { shape, timeFirst }: Frame): readonly Tensor[] {
  const apart = reshape(x, [...shape, sets * heads, widthOf(x) / (sets * heads)]);
  return split(apart, 2, sets).map((part) => transpose(part, timeFirst ? [1, 2, 0, 3] : [0, 2, 1, 3]));
}

/** Heads in groups that share a key: hidden states (…, groups·size·d) → (B, groups, size, T, d). */
export function splitGroupedHeads(x: Tensor, groups: number, size: number, { shape, timeFirst }: Frame): Tensor {
  return transpose(reshape(x, [...shape, groups, size, widthOf(x) / (groups * size)]), timeFirst ? [1, 2, 3, 0, 4] : [0, 2, 3, 1, 4]);
}

/** Back from (B, heads, T, d) or (B, groups, g, T, d) to hidden states of the given shape in the frame's order. */
export function mergeHeads(x: Tensor, { timeFirst }: Frame, shape: Shape): Tensor {
  const grouped = x.rank === 5;
  if (timeFirst) return reshape(transpose(x, grouped ? [3, 0, 1, 2, 4] : [2, 0, 1, 3]), shape);
  return reshape(transpose(x, grouped ? [0, 3, 1, 2, 4] : [0, 2, 1, 3]), shape);
}

/** Angles of rotary positions as constants (length, d): each frequency stands in both halves of a head. */
export function rotaryTables(length: number, head: number, theta: number, dtype: DataType = "float32"): { cos: Tensor; sin: Tensor } {
  const half = head / 2;
  const angle = (position: number, i: number): number => position * theta ** (-(2 * (i % half)) / head);
  const table = (of: (x: number) => number): Tensor =>
    constant(Float64Array.from({ length: length * head }, (_, i) => of(angle(Math.floor(i / head), i % head))), [length, head], dtype);
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** Rotates each pair (i, i + d/2) of a head by its position's angle (Su et al. 2021, eq. 34): x (..., T, d), tables (T, d). */
export function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  const half = fixed(x.shape[x.rank - 1]) / 2;
  const turned = concat([neg(slice(x, -1, half, 2 * half)), slice(x, -1, 0, half)], -1);
  return add(mul(x, cos), mul(turned, sin));
}
