// Keeps metrics.jsonl, one JSON line for each evaluation, such that a crash costs at most the line being written.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, statSync } from "node:fs";
import { z } from "zod";
import { WordloomError } from "../errors.js";
import { writeFully } from "../storage/atomic_file.js";
import { writingError } from "../storage/file_error.js";
import { readTextFile } from "../storage/json_file.js";

const lineSchema = z
  .object({
    step: z.int().nonnegative(),
    seconds: z.number(),
    trainLoss: z.number(),
    validationLoss: z.number(),
    learningRate: z.number(),
    tokensPerSecond: z.number(),
  })
  .catchall(z.number());

/**
 * One evaluation: losses in nats per token, seconds of training over all resumed parts. A family may add numbers of
 * its own, as a variational autoencoder does with its KL term.
 */
export type MetricsLine = Readonly<z.infer<typeof lineSchema>>;

const what = "the run's metrics";

/**
 * Appends a line and waits until it is on the disk. If it cannot be written whole, the file is left as it was.
 * @returns the file's new size in bytes
 * @throws WordloomError `disk_full`, `file_not_found`, or `non_finite_loss` for a number that JSON cannot hold
 */
export function appendMetrics(path: string, line: MetricsLine): number {
  const bad = Object.entries(line).find(([, value]) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new WordloomError("non_finite_loss", `At step ${line.step}, ${bad[0]} is ${bad[1]}, not a finite number.`);
  }
  try {
    const descriptor = openSync(path, "a");
    try {
      const before = fstatSync(descriptor).size;
      try {
        writeFully(descriptor, Buffer.from(`${JSON.stringify(line)}\n`));
        fsyncSync(descriptor);
      } catch (error) {
        ftruncateSync(descriptor, before);
        throw error;
      }
      return fstatSync(descriptor).size;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw writingError(path, error);
  }
}

function parseLine(text: string): MetricsLine | null {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Reads all lines; a last one that a crash cut off is left out. A file that does not exist has no lines.
 * @throws WordloomError `invalid_run` for any other line that is wrong, `file_unreadable`
 */
export function readMetrics(path: string): MetricsLine[] {
  if (metricsBytes(path) === 0) return [];
  const texts = readTextFile(path, what).split("\n");
  if (texts.at(-1) === "") texts.pop();
  const lines: MetricsLine[] = [];
  for (const [index, text] of texts.entries()) {
    const line = parseLine(text);
    if (line !== null) lines.push(line);
    else if (index < texts.length - 1) {
      const sentence = `"${path}" (${what}) has a line ${index + 1} that is no evaluation; delete that line.`;
      throw new WordloomError("invalid_run", sentence);
    }
  }
  return lines;
}

/** The file's size in bytes; 0 if it does not exist. */
export function metricsBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * Forgets what was written after the file had so many bytes, and a last line that is not whole, so that appending
 * goes on from there. A file that does not exist stays so.
 * @throws WordloomError `disk_full` if the file cannot be changed
 */
export function truncateMetrics(path: string, bytes: number): void {
  const size = metricsBytes(path);
  if (size === 0) return;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r+");
    const kept = Buffer.alloc(Math.min(bytes, size));
    const count = readSync(descriptor, kept, 0, kept.byteLength, 0);
    const end = kept.subarray(0, count).lastIndexOf("\n") + 1;
    if (end === size) return;
    ftruncateSync(descriptor, end);
    fsyncSync(descriptor);
  } catch (error) {
    throw writingError(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
