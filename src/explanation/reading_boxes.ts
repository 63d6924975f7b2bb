// A text as boxes in lines, a box a token, coloured by what is known of it.

import { inkOn } from "./colour_scale.js";
import { svgText } from "./latent_svg_text.js";
import { escapeMarkup } from "./markup.js";
import { boxLabel, LABEL_TYPE, NOTE_TYPE, placeBoxes } from "./reading_layout.js";

/** What stands in a box and below it. */
export interface TokenBox {
  readonly token: string;
  /** `#rrggbb`; null for a token of which nothing is known, which stands in a frame. */
  readonly fill: string | null;
  /** Lines below the label. */
  readonly notes: readonly string[];
  /** What is told when it is pointed at. */
  readonly words: string;
  /** Framed in the ink's colour. */
  readonly marked?: boolean;
  /** Whether it begins a line. */
  readonly begins?: boolean;
}

const BOX_HEIGHT = 22;
const NOTE_LINE = 12;

/** The boxes as SVG elements, the upper left corner at the origin, and how high they are together. */
export function tokenBoxes(tokens: readonly TokenBox[]): { readonly elements: string[]; readonly height: number } {
  const words = tokens.map(({ token, notes, begins }) => ({ label: boxLabel(token), notes, begins }));
  const { boxes, lines } = placeBoxes(tokens.map(({ token }) => token), words);
  const pitch = BOX_HEIGHT + NOTE_LINE * Math.max(0, ...tokens.map(({ notes }) => notes.length)) + 8;
  const elements = tokens.map(({ fill, notes, words: told, marked }, index) => {
    const { x, line, width } = boxes[index];
    const top = line * pitch;
    const middle = x + width / 2;
    const frame = marked ? ' class="marked"' : fill === null ? ' class="frame"' : "";
    const parts = [
      `<rect x="${x}" y="${top}" width="${width}" height="${BOX_HEIGHT}"${fill === null ? "" : ` fill="${fill}"`}${frame}/>`,
      svgText(middle, top + 16, words[index].label, { type: LABEL_TYPE, anchor: "middle", more: fill === null ? "" : ` style="fill:${inkOn(fill)}"` }),
      ...notes.map((note, i) => svgText(middle, top + BOX_HEIGHT + NOTE_LINE * (i + 1) - 2, note, { type: NOTE_TYPE, anchor: "middle", more: ' class="quiet"' })),
    ];
    return `<g><title>${escapeMarkup(told)}</title>${parts.join("")}</g>`;
  });
  return { elements, height: lines * pitch - 8 };
}
