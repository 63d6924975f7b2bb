// A reading as one picture: the text by surprisal or saliency, the logit lens, or units that follow it, in an SVG file that needs nothing else.

import { WordloomError } from "../errors.js";
import { attentionSvg } from "./attention_svg.js";
import { quoteToken } from "./attention_words.js";
import { colourAt, signedColourAt } from "./colour_scale.js";
import { formatNumber } from "./latent_numbers.js";
import { svgText, wrapLines } from "./latent_svg_text.js";
import { escapeMarkup } from "./markup.js";
import { formatPercent } from "./percent.js";
import { type BandRow, tokenBands } from "./reading_bands.js";
import { tokenBoxes } from "./reading_boxes.js";
import { CONTENT_WIDTH } from "./reading_layout.js";
import { checkReading, inBits, largestSurprisal, type Reading, surprisal } from "./reading.js";
import { LENS_NOTE, readingSummary, readingTitle, saliencySentence, tokenSentence, UNITS_NOTE } from "./reading_words.js";
import { shortenLabel, tokenLabel } from "./token_label.js";

/** What of a reading a picture shows. */
export type ReadingView = "surprisal" | "saliency" | "attention" | "lens" | "units";

/** The views, the default one first. */
export const readingViews: readonly ReadingView[] = ["surprisal", "saliency", "attention", "lens", "units"];

/** The content of a picture: elements from the origin on, how high they are, what is said above, and the scale below. */
interface Picture {
  readonly notes: readonly string[];
  readonly elements: readonly string[];
  readonly height: number;
  readonly scale: { readonly colour: (fraction: number) => string; readonly name: string; readonly ends: readonly [string, string] };
}

const MARGIN = 16;
const TITLE_TYPE = 16;
const LINE = 18;
const LEGEND_WIDTH = 180;
const LEGEND_STEPS = 60;
const LONGEST_TITLE = 72; // columns
const LONGEST_NOTE = 9;
const UNITS_PER_PROPERTY = 3;

const STYLE = [
  "text{font-family:system-ui,'Noto Sans',sans-serif;fill:#1b1b1b}",
  ".page{fill:#fff}.quiet{fill:#5a5a5a}.frame{fill:none;stroke:#8a8a8a}.marked{fill:none;stroke:#1b1b1b;stroke-width:2}",
  "@media screen and (prefers-color-scheme:dark){text{fill:#ececec}.page{fill:#161616}.quiet{fill:#a8a8a8}.marked{stroke:#ececec}}",
].join("");

const inBlue = (fraction: number): string => colourAt("blue", fraction);
const signed = (fraction: number): string => signedColourAt(2 * fraction - 1);

const missing = (what: string): WordloomError => new WordloomError("invalid_argument", `This reading has no ${what} to draw; choose another view.`);

function surprisalPicture(reading: Reading): Picture {
  const bits = reading.tokens.map(({ logProbability }) => (logProbability === null ? null : inBits(surprisal(logProbability))));
  const largest = largestSurprisal(reading);
  const boxes = reading.tokens.map(({ text, rank, alternatives }, index) => {
    const value = bits[index];
    const instead = rank !== null && rank > 1 && alternatives.length > 0 ? shortenLabel(tokenLabel(alternatives[0].text), LONGEST_NOTE) : "";
    return { token: text, fill: value === null ? null : colourAt("blue", value / largest), notes: value === null ? [] : [value.toFixed(1), instead], words: tokenSentence(reading, index), begins: index === reading.source };
  });
  return {
    notes: [readingSummary(reading), "Below each token its surprisal in bits and, where another was likelier, the likeliest."],
    ...tokenBoxes(boxes),
    scale: { colour: inBlue, name: "surprisal", ends: ["0 bits", `${bits.some((value) => value !== null && value > largest) ? "≥ " : ""}${formatNumber(largest)} bits`] },
  };
}

function saliencyPicture(reading: Reading): Picture {
  const saliency = reading.saliency.at(-1);
  if (!saliency) throw missing("saliency");
  const { token, first, integratedGradients } = saliency;
  const largest = integratedGradients.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const boxes = reading.tokens.slice(first, token + 1).map(({ text }, i) => {
    const begins = first + i === reading.source;
    if (first + i === token) return { token: text, fill: null, notes: [], words: tokenSentence(reading, token), marked: true, begins };
    const value = integratedGradients[i];
    return { token: text, fill: signedColourAt(value / largest), notes: [formatNumber(Number(value.toFixed(2)))], words: `${quoteToken(text)}: ${formatNumber(value)} nats`, begins };
  });
  return {
    notes: [saliencySentence(reading, saliency), "Below each token what it adds, in nats: blue raises the probability of the framed token, orange lowers it."],
    ...tokenBoxes(boxes),
    scale: { colour: signed, name: "nats", ends: [formatNumber(-largest), formatNumber(largest)] },
  };
}

