// Settings and their results as parallel coordinates: an axis a setting, a line a training, in an SVG file that needs nothing else.

import { colourAt } from "./colour_scale.js";
import { shown } from "./latent_texts.js";
import { place, svgText } from "./latent_svg_text.js";
import { labelWidth } from "./line_chart_labels.js";
import { marker } from "./line_chart_marker.js";
import { chartTicks, exactNumber } from "./line_chart_scale.js";
import { escapeMarkup } from "./markup.js";
import { checkParallelCoordinates, type CoordinateLine, type CoordinateValue, type ParallelCoordinates } from "./parallel_coordinates.js";
import { axisPlaces, type ResultScale, resultScale } from "./parallel_coordinates_scale.js";
import { shortenLabel } from "./token_label.js";

const PADDING = 16;
const TITLE = 30;
const HEADS = 22;
const LEAST_HEIGHT = 320;
const LEAST_GAP = 110;
const STAGE_GAP = 92;
const VALUE_LINE = 26;
const SMALL = 11;
const TYPE = 12;
const LEGEND = 58;
const LONGEST = 22; // columns
const MARK = 4;
/** Lines through the same value are set apart by so many pixels, all together by no more than the widest. */
const APART = 3;
const WIDEST = 16;

/** Results are coloured by their rank, in so many steps: the parts of viridis that are seen on a light and on a dark page. */
export const COLOUR_LEVELS = 8;
export const lightLevels: readonly string[] = Array.from({ length: COLOUR_LEVELS }, (_, level) => colourAt("viridis", (0.6 * level) / (COLOUR_LEVELS - 1)));
export const darkLevels: readonly string[] = Array.from({ length: COLOUR_LEVELS }, (_, level) => colourAt("viridis", 1 - (0.66 * level) / (COLOUR_LEVELS - 1)));

const levelClasses = (colours: readonly string[]): string => colours.map((colour, i) => `.level${i}{color:${colour}}`).join("");
const STYLE = [
  "text{font-family:system-ui,'Noto Sans',sans-serif;fill:#1b1b1b}",
  ".page{fill:#fff}.quiet{fill:#5a5a5a}.axis{stroke:#8a8a8a}.stage{stroke:#c4c4c4}.failed{color:#8a8a8a}",
  ".line{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round}.pruned{stroke-width:1;stroke-dasharray:4 3}",
  ".best{stroke-width:4}.failed .line{stroke-width:1;stroke-dasharray:1 3}.cross{stroke:currentColor;stroke-width:1.5}",
  ".marker{fill:currentColor;stroke:#fff}.value,.name{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.name{font-weight:600}.swatch{fill:currentColor}",
  levelClasses(lightLevels),
  "@media screen and (prefers-color-scheme:dark){text{fill:#ececec}.page{fill:#161616}.quiet{fill:#a8a8a8}.stage{stroke:#4a4a4a}",
  ".marker,.value,.name{stroke:#161616}",
  `${levelClasses(darkLevels)}}`,
].join("");

type Place = readonly [number, number];

const cut = (text: string): string => shortenLabel(shown(text), LONGEST);
const valueText = (value: CoordinateValue): string => (typeof value === "number" ? exactNumber(value) : shown(String(value)));

/** The last result of a line, and the stage it was measured at; null where there is none. */
function lastResult({ results }: CoordinateLine): { readonly stage: number; readonly result: number } | null {
  const stage = results.findLastIndex((result) => result !== null);
  return stage < 0 ? null : { stage, result: results[stage]! };
}

/** The level of colour of each line by its rank; lines that came equally far with equal results share one. */
function levelsOf(lines: readonly CoordinateLine[]): number[] {
  const ends = lines.map((line) => (line.end === "failed" ? null : lastResult(line)));
  const ranked = ends.filter((end) => end !== null);
  return ends.map((end) => {
    const rank = end === null ? 0 : ranked.findIndex(({ stage, result }) => stage === end.stage && result === end.result);
    return Math.round(((COLOUR_LEVELS - 1) * rank) / Math.max(1, ranked.length - 1));
  });
}

/** Horizontal places of axes and stages: as far from each other as their names and values need. */
function placesAcross({ axes, stages }: ParallelCoordinates): number[] {
  const names = [...axes.map(({ label }) => labelWidth(cut(label), TYPE)), ...stages.map((stage) => labelWidth(cut(stage), TYPE))];
  const values = axes.map((axis) => Math.max(...axis.values.map((value) => labelWidth(cut(valueText(value)), SMALL))));
  let x = Math.max(names[0] / 2, values[0] + 12);
  return names.map((name, i) => {
    if (i > 0) x += Math.max(i < axes.length ? LEAST_GAP : STAGE_GAP, (names[i - 1] + name) / 2 + 14, (values[i] ?? 0) + 40);
    return x;
  });
}

