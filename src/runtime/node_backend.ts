// ONNX Runtime's native build for Node.js: the default, and the fast one.

import { createRequire } from "node:module";
import type { InferenceSession } from "onnxruntime-node";
import { WordloomError } from "../errors.js";
import type { Backend, Device, Session, SessionOptions } from "./backend.js";
import { OrtSession } from "./ort_session.js";
import { disableTelemetry } from "./telemetry.js";

// Through require: the package is CommonJS, and its native part must load once per process, on first use only.
const require = createRequire(import.meta.url);
let loaded: typeof import("onnxruntime-node") | undefined;

function load(): typeof import("onnxruntime-node") {
  try {
    if (!loaded) {
      disableTelemetry();
      loaded = require("onnxruntime-node") as typeof import("onnxruntime-node");
      loaded.env.logLevel = "fatal"; // what goes wrong is said once, in our own sentence
    }
    return loaded;
  } catch (cause) {
    throw new WordloomError("device_unavailable", `ONNX Runtime has no native build for ${process.platform}-${process.arch}; reinstall with npm ci, or use a supported platform.`, { cause });
  }
}

/** A provider's absence in one sentence. */
function unavailable(device: Device, cause: unknown): WordloomError {
  const reason = cause instanceof Error ? ` (${cause.message.split("\n")[0].slice(0, 160)})` : "";
  return new WordloomError("device_unavailable", `The device "${device}" is not available on this machine${reason}; use --device cpu.`, { cause });
}

export const nodeBackend: Backend = {
  name: "onnxruntime-node",

  async createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
    const ort = load();
    if (options.device !== "cpu" && !ort.listSupportedBackends().some((backend) => backend.name === options.device)) {
      throw unavailable(options.device, null);
    }
    const settings: InferenceSession.SessionOptions = {
      executionProviders: options.device === "cpu" ? ["cpu"] : [options.device, "cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      logSeverityLevel: 4,
      enableMemPattern: (options.intermediates ?? "planned") === "planned",
      enableCpuMemArena: options.intermediates !== "freed",
      // Masked scores leave softmax as denormal numbers, on which arithmetic is several times slower than on zeros.
      // A product followed by an addition is faster than Gemm, which ONNX Runtime would make of them: Gemm spreads the bias on one thread.
      extra: { session: { set_denormal_as_zero: "1" }, optimization: { disable_specified_optimizers: "MatMulAddFusion" } },
      ...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
    };
    let session: InferenceSession;
    try {
      session = await ort.InferenceSession.create(model, settings);
    } catch (cause) {
      if (options.device !== "cpu") throw unavailable(options.device, cause);
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new WordloomError("internal", `ONNX Runtime refused a graph: ${detail}`, { cause });
    }
    return new OrtSession(session, ort.Tensor, true, options.profile !== undefined);
  },
};
