// The main thread's side of a worker: starts jobs, hears their events, interrupts them.

import { Worker } from "node:worker_threads";
import { WordloomError } from "../errors.js";
import { disableTelemetry } from "./telemetry.js";
import { restoreError, type JobRequest, type JobResponse } from "./worker_protocol.js";

interface Pending {
  emit(event: unknown): void;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** One worker thread. It keeps the process alive only while a job runs. */
export class JobWorker {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;

  constructor() {
    disableTelemetry();
    this.worker = new Worker(new URL("./worker_entry.js", import.meta.url));
    this.worker.unref();
    this.worker.on("message", (response: JobResponse) => this.receive(response));
    this.worker.on("error", (error) => this.fail(error));
    this.worker.on("exit", () => this.fail(new WordloomError("internal", "The worker thread ended before its job was done.")));
  }

  /**
   * Runs a job.
   * @param module URL of the module that exports it
   * @param signal interrupts it between two runs of a program
   */
  call<Event, Result>(module: string, job: string, argument: unknown, emit: (event: Event) => void, signal?: AbortSignal): Promise<Result> {
    const id = this.nextId++;
    const abort = (): void => this.send({ kind: "abort", id });
    return new Promise<Result>((resolve, reject) => {
      this.worker.ref();
      this.pending.set(id, { emit: emit as (event: unknown) => void, resolve: resolve as (result: unknown) => void, reject });
      this.send({ kind: "call", id, module, job, argument });
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { once: true });
    }).finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Ends the thread; jobs still running are rejected. */
  async release(): Promise<void> {
    await this.worker.terminate();
  }

  private send(request: JobRequest): void {
    this.worker.postMessage(request);
  }

  private receive(response: JobResponse): void {
    const job = this.pending.get(response.id);
    if (!job) return;
    if (response.kind === "event") {
      job.emit(response.event);
      return;
    }
    this.pending.delete(response.id);
    if (this.pending.size === 0) this.worker.unref();
    if (response.kind === "result") job.resolve(response.result);
    else job.reject(restoreError(response.error));
  }

  private fail(error: Error): void {
    for (const job of this.pending.values()) job.reject(error);
    this.pending.clear();
  }
}
