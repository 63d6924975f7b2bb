// Reverse-mode differentiation: from a scalar back to the tensors it was computed from, as more graph.

import { WordloomError } from "../errors.js";
import { add } from "./operators/arithmetic.js";
import { concat } from "./operators/movement.js";
import { matmul, matmulOperator } from "./operators/matmul.js";
import { sum, reduceSumOperator } from "./operators/reduction.js";
import { filled } from "./operators/source.js";
import { sameShape, showShape } from "./shape.js";
import type { GraphNode, Tensor } from "./tensor.js";

/** Nodes that the outputs depend on, each after all of its inputs. Iterative: graphs unrolled in time are deep. */
export function topologicalOrder(outputs: readonly Tensor[]): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  const visit = (node: GraphNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    visit(output.node);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.inputs.length) visit(top.node.inputs[top.next++].node);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** Whether a contribution is aᵀb of two matrices: what a weight used at several places gets from each. */
function isWeightProduct({ node }: Tensor): boolean {
  return (
    node.operator === matmulOperator &&
    node.attributes.transposeA === true &&
    node.attributes.transposeB !== true &&
    node.inputs.every((input) => input.rank === 2)
  );
}

/** Whether a contribution is the sum of a matrix's rows: what a bias used at several places gets from each. */
function isRowSum({ node }: Tensor): boolean {
  const { axes, keepDimensions } = node.attributes;
  return node.operator === reduceSumOperator && node.inputs[0].rank === 2 && String(axes) === "0" && !keepDimensions;
}

/** With fewer uses of a weight than this, stacking its factors costs more copying than the separate products cost. */
const STACKED_FROM = 4;

/**
 * Adds up the contributions to one tensor. Σₜ aₜᵀbₜ becomes one product of the stacked factors, and Σₜ of row sums one
 * row sum, so that a weight shared over time costs one large matrix product instead of one small one a time step.
 */
function accumulate(contributions: readonly Tensor[]): Tensor {
  if (contributions.length === 1) return contributions[0];
  const products = new Map<number, Tensor[]>();
  const rowSums: Tensor[] = [];
  const rest: Tensor[] = [];
  for (const contribution of contributions) {
    if (isWeightProduct(contribution)) {
      const alpha = (contribution.node.attributes.alpha as number | undefined) ?? 1;
      const group = products.get(alpha);
      if (group) group.push(contribution);
      else products.set(alpha, [contribution]);
    } else if (isRowSum(contribution)) rowSums.push(contribution);
    else rest.push(contribution);
  }
  for (const [alpha, group] of products) {
    if (group.length < STACKED_FROM) rest.push(...group);
    else {
      const [left, right] = [0, 1].map((side) => concat(group.map(({ node }) => node.inputs[side]), 0));
      rest.push(matmul(left, right, { transposeA: true, alpha }));
    }
  }
  if (rowSums.length < STACKED_FROM) rest.push(...rowSums);
  else rest.push(sum(concat(rowSums.map(({ node }) => node.inputs[0]), 0), [0]));
  return rest.reduce((total, next) => add(total, next));
}

/**
 * The gradient of a scalar with respect to each of `targets`, as symbolic tensors of the targets' shapes.
 * Targets that the scalar does not depend on get zeros.
 * @throws WordloomError "shape_mismatch" if `output` is not a scalar
 */
export function grad(output: Tensor, targets: readonly Tensor[]): Tensor[] {
  if (output.rank !== 0) {
    throw new WordloomError("shape_mismatch", `grad needs a scalar, but was given a tensor of shape ${showShape(output.shape)}.`);
  }
  const order = topologicalOrder([output]);
  const wanted = new Set<Tensor>(targets);
  const active = new Set<GraphNode>(); // nodes through which some target is reached
  for (const node of order) {
    const reached = node.outputs.some((tensor) => wanted.has(tensor));
    if (reached || node.inputs.some((input) => active.has(input.node))) active.add(node);
  }

  const contributions = new Map<Tensor, Tensor[]>([[output, [filled(1, [], output.dtype)]]]);
  const results = new Map<Tensor, Tensor>();
  const total = (tensor: Tensor): Tensor | null => {
    const known = results.get(tensor);
    if (known) return known;
    const parts = contributions.get(tensor);
    if (!parts) return null;
    const value = accumulate(parts);
    results.set(tensor, value);
    return value;
  };

  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (!active.has(node) || !node.operator.gradient) continue;
    const needed = node.inputs.map((input) => active.has(input.node) && isFloating(input));
    if (!needed.includes(true)) continue;
    const gradients = node.outputs.map(total);
    if (gradients.every((gradient) => gradient === null)) continue;
    if (gradients.slice(node.operator.differentiableOutputs ?? 1).some((gradient) => gradient !== null)) {
      throw new WordloomError("invalid_argument", `The derivative of a derivative through ${node.operator.onnx} is not available; compose it of simpler operators where it is needed.`);
    }
    const dy = gradients[0] ?? zerosLike(node.outputs[0]);
    const parts = node.operator.gradient(dy, {
      inputs: node.inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      gradients,
      needed,
    });
    for (const [position, input] of node.inputs.entries()) {
      const part = parts[position];
      if (!needed[position] || !part) continue;
      if (!sameShape(part.shape, input.shape)) {
        throw new WordloomError(
          "internal",
          `The derivative of ${node.operator.onnx} has shape ${showShape(part.shape)} for an input of shape ${showShape(input.shape)}.`,
        );
      }
      const list = contributions.get(input);
      if (list) list.push(part);
      else contributions.set(input, [part]);
    }
  }
  return targets.map((target) => total(target) ?? zerosLike(target));
}

function isFloating(tensor: Tensor): boolean {
  return tensor.dtype === "float32" || tensor.dtype === "float64";
}

function zerosLike(tensor: Tensor): Tensor {
  return filled(0, tensor.shape, tensor.dtype);
}
