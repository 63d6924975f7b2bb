import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { TrainingEvent } from "../../training/events.js";
import { FakeWriteStream, TerminalScreen } from "./testing/terminal_screen.js";
import { end, evaluation, progress, start } from "./testing/training_events.js";
import { createTrainingView, type TrainingView } from "./training_view.js";
import { textWidth } from "./visible_text.js";

const views: TrainingView[] = [];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  closeViews();
  vi.useRealTimers();
});

function closeViews(): void {
  views.splice(0).forEach((view) => view.close());
}

function onTerminal(
  columns = 80,
  rows = 24,
  color = false,
): { view: TrainingView; stream: FakeWriteStream; screen: TerminalScreen } {
  const screen = new TerminalScreen(columns, rows);
  const stream = new FakeWriteStream(screen);
  const view = createTrainingView({ stream: stream.asStdout, color });
  views.push(view);
  return { view, stream, screen };
}

/** Events as a run sends them, with time passing meanwhile. */
function play(view: TrainingView, events: readonly TrainingEvent[]): void {
  for (const event of events) {
    view.handle(event);
    vi.advanceTimersByTime(400);
  }
}

describe("on a terminal", () => {
  it("shows bar, losses, curve and sample, and keeps a line of each evaluation", () => {
    const { view, screen } = onTerminal();
    play(view, [
      start,
      { type: "notice", message: "3 empty lines were skipped." },
      ...[250, 500, 750, 1000].map((step) => progress(step)),
      evaluation(1000),
      progress(1250, { learningRate: 0.000_873 }),
      evaluation(1250, { validationLoss: 3.2, best: false, sample: "Twice" }),
      progress(1500),
    ]);
    expect(`\n${screen.text}\n`).toMatchInlineSnapshot(`
      "
      Training runs/poems: lstm, 81.2k parameters, vocabulary of 65
      1.00M tokens to learn from, 112k held out, 768 a step; cpu, 4 threads
      3 empty lines were skipped.
      step 1,000      50s  train 3.0000  validation 3.1000  ★ best  15.4k tokens/s
      step 1,250   1m 03s  train 2.7500  validation 3.2000          15.4k tokens/s

      ━━━━━━━━━━━━━╸────  75%  1,500/2,000    20 steps/s  15.4k tokens/s     25s left
      ⠒⠒ train 2.5000   ■ validation 3.2000   ★ best 3.1000 at 1,000   lr 0.001

           │            ⣀⡀
       3.6 ┤             ⠈⠉⠉⠒⠒⠤⠤⢄⣀⣀
           │                       ⠉⠉⠑⠒⠒⠤⠤⢄⣀⣀
       3.2 ┤                                 ⠉⠉⠑⠒⠒⠤⠤⢄⣀⡀                 ▄
           │                                          ⠈⠉⠉⠒⠒⠢▀⠤⣀⣀⡀
       2.8 ┤                                                    ⠈⠉⠑⠒⠒⠤⠤⢄⣀⣀
           │                                                              ⠉⠉⠑⠒⠢⠤⠤⣀⣀⡀
       2.4 ┤                                                                       ⠈⠉
           └┬───────────────────────┬───────────────────────┬───────────────────────┬
      step  0                      500                    1,000                 1,500

      sample at step 1,250
      │ Twice
      "
    `);
  });

  it("ends with the whole picture, how the run ended, and the cursor", () => {
    const { view, screen } = onTerminal(60, 14);
    play(view, [start, progress(1000), evaluation(1500, { sample: "" }), progress(2000), end]);
    view.close();
    expect(screen.cursorVisible).toBe(true);
    expect(`\n${screen.text}\n`).toMatchInlineSnapshot(`
      "
      Training runs/poems: lstm, 81.2k parameters, vocabulary of
      65
      1.00M tokens to learn from, 112k held out, 768 a step; cpu,
      4 threads
      step 1,500  validation 2.6000  ★ best

      ━━━━━━━━━━━ 100%  2,000/2,000    20 steps/s  15.4k tokens/s
      ⠒⠒ train 2.0000   ■ validation 2.6000 ★ best   lr 0.001

      sample at step 1,500
      │ (the model wrote nothing)

      Done: 2,000 steps in 1m 40s
      Best validation loss 2.6000 at step 1,500, kept in
      runs/poems
      "
    `);
  });

  it("shows the time for runs bound by minutes", () => {
    const { view, screen } = onTerminal(80, 8);
    play(view, [
      { ...start, totalSteps: null, totalSeconds: 60 },
      progress(300, { totalSteps: null, totalSeconds: 60, secondsLeft: 45 }),
    ]);
    expect(screen.text).toContain(
      "\n━━━━╸──────────────  25%  15s/1m 00s    20 steps/s  15.4k tokens/s     45s left\n",
    );
  });

  it("shows how long ago the best was for runs until convergence", () => {
    const { view, screen } = onTerminal(80, 8);
    const unbound = { totalSteps: null, secondsLeft: null };
    play(view, [{ ...start, totalSteps: null }, progress(300, unbound)]);
    expect(screen.text).toContain("step 300   15s   no best yet");
    play(view, [evaluation(400), evaluation(500, { best: false }), progress(2000, unbound)]);
    expect(screen.text).toContain("step 2,000   1m 40s   last best 1m 20s ago");
  });

  it("draws at most a few frames a second, and always the last one", () => {
    const { view, stream, screen } = onTerminal();
    view.handle(start);
    vi.advanceTimersByTime(200);
    stream.writes.length = 0;
    for (let step = 1; step <= 100; step += 1) {
      view.handle(progress(step));
      vi.advanceTimersByTime(10);
    }
    expect(stream.writes.length).toBeGreaterThanOrEqual(5);
    expect(stream.writes.length).toBeLessThanOrEqual(8);
    vi.advanceTimersByTime(200);
    expect(screen.text).toContain("100/2,000");
    view.handle(progress(101));
    view.handle(progress(102));
    view.close();
    expect(screen.text).toContain("102/2,000");
  });

  it("follows the terminal's size", () => {
    const { view, stream, screen } = onTerminal(100, 60);
    play(view, [start, progress(500), evaluation(500), progress(1000)]);
    stream.resize(44);
    expect(Math.max(...screen.visibleText.split("\n").map(textWidth))).toBeLessThanOrEqual(44);
    expect(screen.text.match(/1,000\/2,000/g)).toHaveLength(1);
    stream.resize(120);
    expect(screen.text.match(/1,000\/2,000/g)).toHaveLength(1);
    expect(Math.max(...screen.visibleText.split("\n").map(textWidth))).toBe(119);
  });

  it.each([
    ["escape codes", "\u001B[2J\u001B[H\u001B[31mred\u001B]0;title\u0007\u009B5A\u001B[?1049h"],
    ["carriage returns and tabs", "one\rtwo\tthree\r\nfour\u000Bfive\fsix\b\b\bseven"],
    ["emoji", "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️ 1️⃣ ".repeat(40)],
    ["Chinese", "从前有一只小狐狸，名叫米拉。".repeat(40)],
    ["a very long line", "x".repeat(200_000)],
    ["very many lines", "y\n".repeat(50_000)],
    ["combining marks", `${"\u0301".repeat(3000)}z${"\u0301".repeat(3000)}`],
    ["other directions", "\u202Eabc\u2066 שלום עולם \u200F مرحبا"],
    ["halves of characters", "\uD83D \uDE00 \uFFFE \u2028 \u2029"],
    ["nothing", " \n\n \t"],
  ])("keeps its layout whatever the model writes: %s", (_, sample) => {
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
      [37, 17],
      [20, 9],
      [10, 5],
      [3, 3],
    ]) {
      const { view, screen } = onTerminal(columns, rows, true);
      const events = [
        start,
        progress(500),
        evaluation(500, { sample }),
        progress(1000),
        evaluation(1000, { sample }),
        progress(1500),
      ];
      play(view, events);
      const plain = onTerminal(columns, rows, true);
      play(
        plain.view,
        events.map((event) => (event.type === "evaluation" ? { ...event, sample: "abc" } : event)),
      );
      // All above the sample is as with a harmless one.
      const head = (text: string) => text.split(/\n+sample at/)[0];
      expect(head(screen.text)).toBe(head(plain.screen.text));
      for (const line of screen.text.split("\n")) expect(textWidth(line)).toBeLessThan(columns);
      expect(screen.visibleText.split("\n").length).toBeLessThan(rows);
      expect(screen.wrapping).toBe(true);
      closeViews();
    }
  });

  it("makes names and notices harmless too", () => {
    const { view, screen } = onTerminal();
    play(view, [
      { ...start, run: "runs/\u001B[2J\n", family: "a\rb", device: "c\u0007" },
      { type: "notice", message: `\u001B[5A${"long ".repeat(40)}` },
    ]);
    expect(screen.text).toContain("Training runs/␛[2J↵: a␍b");
    expect(screen.text).toContain("␛[5Along long");
  });

  it("goes on when losses are no numbers", () => {
    const { view, screen } = onTerminal();
    play(view, [
      start,
      progress(1, { trainLoss: NaN }),
      evaluation(1, { trainLoss: NaN, validationLoss: Infinity, best: false }),
      progress(2, { trainLoss: NaN }),
    ]);
    expect(screen.text).toContain("train NaN   ■ validation ∞");
  });

  it("uses colours only where they are welcome", () => {
    const events = [start, progress(500), evaluation(500), progress(1000)];
    const plain = onTerminal(80, 24, false);
    play(plain.view, events);
    expect(plain.stream.written).not.toMatch(/\u001B\[[\d;]*m/);
    const colored = onTerminal(80, 24, true);
    play(colored.view, events);
    expect(colored.stream.written).toMatch(/\u001B\[36m/);
    expect(colored.screen.text).toBe(plain.screen.text);
  });
});
