// Attention as a page to explore: one HTML file that carries its data, and reaches for nothing else.

import { WordloomError } from "../errors.js";
import { type AttentionMap, checkAttentionMap } from "./attention_map.js";
import { attentionPageData } from "./attention_page_data.js";
import { PAGE_DRAWING } from "./attention_page_drawing.js";
import { PAGE_MODEL } from "./attention_page_model.js";
import { PAGE_STYLE } from "./attention_page_style.js";
import { PAGE_VIEW } from "./attention_page_view.js";
import { htmlPage } from "./html_page.js";
import { escapeMarkup } from "./markup.js";

const HELP = [
  "Point at a cell or tap it to read its weight.",
  "With the map in focus, the arrow keys go from cell to cell, Home and End to the first and the last source token, Page Up and Page Down ten rows.",
].join(" ");

const CONTROLS = `<div class="controls">
<label>Layer <select id="layer"></select></label>
<label>Head <select id="head"></select></label>
<label>Colours <select id="colours"></select></label>
<label>Scale <select id="scale"><option value="largest">to the largest</option><option value="one">to 100 %</option></select></label>
<label>Size <input id="size" type="range" min="2" max="40" step="1" aria-label="Size of a cell"></label>
</div>`;

// 180 MB of text: what browsers still open, and a third of the longest string there can be.
const MOST_WEIGHTS = 2 ** 26;

function checkSize({ source, target, layers }: AttentionMap): void {
  const heads = layers.reduce((sum, layer) => sum + layer.heads.length, 0);
  if (heads * source.length * target.length <= MOST_WEIGHTS) return;
  const size = `${heads} heads over ${target.length} × ${source.length} tokens`;
  const most = `a page holds ${MOST_WEIGHTS.toLocaleString("en-US")} weights`;
  throw new WordloomError("invalid_data", `Attention of ${size} is too much, ${most}; give a shorter text or fewer layers.`);
}

/**
 * Writes a map as one HTML page: every layer and head and their means, each pair's weight under the pointer and the
 * keyboard, for screens of any size, light and dark, and for paper. Weights are kept to 0.002 %, in about 2.7 bytes
 * each: 6 layers of 8 heads over 512 × 512 tokens are 34 MB.
 * @throws WordloomError as `checkAttentionMap` does; `invalid_data` for more than 2^26 weights
 */
export function attentionHtml(map: AttentionMap): string {
  checkAttentionMap(map);
  checkSize(map);
  const data = attentionPageData(map);
  const { words, note } = data;
  const reversed = data.reversed;
  const columnAxis = escapeMarkup(reversed ? `← ${words.columnAxis}` : `${words.columnAxis} →`);
  const body = `<p id="choice" dir="auto"></p>
<p class="quiet">${escapeMarkup(`${words.about} ${note}`.trim())}</p>
${CONTROLS}
<noscript><p>This page draws its picture with a script; allow scripts for it, or write the attention as SVG.</p></noscript>
<p id="reading" role="status" aria-live="polite"></p>
<div class="parts">
<div id="map" tabindex="0" role="application" aria-label="Attention weights" aria-describedby="help">
<div class="corner quiet">${escapeMarkup(words.rowAxis)} ↓</div>
<div id="above" aria-hidden="true"><span class="axis quiet${reversed ? " reversed" : ""}">${columnAxis}</span></div>
<div id="left" aria-hidden="true"></div>
<div id="field"><canvas id="canvas" role="img"></canvas><div id="cell"></div></div>
</div>
<div class="side">
<div class="legend"><canvas id="bar" aria-hidden="true"></canvas><div id="ticks"><span></span><span></span><span></span></div></div>
<h2>Strongest of the row</h2>
<ol id="strongest"></ol>
<p id="help" class="quiet">${HELP}</p>
</div>
</div>
<section id="overview" hidden>
<h2>All heads</h2>
<div id="heads"></div>
</section>`;
  return htmlPage({ title: words.title, style: PAGE_STYLE, body, data, script: `${PAGE_MODEL}${PAGE_DRAWING}${PAGE_VIEW}` });
}
