// A comparison as a page to read: one HTML file that carries its pictures, runs no script and reaches for nothing else.

import { escapeMarkup } from "../explanation/markup.js";
import { htmlPage } from "../explanation/html_page.js";
import type { LineChart } from "../explanation/line_chart.js";
import { lineChartSvg } from "../explanation/line_chart_svg.js";
import type { Comparison } from "./comparison.js";
import { lossCharts, qualityChart } from "./comparison_charts.js";
import { mainColumns, mainTemperature, WRITING_MEASURES, writingColumns } from "./comparison_columns.js";
import { COMPARISON_PAGE_STYLE } from "./comparison_page_style.js";
import { comparisonRows } from "./comparison_rows.js";
import { samplesHtml } from "./comparison_samples.js";
import { settingsHtml } from "./comparison_settings.js";
import { storyColumns } from "./comparison_stories.js";
import { memberTable } from "./comparison_table.js";
import { comparisonTitle, verdict, whatWasCompared } from "./comparison_words.js";

const LEGEND = "Small numbers below are 95 % bootstrap intervals, or “±” the standard deviation over seeds. ★ best of its column; ≈ its interval overlaps that of the best.";
const NEAREST = " Of what is written, best is what is nearest to real texts: a higher BLEU can come from less diversity.";

/** Pixels across the plot of a chart for narrow windows. */
const NARROW = 240;

/** A chart twice, of which the style sheet shows the one that fits. */
function chartHtml(chart: LineChart): string {
  const [wide, narrow] = [chart, { ...chart, width: NARROW }].map((one) => lineChartSvg(one, { embedded: true }));
  return `<figure class="chart wide">${wide}</figure>\n<figure class="chart narrow">${narrow}</figure>`;
}

function section(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? "" : `<section>\n<h2>${escapeMarkup(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

/** All measures of what was written, a table for each temperature. */
function allMeasures(comparison: Comparison): string[] {
  return comparison.temperatures.flatMap((temperature) => {
    const columns = writingColumns(comparison, temperature, WRITING_MEASURES);
    if (comparison.members.every((member) => columns.every(({ of }) => of(member) === null))) return [];
    const table = memberTable({ caption: `Written at temperature ${temperature}${comparison.real ? ", beside real texts" : ""}`, columns, rows: comparisonRows(comparison, columns) });
    return [`<details><summary><h3>All measures at temperature ${temperature}</h3></summary>\n${table}\n</details>`];
  });
}

/** Writes a comparison as one HTML page, for screens of any size, light and dark, and for paper. */
export function comparisonHtml(comparison: Comparison): string {
  const temperature = mainTemperature(comparison);
  const main = mainColumns(comparison);
  const stories = storyColumns(comparison);
  const quality = qualityChart(comparison);
  const sentences = verdict(comparison).map((sentence) => `<li dir="auto">${escapeMarkup(sentence)}</li>`);
  const caption = `Every figure of the test part${temperature === null ? "" : `, and of what was written at temperature ${temperature}`}`;
  const body = [
    `<p>${escapeMarkup(whatWasCompared(comparison))}</p>`,
    sentences.length === 0 ? "" : `<ul class="verdict">\n${sentences.join("\n")}\n</ul>`,
    section("Results", [memberTable({ caption, columns: main, rows: comparisonRows(comparison, main) }), `<p class="quiet small">${LEGEND}${comparison.real ? NEAREST : ""}</p>`]),
    section("Against what can be known", stories.length === 0 ? [] : [memberTable({ caption: "The source of these texts is known: how many nats a text it needs itself, how many more each family needs, and how many of the texts that are written could come from it", columns: stories, rows: comparisonRows(comparison, stories) })]),
    section("Loss", lossCharts(comparison).map(chartHtml)),
    section("Quality and diversity over temperature", [...(quality ? [chartHtml(quality)] : []), ...allMeasures(comparison)]),
    section("Samples", [samplesHtml(comparison)]),
    section("Settings", [settingsHtml(comparison)]),
  ];
  return htmlPage({ title: comparisonTitle(comparison), style: COMPARISON_PAGE_STYLE, body: body.filter((part) => part !== "").join("\n") });
}
