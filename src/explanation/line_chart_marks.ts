// Lines and bands across a chart's plot, where something begins or values to compare with, and their names.

import { place, svgText } from "./latent_svg_text.js";
import { extentEnds, type LineChart } from "./line_chart.js";
import type { ColumnEntry } from "./line_chart_column.js";
import { type Box, LABEL_LINE, LABEL_TYPE, labelText, labelWidth } from "./line_chart_labels.js";
import { type ChartScale, plotWidth } from "./line_chart_scale.js";

/** Drawn marks. */
export interface DrawnMarks {
  readonly elements: readonly string[];
  /** Rows of names above the plot. */
  readonly rows: number;
  /** Names for the column beside it. */
  readonly entries: readonly ColumnEntry[];
  /** What no label should cover. */
  readonly boxes: readonly Box[];
}

/** Marks across the plot; names of those on the x axis stand above it in as many rows as they need. */
export function drawMarks(chart: LineChart, x: ChartScale, y: ChartScale, height: number): DrawnMarks {
  const plot = plotWidth(chart);
  const elements: string[] = [];
  const boxes: Box[] = [];
  const entries: ColumnEntry[] = [];
  const rowEnds: number[] = [];
  const marks = (chart.marks ?? []).map((mark) => ({ mark, ends: extentEnds("x" in mark ? mark.x : mark.y) })).sort((a, b) => a.ends[0] - b.ends[0]);
  for (const { mark, ends } of marks) {
    const across = "x" in mark;
    const scale = across ? x : y;
    const [low, high] = ends.map((end) => Math.min(scale.high, Math.max(scale.low, end)));
    if (ends[1] < scale.low || ends[0] > scale.high) continue;
    const [start, end] = [scale.at(low), scale.at(high)].sort((a, b) => a - b);
    const middle = (start + end) / 2;
    if (low === high) {
      elements.push(`<path class="mark" d="${across ? `M${place(start)} 0V${height}` : `M0 ${place(start)}H${plot}`}"/>`);
      boxes.push(across ? [start - 1, 0, start + 1, height] : [0, start - 1, plot, start + 1]);
    } else {
      const size = place(Math.max(1, end - start));
      elements.push(across ? `<rect class="band" x="${place(start)}" width="${size}" height="${height}"/>` : `<rect class="band" y="${place(start)}" width="${plot}" height="${size}"/>`);
    }
    const name = labelText(mark.label);
    if (!across) {
      entries.push({ name, y: middle, look: null, style: "dashed", end: [plot, middle] });
      continue;
    }
    const width = labelWidth(name, LABEL_TYPE);
    const left = Math.min(plot - width, Math.max(0, middle - width / 2));
    const free = rowEnds.findIndex((taken) => taken < left);
    const row = free < 0 ? rowEnds.length : free;
    rowEnds[row] = left + width + 10;
    elements.push(svgText(left + width / 2, -7 - row * LABEL_LINE, name, { anchor: "middle", more: ' class="quiet"' }));
  }
  return { elements, rows: rowEnds.length, entries, boxes };
}
