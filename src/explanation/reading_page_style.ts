// How a reading's page looks: on light and dark screens, wide and narrow ones, and on paper.

/** The page's style sheet. */
export const READING_PAGE_STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --quiet: #5a5a5a; --line: #8a8a8a; --grid: #e3e3e3; --accent: #0b57d0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #161616; --ink: #ececec; --quiet: #a8a8a8; --line: #777; --grid: #333; --accent: #9cc4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, "Noto Sans", sans-serif; }
main { padding: 16px 20px; max-width: 1500px; margin: auto; }
h1 { font-size: 1.35em; margin: 0 0 .2em; overflow-wrap: anywhere; }
h2 { font-size: 1.1em; margin: 0 0 .3em; }
h3 { font-size: 1em; margin: .9em 0 .3em; }
p { margin: .2em 0; overflow-wrap: anywhere; }
section { margin-top: 28px; break-inside: avoid; }
.quiet { color: var(--quiet); }
.small { font-size: .87em; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 18px; margin: 12px 0; align-items: center; }
.controls label { display: flex; align-items: center; gap: 6px; }
select, input, button { font: inherit; color: inherit; }
select, input { min-height: 32px; max-width: 100%; }
input[type="number"] { width: 5.5em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.parts { display: grid; grid-template-columns: minmax(0, 1fr) minmax(16em, 22em); gap: 16px 28px; align-items: start; }
#text { font: 17px/2 ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; padding: 4px; cursor: default; }
#text span { padding: 3px 0; border-bottom: 3px solid transparent; border-radius: 2px; }
#text span.wide { padding: 3px 1px; margin-inline-end: 1px; }
#text .divider { color: var(--quiet); line-height: 1.4; }
#text span.special, #text span.unknown { color: var(--quiet); }
#text span.chosen { outline: 2px solid var(--ink); outline-offset: 1px; border-bottom-color: var(--ink); position: relative; z-index: 1; }
.legend { max-width: 320px; margin-top: 8px; }
.legend canvas { display: block; width: 100%; height: 12px; }
.legend div { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
#token { font-size: 1.05em; }
#token b, .number { font-variant-numeric: tabular-nums; }
.bars { margin: 0 0 12px; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: minmax(0, 1fr) 4.5em; gap: 0 8px; margin-bottom: 4px; }
.bars bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; justify-self: start; max-width: 100%; }
.bars .actual bdi { font-weight: 700; text-decoration: underline; }
.bars span { text-align: right; font-variant-numeric: tabular-nums; }
.bars i { grid-column: 1 / 3; height: 4px; background: var(--accent); }
.scroll { overflow-x: auto; max-width: 100%; padding-bottom: 4px; }
table { border-collapse: separate; border-spacing: 1px; font-size: 13px; }
th { font-weight: 600; white-space: nowrap; padding: 1px 5px; text-align: center; }
tbody th { position: sticky; left: 0; background: var(--page); text-align: end; font-weight: 400; }
td { padding: 2px 5px; text-align: center; white-space: nowrap; min-width: 22px; }
td.right { font-weight: 700; text-decoration: underline; }
th.chosen { outline: 2px solid var(--ink); outline-offset: -2px; }
.matrices { display: flex; flex-wrap: wrap; gap: 16px 28px; align-items: flex-start; }
.matrix { max-width: min(100%, 560px); cursor: crosshair; image-rendering: pixelated; outline: 1px solid var(--line); }
#heads { display: grid; gap: 6px; overflow-x: auto; padding: 4px; max-width: 100%; }
#heads .name { align-self: center; font-size: 12px; max-width: 9em; }
#heads button { padding: 2px; border: 2px solid transparent; background: none; cursor: pointer; line-height: 0; }
#heads button[aria-pressed="true"] { border-color: var(--accent); }
#heads canvas { width: 64px; height: 64px; outline: 1px solid var(--line); }
#traces { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 10px; align-items: center; }
#traces button { border: 0; background: none; padding: 2px 4px; text-align: end; cursor: pointer; border-radius: 4px; }
#traces button[aria-pressed="true"] { outline: 2px solid var(--accent); }
#traces canvas { width: 100%; height: 16px; image-rendering: pixelated; outline: 1px solid var(--grid); }
[hidden] { display: none !important; }
@media (max-width: 820px) {
  main { padding: 10px 12px; }
  .parts { grid-template-columns: minmax(0, 1fr); }
  .controls label { flex: 1 1 40%; justify-content: space-between; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 10pt; }
  main { padding: 0; max-width: none; }
  .parts { grid-template-columns: minmax(0, 1fr) 14em; }
  .controls, .help { display: none; }
  .scroll { overflow: visible; }
  #text { font-size: 10pt; }
  table { font-size: 7pt; }
  td, th { padding: 1px 2px; min-width: 0; }
  tbody th { position: static; }
  #text span, td, canvas, .bars i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
