// The floor under a graph's running time: its matrix products, counted.

import { topologicalOrder } from "../tensor/gradient.js";
import { matmulFlops, matmulOperator } from "../tensor/operators/matmul.js";
import type { Tensor } from "../tensor/tensor.js";

/** FLOPs of all the matrix products that the outputs depend on, a multiply–add counted as two; shapes must be known. */
export function countMatmulFlops(outputs: readonly Tensor[]): number {
  let total = 0;
  for (const node of topologicalOrder(outputs)) {
    // A one-hot factor is a way to add embedding gradients up, not work that the model asks for.
    const oneHot = node.inputs.some((input) => input.node.operator.onnx === "Cast");
    if (node.operator === matmulOperator && !oneHot) total += matmulFlops(node.inputs[0].shape, node.outputs[0].shape, node.attributes.transposeA === true);
  }
  return total;
}