/** Vertical places of each line on each axis: where several go through one value they stand side by side, in their order. */
function placesOnAxes({ axes, lines }: ParallelCoordinates, height: number): number[][] {
  const inner = (share: number): number => height - WIDEST - share * (height - 2 * WIDEST);
  return axes.map((axis, a) => {
    const places = axisPlaces(axis);
    const through = new Map<CoordinateValue, number[]>();
    lines.forEach(({ values }, i) => through.set(values[a], [...(through.get(values[a]) ?? []), i]));
    return lines.map(({ values }, i) => {
      const all = through.get(values[a])!;
      const apart = Math.min(APART, WIDEST / Math.max(1, all.length - 1));
      return inner(places.get(values[a])!) + (all.indexOf(i) - (all.length - 1) / 2) * apart;
    });
  });
}

/** A line in words. */
function told({ axes, stages }: ParallelCoordinates, line: CoordinateLine): string {
  const settings = line.values.map((value, i) => `${shown(axes[i].label)} ${valueText(value)}`).join(", ");
  const last = lastResult(line);
  const result = last === null ? "" : `: ${exactNumber(last.result)} at ${shown(stages[last.stage])}`;
  return `${shown(line.name)} (${settings})${result}${line.end === "complete" ? "" : `, ${line.end}`}`;
}

function inWords(picture: ParallelCoordinates): string {
  const { title, axes, result, lines } = picture;
  const count = (end: CoordinateLine["end"]): number => lines.filter((line) => line.end === end).length;
  const counts = (["complete", "pruned", "failed"] as const).flatMap((end) => (count(end) > 0 ? [`${count(end)} ${end}`] : []));
  return `${shown(title)}: ${shown(result)} by ${axes.map(({ label }) => shown(label)).join(", ")}. ${counts.join(", ")}. The best: ${told(picture, lines[0])}. ${lines.slice(1).map((line) => told(picture, line)).join("; ")}${lines.length > 1 ? "." : ""}`.trim();
}

/** Axes with their names, values and numbers, the plot's upper left corner at (0, 0). */
function drawAxes({ axes, stages, result }: ParallelCoordinates, across: readonly number[], height: number, scale: ResultScale): { under: string[]; over: string[] } {
  const under: string[] = [];
  const over: string[] = [];
  const last = across.length - 1;
  across.forEach((x, i) => {
    under.push(`<path class="${i < axes.length || i === last ? "axis" : "stage"}" d="M${place(x)} 0V${height}"/>`);
    over.push(svgText(x, -10, cut(i < axes.length ? axes[i].label : stages[i - axes.length]), { anchor: "middle", more: i < axes.length ? ' font-weight="600"' : ' class="quiet"' }));
    if (i >= axes.length) return;
    for (const [value, share] of axisPlaces(axes[i])) {
      const y = height - WIDEST - share * (height - 2 * WIDEST);
      over.push(svgText(x - 8, y + 4, cut(valueText(value)), { type: SMALL, anchor: "end", more: ' class="value"' }));
    }
  });
  for (const { value, text } of chartTicks(scale, 6)) {
    const y = scale.at(value);
    under.push(`<path class="axis" d="M${place(across[last])} ${place(y)}h5"/>`);
    over.push(svgText(across[last] + 9, y + 4, text, { type: SMALL, more: ' class="quiet"' }));
  }
  const caption = `${shown(result)} ↑`;
  over.push(svgText(Math.max(across[last], labelWidth(caption, TYPE)), height + 18, caption, { anchor: "end", type: TYPE }));
  return { under, over };
}

/** What colours and strokes mean, its upper left corner at (0, 0). */
function drawLegend({ stages, lines }: ParallelCoordinates, limit: number): string[] {
  const elements: string[] = [];
  let x = 0;
  const write = (text: string): void => {
    elements.push(svgText(x, 4, text, { type: SMALL, more: ' class="quiet"' }));
    x += labelWidth(text, SMALL) + 18;
  };
  elements.push(svgText(x, 4, "best", { type: SMALL, more: ' class="quiet"' }));
  x += labelWidth("best", SMALL) + 6;
  for (let level = 0; level < COLOUR_LEVELS; level++) {
    elements.push(`<rect class="swatch level${level}" x="${place(x)}" y="-4" width="10" height="8"/>`);
    x += 10;
  }
  x += 6;
  write("worst");
  if (lines.some(({ end }) => end === "pruned")) {
    elements.push(`<g class="level${COLOUR_LEVELS - 1}"><path class="line pruned" d="M${place(x)} 0h28"/>${marker(2, x + 28, 0, MARK)}</g>`);
    x += 38;
    write(`pruned at ${stages.length > 2 ? "a rung" : shown(stages[0])}`);
  }
  if (lines.some(({ end }) => end === "failed")) {
    elements.push(`<g class="failed"><path class="line" d="M${place(x)} 0h28"/>${cross([x + 28, 0])}</g>`);
    x += 40;
    write("failed");
  }
  if (Number.isFinite(limit)) write(`above ${exactNumber(limit)}: at the top`);
  return elements;
}

