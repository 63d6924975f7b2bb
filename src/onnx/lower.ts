// From a traced graph to the bytes of an ONNX file: what is used, each distinct computation once.

import { create, toBinary } from "@bufbuild/protobuf";
import { WordloomError } from "../errors.js";
import { topologicalOrder } from "../tensor/gradient.js";
import type { Emitter, OnnxAttributes } from "../tensor/operator.js";
import { onnxDataType } from "../tensor/operators/logic.js";
import { constantOperator, inputOperator } from "../tensor/operators/source.js";
import { sameShape, showShape, type DataType, type Shape, type TensorType } from "../tensor/shape.js";
import type { GraphNode, Tensor, TensorData } from "../tensor/tensor.js";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./onnx_pb.js";

/** The ONNX operator set that the declarations are written against. */
const OPSET = 18;
/** The file format version that came with that operator set. */
const IR_VERSION = 8;

export interface LoweredGraph {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  /** Names and types of the inputs that the graph really uses. */
  readonly inputs: readonly (TensorType & { readonly name: string })[];
  readonly outputs: readonly (TensorType & { readonly name: string })[];
  /** How many ONNX nodes the file has. */
  readonly nodeCount: number;
}

/**
 * Writes named tensors and all that they depend on as one ONNX model.
 * @throws WordloomError "invalid_argument" where one name stands for two things
 */
export function lowerGraph(outputs: Readonly<Record<string, Tensor>>, name = "wordloom"): LoweredGraph {
  const writer = new GraphWriter(Object.keys(outputs));
  const names = writer.write(Object.values(outputs));
  const graphOutputs = Object.entries(outputs).map(([outputName, tensor], i) => {
    writer.alias(names[i], outputName);
    return { name: outputName, shape: tensor.shape, dtype: tensor.dtype };
  });
  return writer.finish(name, graphOutputs);
}

