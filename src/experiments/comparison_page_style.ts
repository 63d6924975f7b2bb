// How a comparison's page looks: on light and dark screens, wide and narrow ones, and on paper.

import { lineChartStyle } from "../explanation/line_chart_svg.js";

/** The page's style sheet, with that of the charts in it. */
export const COMPARISON_PAGE_STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --quiet: #5a5a5a; --line: #8a8a8a; --grid: #e3e3e3; --band: #f4f4f4; --mark: #fff3b8; --accent: #0b57d0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #161616; --ink: #ececec; --quiet: #a8a8a8; --line: #777; --grid: #333; --band: #202020; --mark: #4a4216; --accent: #9cc4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, "Noto Sans", sans-serif; }
main { padding: 16px 20px; max-width: 1280px; margin: auto; }
h1 { font-size: 1.5em; margin: 0 0 .3em; overflow-wrap: anywhere; }
h2 { font-size: 1.15em; margin: 0 0 .4em; }
h3, h4 { font-size: 1em; margin: 0 0 .4em; overflow-wrap: anywhere; }
p { margin: .3em 0; overflow-wrap: anywhere; max-width: 75em; }
section { margin-top: 34px; }
.quiet { color: var(--quiet); }
.small { font-size: .87em; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.verdict { margin: 14px 0 0; padding: 10px 14px 10px 30px; border-inline-start: 4px solid var(--accent); background: var(--band); }
.verdict li { margin: .25em 0; overflow-wrap: anywhere; }
.scroll { position: relative; overflow-x: auto; max-width: 100%; padding-bottom: 4px; }
table { border-collapse: collapse; font-size: 13px; line-height: 1.3; font-variant-numeric: tabular-nums; }
caption { text-align: start; color: var(--quiet); padding-bottom: 6px; }
caption span { position: sticky; inset-inline-start: 0; display: inline-block; max-width: min(60em, 100vw - 48px); }
th { font-weight: 600; text-align: end; vertical-align: bottom; padding: 3px 7px; }
thead th { max-width: 7.5em; }
th[scope="colgroup"] { text-align: start; color: var(--quiet); font-weight: 400; }
colgroup + colgroup { border-inline-start: 1px solid var(--grid); }
thead tr:last-child { border-bottom: 1px solid var(--line); }
tbody th { position: sticky; inset-inline-start: 0; background: var(--page); text-align: start; vertical-align: top; }
.who { display: flex; }
.who span { max-width: 12em; overflow-wrap: break-word; }
tbody th, thead th:first-child { text-align: start; }
td { padding: 3px 7px; text-align: end; vertical-align: top; white-space: nowrap; }
thead th.text { text-align: start; }
td.text, td.status { text-align: start; white-space: normal; overflow-wrap: anywhere; min-width: 14em; }
tbody tr { border-bottom: 1px solid var(--grid); }
tr.mean > *, tr.mean th { background: var(--band); }
tr.real { border-top: 1px solid var(--line); font-style: italic; }
.interval { display: block; font-size: 11px; color: var(--quiet); font-style: normal; }
.sign { margin-inline-start: 2px; }
.swatch { vertical-align: -2px; margin-inline-end: 5px; flex: none; margin-top: 1px; }
.swatch .marker { fill: currentColor; }
figure { margin: 0; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart.narrow { display: none; }
details { margin: 10px 0; }
summary { cursor: pointer; padding: 4px 0; }
summary h3 { display: inline; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20em), 1fr)); gap: 12px; margin-top: 6px; }
article { border: 1px solid var(--grid); border-radius: 4px; padding: 10px 12px; min-width: 0; }
article ol { margin: 0; padding: 0; list-style: none; }
article li { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; padding: 6px 0; border-top: 1px solid var(--grid); max-height: 24em; overflow-y: auto; }
mark { background: var(--mark); color: inherit; text-decoration: underline; text-underline-offset: 3px; }
q { unicode-bidi: isolate; }
dl + h3, pre + h3 { margin-top: 14px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 16px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 4px 0 10px; padding: 8px 10px; background: var(--band); white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono", monospace; }
@media screen and (max-width: 680px) {
  .chart.narrow { display: block; }
  .chart.wide { display: none; }
}
@media screen and (max-width: 600px) {
  main { padding: 10px 12px; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 6px; }
  .who span { max-width: 8em; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 9.5pt; }
  main { padding: 0; max-width: none; }
  section { margin-top: 18pt; }
  .scroll { overflow: visible; }
  table { font-size: 6.6pt; width: 100%; }
  .interval { font-size: 5.6pt; }
  th, td { padding: 1.5pt 2.5pt; }
  thead { display: table-header-group; }
  tr, article, figure, pre, .verdict { break-inside: avoid; }
  h2, h3, h4, summary, caption { break-after: avoid; }
  tbody th { position: static; }
  .chart svg { max-height: 100mm; }
  caption span { max-width: none; }
  .samples { grid-template-columns: 1fr 1fr; }
  article li { max-height: none; overflow: visible; }
  details:not([open]) { display: none; }
  .swatch, mark, .verdict, pre, tr.mean > * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
${lineChartStyle(":is(.chart,.swatch) ")}
`;
