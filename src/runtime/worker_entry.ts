// What a worker thread runs: jobs by name, so that the blocking native calls never stall the main thread.

import { parentPort } from "node:worker_threads";
import { serializeError, type Job, type JobRequest, type JobResponse } from "./worker_protocol.js";

const running = new Map<number, AbortController>();
const send = (response: JobResponse): void => parentPort?.postMessage(response);

async function run(request: JobRequest & { kind: "call" }): Promise<void> {
  const { id, module, job, argument } = request;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const jobs = (await import(module)) as Record<string, Job<unknown, unknown, unknown>>;
    const result = await jobs[job](argument, (event) => send({ kind: "event", id, event }), controller.signal);
    send({ kind: "result", id, result });
  } catch (error) {
    send({ kind: "error", id, error: serializeError(error) });
  } finally {
    running.delete(id);
  }
}

parentPort?.on("message", (request: JobRequest) => {
  if (request.kind === "call") void run(request);
  else running.get(request.id)?.abort();
});
