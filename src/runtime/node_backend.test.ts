// Devices of the native build: what is absent is refused in one sentence.

import { describe, expect, it } from "vitest";
import { WordloomError } from "../errors.js";
import { lowerGraph } from "../onnx/lower.js";
import { input, tanh } from "../tensor/index.js";
import type { Device } from "./backend.js";
import { nodeBackend } from "./node_backend.js";

const { bytes } = lowerGraph({ y: tanh(input("x", [2])) });

/** The error of a device, or null where the machine has it. */
async function refusal(device: string): Promise<unknown> {
  try {
    const session = await nodeBackend.createSession(bytes, { device: device as Device, threads: 1 });
    await session.release();
    return null;
  } catch (error) {
    return error;
  }
}

function expectSentence(error: unknown, device: string): void {
  expect(error).toBeInstanceOf(WordloomError);
  const { code, message } = error as WordloomError;
  expect(code).toBe("device_unavailable");
  expect(message).toContain(`"${device}"`);
  expect(message).toContain("--device cpu");
  expect(message).toMatch(/^The device [^\n]*\.$/);
}

describe("devices", () => {
  it("has the processor everywhere", async () => {
    expect(await refusal("cpu")).toBeNull();
  });

  it("refuses CUDA where it is absent", async () => {
    const error = await refusal("cuda");
    if (error !== null) expectSentence(error, "cuda");
  });

  it("refuses another system's device", async () => {
    const device = process.platform === "darwin" ? "dml" : "coreml";
    expectSentence(await refusal(device), device);
  });

  it("refuses a device that nobody knows", async () => {
    expectSentence(await refusal("abacus"), "abacus");
  });
});

describe("a graph that is none", () => {
  it("is our mistake, and says so", async () => {
    await expect(nodeBackend.createSession(Uint8Array.of(1, 2, 3), { device: "cpu", threads: 1 })).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("ONNX Runtime refused a graph"),
    });
  });
});
