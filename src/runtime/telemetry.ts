// Keeps a person's machine to itself: ONNX Runtime's native builds report their use to their maker unless told not to.

/**
 * Switches the reporting off. Must run on the main thread before the native library loads: a worker's environment
 * is a copy that native code never sees.
 */
export function disableTelemetry(): void {
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
}
