// Attention as one picture: a labelled heat map in an SVG file that needs nothing else.

import { attentionCells } from "./attention_cells.js";
import { type AttentionLayout, columnOf, estimateWidth, layoutAttention, type PlacedLabel } from "./attention_layout.js";
import { type AttentionChoice, type AttentionMap, attentionWeights, checkAttentionMap, describeChoice } from "./attention_map.js";
import { attentionWords, quoteToken, REVERSED_NOTE } from "./attention_words.js";
import { colourAt, type ColourScheme } from "./colour_scale.js";
import { escapeMarkup } from "./markup.js";
import { formatPercent } from "./percent.js";
import { textDirection } from "./text_direction.js";
import { shortenLabel, visibleText } from "./token_label.js";

/** Which matrix is drawn, and how. */
export interface AttentionPicture extends AttentionChoice {
  /** `viridis` by default; `blue` is light where weights are small. */
  readonly colours?: ColourScheme;
  /** The weight that has the last colour: the matrix's own `largest` (the default), or `one`, to compare pictures. */
  readonly scale?: "largest" | "one";
}

const PADDING = 16;
const TITLE_TYPE = 16;
const TEXT_TYPE = 12;
const LINE = 18;
const LEGEND_WIDTH = 180;
const LEGEND_STEPS = 60;
const LONGEST_TITLE = 60; // columns

const STYLE = [
  "text{font-family:system-ui,'Noto Sans',sans-serif;fill:#1b1b1b}",
  ".page{fill:#fff}.quiet{fill:#5a5a5a}.frame{fill:none;stroke:#8a8a8a}",
  "@media screen and (prefers-color-scheme:dark){text{fill:#ececec}.page{fill:#161616}.quiet{fill:#a8a8a8}}",
].join("");

interface TextOptions {
  readonly type: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly rtl?: boolean;
  readonly more?: string;
}

/** `anchor` is where x stands in the text as seen, left to right, whichever way it runs. */
function text(x: number, y: number, content: string, { type, anchor = "start", rtl = false, more = "" }: TextOptions): string {
  // In right-to-left text SVG's "start" is the right end (SVG 2, section 11.10.2.1).
  const flipped = anchor === "start" ? "end" : anchor === "end" ? "start" : anchor;
  const direction = rtl ? ' direction="rtl" unicode-bidi="embed"' : "";
  const attributes = `x="${x}" y="${y}" font-size="${type}" text-anchor="${rtl ? flipped : anchor}"${direction}${more}`;
  return `<text ${attributes}>${escapeMarkup(content)}</text>`;
}

function sourceLabel(label: PlacedLabel, column: number, layout: AttentionLayout): string {
  const x = (column + 0.5) * layout.cell;
  const rtl = label.direction === "rtl";
  const type = layout.type;
  if (layout.slant === "level") return text(x, -5, label.text, { type, anchor: "middle", rtl });
  const angle = layout.slant === "slanted" ? -45 : -90;
  const more = ` dy=".35em" transform="translate(${x} -5) rotate(${angle})"`;
  return text(0, 0, label.text, { type, rtl, more });
}

function targetLabel(label: PlacedLabel, row: number, layout: AttentionLayout): string {
  const y = (row + 0.5) * layout.cell;
  return text(-6, y, label.text, { type: layout.type, anchor: "end", rtl: label.direction === "rtl", more: ' dy=".35em"' });
}

function axisNames(layout: AttentionLayout, rowAxis: string, columnAxis: string): string[] {
  const more = ' class="quiet"';
  const type = Math.min(TEXT_TYPE, layout.type);
  const top = -layout.above - 4;
  const across = layout.reversed
    ? text(layout.gridWidth, top, `← ${columnAxis}`, { type, anchor: "end", more })
    : text(0, top, `${columnAxis} →`, { type, more });
  return [text(-6, -5, `${rowAxis} ↓`, { type, anchor: "end", more }), across];
}

