// The same computation on other values: a graph in which some tensors stand in for others.

import { topologicalOrder } from "./gradient.js";
import { sameShape, showShape, ShapeError } from "./shape.js";
import { checked } from "./operator.js";
import { GraphNode, type Tensor } from "./tensor.js";

/**
 * The output as it would be if each key of `replacements` were its value; the replacements themselves are left as they are.
 * What depends on no key stays the very same tensor, so that gradients with respect to it can still be asked for.
 * @throws WordloomError "shape_mismatch" if a replacement has another shape or type
 */
export function substitute(output: Tensor, replacements: ReadonlyMap<Tensor, Tensor>): Tensor {
  for (const [from, to] of replacements) {
    checked("Substitute", [from, to], () => {
      if (!sameShape(from.shape, to.shape) || from.dtype !== to.dtype) throw new ShapeError(`a replacement must be of the shape ${showShape(from.shape)} and of one type`);
    });
  }
  const changed = new Map<GraphNode, GraphNode>();
  const current = (tensor: Tensor): Tensor => replacements.get(tensor) ?? changed.get(tensor.node)?.outputs[tensor.index] ?? tensor;
  for (const node of topologicalOrder([output])) {
    const inputs = node.inputs.map(current);
    if (inputs.some((input, i) => input !== node.inputs[i])) changed.set(node, new GraphNode(node.operator, inputs, node.attributes, node.outputs, node.source));
  }
  return current(output);
}
