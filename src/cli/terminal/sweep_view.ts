// What a person sees while a sweep goes on: what is trained to which rung, how it came out, and how long it still takes.

import picocolors from "picocolors";
import type { Colors } from "picocolors/types.js";
import { listed } from "../../experiments/comparison_words.js";
import type { PrunedEvent, SweepEvent, SweepStartEvent, TrialBeginEvent, TrialMeasuredEvent } from "../../experiments/sweep_events.js";
import { flagOf } from "../../api/family_options.js";
import { counted } from "../../text/corpus.js";
import type { ProgressEvent, TrainingEvent } from "../../training/events.js";
import { asTyped } from "../typed_options.js";
import { formatDuration, formatInteger, formatLoss } from "./format.js";
import { LiveBlock } from "./live_block.js";
import { Output, terminalSettings } from "./output.js";
import { progressBar } from "./progress_bar.js";
import { measureName, settingsText } from "./sweep_table.js";
import { firstThatFits, makeOneLine, makeVisible, textWidth, truncateText, wrapText } from "./visible_text.js";

export interface SweepView {
  handle(event: SweepEvent): void;
  /** Gives the terminal back. To be called once, also after an error. */
  close(): void;
}

export interface SweepViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** What is left out is found out from the stream and the environment. */
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly color?: boolean;
}

const GAP = "  ";
const MILLISECONDS_BETWEEN_FRAMES = 150;
const MILLISECONDS_BETWEEN_LOG_LINES = 10_000;
const LONGEST_BAR = 30;

/** Lines that stay on a terminal, or a log in a pipe; on a terminal a bar below them. */
export function createSweepView(options: SweepViewOptions): SweepView {
  const settings = terminalSettings(options.stream);
  const { isTerminal = settings.isTerminal, color = settings.color } = options;
  return new View(new Output(options.stream), picocolors.createColors(color), isTerminal, options.columns);
}

/** What the sweep is going to do. */
function startLines({ folder, trials, varied, rungs, measured }: SweepStartEvent, { bold }: Colors): string[] {
  const pruned = rungs.length === 1 ? "" : `, the worse ones pruned at ${listed(rungs.slice(0, -1).map(formatInteger))}`;
  return [
    `Sweep ${bold(makeOneLine(folder))}: ${counted(trials, "training")} over ${listed(varied.map((name) => flagOf(name).slice(2)))}, of ${counted(rungs[rungs.length - 1], "step")}${pruned}`,
    ...(measured === 0 ? [] : [`Going on: ${counted(measured, "result")} ${measured === 1 ? "is" : "are"} there already.`]),
  ];
}

const prunedLine = ({ steps, goOn, pruned }: PrunedEvent): string =>
  `After ${counted(steps, "step")}: ${goOn.length === 0 ? "none goes on" : `training${goOn.length === 1 ? "" : "s"} ${listed(goOn.map(String))} go${goOn.length === 1 ? "es" : ""} on`}, ${formatInteger(pruned.length)} pruned`;

const leftText = (seconds: number | null): string[] => (seconds === null || seconds === 0 ? [] : [`about ${formatDuration(seconds)} left`]);

class View implements SweepView {
  readonly #output: Output;
  readonly #colors: Colors;
  readonly #block: LiveBlock | null;
  #start: SweepStartEvent | null = null;
  #begin: TrialBeginEvent | null = null;
  #progress: ProgressEvent | null = null;
  /** The first training's notices are those of all. */
  #noticesOf: number | null = null;
  #lastShown = -Infinity;

  constructor(output: Output, colors: Colors, isTerminal: boolean, columns: number | undefined) {
    this.#output = output;
    this.#colors = colors;
    this.#block = isTerminal ? new LiveBlock(output, { columns, redraw: () => this.#draw([]) }) : null;
  }

  handle(event: SweepEvent): void {
    switch (event.type) {
      case "start":
        this.#start = event;
        return this.#show(startLines(event, this.#colors));
      case "begin":
        this.#begin = event;
        this.#progress = null;
        this.#noticesOf ??= event.trial;
        this.#lastShown = performance.now();
        return this.#show([]);
      case "training":
        return this.#training(event.trial, event.event);
      case "measured":
        return this.#show([this.#measuredLine(event)]);
      case "pruned":
        return this.#show([prunedLine(event)]);
      case "end":
        this.#begin = null;
        return this.#show([]);
    }
  }

