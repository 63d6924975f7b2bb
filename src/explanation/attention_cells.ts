// The cells of a heat map in SVG: each with its own words while they are few, runs of one colour when they are many.

import { type AttentionLayout, columnOf } from "./attention_layout.js";
import { colourAt, type ColourScheme } from "./colour_scale.js";
import { escapeMarkup } from "./markup.js";

/** What the cells show. */
export interface CellSource {
  /** (rows × columns), row by row, in the order of the text. */
  readonly weights: ArrayLike<number>;
  readonly layout: AttentionLayout;
  readonly columns: number;
  readonly colours: ColourScheme;
  /** The weight of the last colour. */
  readonly largest: number;
  /** The words of a cell, by its index in `weights`. */
  readonly pair: (index: number) => string;
}

const MOST_CELLS_WITH_WORDS = 2500;
const SMALLEST_CELL_WITH_GAP = 14; // pixels; below it a gap of one would darken the picture
const LEVELS = 256;

function cellsWithWords({ weights, layout, columns, colours, largest, pair }: CellSource): string[] {
  const { cell } = layout;
  const edge = cell >= SMALLEST_CELL_WITH_GAP ? cell - 1 : cell;
  return Array.from(weights, (weight, index) => {
    const x = columnOf(layout, index % columns, columns) * cell;
    const y = Math.floor(index / columns) * cell;
    const fill = colourAt(colours, weight / largest);
    const place = `x="${x}" y="${y}" width="${edge}" height="${edge}" fill="${fill}"`;
    return `<rect ${place}><title>${escapeMarkup(pair(index))}</title></rect>`;
  });
}

/** One path a colour: each run of equal cells of a row is a horizontal stroke, one cell thick. */
function cellsAsRuns({ weights, layout, columns, colours, largest }: CellSource): string[] {
  const rows = weights.length / columns;
  const paths = new Map<number, string[]>();
  for (let row = 0; row < rows; row++) {
    const levelAt = (column: number): number => {
      // Reversing is its own inverse: the token of a column is found as the column of a token.
      const weight = weights[row * columns + columnOf(layout, column, columns)];
      return Math.round(Math.min(1, weight / largest) * (LEVELS - 1));
    };
    for (let start = 0; start < columns; ) {
      const level = levelAt(start);
      let end = start + 1;
      while (end < columns && levelAt(end) === level) end++;
      const runs = paths.get(level) ?? [];
      if (runs.length === 0) paths.set(level, runs);
      runs.push(`M${start} ${row}h${end - start}`);
      start = end;
    }
  }
  const drawn = [...paths].sort(([a], [b]) => a - b).map(([level, runs]) => {
    return `<path stroke="${colourAt(colours, level / (LEVELS - 1))}" d="${runs.join("")}"/>`;
  });
  return [`<g transform="scale(${layout.cell}) translate(0 .5)" fill="none">`, ...drawn, "</g>"];
}

/** The cells as SVG elements, the grid's upper left corner at the origin. Colours of runs are rounded to 256 levels. */
export function attentionCells(source: CellSource): string[] {
  const cells = source.weights.length <= MOST_CELLS_WITH_WORDS ? cellsWithWords(source) : cellsAsRuns(source);
  return ['<g class="cells" shape-rendering="crispEdges">', ...cells, "</g>"];
}
