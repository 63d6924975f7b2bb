// What a training or evaluation step is fed, and the one place that lays it out in memory.

/** The target of a position that counts for nothing: padding. */
export const ignoredTarget = -1;

/** What every batch has, whatever its fields: its sizes by name, and how many targets count. */
export interface SizedBatch {
  readonly shape: Readonly<Record<string, number>>;
  /** How many targets are not -1. */
  readonly targetCount: number;
}

/** One fixed-size batch of `rows` windows of `length` positions, row by row. */
export interface Batch extends SizedBatch {
  readonly shape: { readonly rows: number; readonly length: number };
  /** (rows x length): what the model reads; the padding id where the target is -1. */
  readonly tokens: BigInt64Array;
  /** (rows x length): what it is to predict; -1 where there is nothing to. */
  readonly targets: BigInt64Array;
  /** (rows): 1 where the hidden state carried from the batch before must be zeroed first, else 0. */
  readonly restart: Float32Array;
}

/** Fills a batch position by position; whatever is not set is padding. */
export class BatchBuilder {
  /** As in the batch; all 0 at first. */
  readonly restart: Float32Array;
  private readonly tokens: BigInt64Array;
  private readonly targets: BigInt64Array;
  private targetCount = 0;
  // The same memory as 32-bit halves, the low one first as on every machine that Node runs on: making a BigInt for
  // each token takes ten times as long.
  private readonly tokenHalves: Int32Array;
  private readonly targetHalves: Int32Array;

  constructor(
    private readonly rows: number,
    private readonly length: number,
    padId: number,
  ) {
    this.tokens = new BigInt64Array(rows * length);
    if (padId !== 0) this.tokens.fill(BigInt(padId));
    this.targets = new BigInt64Array(rows * length).fill(BigInt(ignoredTarget));
    this.restart = new Float32Array(rows);
    this.tokenHalves = new Int32Array(this.tokens.buffer);
    this.targetHalves = new Int32Array(this.targets.buffer);
  }

  /** @param token and target: ids, not negative */
  set(row: number, column: number, token: number, target: number): void {
    const at = 2 * (row * this.length + column);
    this.tokenHalves[at] = token;
    this.tokenHalves[at + 1] = 0;
    this.targetHalves[at] = target;
    this.targetHalves[at + 1] = 0;
    this.targetCount++;
  }

  /** Copies `count` consecutive positions of a stream, whose targets are its next tokens, into the front of a row. */
  setWindow(row: number, stream: Int32Array, start: number, count: number): void {
    for (let i = 0; i < count; i++) this.set(row, i, stream[start + i], stream[start + i + 1]);
  }

  /** The finished batch, which shares this builder's memory. */
  build(): Batch {
    return { shape: { rows: this.rows, length: this.length }, tokens: this.tokens, targets: this.targets, restart: this.restart, targetCount: this.targetCount };
  }
}