function lensPicture(reading: Reading): Picture {
  if (reading.lens.length === 0) throw missing("layers of a Transformer");
  const tokens = reading.tokens.map(({ text }) => text);
  const rows: BandRow[] = reading.lens.toReversed().map(({ name, predictions }) => ({
    name,
    cells: predictions.map(({ text, probability }, i) => {
      const right = text === tokens[i + 1];
      return { fill: colourAt("blue", probability), label: tokenLabel(text), strong: right, words: `After ${quoteToken(tokens[i])}, ${name}: ${quoteToken(text)}, ${formatPercent(probability)}` };
    }),
  }));
  return {
    notes: [LENS_NOTE, "Above, the tokens read; underlined, what indeed comes next."],
    ...tokenBands(tokens.slice(0, reading.read), rows),
    scale: { colour: inBlue, name: "probability", ends: [formatPercent(0), formatPercent(1)] },
  };
}

function unitsPicture(reading: Reading): Picture {
  const { properties, units, tokens, read } = reading;
  if (properties.length === 0) throw missing(units.length === 0 ? "recurrent units" : "property of the text, which is short or plain, and so no units that follow one,");
  const rows = properties.flatMap((property): BandRow[] => {
    const most = property.values.reduce((largest, value) => Math.max(largest, value), 1);
    const own = { name: `${property.name} (chance ${property.chance.toFixed(2)})`, cells: property.values.map((value, i) => ({ fill: colourAt("blue", value / most), label: "", words: `${quoteToken(tokens[i].text)}: ${value}` })) };
    const followers = property.units.slice(0, UNITS_PER_PROPERTY).map(({ layer, unit, correlation }) => {
      const { name, width, values } = units[layer];
      const own = Array.from({ length: read }, (_, row) => values[row * width + unit]);
      const largest = own.reduce((size, value) => Math.max(size, Math.abs(value)), 1e-9);
      return { name: `${name} ${unit + 1}: r = ${formatNumber(Number(correlation.toFixed(2)))}`, cells: own.map((value, i) => ({ fill: signedColourAt(value / largest), label: "", words: `${quoteToken(tokens[i].text)}: ${formatNumber(value)}` })) };
    });
    return [own, ...followers];
  });
  return {
    notes: [UNITS_NOTE],
    ...tokenBands(tokens.slice(0, read).map(({ text }) => text), rows),
    scale: { colour: signed, name: "a unit's value", ends: ["its least", "its largest"] },
  };
}

function legend({ colour, name, ends }: Picture["scale"]): string[] {
  const step = LEGEND_WIDTH / LEGEND_STEPS;
  const steps = Array.from({ length: LEGEND_STEPS }, (_, i) => `<rect x="${i * step}" width="${step}" height="10" fill="${colour(i / (LEGEND_STEPS - 1))}"/>`);
  return [
    `<g shape-rendering="crispEdges">${steps.join("")}</g>`,
    `<rect class="frame" width="${LEGEND_WIDTH}" height="10"/>`,
    svgText(0, 25, ends[0]),
    svgText(LEGEND_WIDTH / 2, 25, name, { anchor: "middle", more: ' class="quiet"' }),
    svgText(LEGEND_WIDTH, 25, ends[1], { anchor: "end" }),
  ];
}

const pictures = { surprisal: surprisalPicture, saliency: saliencyPicture, lens: lensPicture, units: unitsPicture };

/**
 * Draws one view of a reading as a standalone SVG document, which follows the reader's light or dark background. Boxes
 * and cells tell more when pointed at. `saliency` is that of the last token explained.
 * @throws WordloomError as `checkReading` does; `invalid_argument` for a view of what the reading does not have
 */
export function readingSvg(reading: Reading, view: ReadingView = "surprisal"): string {
  checkReading(reading);
  if (view === "attention") {
    if (reading.attention.length === 0) throw missing("attention");
    const labels = reading.tokens.slice(0, reading.read).map(({ text }) => text);
    return attentionSvg({ source: labels, target: labels, kind: "self", layers: reading.attention, title: reading.title });
  }
  const { notes, elements, height: contentHeight, scale } = pictures[view](reading);
  const lines = notes.flatMap((note) => wrapLines(note, CONTENT_WIDTH));
  const top = MARGIN + TITLE_TYPE + LINE * lines.length + 20;
  const bottom = top + contentHeight + 20;
  const width = CONTENT_WIDTH + 2 * MARGIN;
  const height = bottom + 30 + MARGIN;
  const title = readingTitle(reading);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<desc>${escapeMarkup(notes.join(" "))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    svgText(MARGIN, MARGIN + TITLE_TYPE - 2, shortenLabel(title, LONGEST_TITLE), { type: TITLE_TYPE, more: ' font-weight="600"' }),
    ...lines.map((line, i) => svgText(MARGIN, MARGIN + TITLE_TYPE + LINE * (i + 1), line, { more: ' class="quiet"' })),
    `<g transform="translate(${MARGIN} ${top})">`,
    ...elements,
    "</g>",
    `<g transform="translate(${MARGIN} ${bottom})">`,
    ...legend(scale),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

