// Reads an ONNX file back, so that tests can look at what was written.

import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type GraphProto } from "../../onnx/onnx_pb.js";

/** The graph of an ONNX file. */
export function parseGraph(bytes: Uint8Array): GraphProto {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  if (!graph) throw new Error("the file holds no graph");
  return graph;
}

/** How often each operator occurs in a file. */
export function countNodes(bytes: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of parseGraph(bytes).node) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}
