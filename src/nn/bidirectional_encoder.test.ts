// The bidirectional encoder against PyTorch's packed sequences, as a graph of fixed length and by ONNX Runtime's operators.

import { describe, expect, it } from "vitest";
import { RandomStream } from "../runtime/random.js";
import { cast, greater, input, mul, reshape, transpose, type Dimension, type Tensor } from "../tensor/index.js";
import { evaluate, toHost } from "../tensor/testing/evaluate.js";
import { expectClose } from "../testing/close.js";
import { compareWithFixture } from "../testing/compare_with_fixture.js";
import { fixtureCase } from "../testing/fixtures.js";
import { BidirectionalEncoder, type Encoded } from "./bidirectional_encoder.js";
import { nameParameters } from "./module.js";
import type { CellKind } from "./recurrent.js";
import { TraceContext } from "./trace_context.js";

const KINDS: readonly CellKind[] = ["rnn", "lstm", "gru"];
const SIZES = { layers: 2, inputWidth: 3, width: 6, dropout: 0 };

/** Outputs batch first and 0 at padding, as `pad_packed_sequence` gives them. */
function packed({ outputs, summary }: Encoded, counted: Tensor): Record<string, Tensor> {
  const [rows, length] = counted.shape;
  return { output: mul(transpose(outputs, [1, 0, 2]), reshape(cast(counted, outputs.dtype), [rows, length, 1])), summary };
}

describe.each(KINDS)("of %s", (cell) => {
  const fixture = fixtureCase("sequence_to_sequence_encoder", `bidirectional ${cell.toUpperCase()} encoder`);

  it.each(["float64", "float32"] as const)("computes in %s what PyTorch computes of packed rows", async (dtype) => {
    const encoder = new BidirectionalEncoder({ cell, ...SIZES });
    const parameters = nameParameters(encoder, dtype);
    await compareWithFixture({
      fixture,
      dtype,
      parameters,
      trace: ({ input: x, counted }) => packed(encoder.forward(transpose(x, [1, 0, 2]), counted, new TraceContext(false)), counted),
    });
  });

  it("reads sources of a length known only at run time alike", async () => {
    const encoder = new BidirectionalEncoder({ cell, ...SIZES });
    nameParameters(encoder);
    const x = transpose(input("input", ["rows", "length", 3]), [1, 0, 2]);
    const counted = input("counted", ["rows", "length"], "bool");
    const encoded = encoder.forward(x, counted, new TraceContext(false));
    const feeds = Object.fromEntries(
      Object.entries({ ...fixture.parameters, ...fixture.inputs }).map(([name, { shape, data, dtype }]) => [name, toHost({ shape, data }, dtype ?? "float32")]),
    );
    const results = await evaluate(packed(encoded, counted), feeds);
    for (const [name, { shape, data }] of Object.entries(fixture.outputs)) {
      expect(results[name].shape).toEqual(shape);
      expectClose(results[name].data, data, `${name} of ${cell}`);
    }
  });

  it("reads many rows of all lengths alike in both ways, and a row of padding alone as nothing", async () => {
    const [rows, length] = [40, 7];
    const encoder = new BidirectionalEncoder({ cell, ...SIZES });
    const parameters = nameParameters(encoder);
    const random = new RandomStream(3, cell);
    const draw = (shape: readonly number[]) => toHost({ shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) }, "float32");
    const trace = (shape: readonly Dimension[]): Record<string, Tensor> => {
      const counted = greater(input("lengths", [shape[1], 1]), input("positions", [1, shape[0]]));
      return packed(encoder.forward(input("input", [...shape, 3]), counted, new TraceContext(false)), counted);
    };
    const feeds = {
      ...Object.fromEntries(Array.from(parameters, ([name, { shape }]) => [name, draw(shape)])),
      input: draw([length, rows, 3]),
      lengths: toHost({ shape: [rows, 1], data: Array.from({ length: rows }, (_, i) => (i === 0 ? 0 : 1 + random.integer(length))) }, "float32"),
      positions: toHost({ shape: [1, length], data: Array.from({ length }, (_, i) => i) }, "float32"),
    };
    const unrolled = await evaluate(trace([length, rows]), feeds);
    const fused = await evaluate(trace(["length", "rows"]), feeds);
    for (const name of ["output", "summary"]) expectClose(fused[name].data, unrolled[name].data, name);
    for (const { summary } of [unrolled, fused]) {
      expect(summary.data.slice(0, SIZES.width).every((value) => value === 0)).toBe(true);
      expect(summary.data.slice(SIZES.width).every((value) => value !== 0)).toBe(true);
    }
  });
});
