// A latent space as one picture: its texts as points, its units as bars, in an SVG file that needs nothing else.

import { colourAt } from "./colour_scale.js";
import { escapeMarkup } from "./markup.js";
import { latentGroups, type LatentGroups } from "./latent_groups.js";
import { checkLatentMap, type LatentMap } from "./latent_map.js";
import { type ColourRange, colourRange, formatNumber } from "./latent_numbers.js";
import { drawPlot } from "./latent_svg_plot.js";
import { place, svgText, wrapLines } from "./latent_svg_text.js";
import { drawUnits, UNITS_HEIGHT } from "./latent_svg_units.js";
import { lengthOf, shown } from "./latent_texts.js";
import { chooseView, latentViews } from "./latent_views.js";
import { latentWords, PRIOR_NOTE } from "./latent_words.js";
import { shortenLabel } from "./token_label.js";

const PADDING = 16;
const LEFT = 62;
const PLOT = { width: 640, height: 480 };
const LEGEND_WIDTH = 170;
const LEGEND_NAME = 18; // columns
const WIDTH = PADDING + LEFT + PLOT.width + 20 + LEGEND_WIDTH + PADDING;
const LINE = 18;
const SCALE_STEPS = 40;
const SCALE_WIDTH = 150;

const STYLE = [
  "text{font-family:system-ui,'Noto Sans',sans-serif;fill:#1b1b1b}",
  ".page{fill:#fff}.quiet{fill:#5a5a5a}.frame{fill:none;stroke:#8a8a8a}.grid{stroke:#e6e6e6}",
  ".points{fill-opacity:.8;stroke-opacity:.7}.dots{fill:none;stroke-linecap:round}",
  ".prior{fill:none;stroke:#5a5a5a;stroke-dasharray:5 4}.threshold{stroke:#b3261e;stroke-dasharray:5 3}",
  ".active{fill:#0b57d0}.inactive{fill:#a8a8a8}",
  "@media screen and (prefers-color-scheme:dark){text{fill:#ececec}.page{fill:#161616}.quiet{fill:#a8a8a8}.grid{stroke:#2e2e2e}",
  ".prior{stroke:#a8a8a8}.threshold{stroke:#ff8a80}.active{fill:#9cc4ff}.inactive{fill:#6a6a6a}}",
].join("");

function groupLegend({ groups }: LatentGroups): string[] {
  return groups.flatMap(({ name, colour, count }, i) => [
    `<circle cx="5" cy="${i * LINE + 8}" r="5" fill="${colour}"/>`,
    svgText(18, i * LINE + 12, shortenLabel(name, LEGEND_NAME), {}),
    svgText(LEGEND_WIDTH, i * LINE + 12, count.toLocaleString("en-US"), { anchor: "end", more: ' class="quiet"' }),
  ]);
}

function lengthLegend({ low, high, below, above }: ColourRange): string[] {
  const step = SCALE_WIDTH / SCALE_STEPS;
  const steps = Array.from({ length: SCALE_STEPS }, (_, i) => `<rect x="${place(i * step)}" y="20" width="${place(step)}" height="10" fill="${colourAt("viridis", i / (SCALE_STEPS - 1))}"/>`);
  return [
    svgText(0, 12, "Length in characters", {}),
    `<g shape-rendering="crispEdges">${steps.join("")}</g>`,
    svgText(0, 45, `${below ? "≤ " : ""}${formatNumber(low)}`, { type: 11 }),
    svgText(SCALE_WIDTH, 45, `${above ? "≥ " : ""}${formatNumber(high)}`, { type: 11, anchor: "end" }),
  ];
}

/**
 * Draws a map as a standalone SVG document: its texts in the view that `chooseView` takes, coloured by label, or by
 * length where there are no labels; below, its units from the most active to the least. It follows the reader's light or
 * dark background. Up to 2500 points each tell their text when pointed at.
 * @throws WordloomError as `checkLatentMap` does
 */
export function latentSvg(map: LatentMap): string {
  checkLatentMap(map);
  const views = latentViews(map);
  const view = chooseView(views);
  const words = latentWords(map, views);
  const grouped = latentGroups(map.labels);
  const { groups, groupOf } = grouped;
  const lengths = map.texts.map(lengthOf);
  const range = colourRange(lengths);
  const labelled = groups.length > 0;
  const colourOf = (row: number): string =>
    labelled ? groups[groupOf[row]].colour : colourAt("viridis", (lengths[row] - range.low) / (range.high - range.low || 1));
  const captionOf = (row: number): string => {
    const label = map.labels[row];
    return `${shown(map.texts[row])}${label === null ? "" : `\n${shown(label)}`}`;
  };

  const inner = WIDTH - 2 * PADDING;
  const lines = [words.about, words.units, words.labels].filter(Boolean).flatMap((sentence) => wrapLines(sentence, inner));
  const below = wrapLines([view.note, ...(view.zero === null ? [] : [PRIOR_NOTE])].join(" "), PLOT.width);
  const plotY = PADDING + 24 + LINE * lines.length + 12;
  const notesY = plotY + PLOT.height + 58;
  const unitsY = notesY + LINE * below.length + 8;
  const height = unitsY + UNITS_HEIGHT + PADDING;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeMarkup(words.title)}</title>`,
    `<desc>${escapeMarkup([words.about, words.units, words.labels, view.note].join(" ").trim())}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    svgText(0, 16, words.title, { type: 16, more: ' font-weight="600"' }),
    ...lines.map((line, i) => svgText(0, 40 + i * LINE, line, { more: ' class="quiet"' })),
    "</g>",
    `<g transform="translate(${PADDING + LEFT} ${plotY})">`,
    ...drawPlot({ view, colourOf, captionOf }, PLOT),
    `<g transform="translate(${PLOT.width + 20} 0)">`,
    ...(labelled ? groupLegend(grouped) : lengthLegend(range)),
    "</g>",
    "</g>",
    `<g transform="translate(${PADDING + LEFT} ${notesY})">`,
    ...below.map((line, i) => svgText(0, i * LINE, line, { more: ' class="quiet"' })),
    "</g>",
    `<g transform="translate(${PADDING + LEFT} ${unitsY})">`,
    ...drawUnits(map.units, PLOT.width),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
