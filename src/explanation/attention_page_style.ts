// How an attention page looks: on light and dark screens, wide and narrow ones, and on paper.

/** The page's style sheet. Sizes of cells and labels are set by the script, as `--cell`, `--type`, `--above`, `--across`. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --quiet: #5a5a5a; --line: #8a8a8a; --mark: #fff3b8; --accent: #0b57d0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #161616; --ink: #ececec; --quiet: #a8a8a8; --line: #777; --mark: #4a4216; --accent: #9cc4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, "Noto Sans", sans-serif; }
main { padding: 16px; max-width: 1600px; margin: auto; }
h1 { font-size: 1.35em; margin: 0 0 .2em; overflow-wrap: anywhere; }
h2 { font-size: 1em; margin: 0 0 .4em; }
p { margin: .2em 0; }
.quiet { color: var(--quiet); }
.controls { display: flex; flex-wrap: wrap; gap: 8px 16px; margin: 12px 0; }
.controls label { display: flex; align-items: center; gap: 6px; }
select, input, button { font: inherit; color: inherit; }
select { max-width: 15em; min-height: 32px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#reading { min-height: 3em; font-size: 1.05em; overflow-wrap: anywhere; }
#reading bdi { display: inline; }
#reading b { font-variant-numeric: tabular-nums; }
.parts { display: flex; flex-wrap: wrap; gap: 16px 32px; align-items: flex-start; }
#map { display: grid; grid-template-columns: max-content max-content; max-width: 100%; max-height: 88vh; overflow: auto; position: relative; }
.corner, #above, #left { background: var(--page); }
.corner { position: sticky; top: 0; left: 0; z-index: 3; display: flex; align-items: flex-end; justify-content: flex-end; padding: 0 6px 4px 0; font-size: 12px; }
#above { position: sticky; top: 0; z-index: 2; height: calc(var(--above) + 22px); overflow: hidden; font-size: var(--type); }
#above .axis { position: absolute; top: 0; left: 0; width: var(--across); font-size: 12px; white-space: nowrap; }
#above .axis.reversed { text-align: right; }
#above bdi { position: absolute; bottom: 4px; height: 1.2em; line-height: 1.2em; transform-origin: 0 50%; }
#left { position: sticky; left: 0; z-index: 1; font-size: var(--type); padding-right: 6px; text-align: right; }
#left div { height: var(--cell); display: flex; justify-content: flex-end; align-items: center; }
#left bdi { flex: none; line-height: 1.2em; }
bdi { display: block; white-space: nowrap; max-width: 11em; overflow: hidden; text-overflow: ellipsis; }
bdi.here { background: var(--mark); font-weight: 600; }
#field { position: relative; width: max-content; cursor: crosshair; touch-action: pan-x pan-y; }
canvas { display: block; image-rendering: pixelated; outline: 1px solid var(--line); }
#field.lined::after { content: ""; position: absolute; inset: 0; pointer-events: none; background: repeating-linear-gradient(var(--page) 0 1px, transparent 1px var(--cell)), repeating-linear-gradient(90deg, var(--page) 0 1px, transparent 1px var(--cell)); opacity: .5; }
#cell { z-index: 1; position: absolute; width: var(--cell); height: var(--cell); min-width: 4px; min-height: 4px; pointer-events: none; outline: 2px solid #fff; box-shadow: 0 0 0 4px #000; }
.side { flex: 1 1 220px; max-width: 420px; min-width: 200px; }
.legend { margin-bottom: 16px; max-width: 260px; }
.legend canvas { width: 100%; height: 12px; image-rendering: auto; }
.legend div { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
#strongest { margin: 0; padding: 0; list-style: none; }
#strongest li { display: grid; grid-template-columns: minmax(0, 1fr) 4.5em; gap: 0 8px; margin-bottom: 4px; }
#strongest bdi { max-width: 100%; justify-self: start; }
#strongest span { text-align: right; font-variant-numeric: tabular-nums; }
#strongest i { grid-column: 1 / 3; height: 4px; background: var(--accent); }
#overview { margin-top: 20px; }
#heads { display: grid; gap: 6px; overflow-x: auto; padding: 4px; }
#heads .name { align-self: center; font-size: 12px; max-width: 9em; overflow-wrap: anywhere; }
#heads button { padding: 2px; border: 2px solid transparent; background: none; cursor: pointer; line-height: 0; }
#heads button[aria-pressed="true"] { border-color: var(--accent); }
#heads canvas { width: 64px; height: 64px; image-rendering: auto; }
[hidden] { display: none !important; }
@media (max-width: 600px) {
  main { padding: 10px; }
  bdi { max-width: 7em; }
  .controls label { flex: 1 1 40%; justify-content: space-between; }
  .side { max-width: none; flex-basis: 100%; }
}
@media print {
  :root { color-scheme: light; }
  main { padding: 0; }
  #map { overflow: visible; max-height: none; }
  .corner, #above, #left { position: relative; }
  .controls, #overview, #help, #cell, #field.lined::after { display: none; }
  canvas, #strongest i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  bdi.here { background: none; font-weight: inherit; }
}
`;
