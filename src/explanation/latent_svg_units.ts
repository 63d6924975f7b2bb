// The units of a latent space in a picture: how much each varies over the texts, and what it costs.

import { ACTIVE_FROM, isActive, type LatentUnit } from "./latent_map.js";
import { formatNumber } from "./latent_numbers.js";
import { place, svgText } from "./latent_svg_text.js";
import { activityHeight, byActivity, unitAxes } from "./latent_units.js";
import { ACTIVITY_CAPTION, DIVERGENCE_CAPTION } from "./latent_words.js";

const ACTIVITY_HEIGHT = 120;
const DIVERGENCE_HEIGHT = 60;
const BETWEEN = 36;
const WIDEST_BAR = 36;
const CAPTION = 20;

/** What the charts take from top to bottom. */
export const UNITS_HEIGHT = CAPTION + ACTIVITY_HEIGHT + BETWEEN + DIVERGENCE_HEIGHT + 20;

/** `10⁻²` */
function powerOfTen(exponent: number): string {
  return `10${String(exponent).replace(/./g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]))}`;
}

/** Draws the units from the most active to the least, numbered from 1 where the numbers fit, on so many pixels across. */
export function drawUnits(units: readonly LatentUnit[], across: number): string[] {
  const axes = unitAxes(units);
  const step = Math.min(WIDEST_BAR, across / units.length);
  const width = step * units.length;
  const bar = step > 3 ? step - Math.min(4, step / 4) : step;
  const quiet = { type: 11, anchor: "end", more: ' class="quiet"' } as const;
  const heightOf = ({ activity }: LatentUnit): number => ACTIVITY_HEIGHT * activityHeight(activity, axes);
  const threshold = ACTIVITY_HEIGHT * (1 - activityHeight(ACTIVE_FROM, axes));
  const numberedEvery = Math.ceil(22 / step);
  const floor = ACTIVITY_HEIGHT + BETWEEN + DIVERGENCE_HEIGHT;

  const decades = Array.from({ length: axes.highDecade - axes.lowDecade + 1 }, (_, i) => axes.lowDecade + i);
  const grid = decades.flatMap((decade) => {
    const y = ACTIVITY_HEIGHT * (1 - activityHeight(10 ** decade, axes));
    return [`<path class="grid" d="M0 ${place(y)}H${place(width)}"/>`, svgText(-6, y + 4, powerOfTen(decade), quiet)];
  });
  const bars = byActivity(units).map((unit, at) => {
    const of = units[unit];
    const x = place(at * step + (step - bar) / 2);
    const high = Math.max(1, heightOf(of));
    const deep = Math.max(0, of.divergence / axes.highDivergence) * DIVERGENCE_HEIGHT;
    const name = `unit ${unit + 1}: activity ${formatNumber(of.activity)}, divergence ${formatNumber(of.divergence)} nats`;
    const number = at % numberedEvery === 0 ? svgText((at + 0.5) * step, floor + 14, String(unit + 1), { ...quiet, type: 10, anchor: "middle" }) : "";
    return [
      `<g class="${isActive(of) ? "active" : "inactive"}"><title>${name}</title>`,
      `<rect x="${x}" y="${place(ACTIVITY_HEIGHT - high)}" width="${place(bar)}" height="${place(high)}"/>`,
      `<rect x="${x}" y="${place(floor - deep)}" width="${place(bar)}" height="${place(deep)}"/>`,
      `</g>${number}`,
    ].join("");
  });
  return [
    `<g transform="translate(0 ${CAPTION})">`,
    svgText(0, -8, ACTIVITY_CAPTION),
    ...grid,
    svgText(0, floor - DIVERGENCE_HEIGHT - 8, DIVERGENCE_CAPTION),
    svgText(-6, floor - DIVERGENCE_HEIGHT + 8, formatNumber(axes.highDivergence), quiet),
    svgText(-6, floor + 3, "0", quiet),
    ...bars,
    `<path class="threshold" d="M0 ${place(threshold)}H${place(width)}"/>`,
    svgText(width + 6, threshold + 4, `${ACTIVE_FROM}: active above`, { type: 11 }),
    `<path class="frame" d="M0 ${ACTIVITY_HEIGHT}H${place(width)}M0 ${floor}H${place(width)}"/>`,
    "</g>",
  ];
}