const cross = ([x, y]: Place): string => `<path class="cross" d="M${place(x - MARK)} ${place(y - MARK)}l${2 * MARK} ${2 * MARK}m0 ${-2 * MARK}l${-2 * MARK} ${2 * MARK}"/>`;

/**
 * Draws trainings as lines from setting to setting and on to their results, which stand on an axis a stage, all on one
 * scale. The best one is thick and named; pruned ones are thin and dashed and end in a mark at the stage that they
 * reached; failed ones end in a cross behind their settings. Lines tell all of it when pointed at. It follows the reader's
 * light or dark background.
 * @throws WordloomError as `checkParallelCoordinates` does
 * @example
 * parallelCoordinatesSvg({
 *   title: "Sweep", result: "validation loss, nats a token", stages: ["600 steps"],
 *   axes: [{ label: "lr", values: [0.001, 0.01] }, { label: "family", values: ["lstm", "gru"] }],
 *   lines: [{ name: "training 2", values: [0.001, "gru"], results: [1.52], end: "complete" }],
 * });
 */
export function parallelCoordinatesSvg(picture: ParallelCoordinates): string {
  checkParallelCoordinates(picture);
  const { title, axes, lines } = picture;
  const most = Math.max(...axes.map(({ values }) => values.length));
  const height = Math.max(LEAST_HEIGHT, most * VALUE_LINE + 2 * WIDEST);
  const across = placesAcross(picture);
  const scale = resultScale(lines, height);
  const onAxes = placesOnAxes(picture, height);
  const levels = levelsOf(lines);
  const { under, over } = drawAxes(picture, across, height, scale);
  const drawn = lines.map((line, i) => {
    const settings = axes.map((_, a): Place => [across[a], onAxes[a][i]]);
    const results = line.results.flatMap((result, stage): Place[] => (result === null ? [] : [[across[axes.length + stage], scale.at(result)]]));
    const way = [...settings, ...results];
    const best = i === 0 && line.end === "complete";
    const path = `<path class="line${best ? " best" : line.end === "pruned" ? " pruned" : ""}" d="M${way.map((at) => at.map(place).join(" ")).join("L")}"><title>${escapeMarkup(told(picture, line))}</title></path>`;
    const end = way[way.length - 1];
    const mark = line.end === "failed" ? cross(end) : marker(line.end === "pruned" ? 2 : 0, ...end, best ? MARK + 1 : line.end === "pruned" ? MARK : MARK - 1);
    return `<g class="${line.end === "failed" ? "failed" : `level${levels[i]}`}">${way.length > 1 ? path : ""}${mark}</g>`;
  });
  const ticks = Math.max(0, ...chartTicks(scale, 6).map(({ text }) => labelWidth(text, SMALL)));
  const [first] = lines;
  const bestResult = first.end === "complete" ? lastResult(first) : null;
  const bestName = bestResult === null ? "" : `${cut(first.name)}: ${exactNumber(bestResult.result)}`;
  const right = across[across.length - 1] + 9 + ticks + 12;
  if (bestResult !== null) over.push(svgText(right, scale.at(bestResult.result) + 4, bestName, { type: TYPE, more: ' class="name"' }));
  const plotY = PADDING + TITLE + HEADS;
  const legendY = height + 44;
  const width = Math.ceil(Math.max(right + (bestName === "" ? 0 : labelWidth(bestName, TYPE) * 1.1), labelWidth(shown(title), 16), 420) + 2 * PADDING);
  const total = place(plotY + height + LEGEND + PADDING);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img">`,
    `<title>${escapeMarkup(shown(title))}</title>`,
    `<desc>${escapeMarkup(inWords(picture))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${total}"/>`,
    svgText(PADDING, PADDING + 14, shown(title), { type: 16, more: ' font-weight="600"' }),
    `<g transform="translate(${PADDING} ${plotY})">`,
    ...under,
    ...drawn.reverse(), // the best on top
    ...over,
    `<g transform="translate(0 ${legendY})">`,
    ...drawLegend(picture, scale.limit),
    "</g>",
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}
