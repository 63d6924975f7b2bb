// How a latent page looks: on light and dark screens, wide and narrow ones, and on paper.

/** The page's style sheet. */
export const LATENT_PAGE_STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #1b1b1b; --quiet: #5a5a5a; --line: #8a8a8a; --grid: #e9e9e9; --panel: #fffffff0; --mark: #dfe9fa; --accent: #0b57d0; --limit: #b3261e; --idle: #a8a8a8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #161616; --ink: #ececec; --quiet: #a8a8a8; --line: #777; --grid: #2a2a2a; --panel: #242424f0; --mark: #232b38; --accent: #9cc4ff; --limit: #ff8a80; --idle: #6a6a6a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: clamp(15px, 8px + .42vw, 20px)/1.45 system-ui, "Noto Sans", sans-serif; }
main { padding: 16px 20px; max-width: 2200px; margin: auto; }
h1 { font-size: 1.35em; margin: 0 0 .2em; overflow-wrap: anywhere; }
h2 { font-size: 1em; margin: 0 0 .4em; }
p { margin: .2em 0; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.small { font-size: .87em; }
select, input, button { font: inherit; color: inherit; }
select, input[type="search"] { min-height: 34px; max-width: 100%; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 20px; margin: 12px 0; align-items: center; }
.controls label { display: flex; align-items: center; gap: 6px; }
#views { border: 0; margin: 0; padding: 0; display: flex; gap: 14px; }
#search { width: 15em; }
#found { font-variant-numeric: tabular-nums; }
.parts { display: grid; grid-template: "map side" auto "units side" 1fr / minmax(0, 1fr) minmax(15em, 21em); gap: 16px 28px; align-items: start; }
.map { grid-area: map; }
.side { grid-area: side; }
.units { grid-area: units; }
#stage { position: relative; width: 100%; cursor: crosshair; touch-action: pan-y; }
#stage.close { touch-action: none; cursor: grab; }
#stage > svg, #stage > canvas { position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden; pointer-events: none; }
#stage > canvas { object-fit: contain; }
#tip { position: absolute; max-width: min(22em, 92%); padding: 3px 8px; border-radius: 4px; background: var(--panel); box-shadow: 0 1px 5px #0006; pointer-events: none; font-size: .92em; display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.zoom { display: flex; gap: 4px; }
.zoom button { width: 34px; height: 34px; border: 1px solid var(--line); border-radius: 4px; background: none; cursor: pointer; line-height: 1; padding: 0; }
svg text { fill: var(--ink); font-size: 12px; }
svg text.tick { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; }
.grid { stroke: var(--grid); fill: none; shape-rendering: crispEdges; }
.border { stroke: var(--line); fill: none; shape-rendering: crispEdges; }
.prior { fill: none; stroke: var(--quiet); stroke-dasharray: 5 4; }
.threshold { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 3; }
#marks * { fill: none; }
#marks .halo { stroke: var(--page); stroke-width: 5; }
#marks .ring { stroke: var(--ink); stroke-width: 2; }
#marks .pin { stroke: var(--accent); stroke-width: 3; }
#marks .measure { stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 4 3; }
#groups, #scale { max-width: 17em; }
.side > * { margin: 0 0 18px; }
ol, ul { margin: 0; padding: 0; list-style: none; }
#groups button { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 8px; align-items: center; width: 100%; min-height: 32px; padding: 2px 6px; border: 0; border-radius: 4px; background: none; text-align: start; cursor: pointer; }
#groups button:hover { background: var(--mark); }
#groups button[aria-pressed="false"] { color: var(--quiet); }
#groups button[aria-pressed="false"] bdi { text-decoration: line-through; }
#groups button[aria-pressed="false"] .swatch, #groups.plain .swatch { background: none !important; box-shadow: inset 0 0 0 2px var(--line); }
#groups.plain button[aria-pressed="true"] .swatch { background: var(--line) !important; }
bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; justify-self: start; max-width: 100%; }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 50%; flex: none; }
#gradient { height: 12px; border-radius: 2px; }
#ticks { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
#reading { min-height: 4.4em; }
#reading > bdi, #measured bdi { white-space: normal; overflow-wrap: anywhere; }
#reading .facts { color: var(--quiet); margin-top: .4em; }
#reading .swatch { margin-inline-end: 6px; }
#measured { border-inline-start: 3px solid var(--accent); padding-inline-start: 10px; }
#nearest li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 8px; align-items: center; }
#nearest span, #groups span { font-variant-numeric: tabular-nums; color: var(--quiet); }
.units { margin-top: 6px; }
#unitChart svg { display: block; width: 100%; cursor: pointer; }
#unitChart .active { fill: var(--accent); }
#unitChart .inactive { fill: var(--idle); }
#unitChart .column { fill: var(--mark); }
#unit { min-height: 1.5em; }
[hidden] { display: none !important; }
@media screen and (max-width: 820px) {
  main { padding: 10px 12px; }
  .parts { grid-template: "map" auto "side" auto "units" auto / minmax(0, 1fr); }
  .controls label.wide { flex: 1 1 100%; }
  .controls label.wide input { flex: 1; width: auto; min-width: 0; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 10pt; }
  main { padding: 0; max-width: none; }
  .parts { grid-template-columns: minmax(0, 1fr) 13em; }
  .controls, .zoom, #help, #tip, #unit, .orders, .hint, .idle { display: none; }
  #stage { break-inside: avoid; }
  .units { break-inside: avoid; }
  .swatch, #gradient, canvas { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
