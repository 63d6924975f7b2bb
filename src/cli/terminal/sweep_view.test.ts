import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SweepEvent } from "../../experiments/sweep_events.js";
import { createSweepView } from "./sweep_view.js";
import { FakeWriteStream, TerminalScreen } from "./testing/terminal_screen.js";
import { progress } from "./testing/training_events.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings = { lr: 0.003, weightDecay: 0 };
const start: SweepEvent = { type: "start", folder: "runs/poems-sweep", trials: 4, varied: ["lr", "weightDecay"], rungs: [100, 300, 900], measure: "loss", measured: 1 };
const begin = (trial: number, position: number): SweepEvent => ({ type: "begin", trial, settings, rung: 1, steps: 100, position, count: 4, secondsLeft: null });
const measured = (trial: number, score: number | null, error: string | null = null): SweepEvent => ({ type: "measured", trial, settings, rung: 1, step: 100, score, error, secondsLeft: 75 });
const training = (trial: number, event: Extract<SweepEvent, { type: "training" }>["event"]): SweepEvent => ({ type: "training", trial, event });
const events: readonly SweepEvent[] = [
  start,
  begin(2, 2),
  training(2, { type: "notice", message: "3 empty lines were skipped." }),
  measured(2, 2.5),
  begin(3, 3),
  training(3, { type: "notice", message: "3 empty lines were skipped." }),
  measured(3, null, "Training diverged\u001B[2J."),
  { type: "pruned", rung: 1, steps: 100, goOn: [1, 2], pruned: [4] },
];

describe("a sweep", () => {
  it("is a log in a pipe: a line a result, and one every ten seconds of a long training", () => {
    const stream = new FakeWriteStream();
    const view = createSweepView({ stream: stream.asStdout });
    for (const event of events) view.handle(event);
    view.handle(begin(1, 1));
    for (let step = 10; step <= 90; step += 10) {
      view.handle(training(1, progress(step)));
      vi.advanceTimersByTime(4000);
    }
    view.close();
    expect(`\n${stream.written}`).toBe(`
Sweep runs/poems-sweep: 4 trainings over lr and weight-decay, of 900 steps, the worse ones pruned at 100 and 300
Going on: 1 result is there already.
3 empty lines were skipped.
rung 1 of 3  2 of 4  training 2: lr 0.003, weight-decay 0  loss 2.5000  about 1m 15s left
rung 1 of 3  3 of 4  training 3: lr 0.003, weight-decay 0  failed: Training diverged␛[2J.  about 1m 15s left
After 100 steps: trainings 1 and 2 go on, 1 pruned
rung 1 of 3  1 of 4  step 40/100  train 3.9600  of training 1
rung 1 of 3  1 of 4  step 70/100  train 3.9300  of training 1
`);
  });

  it("has a bar of its rung on a terminal, no line wider than that, and leaves none", () => {
    for (const columns of [100, 40, 12]) {
      const screen = new TerminalScreen(columns, 30);
      const stream = new FakeWriteStream(screen);
      const view = createSweepView({ stream: stream.asStdout, color: false });
      view.handle(start);
      view.handle(begin(2, 3));
      vi.advanceTimersByTime(1000);
      view.handle(training(2, progress(50)));
      if (columns === 100) expect(screen.text.split("\n").slice(-2)).toEqual(["training 2: lr 0.003, weight-decay 0", "━━━━━━━━━━━━━━━━━━╸───────────  rung 1 of 3  3 of 4  step 50/100  train 3.9500"]);
      for (const event of events.slice(3)) view.handle(event);
      view.close();
      expect(screen.text).not.toContain("━");
      expect(screen.text.replace(/\s+/g, " ")).toContain("loss 2.5000");
      expect(screen.cursorVisible).toBe(true);
    }
  });
});
