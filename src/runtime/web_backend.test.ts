// The WebAssembly build runs the same programs to the same values as the native one.

import { describe, expect, it } from "vitest";
import { batchInputs } from "../models/text_model.js";
import { Gpt2LanguageModel } from "../models/gpt2.js";
import { nameParameters, parameterSpecs } from "../nn/module.js";
import { TraceContext } from "../nn/trace_context.js";
import { lowerGraph } from "../onnx/lower.js";
import { createOptimizer, OPTIMIZER_DEFAULTS } from "../training/optimizer.js";
import { groupGradients, scalarInput, updateOutputs } from "../training/update_graph.js";
import { cast, greater, input, mul, not, tanh } from "../tensor/index.js";
import { hostTensor, type Backend, type Device, type HostTensor } from "./backend.js";
import { nodeBackend } from "./node_backend.js";
import { ParameterBuffers } from "./parameters.js";
import { Program } from "./program.js";
import { RandomStream } from "./random.js";
import { webBackend } from "./web_backend.js";

const SESSION = { device: "cpu", threads: 1 } as const;
const ROWS = 3;
const LENGTH = 8;
const VOCABULARY = 11;

function tokens(random: RandomStream): HostTensor {
  return hostTensor(BigInt64Array.from({ length: ROWS * LENGTH }, () => BigInt(random.integer(VOCABULARY))), [ROWS, LENGTH]);
}

/** Three steps of AdamW on a small GPT-2, from the same start and on the same batches for every backend. */
async function train(backend: Backend): Promise<{ losses: number[]; weights: Float32Array }> {
  const model = new Gpt2LanguageModel({
    vocabularySize: VOCABULARY, contextLength: LENGTH, layers: 2, heads: 2, width: 16, dropout: 0, tieEmbeddings: true, epsilon: 1e-5,
  });
  const parameters = nameParameters(model);
  // A key's bias has no gradient but rounding; a larger ε keeps Adam from blowing that up into steps of either sign.
  const optimizer = createOptimizer({ ...OPTIMIZER_DEFAULTS, epsilon: 1e-4 });
  const buffers = new ParameterBuffers(parameterSpecs(parameters), optimizer.slots);
  buffers.initialize(new RandomStream(1, "initialisation"));
  const { lossSum } = model.loss(batchInputs(model, { rows: ROWS, length: LENGTH }), {}, new TraceContext(true));
  const loss = mul(lossSum, 1 / (ROWS * LENGTH));
  const outputs = updateOutputs(groupGradients(loss, parameters, buffers), buffers, optimizer, 1);
  const program = await Program.compile({ loss, ...outputs }, backend, SESSION);

  const random = new RandomStream(1, "batches");
  const losses: number[] = [];
  for (let step = 1; step <= 3; step++) {
    const scalars = Object.entries(optimizer.scalars(0.01, step)).map(([name, value]) => [scalarInput(name), hostTensor(Float32Array.of(value), [])]);
    const batch = { tokens: tokens(random), targets: tokens(random), restart: hostTensor(new Float32Array(ROWS), [ROWS]) };
    const results = await program.run({ ...buffers.feeds(), ...batch, ...Object.fromEntries(scalars) }, buffers.targets());
    losses.push(Number(results.loss.data[0]));
    buffers.swap();
  }
  await program.release();
  return { losses, weights: buffers.flat().slice() };
}

describe("the WebAssembly build", () => {
  it("trains a Transformer as the native build does", async () => {
    const native = await train(nodeBackend);
    const web = await train(webBackend);
    expect(native.losses[2]).not.toBeCloseTo(native.losses[0], 3);
    for (const [step, loss] of native.losses.entries()) expect(Math.abs(web.losses[step] - loss)).toBeLessThan(1e-4);
    const furthest = native.weights.reduce((worst, weight, i) => Math.max(worst, Math.abs(weight - web.weights[i])), 0);
    expect(furthest).toBeLessThan(1e-3);
  });

  it("takes and gives every element type, into given memory as well", async () => {
    const x = input("x", ["count"], "float64");
    const flag = input("flag", [2], "bool");
    const program = await Program.compile({ y: mul(x, 0.1), whole: cast(x, "int64"), other: not(flag), positive: greater(x, 0) }, webBackend, SESSION);
    const memory = hostTensor(new Float64Array(2), [2]);
    const feeds = { x: hostTensor(Float64Array.of(3, -7), [2]), flag: hostTensor(Uint8Array.of(1, 0), [2]) };
    const results = await program.run(feeds, { y: memory });
    expect(memory.data).toEqual(Float64Array.of(3 * 0.1, -7 * 0.1));
    expect(results).toEqual({
      whole: hostTensor(BigInt64Array.of(3n, -7n), [2]),
      other: hostTensor(Uint8Array.of(0, 1), [2]),
      positive: hostTensor(Uint8Array.of(1, 0), [2]),
    });
    const longer = await program.run({ ...feeds, x: hostTensor(Float64Array.of(1, 2, 3), [3]) });
    expect(longer.whole.shape).toEqual([3]);
    await program.release();
  });
});

describe("what the web does not have", () => {
  const { bytes } = lowerGraph({ y: tanh(input("x", [2])) });

  it.each(["cuda", "dml", "coreml", "abacus"])("refuses the device %s", async (device) => {
    await expect(webBackend.createSession(bytes, { device: device as Device, threads: 1 })).rejects.toMatchObject({
      code: "device_unavailable",
      message: `The device "${device}" does not exist on the web; use "cpu", which is WebAssembly there, or "webgpu".`,
    });
  });

  it("refuses WebGPU where there is none, and does not run on the processor instead", async () => {
    await expect(webBackend.createSession(bytes, { device: "webgpu", threads: 1 })).rejects.toMatchObject({
      code: "device_unavailable",
      message: expect.stringMatching(/^The device "webgpu" is not available here [^\n]*\.$/),
    });
  });

  it("refuses another number of threads than it was started with", async () => {
    const session = await webBackend.createSession(bytes, SESSION);
    await expect(webBackend.createSession(bytes, { device: "cpu", threads: 2 })).rejects.toMatchObject({ code: "invalid_argument", message: expect.stringContaining("started with threads 1") });
    await session.release();
  });

  it("refuses a graph that is none", async () => {
    await expect(webBackend.createSession(Uint8Array.of(1, 2, 3), SESSION)).rejects.toMatchObject({ code: "internal" });
  });
});
