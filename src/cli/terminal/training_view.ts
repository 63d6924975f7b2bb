// What a person, or a program, sees while a model trains: a live picture, a log, or JSON lines.
import picocolors from "picocolors";

import type { TrainingEvent } from "../../training/events.js";
import { asTyped } from "../typed_options.js";
import { LiveBlock } from "./live_block.js";
import { Output, terminalSettings } from "./output.js";
import { trainingFrame } from "./training_frame.js";
import { endLines, evaluationLine, progressLine, startLines } from "./training_lines.js";
import { TrainingSummary } from "./training_summary.js";
import { makeOneLine, makeVisible, truncateText, wrapText } from "./visible_text.js";

/** Shows the events of one run in their order. */
export interface TrainingView {
  handle(event: TrainingEvent): void;
  /** Shows what is not shown yet and gives the terminal back. To be called once, also after an error. */
  close(): void;
}

/** Where a view writes, and how. What is left out is found out from the stream and the environment. */
export interface TrainingViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** One JSON object per event and line, and nothing else. */
  readonly json?: boolean;
  /** Whether escape codes may move the cursor. */
  readonly isTerminal?: boolean;
  /** A width to keep to; left out, the view follows the terminal's. */
  readonly columns?: number;
  readonly color?: boolean;
}

const MILLISECONDS_BETWEEN_FRAMES = 150;
const MILLISECONDS_BETWEEN_LOG_LINES = 10_000;
const LOGGED_SAMPLE_COLUMNS = 200;

/**
 * A view for one run. Training goes on when the reader of the stream leaves: the view then falls silent.
 *
 * @example
 * const view = createTrainingView({ stream: process.stderr });
 * try {
 *   for await (const event of training) view.handle(event);
 * } finally {
 *   view.close();
 * }
 */
export function createTrainingView(options: TrainingViewOptions): TrainingView {
  const { stream, json = false } = options;
  const settings = terminalSettings(stream);
  const { isTerminal = settings.isTerminal, color = settings.color } = options;
  const output = new Output(stream);
  if (json) return jsonView(output);
  return isTerminal ? new LiveView(output, color, options.columns) : new LogView(output, color);
}

function jsonView(output: Output): TrainingView {
  return { handle: (event) => output.write(`${JSON.stringify(event)}\n`), close: () => {} };
}

/** Plain lines: each evaluation with its sample, and now and then how far the run is. */
class LogView implements TrainingView {
  readonly #output: Output;
  readonly #colors;
  #totalSteps: number | null = null;
  #lastLine = -Infinity;

  constructor(output: Output, color: boolean) {
    this.#output = output;
    this.#colors = picocolors.createColors(color);
  }

  handle(event: TrainingEvent): void {
    switch (event.type) {
      case "start":
        this.#totalSteps = event.totalSteps;
        // Everyone knows that a run has begun: the first progress is worth a line only when some time has passed.
        this.#lastLine = performance.now();
        return this.#write(startLines(event, this.#colors));
      case "notice":
        return this.#write([makeOneLine(asTyped(event.message))]);
      case "evaluation":
        this.#lastLine = performance.now();
        return this.#write([
          evaluationLine(event, this.#totalSteps, this.#colors),
          `    ${truncateText(makeOneLine(event.sample.trim()), LOGGED_SAMPLE_COLUMNS)}`,
        ]);
      case "end":
        return this.#write(endLines(event, this.#colors));
      case "progress":
        if (performance.now() - this.#lastLine < MILLISECONDS_BETWEEN_LOG_LINES) return;
        this.#lastLine = performance.now();
        return this.#write([progressLine(event)]);
    }
  }

  close(): void {}

  #write(lines: readonly string[]): void {
    this.#output.write(lines.map((line) => `${line.trimEnd()}\n`).join(""));
  }
}

/** A picture redrawn in place, at most a few times a second; evaluations and notices scroll away above it. */
class LiveView implements TrainingView {
  readonly #summary = new TrainingSummary();
  readonly #block: LiveBlock;
  readonly #colors;
  #lastFrame = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output, color: boolean, columns: number | undefined) {
    this.#colors = picocolors.createColors(color);
    this.#block = new LiveBlock(output, { columns, redraw: () => this.#draw() });
  }

  handle(event: TrainingEvent): void {
    this.#summary.add(event);
    if (event.type !== "progress") return this.#draw(this.#linesThatStay(event));
    const wait = this.#lastFrame + MILLISECONDS_BETWEEN_FRAMES - performance.now();
    if (wait <= 0) return this.#draw();
    this.#timer ??= setTimeout(() => this.#draw(), wait).unref();
  }

  close(): void {
    if (this.#timer !== undefined) this.#draw();
    this.#block.close();
  }

  #linesThatStay(event: Exclude<TrainingEvent, { type: "progress" }>): string[] {
    switch (event.type) {
      case "start":
        return startLines(event, this.#colors);
      case "notice":
        return [makeVisible(asTyped(event.message))];
      case "evaluation":
        return [evaluationLine(event, this.#summary.start?.totalSteps ?? null, this.#colors, this.#block.columns)];
      case "end":
        return [];
    }
  }

  #draw(above: readonly string[] = []): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastFrame = performance.now();
    const { columns, rows } = this.#block;
    const { end } = this.#summary;
    const wrap = (line: string) => wrapText(line, columns);
    const below = end === null ? [] : ["", ...endLines(end, this.#colors).flatMap(wrap)];
    const frame = trainingFrame(this.#summary, columns, rows - below.length, this.#colors);
    this.#block.draw([...frame, ...below], above.flatMap(wrap));
  }
}
