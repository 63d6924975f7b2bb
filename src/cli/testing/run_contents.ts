// What a run's folder holds, in a form that tests compare: everything but times, and tensors by the hash of their bytes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { readSafetensors, type StoredTensor } from "../../storage/safetensors.js";
import { readMetrics, type MetricsLine } from "../../training/metrics_log.js";
import { readTrainingState, type TrainingState } from "../../training/training_state.js";
import type { Workplace } from "./command_line.js";

/** Reads the runs in a folder by their names. */
export class RunReader {
  constructor(private readonly place: () => Workplace) {}

  file(run: string, name: string): string {
    return this.place().file(`${run}/${name}`);
  }

  /** The lines of metrics.jsonl without times. */
  metrics(run: string): MetricsLine[] {
    return readMetrics(this.file(run, "metrics.jsonl")).map((line) => ({ ...line, seconds: 0, tokensPerSecond: 0 }));
  }

  config(run: string): Record<string, unknown> {
    return JSON.parse(readFileSync(this.file(run, "config.json"), "utf8")) as Record<string, unknown>;
  }

  card(run: string): string {
    return readFileSync(this.file(run, "README.md"), "utf8");
  }

  state(run: string): TrainingState {
    return readTrainingState(this.file(run, "training_state/state.safetensors")).state;
  }

  /** All of a run that must be the same bit for bit. */
  contents(run: string): unknown {
    const { tensors, progress } = this.state(run);
    return {
      weights: hashes(readSafetensors(this.file(run, "model.safetensors")).tensors),
      state: hashes(tensors),
      progress: { ...progress, seconds: 0 },
      metrics: this.metrics(run),
      config: readFileSync(this.file(run, "config.json"), "utf8"),
    };
  }

  /** Runs the command that a run's card gives to repeat it, into another folder. */
  async repeat(run: string, out: string): Promise<void> {
    const [, command] = /## Repeat\n\n```sh\nnpx wordloom (.*)\n```/.exec(this.card(run))!;
    const { stdout } = await promisify(execFile)("bash", ["-c", String.raw`printf '%s\0' ${command}`]); // as a shell takes it apart
    const { code, stderr } = await this.place().run(...stdout.split("\0").slice(0, -1), "--out", out);
    assert.equal(code, 0, stderr);
  }
}

const hashes = (tensors: ReadonlyMap<string, StoredTensor>): unknown =>
  [...tensors].map(([name, { shape, data }]) => [name, shape, createHash("sha256").update(Buffer.from(data.buffer, data.byteOffset, data.byteLength)).digest("hex")]);
