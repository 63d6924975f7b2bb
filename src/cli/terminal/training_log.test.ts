import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { TrainingEvent } from "../../training/events.js";
import { FakeWriteStream, TerminalScreen } from "./testing/terminal_screen.js";
import { end, evaluation, progress, start } from "./testing/training_events.js";
import { progressLine } from "./training_lines.js";
import { createTrainingView, type TrainingView } from "./training_view.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function inPipe(): { view: TrainingView; stream: FakeWriteStream } {
  const stream = new FakeWriteStream();
  return { view: createTrainingView({ stream: stream.asStdout }), stream };
}

describe("in a pipe", () => {
  it("writes plain lines: evaluations with their sample, and progress every ten seconds at most", () => {
    const { view, stream } = inPipe();
    view.handle(start);
    view.handle({ type: "notice", message: "3 empty lines were skipped." });
    for (let step = 10; step <= 500; step += 10) {
      view.handle(progress(step));
      if (step === 250) view.handle(evaluation(step));
      vi.advanceTimersByTime(500);
    }
    view.handle(evaluation(500, { best: false, sample: `tab\t\u001B[2J ${"很".repeat(300)}` }));
    view.handle(end);
    view.close();
    expect(`\n${stream.written}`).toMatchInlineSnapshot(`
      "
      Training runs/poems: lstm, 81.2k parameters, vocabulary of 65
      1.00M tokens to learn from, 112k held out, 768 a step; cpu, 4 threads
      3 empty lines were skipped.
      step   210/2,000   10%  11s  train 3.7900  20 steps/s  15.4k tokens/s  1m 30s left
      step   250      13s  train 3.7500  validation 3.8500  ★ best  15.4k tokens/s
          Once upon↵a time
      step   450/2,000   22%  23s  train 3.5500  20 steps/s  15.4k tokens/s  1m 18s left
      step   500      25s  train 3.5000  validation 3.6000          15.4k tokens/s
          tab␉␛[2J 很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很很…
      Done: 2,000 steps in 1m 40s
      Best validation loss 2.6000 at step 1,500, kept in runs/poems
      "
    `);
    expect(stream.written).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  });

  it("says flags as they are typed, and no speed before there is one", () => {
    const { view, stream } = inPipe();
    view.handle({ type: "notice", message: 'It was read as one text (option "targetFile" decides).' });
    view.handle({ ...evaluation(1), tokensPerSecond: 0 });
    expect(stream.written).toContain("It was read as one text (--target-file decides).\n");
    expect(stream.written).toMatch(/validation \S+ +★ best\n/);
    expect(progressLine({ ...progress(1), stepsPerSecond: 0, tokensPerSecond: 0 })).not.toContain("/s");
    expect(progressLine(progress(1))).toContain("tokens/s");
  });

  it("leaves it to the notice to say where a run goes on, and says why it ended", () => {
    const { view, stream } = inPipe();
    view.handle({ ...start, step: 1200, threads: 1 });
    view.handle({ ...end, reason: "interrupted", bestValidationLoss: Infinity });
    expect(stream.written).toMatch(
      /cpu, 1 thread\nInterrupted: 2,000 steps in 1m 40s\nNot evaluated yet; kept in runs\/poems\n$/,
    );
    const words = (["minutes", "converged"] as const).map((reason) => {
      const other = inPipe();
      other.view.handle({ ...end, reason });
      return other.stream.written.split(":")[0];
    });
    expect(words).toEqual(["Time is up", "No longer improving"]);
  });

  it("falls silent, and no more, when its reader has gone", async () => {
    vi.useRealTimers();
    const { view, stream } = inPipe();
    view.handle(start);
    stream.failure = "EPIPE";
    view.handle(evaluation(1));
    await new Promise((resolve) => setImmediate(resolve));
    view.handle(evaluation(2));
    view.handle(end);
    view.close();
    expect(stream.writes).toHaveLength(1);
  });
});

describe("with json", () => {
  it("writes every event as one line and nothing else, also on a terminal", () => {
    const events: TrainingEvent[] = [start, { type: "notice", message: "a\nb" }, progress(1), evaluation(1), end];
    const stream = new FakeWriteStream(new TerminalScreen(200, 24));
    const view = createTrainingView({ stream: stream.asStdout, json: true });
    events.forEach((event) => view.handle(event));
    view.close();
    expect(stream.writes.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
    expect(stream.writes.map((line) => JSON.parse(line))).toEqual(events);
  });
});

describe("what the environment wants", () => {
  afterEach(() => vi.unstubAllEnvs());

  const escapes = (variables: Record<string, string>) => {
    for (const name of ["NO_COLOR", "TERM"]) vi.stubEnv(name, variables[name]);
    const stream = new FakeWriteStream(new TerminalScreen(80, 24));
    const view = createTrainingView({ stream: stream.asStdout });
    view.handle(start);
    view.close();
    return { colors: /\u001B\[1m/.test(stream.written), cursor: /\u001B\[\?25l/.test(stream.written) };
  };

  it("is respected", () => {
    expect(escapes({ TERM: "xterm" })).toEqual({ colors: true, cursor: true });
    expect(escapes({ TERM: "xterm", NO_COLOR: "" })).toEqual({ colors: true, cursor: true });
    expect(escapes({ TERM: "xterm", NO_COLOR: "1" })).toEqual({ colors: false, cursor: true });
    expect(escapes({ TERM: "dumb" })).toEqual({ colors: false, cursor: false });
  });
});