class GraphWriter implements Emitter {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];
  private readonly inputs: (TensorType & { name: string })[] = [];
  /** Value names of each node's outputs. */
  private readonly values = new Map<GraphNode, readonly string[]>();
  /** Value names by what computes them: the key of common-subexpression elimination. */
  private readonly computed = new Map<string, readonly string[]>();
  /** Names that the caller gave: no value in between may take one of them. */
  private readonly taken: Set<string>;
  private counter = 0;

  constructor(outputNames: readonly string[]) {
    this.taken = new Set(outputNames);
  }

  write(outputs: readonly Tensor[]): string[] {
    const order = topologicalOrder(outputs);
    for (const node of order) if (node.operator === inputOperator) this.taken.add(node.source as string);
    for (const node of order) this.values.set(node, this.lowerNode(node));
    return outputs.map((tensor) => this.nameOf(tensor));
  }

  emit(onnx: string, inputs: readonly string[], attributes: OnnxAttributes = {}, options: { domain?: string; outputs?: number } = {}): string[] {
    const key = `${options.domain ?? ""}:${onnx}${JSON.stringify([inputs, attributes])}${options.outputs ?? 1}`;
    const known = this.computed.get(key);
    if (known) return [...known];
    const names = Array.from({ length: options.outputs ?? 1 }, () => this.fresh("v"));
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: onnx,
        domain: options.domain ?? "",
        input: [...inputs],
        output: names,
        attribute: Object.entries(attributes).map(([key_, value]) => attributeProto(key_, value)),
      }),
    );
    this.computed.set(key, names);
    return names;
  }

  integers(values: readonly number[]): string {
    return this.initializer(BigInt64Array.from(values, BigInt), "int64", [values.length]);
  }

  vector(values: readonly number[], like: Tensor): string {
    const data = like.dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values);
    return this.initializer(data, like.dtype, [values.length]);
  }

  scalar(value: number, like: Tensor): string {
    switch (like.dtype) {
      case "float32":
        return this.initializer(Float32Array.of(value), "float32", []);
      case "float64":
        return this.initializer(Float64Array.of(value), "float64", []);
      case "int64":
        return this.initializer(BigInt64Array.of(BigInt(value)), "int64", []);
      case "bool":
        return this.initializer(Uint8Array.of(value), "bool", []);
    }
  }

  /** Gives a value a second, public name. */
  alias(from: string, to: string): void {
    if (from === to) return;
    if (this.inputs.some(({ name }) => name === to)) throw new WordloomError("invalid_argument", `"${to}" names both an input and another value's output; give the output a name of its own.`);
    this.nodes.push(create(NodeProtoSchema, { opType: "Identity", input: [from], output: [to] }));
  }

  finish(name: string, outputs: readonly (TensorType & { name: string })[]): LoweredGraph {
    this.foldAliases(new Set(outputs.map((output) => output.name)));
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: "wordloom",
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: "", version: BigInt(OPSET) }),
        create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 1n }),
      ],
      graph: create(GraphProtoSchema, {
        name,
        node: this.nodes,
        initializer: this.initializers,
        input: this.inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      }),
    });
    return { bytes: toBinary(ModelProtoSchema, model), inputs: this.inputs, outputs, nodeCount: this.nodes.length };
  }

  /** Renames a value at its producer instead of copying it through Identity, wherever the value has one public name. */
  private foldAliases(publicNames: ReadonlySet<string>): void {
    const producers = new Map<string, NodeProto>();
    for (const node of this.nodes) for (const output of node.output) producers.set(output, node);
    const renamed = new Map<string, string>();
    const kept = this.nodes.filter((node) => {
      const [to] = node.output;
      if (!(node.opType === "Identity" && publicNames.has(to))) return true;
      const [from] = node.input;
      const producer = producers.get(from);
      if (!producer || renamed.has(from)) return true;
      renamed.set(from, to);
      return false;
    });
    for (const node of kept) {
      node.output = node.output.map((value) => renamed.get(value) ?? value);
      node.input = node.input.map((value) => renamed.get(value) ?? value);
    }
    this.nodes.splice(0, this.nodes.length, ...kept);
  }

  private fresh(prefix: string): string {
    let name = `${prefix}${this.counter++}`;
    while (this.taken.has(name)) name = `${prefix}${this.counter++}`;
    return name;
  }

  private nameOf(tensor: Tensor): string {
    const names = this.values.get(tensor.node);
    if (!names) throw new Error("a node was lowered before its input");
    return names[tensor.index];
  }

  private lowerNode(node: GraphNode): readonly string[] {
    if (node.operator === inputOperator) {
      const { shape, dtype } = node.outputs[0];
      const name = node.source as string;
      const same = this.inputs.find((known) => known.name === name);
      if (!same) this.inputs.push({ name, shape, dtype });
      else if (same.dtype !== dtype || !sameShape(same.shape, shape)) {
        const [one, other] = [same, { shape, dtype }].map((type) => `${type.dtype} ${showShape(type.shape)}`);
        throw new WordloomError("invalid_argument", `Two different inputs are named "${name}", ${one} and ${other}; give each a name of its own.`);
      }
      return [name];
    }
    if (node.operator === constantOperator) {
      const [{ shape, dtype }] = node.outputs;
      return [this.initializer(node.source as TensorData, dtype, shape)];
    }
    const inputs = node.inputs.map((input) => this.nameOf(input));
    if (node.operator.lower) return node.operator.lower(this, inputs, node);
    return this.emit(node.operator.onnx, inputs, {}, { domain: node.operator.domain, outputs: node.outputs.length });
  }

  private initializer(data: TensorData, dtype: DataType, shape: Shape): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = bytes.length <= 65536 ? `constant:${dtype}[${shape.join()}]${Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")}` : null;
    const known = key ? this.computed.get(key) : undefined;
    if (known) return known[0];
    const name = this.fresh("c");
    this.initializers.push(
      create(TensorProtoSchema, { name, dataType: onnxDataType[dtype], dims: shape.map((d) => BigInt(d)), rawData: bytes.slice() }),
    );
    if (key) this.computed.set(key, [name]);
    return name;
  }
}

function attributeProto(name: string, value: OnnxAttributes[string]): AttributeProto {
  if (typeof value === "number") return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo({ name, shape, dtype }: TensorType & { name: string }): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: onnxDataType[dtype],
          shape: {
            dim: shape.map((dimension) =>
              create(TensorShapeProto_DimensionSchema, {
                value: typeof dimension === "number" ? { case: "dimValue", value: BigInt(dimension) } : { case: "dimParam", value: dimension },
              }),
            ),
          },
        },
      },
    },
  });
}
