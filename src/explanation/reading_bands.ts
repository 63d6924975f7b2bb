// Rows of cells over a text, a column a token, broken into bands as lines of text are.

import { inkOn } from "./colour_scale.js";
import { svgText } from "./latent_svg_text.js";
import { escapeMarkup } from "./markup.js";
import { bandColumns, LABEL_TYPE } from "./reading_layout.js";
import { shortenLabel, tokenLabel } from "./token_label.js";

/** A row of a band. */
export interface BandRow {
  readonly name: string;
  readonly cells: readonly BandCell[];
}

/** What stands in a cell. */
export interface BandCell {
  /** `#rrggbb` */
  readonly fill: string;
  /** Empty for a cell that only has its colour. */
  readonly label: string;
  readonly words: string;
  readonly strong?: boolean;
}

const CELL_HEIGHT = 20;
const HEADER = 20;
const BAND_GAP = 18;
const LONGEST_CELL = 9; // columns
const LEAST_LEFT = 60;

const TYPE = LABEL_TYPE - 1;

/** The bands as SVG elements, the upper left corner at the origin, and how high they are together. */
export function tokenBands(tokens: readonly string[], rows: readonly BandRow[]): { readonly elements: string[]; readonly height: number } {
  const fit = (label: string): string => shortenLabel(label, LONGEST_CELL);
  const labels = tokens.map((token) => fit(tokenLabel(token)));
  const { width, perBand, left } = bandColumns(rows.map(({ name }) => name), [...labels, ...rows.flatMap(({ cells }) => cells.map(({ label }) => fit(label)))], LEAST_LEFT);
  const bandHeight = HEADER + rows.length * CELL_HEIGHT + BAND_GAP;
  const elements: string[] = [];
  for (let first = 0; first < tokens.length; first += perBand) {
    const top = (first / perBand) * bandHeight;
    const columns = labels.slice(first, first + perBand);
    elements.push(...columns.map((label, column) => svgText(left + column * (width + 1) + width / 2, top + 14, label, { type: TYPE, anchor: "middle", more: ' font-weight="600"' })));
    for (const [r, { name, cells }] of rows.entries()) {
      const y = top + HEADER + r * CELL_HEIGHT;
      elements.push(svgText(left - 8, y + 14, name, { type: TYPE, anchor: "end" }));
      for (const [column, { fill, label, words, strong }] of cells.slice(first, first + perBand).entries()) {
        const x = left + column * (width + 1);
        const text = label === "" ? "" : svgText(x + width / 2, y + 14, fit(label), { type: TYPE, anchor: "middle", more: ` style="fill:${inkOn(fill)}${strong ? ";font-weight:700;text-decoration:underline" : ""}"` });
        elements.push(`<g><title>${escapeMarkup(words)}</title><rect x="${x}" y="${y}" width="${width}" height="${CELL_HEIGHT - 1}" fill="${fill}"/>${text}</g>`);
      }
    }
  }
  return { elements, height: Math.ceil(tokens.length / perBand) * bandHeight - BAND_GAP };
}
