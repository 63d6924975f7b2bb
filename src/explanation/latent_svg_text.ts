// Words in a picture of a latent space: set in their own direction, and in lines of a given width.

import { estimateWidth } from "./attention_layout.js";
import { escapeMarkup } from "./markup.js";
import { textDirection } from "./text_direction.js";

/** How a text is set. */
export interface SvgTextOptions {
  /** Size in pixels, 12 by default. */
  readonly type?: number;
  readonly anchor?: "start" | "middle" | "end";
  /** Further attributes, a space before each. */
  readonly more?: string;
}

/** Sentences, mostly small letters, are narrower than the labels that widths are estimated for. */
const NARROWER = 1.15;

/** A length or place with at most two decimals. */
export const place = (value: number): string => String(Math.round(value * 100) / 100 + 0);

/** A `text` element; `anchor` is where x stands in it as seen, left to right, whichever way it runs. */
export function svgText(x: number, y: number, content: string, { type = 12, anchor = "start", more = "" }: SvgTextOptions = {}): string {
  const rtl = textDirection(content) === "rtl";
  // In right-to-left text SVG's "start" is the right end (SVG 2, section 11.10.2.1).
  const flipped = anchor === "start" ? "end" : anchor === "end" ? "start" : anchor;
  const direction = rtl ? ' direction="rtl" unicode-bidi="embed"' : "";
  const attributes = `x="${place(x)}" y="${place(y)}" font-size="${type}" text-anchor="${rtl ? flipped : anchor}"${direction}${more}`;
  return `<text ${attributes}>${escapeMarkup(content)}</text>`;
}

/** A sentence in lines of at most so many pixels, broken at its spaces. */
export function wrapLines(sentence: string, width: number, type = 12): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && estimateWidth(`${last} ${word}`, type) <= width * NARROWER) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
