// The floor under a graph's running time: its matrix products, counted.

import { topologicalOrder } from "../tensor/gradient.js";
import { matmulFlops, matmulOperator } from "../tensor/operators/matmul.js";
import type { Tensor } from "../tensor/tensor.js";

/** The share of a factor that is one-hot rows: such rows add embedding gradients up, which is not work that the model asks for. */
function oneHotShare({ node, shape }: Tensor): number {
  if (node.operator.onnx === "Cast") return 1;
  if (node.operator.onnx !== "Concat" || node.attributes.axis !== 0) return 0;
  const rows = node.inputs.reduce((total, piece) => total + oneHotShare(piece) * Number(piece.shape[0]), 0);
  return rows / Number(shape[0]);
}

/** FLOPs of all the matrix products that the outputs depend on, a multiply–add counted as two; shapes must be known. */
export function countMatmulFlops(outputs: readonly Tensor[]): number {
  let total = 0;
  for (const { operator, inputs, outputs: results, attributes } of topologicalOrder(outputs)) {
    const isVector = results[0].shape.at(-2) === 1; // a weighted sum, not one of the model's products
    if (operator !== matmulOperator || isVector) continue;
    const asked = 1 - Math.max(...inputs.map(oneHotShare));
    total += asked * matmulFlops(inputs[0].shape, results[0].shape, attributes.transposeA === true);
  }
  return total;
}
