// Where the labels of a chart stand: in a column without touching each other, or beside their points where there is room.

import { estimateWidth } from "./attention_layout.js";
import { shown } from "./latent_texts.js";
import { shortenLabel } from "./token_label.js";

/** Size of a name's type, and from line to line. */
export const LABEL_TYPE = 12;
export const LABEL_LINE = 17;
const LONGEST = 44; // columns
/** Widths are estimated for the widest of faces. */
const NARROWER = 0.9;

/** A name as it is written: visible, and cut where it is long. */
export const labelText = (name: string): string => shortenLabel(shown(name), LONGEST);
/** About how wide it is, in pixels. */
export const labelWidth = (text: string, type: number): number => estimateWidth(text, type) * NARROWER;

/** Left, top, right, bottom in pixels. */
export type Box = readonly [number, number, number, number];

/** Pixels between a point and its label. */
const OFFSET = 8;

/**
 * Places of labels in a column that are nowhere closer than `gap` and together as near as can be to where they are wanted
 * (least squares, by pooling neighbours that would touch).
 * @param wanted ascending or not
 * @param low and high, between which they stand; where that is too little room they go on below `high`
 * @returns places in the order of `wanted`
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const last = Math.max(low, high - gap * (wanted.length - 1));
  const pools: { sum: number; count: number }[] = [];
  order.forEach((label, rank) => {
    let pool = { sum: wanted[label] - rank * gap, count: 1 };
    for (let above = pools.at(-1); above && above.sum / above.count >= pool.sum / pool.count; above = pools.at(-1)) {
      pool = { sum: above.sum + pool.sum, count: above.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const places: number[] = [];
  let rank = 0;
  for (const { sum, count } of pools) {
    const place = Math.min(last, Math.max(low, sum / count));
    for (let i = 0; i < count; i++, rank++) places[order[rank]] = place + rank * gap;
  }
  return places;
}

const overlap = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** What is there already: a point or a piece of a line, which a label should not cover, or a label, which it must not. */
export interface Taken {
  readonly box: Box;
  readonly kind: "drawing" | "label";
}

/** A label beside its point. */
export interface BesidePoint {
  /** Where its text begins, is centred or ends. */
  readonly x: number;
  /** Middle of its height. */
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
  readonly box: Box;
  /** How many drawings it covers. */
  readonly covers: number;
}

/**
 * The place beside a point where a label of the given size covers the least of what is drawn.
 * @param frame in which all of it has to stand
 * @returns null if no place is inside the frame and off all other labels
 */
export function placeBesidePoint([x, y]: readonly [number, number], [width, height]: readonly [number, number], frame: Box, taken: readonly Taken[]): BesidePoint | null {
  const [far, near] = [OFFSET + height / 2, OFFSET * 0.75];
  const places: [number, number, BesidePoint["anchor"]][] = [
    [x + OFFSET, y, "start"], [x, y - far, "middle"], [x - OFFSET, y, "end"], [x, y + far, "middle"],
    [x + near, y - far, "start"], [x + near, y + far, "start"], [x - near, y - far, "end"], [x - near, y + far, "end"],
  ];
  let best: BesidePoint | null = null;
  for (const [left, middle, anchor] of places) {
    const start = left - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
    const box: Box = [start, middle - height / 2, start + width, middle + height / 2];
    if (box[0] < frame[0] || box[1] < frame[1] || box[2] > frame[2] || box[3] > frame[3]) continue;
    const covered = taken.filter((other) => overlap(box, other.box));
    if (covered.some(({ kind }) => kind === "label")) continue;
    const covers = covered.length;
    if (best === null || covers < best.covers) best = { x: left, y: middle, anchor, box, covers };
  }
  return best;
}
