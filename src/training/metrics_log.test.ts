// Checks that metrics survive a crash: lines come back as written, a cut one is forgotten, and the rest goes on.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendMetrics, metricsBytes, readMetrics, truncateMetrics } from "./metrics_log.js";
import type { MetricsLine } from "./metrics_log.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-metrics-"));
  path = join(folder, "metrics.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function line(step: number): MetricsLine {
  const losses = { trainLoss: 1 / step, validationLoss: 1.1 / step };
  return { step, seconds: step / 3, ...losses, learningRate: 1e-3, tokensPerSecond: 12345.678 };
}

describe("metrics", () => {
  it("come back exactly, with the family's own numbers, and their size is told", () => {
    expect(readMetrics(path)).toEqual([]);
    expect(metricsBytes(path)).toBe(0);
    appendMetrics(path, line(1));
    const size = appendMetrics(path, { ...line(2), divergence: 0.1 + 0.2 });
    expect(size).toBe(readFileSync(path).byteLength);
    expect(metricsBytes(path)).toBe(size);
    expect(readMetrics(path)).toEqual([line(1), { ...line(2), divergence: 0.1 + 0.2 }]);
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8").split("\n")[0]))).toEqual(Object.keys(line(1)));
  });

  it.each(['{"step": 2, "seco', '{"step": 2}\n', "\0\0\0\0"])("do without a last line that was cut: %j", (rest) => {
    appendMetrics(path, line(1));
    appendFileSync(path, rest);
    expect(readMetrics(path)).toEqual([line(1)]);
  });

  it("name a line that is wrong elsewhere", () => {
    writeFileSync(path, `${JSON.stringify(line(1))}\nnonsense\n${JSON.stringify(line(3))}\n`);
    expect(() => readMetrics(path)).toThrow(`"${path}" (the run's metrics) has a line 2 that is no evaluation`);
  });

  it("forget what follows a size, and a line that it cuts, and go on from there", () => {
    const first = appendMetrics(path, line(1));
    const second = appendMetrics(path, line(2));
    const whole = readFileSync(path);
    appendMetrics(path, line(3));
    truncateMetrics(path, second);
    expect(readFileSync(path)).toEqual(whole);
    truncateMetrics(path, second - 1);
    expect(metricsBytes(path)).toBe(first);
    appendFileSync(path, '{"step": 2, "sec');
    truncateMetrics(path, 1_000_000);
    expect(appendMetrics(path, line(2))).toBe(second);
    expect(readFileSync(path)).toEqual(whole);
    truncateMetrics(path, 0);
    expect(metricsBytes(path)).toBe(0);
  });

  it("are not made by truncating", () => {
    truncateMetrics(path, 10);
    expect(existsSync(path)).toBe(false);
  });

  it("refuse what JSON cannot hold, and name it", () => {
    appendMetrics(path, line(1));
    const size = metricsBytes(path);
    expect(() => appendMetrics(path, { ...line(2), trainLoss: NaN })).toThrow("At step 2, trainLoss is NaN");
    expect(() => appendMetrics(path, { ...line(2), kl: Infinity })).toThrow("kl is Infinity");
    expect(metricsBytes(path)).toBe(size);
  });

  it("say that there is no folder to write to", () => {
    expect(() => appendMetrics(join(folder, "none", "metrics.jsonl"), line(1))).toThrow("there is no folder");
  });
});
