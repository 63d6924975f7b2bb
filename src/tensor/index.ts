// The vocabulary in which models are written.

export * from "./operators/activation.js";
export * from "./operators/arithmetic.js";
export * from "./operators/indexing.js";
export * from "./operators/logic.js";
export { lstmCell } from "./operators/lstm_cell.js";
export * from "./operators/loss.js";
export { matmul, matmulFlops, matmulOperator, type MatmulOptions } from "./operators/matmul.js";
export * from "./operators/movement.js";
export { window } from "./operators/noise.js";
export * from "./operators/normalization.js";
export { argmax, cumulativeSum, max, mean, sum, sumSquare } from "./operators/reduction.js";
export { allocate, constant, filled, input } from "./operators/source.js";
export { recurrentSequence, type RecurrentKind } from "./operators/recurrent_sequence.js";
export { grad, topologicalOrder } from "./gradient.js";
export { substitute } from "./substitute.js";
export { fixed, showShape, sizeOf, type DataType, type Dimension, type Shape, type TensorType } from "./shape.js";
export { Tensor, type TensorData } from "./tensor.js";
