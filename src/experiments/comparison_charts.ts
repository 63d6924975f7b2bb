// The curves of a comparison as charts: loss against time and against tokens, quality against diversity over temperature.

import type { ChartPoint, ChartSeries, LineChart } from "../explanation/line_chart.js";
import { COMPARED_FAMILIES, type ComparedFamily, type Comparison, type CurvePoint } from "./comparison.js";
import { familyFigures } from "./comparison_words.js";

/** The same colour and shape for a family wherever it is drawn. */
export const lookOfFamily = (family: ComparedFamily): number => COMPARED_FAMILIES.indexOf(family);

/** Numbers of an axis that reach over more than this factor are told apart better by factors. */
const LOG_FROM = 20;
/** The first evaluations of a training say little and would press all others together. */
const HIGHEST = 2;
const DIGITS = 1e4;

/** The range of the loss that is shown: from the lowest to twice that, or to the highest end of a curve. */
function lossRange(series: readonly ChartSeries[]): { readonly range: readonly [number, number]; readonly cut: boolean } | null {
  const losses = series.flatMap(({ points }) => points.map(({ y }) => y));
  const [lowest, highest] = [Math.min(...losses), Math.max(...losses)];
  const ends = Math.max(...series.map(({ points }) => points[points.length - 1].y));
  const top = Math.min(highest, Math.max(HIGHEST * lowest, ends + 0.5 * (ends - lowest)));
  if (!(lowest > 0 && top > lowest)) return null;
  const margin = 0.05 * (top - lowest);
  return { range: [lowest - margin, top + margin], cut: highest > top };
}

/** A curve from its last point before it is at most so high. */
const fromInside = (points: readonly ChartPoint[], top: number): readonly ChartPoint[] => points.slice(Math.max(0, points.findIndex(({ y }) => y <= top) - 1));

/** The unit of large counts: 1, a thousand, a million or a billion of them. */
function unitOf(most: number): { readonly size: number; readonly name: string } {
  const units = [{ size: 1e9, name: "billion " }, { size: 1e6, name: "million " }, { size: 1e3, name: "thousand " }];
  return units.find(({ size }) => most >= 2 * size) ?? { size: 1, name: "" };
}

function lossChart(comparison: Comparison, title: string, axis: (unit: string) => string, of: (point: CurvePoint) => number, unit = { size: 1, name: "" }): LineChart | null {
  const named = new Set<ComparedFamily>();
  const series = comparison.members.flatMap(({ name, family, training, prediction }): ChartSeries[] => {
    const points = (training?.curve ?? []).map((point): ChartPoint => ({ x: of(point) / unit.size, y: point.bitsPerCharacter })).filter(({ x, y }) => x > 0 && Number.isFinite(x) && Number.isFinite(y));
    const bound = prediction?.bound ?? family === "vae";
    if (points.length === 0) return [];
    const unnamed = named.has(family);
    named.add(family);
    return [{ name: unnamed || comparison.seeds.length === 1 ? name : family, unnamed, points, look: lookOfFamily(family), style: bound ? "dashed" : "line" }];
  });
  if (series.length === 0) return null;
  const shown = lossRange(series);
  const inside = shown?.cut ? series.map((one) => ({ ...one, points: fromInside(one.points, shown.range[1]) })) : series;
  const places = inside.flatMap(({ points }) => points.map(({ x }) => x));
  const log = Math.max(...places) > LOG_FROM * Math.min(...places);
  const notes = [
    ...(shown?.cut ? ["The beginnings of the curves, far above, are cut off."] : []),
    ...(comparison.seeds.length > 1 ? ["A line for each seed."] : []),
    ...(series.some(({ style }) => style === "dashed") ? ["Dashed: a bound from above."] : []),
  ];
  return {
    title,
    x: { label: `${axis(unit.name)}${log ? " (logarithmic)" : ""}`, log },
    y: { label: "bits per character", ...(shown ? { range: shown.range } : {}) },
    series: inside,
    ...(notes.length > 0 ? { note: notes.join(" ") } : {}),
  };
}

/** The validation loss of every member against the time of its training and against the tokens that it had read. */
export function lossCharts(comparison: Comparison): LineChart[] {
  const tokens = comparison.members.flatMap(({ training }) => (training?.curve ?? []).map((point) => point.tokens)).filter(Number.isFinite);
  const charts = [
    lossChart(comparison, "Validation loss against time", () => "seconds of training", ({ seconds }) => seconds),
    lossChart(comparison, "Validation loss against tokens", (unit) => `${unit}tokens read`, ({ tokens }) => tokens, unitOf(Math.max(0, ...tokens))),
  ];
  return charts.filter((chart) => chart !== null);
}

/** Quality against diversity of each family, a point for each temperature, beside the real texts; null where nothing was measured. */
export function qualityChart(comparison: Comparison): LineChart | null {
  const { real, seeds } = comparison;
  const series = familyFigures(comparison).flatMap(({ family, writing }): ChartSeries[] => {
    const points = writing.map(({ temperature, bleu, selfBleu }) => ({ x: selfBleu.value, y: bleu.value, label: `T ${Math.round(temperature * DIGITS) / DIGITS}` }));
    return points.length === 0 ? [] : [{ name: family, points, look: lookOfFamily(family), style: "line and points" }];
  });
  if (series.length === 0) return null;
  return {
    title: "BLEU-3 against Self-BLEU-3",
    x: { label: "Self-BLEU-3, lower is more diverse" },
    y: { label: "BLEU-3, higher is better" },
    series,
    marks: real ? [{ y: real.bleu[3].value, label: "real texts" }, ...(real.selfBleu ? [{ x: real.selfBleu[3].value, label: "real texts" }] : [])] : [],
    note: `T is the temperature.${seeds.length > 1 ? " Means over the seeds." : ""}${real ? " Where the dotted lines cross stand as many real texts: what a perfect model would have." : ""}`,
  };
}
