// A block of lines at the bottom of a terminal, redrawn in place, under lines that stay and scroll away.
import type { Output } from "./output.js";
import { textWidth } from "./visible_text.js";

// The escape codes used, all of them (ECMA-48 and DEC private modes).
const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const WRAP_OFF = "\u001B[?7l";
const WRAP_ON = "\u001B[?7h";
// Terminals that know "synchronized output" show a frame only once it is whole; others pass over it.
const BEGIN_FRAME = "\u001B[?2026h";
const END_FRAME = "\u001B[?2026l";
const CLEAR_TO_LINE_END = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";
const cursorUp = (lines: number) => (lines > 0 ? `\u001B[${lines}A` : "");

const SIGNALS_THAT_END = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const FALLBACK_SIZE = { columns: 80, rows: 24 };

/**
 * Owns the lines just above the cursor. The cursor is hidden from the first `draw` until `close`, also when the process
 * ends, is ended by a signal or is stopped with Ctrl-Z meanwhile.
 */
export class LiveBlock {
  readonly #output: Output;
  readonly #fixedColumns: number | undefined;
  readonly #redraw: () => void;
  #open = false;
  #stoppedHere = false;
  #drawn: { widths: number[]; columns: number } = { widths: [], columns: 0 };

  /** @param redraw called when the block must be drawn again: the terminal changed its size or the process goes on after a stop */
  constructor(output: Output, { columns, redraw }: { columns?: number | undefined; redraw: () => void }) {
    this.#output = output;
    this.#fixedColumns = columns;
    this.#redraw = redraw;
  }

  /** Columns that a line may take: one less than the terminal has, since a full line leaves the cursor in doubt. */
  get columns(): number {
    return Math.max(1, this.#terminalColumns - 1);
  }

  /** Lines that the block may have and still be redrawn in place. */
  get rows(): number {
    return Math.max(1, (this.#output.stream.rows || FALLBACK_SIZE.rows) - 1);
  }

  get #terminalColumns(): number {
    return this.#fixedColumns ?? (this.#output.stream.columns || FALLBACK_SIZE.columns);
  }

  /**
   * Writes one frame: `above`, lines that stay, then the block in place of the one before.
   * No line may hold control characters other than colour codes, nor be wider than `columns`.
   */
  draw(block: readonly string[], above: readonly string[] = []): void {
    const start = this.#open ? "" : HIDE_CURSOR;
    if (!this.#open) this.#listen();
    const lines = [...above, ...block].map((line) => `${line}${CLEAR_TO_LINE_END}\r\n`);
    this.#output.write(
      // Wrapping is off meanwhile: a terminal that takes a character for wider than it is must not break a line in two.
      `${start}${BEGIN_FRAME}${WRAP_OFF}\r${cursorUp(this.#rowsDrawn())}${lines.join("")}${CLEAR_BELOW}${WRAP_ON}${END_FRAME}`,
    );
    this.#drawn = { widths: block.map((line) => textWidth(line)), columns: this.#terminalColumns };
  }

  /** Leaves the last block where it is, under the lines that stay, and gives the cursor back. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off("exit", this.#onExit).off("SIGTSTP", this.#onStop).off("SIGCONT", this.#onContinue);
    for (const signal of SIGNALS_THAT_END) process.off(signal, this.#onSignal);
    this.#output.stream.off("resize", this.#redraw);
    this.#output.write(SHOW_CURSOR);
  }

  /** How far up the block begins now: terminals break lines that have become too wide for them. */
  #rowsDrawn(): number {
    const { widths, columns } = this.#drawn;
    const now = this.#terminalColumns;
    if (now >= columns) return widths.length;
    return widths.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / now)), 0);
  }

  #listen(): void {
    this.#open = true;
    process.on("exit", this.#onExit).on("SIGTSTP", this.#onStop).on("SIGCONT", this.#onContinue);
    // First in line, while other listeners of the signal, also those for one time only, can still be counted.
    for (const signal of SIGNALS_THAT_END) process.prependListener(signal, this.#onSignal);
    this.#output.stream.on("resize", this.#redraw);
  }

  readonly #onExit = () => this.#output.write(SHOW_CURSOR);

  readonly #onSignal = (signal: NodeJS.Signals) => {
    // Whoever else listens decides what the signal means; alone, it means what it would mean without this listener.
    if (process.listenerCount(signal) > 1) return;
    this.close();
    process.kill(process.pid, signal);
  };

  readonly #onStop = () => {
    this.#output.write(SHOW_CURSOR);
    // The process stands still inside this call. Nothing may be drawn between it and `#beginAnew`.
    process.kill(process.pid, "SIGSTOP");
    this.#stoppedHere = true;
    this.#beginAnew();
  };

  readonly #onContinue = () => {
    if (!this.#stoppedHere) this.#beginAnew(); // it was stopped from outside
    this.#stoppedHere = false;
    this.#redraw();
  };

  /** Leaves the old block alone: the shell has written under it meanwhile. */
  #beginAnew(): void {
    this.#drawn = { widths: [], columns: 0 };
    this.#output.write(HIDE_CURSOR);
  }
}
