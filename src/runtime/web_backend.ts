// ONNX Runtime's WebAssembly build: the same programs in a browser tab, and wherever there is no native build.

import type { InferenceSession } from "onnxruntime-web";
import { WordloomError } from "../errors.js";
import type { Backend, Session, SessionOptions } from "./backend.js";
import { OrtSession } from "./ort_session.js";

type OnnxRuntimeWeb = typeof import("onnxruntime-web");

let loading: Promise<OnnxRuntimeWeb> | undefined;
/** Threads of the one WebAssembly instance that all sessions share; it keeps the number that it was started with. */
let startedThreads: number | undefined;

/** Loads the package on first use only: the WebAssembly file is some 14 MB. */
async function load(threads: number): Promise<OnnxRuntimeWeb> {
  loading ??= import("onnxruntime-web");
  let ort: OnnxRuntimeWeb;
  try {
    ort = await loading;
  } catch (cause) {
    loading = undefined; // a page may try again once it is back on line
    throw new WordloomError("device_unavailable", "ONNX Runtime's WebAssembly build could not be loaded; check that its files are served beside the page, then try again.", { cause });
  }
  if (startedThreads === undefined) {
    startedThreads = threads;
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.proxy = false; // programs already run in a worker of ours
  } else if (startedThreads !== threads) {
    throw new WordloomError(
      "invalid_argument",
      `The WebAssembly build was started with threads ${startedThreads} and cannot change to ${threads}; use ${startedThreads}, or reload the page.`,
    );
  }
  return ort;
}

/**
 * Programs on WebAssembly ("cpu") or on the browser's GPU ("webgpu"). Every session of a page has the `threads` of the
 * first; more than one need a cross-origin isolated page.
 */
export const webBackend: Backend = {
  name: "onnxruntime-web",

  async createSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
    const { device, threads } = options;
    if (device !== "cpu" && device !== "webgpu") {
      throw new WordloomError("device_unavailable", `The device "${device}" does not exist on the web; use "cpu", which is WebAssembly there, or "webgpu".`);
    }
    const ort = await load(threads);
    const settings: InferenceSession.SessionOptions = {
      // Named alone: beside "wasm", a missing GPU would be passed over in silence.
      executionProviders: [device === "cpu" ? "wasm" : "webgpu"],
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    };
    let session: InferenceSession;
    try {
      session = await ort.InferenceSession.create(model, settings);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      if (device === "webgpu") {
        throw new WordloomError("device_unavailable", `The device "webgpu" is not available here (${detail.split("\n")[0].slice(0, 160)}); use "cpu", which is WebAssembly.`, { cause });
      }
      throw new WordloomError("internal", `ONNX Runtime refused a graph: ${detail}`, { cause });
    }
    // Outputs come back as copies out of the WebAssembly memory, never in memory that was offered.
    return new OrtSession(session, ort.Tensor, false, false);
  },
};
