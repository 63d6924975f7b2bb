// Drawing from a softmax inside a graph: exactly, with one uniform number a row, or relaxed so that gradients flow through.

import { add, argmax, cast, concat, constant, cumulativeSum, div, exp, filled, fixed, gather, greater, max, minimum, mul, not, reshape, softmax, stopGradient, sub, sum, where, type Tensor } from "../tensor/index.js";

/** Up to this many classes their weights are added up in one piece. */
const SMALL = 256;
/** A threshold is kept this share below the total, so that rounding never carries it beyond the last class with weight. */
const BELOW = 1 - 1e-6;

/** The logit of a class that must not be drawn: far below all others, and still finite. */
export const EXCLUDED_LOGIT = -1e9;

/**
 * The first class of each row whose running weight exceeds the row's threshold.
 * @param weights (N, C), @param thresholds (N, 1), at least 0
 * @returns int64 (N), and what of the thresholds is left inside that class (N, 1)
 */
function firstBeyond(weights: Tensor, thresholds: Tensor): { readonly index: Tensor; readonly left: Tensor } {
  const running = cumulativeSum(weights, 1);
  const [rows] = weights.shape;
  const bounded = minimum(thresholds, mul(max(running, [1], true), BELOW));
  const passed = not(greater(running, bounded));
  const index = reshape(cast(sum(cast(passed, weights.dtype), [1]), "int64"), [rows]);
  const before = max(where(passed, running, constant(0, [], weights.dtype)), [1], true);
  return { index, left: sub(bounded, before) };
}

/**
 * Draws a class for each row from softmax(logits) by inverting its distribution function. Many classes are added up in
 * blocks, of which only the one that was hit is looked into. No gradient.
 * @param logits (N, V), @param uniforms (N) in [0, 1)
 * @returns int64 (N)
 */
export function drawCategorical(logits: Tensor, uniforms: Tensor): Tensor {
  const [rows, classes] = logits.shape.map(fixed);
  const weights = exp(sub(logits, max(logits, [1], true)));
  const levels = reshape(uniforms, [rows, 1]);
  if (classes <= SMALL) return firstBeyond(weights, mul(sum(weights, [1], true), levels)).index;
  const { blocks, width } = blocksOf(classes);
  const padding = blocks * width - classes;
  const padded = padding === 0 ? weights : concat([weights, filled(0, [rows, padding], weights.dtype)], 1);
  const blockSums = sum(reshape(padded, [rows, blocks, width]), [2]);
  const block = firstBeyond(blockSums, mul(sum(blockSums, [1], true), levels));
  const firstBlocks = constant(Array.from({ length: rows }, (_, row) => row * blocks), [rows], "int64");
  const hit = gather(reshape(padded, [rows * blocks, width]), add(firstBlocks, block.index));
  return add(mul(block.index, constant(width, [], "int64")), firstBeyond(hit, block.left).index);
}

/** About as many blocks as each has classes; such that none is left over where that is near. */
function blocksOf(classes: number): { readonly blocks: number; readonly width: number } {
  const root = Math.ceil(Math.sqrt(classes));
  for (let width = root; width <= 2 * root; width++) if (classes % width === 0) return { blocks: classes / width, width };
  return { blocks: Math.ceil(classes / root), width: root };
}

/**
 * The Gumbel-softmax relaxation (Jang et al. 2017, eq. 2; Maddison et al. 2017): softmax((logits + noise) / temperature), and
 * the class that the same noise draws exactly, argmax(logits + noise).
 * @param logits (N, V), @param noise (N, V) of the standard Gumbel distribution, @param temperature scalar
 * @returns relaxed (N, V), through which gradients flow, and drawn int64 (N), through which none do
 */
export function gumbelSoftmax(logits: Tensor, noise: Tensor, temperature: Tensor): { readonly relaxed: Tensor; readonly drawn: Tensor } {
  const perturbed = add(logits, noise);
  return { relaxed: softmax(div(perturbed, temperature)), drawn: argmax(stopGradient(perturbed), 1) };
}