function legend(colours: ColourScheme, largest: number): string[] {
  const step = LEGEND_WIDTH / LEGEND_STEPS;
  const steps = Array.from({ length: LEGEND_STEPS }, (_, i) => {
    const fill = colourAt(colours, i / (LEGEND_STEPS - 1));
    return `<rect x="${i * step}" width="${step}" height="10" fill="${fill}"/>`;
  });
  const type = TEXT_TYPE;
  return [
    `<g shape-rendering="crispEdges">${steps.join("")}</g>`,
    `<rect class="frame" width="${LEGEND_WIDTH}" height="10" shape-rendering="crispEdges"/>`,
    text(0, 25, formatPercent(0), { type }),
    text(LEGEND_WIDTH / 2, 25, formatPercent(largest / 2), { type, anchor: "middle" }),
    text(LEGEND_WIDTH, 25, formatPercent(largest), { type, anchor: "end" }),
  ];
}

function largestOf(weights: ArrayLike<number>): { readonly weight: number; readonly index: number } {
  let index = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i] > weights[index]) index = i;
  return { weight: weights[index], index };
}

/**
 * Draws one matrix of a map as a standalone SVG document: output tokens at the left, source tokens on top (from right to
 * left if most of them are of a right-to-left script), a scale below. It follows the reader's light or dark background.
 * Up to 2500 cells each tell their pair and weight when pointed at.
 * @throws WordloomError as `checkAttentionMap` and `attentionWeights` do
 */
export function attentionSvg(map: AttentionMap, picture: AttentionPicture = {}): string {
  checkAttentionMap(map);
  const weights = attentionWeights(map, picture);
  const { colours = "viridis", scale = "largest" } = picture;
  const layout = layoutAttention(map);
  const words = attentionWords(map);
  const strongest = largestOf(weights);
  const largest = scale === "one" ? 1 : strongest.weight;
  const columns = map.source.length;

  const choice = visibleText(describeChoice(map, picture));
  const title = shortenLabel(words.title, LONGEST_TITLE);
  const notes = [words.about, ...(layout.reversed ? [REVERSED_NOTE] : [])];
  const head = [
    text(0, TITLE_TYPE, title, { type: TITLE_TYPE, rtl: textDirection(title) === "rtl", more: ' font-weight="600"' }),
    text(0, TITLE_TYPE + LINE + 2, shortenLabel(choice, LONGEST_TITLE), { type: TEXT_TYPE }),
    ...notes.map((note, i) => text(0, TITLE_TYPE + LINE * (i + 2) + 2, note, { type: TEXT_TYPE, more: ' class="quiet"' })),
  ];
  const headHeight = TITLE_TYPE + LINE * (notes.length + 1) + 2;
  const headWidth = Math.max(
    estimateWidth(title, TITLE_TYPE),
    ...notes.map((note) => estimateWidth(note, TEXT_TYPE)),
  );

  const gridX = PADDING + layout.left;
  const gridY = PADDING + headHeight + LINE + 8 + layout.above;
  const legendY = gridY + layout.gridHeight + 16;
  const width = Math.ceil(Math.max(headWidth + 2 * PADDING, gridX + Math.max(layout.gridWidth, LEGEND_WIDTH) + layout.right + PADDING));
  const height = legendY + 30 + PADDING;

  const pair = (index: number): string => {
    const target = quoteToken(map.target[Math.floor(index / columns)]);
    const source = quoteToken(map.source[index % columns]);
    return `${words.rowAxis} ${target}${words.between}${source}: ${formatPercent(weights[index])}`;
  };
  const size = `${map.target.length} rows, ${columns} columns. Largest weight: ${pair(strongest.index)}.`;
  const frame = `width="${layout.gridWidth}" height="${layout.gridHeight}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeMarkup(`${words.title}, ${choice}`)}</title>`,
    `<desc>${escapeMarkup([...notes, size].join(" "))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    ...head,
    "</g>",
    `<g transform="translate(${gridX} ${gridY})">`,
    ...axisNames(layout, words.rowAxis, words.columnAxis),
    `<g class="source">`,
    ...layout.sourceLabels.map((label, index) => sourceLabel(label, columnOf(layout, index, columns), layout)),
    "</g>",
    `<g class="target">`,
    ...layout.targetLabels.map((label, row) => targetLabel(label, row, layout)),
    "</g>",
    ...attentionCells({ weights, layout, columns, colours, largest, pair }),
    `<rect class="frame" ${frame} shape-rendering="crispEdges"/>`,
    "</g>",
    `<g transform="translate(${gridX} ${legendY})">`,
    ...legend(colours, largest),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
