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
  private ended = false;

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
    if (this.ended) return Promise.reject(new WordloomError("invalid_argument", "This model was released already; load it again to use it."));
    const id = this.nextId++;
    const abort = (): void => this.send({ kind: "abort", id });
    return new Promise<Result>((resolve, reject) => {
      this.worker.ref();
      this.pending.set(id, { emit: emit as (event: unknown) => void, resolve: resolve as (result: unknown) => void, reject });
      try {
        this.send({ kind: "call", id, module, job, argument });
      } catch (cause) {
        this.settle(id);
        reject(new WordloomError("invalid_argument", "An option cannot be passed to the worker thread; give plain values.", { cause }));
        return;
      }
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { once: true });
    }).finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Ends the thread; jobs still running are rejected. */
  async release(): Promise<void> {
    this.ended = true;
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
    this.settle(response.id);
    if (response.kind === "result") job.resolve(response.result);
    else job.reject(restoreError(response.error));
  }

  private settle(id: number): void {
    this.pending.delete(id);
    if (this.pending.size === 0) this.worker.unref();
  }

  private fail(error: Error): void {
    this.ended = true;
    for (const job of this.pending.values()) job.reject(error);
    this.pending.clear();
  }
}
