// A small model of a terminal, so that tests compare what a person sees instead of the bytes that make it.
import { Writable } from "node:stream";
import stringWidth from "string-width";

/** A row of cells; the second half of a wide character is "". */
type Row = string[];

// Text (not its controls), then what may stand between: the only escape codes that the model knows.
const TOKEN =
  /\u001B\[(?<parameters>\??[\d;]*)(?<final>[A-Za-z])|(?<control>[\r\n])|(?<text>[^\u0000-\u001F\u007F-\u009F]+)|(?<unknown>[\s\S])/gu;

/**
 * A terminal of a given size with scrollback. It knows the escape codes that a live block needs and throws at any
 * other control character, so nothing hostile gets through unnoticed. Getting narrower breaks lines, as most terminals do.
 */
export class TerminalScreen {
  columns: number;
  readonly rows: number;
  cursorVisible = true;
  wrapping = true;
  #row = 0;
  #column = 0;
  /** Index in `#lines` of the topmost row that is on the screen; those above are scrollback. */
  #top = 0;
  #lines: Row[] = [[]];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Everything from the first line of the scrollback to the last line that holds something. */
  get text(): string {
    return this.#lines.map(toText).join("\n").trimEnd();
  }

  /** The lines on the screen, without the empty ones at its end. */
  get visibleText(): string {
    return this.#lines.slice(this.#top).map(toText).join("\n").trimEnd();
  }

  /** The line, counted from the top of the scrollback, and the column that the cursor is in. */
  get cursor(): { line: number; column: number } {
    return { line: this.#row, column: this.#column };
  }

  write(data: string): void {
    for (const { groups = {} } of data.matchAll(TOKEN)) {
      if (groups["text"] !== undefined) this.#print(groups["text"]);
      else if (groups["control"] === "\r") this.#column = 0;
      else if (groups["control"] === "\n") this.#down();
      else if (groups["final"] !== undefined) this.#escape(groups["parameters"], groups["final"]);
      else throw new Error(`The terminal was sent ${JSON.stringify(groups["unknown"])} in ${JSON.stringify(data)}.`);
    }
  }

  resize(columns: number): void {
    const cursorLine = this.#lines.slice(0, this.#row).reduce((count, row) => count + broken(row, columns).length, 0);
    this.#lines = this.#lines.flatMap((row) => broken(row, columns));
    this.columns = columns;
    this.#row = cursorLine;
    this.#column = Math.min(this.#column, columns - 1);
    this.#top = Math.max(0, this.#row - this.rows + 1);
  }

  #print(text: string): void {
    for (const { segment } of new Intl.Segmenter().segment(text)) {
      const width = stringWidth(segment);
      if (this.#column + width > this.columns) {
        if (!this.wrapping) this.#column = this.columns - width;
        else this.#down();
      }
      const row = this.#lines[this.#row];
      while (row.length < this.#column) row.push(" ");
      if (width === 0) {
        row[Math.max(0, this.#column - 1)] += segment; // a mark combines with what stands before it
        continue;
      }
      row.splice(this.#column, width, segment, ...(width === 2 ? [""] : []));
      this.#column += width;
    }
  }

  /** To the start of the next line: the driver of a terminal makes a carriage return and a line feed of each line feed. */
  #down(): void {
    this.#column = 0;
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push([]);
    this.#top = Math.max(this.#top, this.#row - this.rows + 1);
  }

  #escape(parameters: string, final: string): void {
    switch (`${parameters.startsWith("?") ? parameters : ""}${final}`) {
      case "m":
      case "?2026h":
      case "?2026l":
        return;
      case "?25h":
      case "?25l":
        this.cursorVisible = final === "h";
        return;
      case "?7h":
      case "?7l":
        this.wrapping = final === "h";
        return;
      case "A":
        this.#row = Math.max(this.#top, this.#row - Number(parameters || 1));
        return;
      case "K":
        this.#lines[this.#row].length = Math.min(this.#lines[this.#row].length, this.#column);
        return;
      case "J":
        this.#lines[this.#row].length = Math.min(this.#lines[this.#row].length, this.#column);
        this.#lines.length = this.#row + 1;
        return;
      default:
        throw new Error(`The terminal was sent an escape code that it does not know: ${parameters}${final}.`);
    }
  }
}

function toText(row: Row): string {
  return row.join("").trimEnd();
}

function broken(row: Row, columns: number): Row[] {
  const pieces: Row[] = [row.slice(0, columns)];
  for (let start = columns; start < row.length; start += columns) pieces.push(row.slice(start, start + columns));
  return pieces;
}

/** A real stream in place of stdout: it keeps each write, shows it on a screen if it has one, and can break. */
export class FakeWriteStream extends Writable {
  readonly writes: string[] = [];
  readonly screen: TerminalScreen | undefined;
  readonly isTTY: boolean;
  /** Set, every further write fails with this code, such as EPIPE. */
  failure: string | undefined;

  constructor(screen?: TerminalScreen) {
    super({ decodeStrings: false });
    this.screen = screen;
    this.isTTY = screen !== undefined;
  }

  get columns(): number | undefined {
    return this.screen?.columns;
  }

  get rows(): number | undefined {
    return this.screen?.rows;
  }

  get written(): string {
    return this.writes.join("");
  }

  /** The type that views ask for: of it they use no more than this class has. */
  get asStdout(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }

  resize(columns: number): void {
    this.screen?.resize(columns);
    this.emit("resize");
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.failure !== undefined)
      return done(Object.assign(new Error(`write ${this.failure}`), { code: this.failure }));
    this.writes.push(chunk);
    this.screen?.write(chunk);
    done();
  }
}
