// The messages between the main thread and a worker that runs jobs, and how errors cross unharmed.

import { WordloomError, type ErrorCode } from "../errors.js";

/** To the worker: run a module's exported job, or interrupt one. */
export type JobRequest =
  | { readonly kind: "call"; readonly id: number; readonly module: string; readonly job: string; readonly argument: unknown }
  | { readonly kind: "abort"; readonly id: number };

export interface SerializedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
}

/** From the worker. */
export type JobResponse =
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: SerializedError };

/** A job: plain data in, events while it runs, plain data out. The signal acts between two runs of a program. */
export type Job<Argument, Event, Result> = (argument: Argument, emit: (event: Event) => void, signal: AbortSignal) => Promise<Result>;

export function serializeError(error: unknown): SerializedError {
  if (error instanceof Error) return { code: error instanceof WordloomError ? error.code : null, message: error.message, stack: error.stack };
  return { code: null, message: String(error), stack: undefined };
}

export function restoreError({ code, message, stack }: SerializedError): Error {
  const error = code === null ? new Error(message) : new WordloomError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
