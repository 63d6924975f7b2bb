// A bar for the share of work that is done, in half columns.

/** How the two parts of a bar are coloured; both default to no colour. */
export interface BarPaint {
  readonly done?: (text: string) => string;
  readonly rest?: (text: string) => string;
}

/**
 * A bar exactly `columns` columns wide, such as `━━━━╸─────`.
 * @param share of the work done, 0 to 1; what lies outside counts as the nearer end, NaN as 0
 */
export function progressBar(share: number, columns: number, paint: BarPaint = {}): string {
  const width = Math.max(0, Math.floor(columns));
  const halves = Math.floor(Math.min(1, Math.max(0, share || 0)) * width * 2 + 1e-9);
  const done = "━".repeat(halves >> 1) + (halves % 2 === 1 ? "╸" : "");
  const rest = "─".repeat(width - done.length);
  const { done: paintDone = String, rest: paintRest = String } = paint;
  return (done && paintDone(done)) + (rest && paintRest(rest));
}
