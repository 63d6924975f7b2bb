// Symbolic tensors: values that exist only as nodes of the graph being traced.

import type { DataType, Shape, TensorType } from "./shape.js";
import type { Operator } from "./operator.js";

/** Attribute values that an operator's node can carry into the ONNX file. */
export type Attribute = number | string | boolean | readonly number[];
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** Constant data of a graph, in the typed array of its type (bool as bytes 0 and 1). */
export type TensorData = Float32Array | Float64Array | BigInt64Array | Uint8Array;

/** One application of an operator. Immutable. */
export class GraphNode {
  readonly outputs: readonly Tensor[];

  constructor(
    readonly operator: Operator,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes,
    types: readonly TensorType[],
    /** The data of a constant, or the name of a program's input; null for every computed node. */
    readonly source: TensorData | string | null = null,
  ) {
    this.outputs = types.map((type, index) => new Tensor(this, index, type.shape, type.dtype));
  }
}

/** A symbolic tensor: output `index` of a node. */
export class Tensor implements TensorType {
  constructor(
    readonly node: GraphNode,
    readonly index: number,
    readonly shape: Shape,
    readonly dtype: DataType,
  ) {}

  get rank(): number {
    return this.shape.length;
  }
}