  close(): void {
    this.#begin = null;
    if (this.#block !== null && this.#start !== null) this.#draw([]);
    this.#block?.close();
  }

  #training(trial: number, event: TrainingEvent): void {
    if (event.type === "notice" && trial === this.#noticesOf) return this.#show([makeVisible(asTyped(event.message))]);
    if (event.type !== "progress") return;
    // Everyone knows that it has begun: the first progress is worth a line of a log only when some time has passed.
    if (this.#progress === null && this.#block === null) this.#lastShown = performance.now();
    this.#progress = event;
    const wait = this.#block === null ? MILLISECONDS_BETWEEN_LOG_LINES : MILLISECONDS_BETWEEN_FRAMES;
    if (performance.now() - this.#lastShown < wait) return;
    this.#lastShown = performance.now();
    this.#show(this.#block === null && this.#begin !== null ? [`${this.#underWay(Infinity)}${GAP}of training ${trial}`] : []);
  }

  /** How a training came out, beside which and how many there are. */
  #measuredLine({ trial, settings, score, error, secondsLeft }: TrialMeasuredEvent): string {
    const { green, red, dim } = this.#colors;
    const begin = this.#begin;
    const [position, count] = [begin?.position ?? 0, begin?.count ?? 0];
    const rung = this.#start !== null && this.#start.rungs.length > 1 ? [`rung ${begin?.rung} of ${this.#start.rungs.length}`] : [];
    const width = formatInteger(count).length;
    const result = error === null ? `${measureName(this.#start?.measure ?? "loss")} ${green(formatLoss(score ?? NaN))}` : `${red("failed")}: ${makeOneLine(asTyped(error))}`;
    return [...rung, `${formatInteger(position).padStart(width)} of ${formatInteger(count)}`, `training ${trial}: ${settingsText(settings)}`, result, ...leftText(secondsLeft).map(dim)].join(GAP);
  }

  /** The training under way on one line. */
  #underWay(columns: number): string {
    const begin = this.#begin;
    if (begin === null || this.#start === null) return "";
    const rung = this.#start.rungs.length > 1 ? [`rung ${begin.rung} of ${this.#start.rungs.length}`] : [];
    const position = `${formatInteger(begin.position)} of ${formatInteger(begin.count)}`;
    const step = this.#progress === null ? "starting" : `step ${formatInteger(Math.min(this.#progress.step, begin.steps))}/${formatInteger(begin.steps)}`; // it may stop a little behind
    const loss = this.#progress === null ? [] : [`train ${formatLoss(this.#progress.trainLoss)}`];
    const left = leftText(begin.secondsLeft);
    return firstThatFits([[...rung, position, step, ...loss, ...left], [...rung, position, step, ...left], [position, step, ...left], [position, step], [position]], columns, GAP);
  }

  #show(lines: readonly string[]): void {
    if (this.#block !== null) return this.#draw(lines);
    this.#output.write(lines.map((line) => `${line.trimEnd()}\n`).join(""));
  }

  /** The lines that stay, and below them the training under way: its settings, a bar of the rung, how far it is. */
  #draw(above: readonly string[]): void {
    const block = this.#block!;
    const { columns } = block;
    const begin = this.#begin;
    const below: string[] = [];
    if (begin !== null) {
      const words = this.#underWay(columns - 2);
      const room = Math.min(LONGEST_BAR, columns - textWidth(words) - GAP.length);
      const share = (begin.position - 1 + Math.min(1, (this.#progress?.step ?? 0) / begin.steps)) / begin.count;
      const bar = room < 4 ? "" : `${progressBar(share, room, { done: this.#colors.cyan, rest: this.#colors.dim })}${GAP}`;
      below.push("", truncateText(`training ${begin.trial}: ${settingsText(begin.settings)}`, columns), `${bar}${words}`);
    }
    block.draw(below, above.flatMap((line) => wrapText(line, columns)));
  }
}
