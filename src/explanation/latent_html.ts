// A latent space as a page to explore: one HTML file that carries its data, and reaches for nothing else.

import { WordloomError } from "../errors.js";
import { checkLatentMap, type LatentMap } from "./latent_map.js";
import { latentPageData } from "./latent_page_data.js";
import { LATENT_PAGE_DRAWING } from "./latent_page_drawing.js";
import { LATENT_PAGE_MODEL } from "./latent_page_model.js";
import { LATENT_PAGE_PANEL } from "./latent_page_panel.js";
import { LATENT_PAGE_STAGE } from "./latent_page_stage.js";
import { LATENT_PAGE_STYLE } from "./latent_page_style.js";
import { LATENT_PAGE_VIEW } from "./latent_page_view.js";
import { htmlPage } from "./html_page.js";
import { escapeMarkup } from "./markup.js";

const HELP = [
  "Point at a point or tap it to read its text; click two to measure how far apart they are.",
  "With the map in focus, the arrow keys go to the nearest point in their direction, Page Up and Page Down to the text before and after,",
  "Enter marks a point, Escape takes the marks away, + and − go nearer and farther, 0 shows all.",
].join(" ");

const CONTROLS = `<div class="controls">
<fieldset id="views" aria-label="Projection"></fieldset>
<span class="zoom" role="group" aria-label="Zoom"><button id="closer" type="button" title="Nearer" aria-label="Nearer">+</button><button id="farther" type="button" title="Farther" aria-label="Farther">−</button><button id="whole" type="button" title="Show all" aria-label="Show all">⤢</button></span>
<label>Colour by <select id="colouring"></select></label>
<label class="wide">Find <input id="search" type="search" autocomplete="off" spellcheck="false" dir="auto"></label>
<span id="found" class="quiet" role="status" aria-live="polite"></span>
</div>`;

const MAP = `<div id="stage" tabindex="0" role="application" aria-label="Map of the texts" aria-describedby="help">
<svg id="axes" aria-hidden="true"></svg><canvas id="points" role="img" aria-label="The texts as points"></canvas><svg id="marks" aria-hidden="true"></svg>
<div id="tip" dir="auto" hidden></div>
</div>`;

const SIDE = `<div class="side">
<section id="legend"><h2>Labels</h2><p class="quiet small hint">Click one to hide or show its texts.</p><ul id="groups"></ul></section>
<section id="scale"><h2 id="scaleName"></h2><div id="gradient"></div><div id="ticks"><span></span><span></span></div></section>
<section id="textPart"><h2>Text</h2><div id="reading" role="status" aria-live="polite"></div></section>
<p id="measured" role="status" aria-live="polite" hidden></p>
<section id="nearestPart"><h2>Nearest in the latent space</h2><ol id="nearest"></ol></section>
</div>`;

// 90 MB of means: what browsers still open, and a sixth of the longest string there can be.
const MOST_MEANS = 2 ** 24;
const MOST_TEXTS = 100_000;

function checkSize({ texts, units }: LatentMap): void {
  if (texts.length <= MOST_TEXTS && texts.length * units.length <= MOST_MEANS) return;
  const size = `${texts.length.toLocaleString("en-US")} texts in ${units.length} units`;
  const most = `a page holds ${MOST_TEXTS.toLocaleString("en-US")} texts and ${MOST_MEANS.toLocaleString("en-US")} means`;
  throw new WordloomError("invalid_data", `${size} are too much, ${most}; give fewer texts.`);
}

/**
 * Writes a map as one HTML page: its texts as points, by PCA and by UMAP, each text under the pointer and the keyboard,
 * coloured by label, length or a unit; its units as bars; for screens of any size, light and dark, and for paper. A text
 * is cut to 400 characters. A mean takes about 5.4 bytes: 10,000 texts in 32 units are about 2 MB.
 * @throws WordloomError as `checkLatentMap` does; `invalid_data` for more than 100,000 texts or 2^24 means
 */
export function latentHtml(map: LatentMap): string {
  checkLatentMap(map);
  checkSize(map);
  const data = latentPageData(map);
  const { words } = data;
  const body = `<p class="quiet">${escapeMarkup(words.about)}</p>
<p class="quiet">${escapeMarkup(words.labels)}</p>
${CONTROLS}
<noscript><p>This page draws its picture with a script; allow scripts for it, or write the latent space as SVG.</p></noscript>
<div class="parts">
<div class="map">
${MAP}
<p id="note" class="quiet small"></p>
</div>
${SIDE}
<section class="units">
<h2>Units</h2>
<p>${escapeMarkup(words.units)}</p>
<p class="orders"><label>Order <select id="order"><option value="activity">by activity</option><option value="number">by number</option></select></label></p>
<div id="unitChart" tabindex="0" role="application" aria-label="Units; the left and right arrow keys choose one" aria-describedby="unit"><svg id="bars"></svg></div>
<p id="unit" class="quiet" role="status" aria-live="polite"></p>
</section>
</div>
<p id="help" class="quiet small">${HELP}</p>`;
  return htmlPage({ title: words.title, style: LATENT_PAGE_STYLE, body, data, script: `${LATENT_PAGE_MODEL}${LATENT_PAGE_DRAWING}${LATENT_PAGE_STAGE}${LATENT_PAGE_PANEL}${LATENT_PAGE_VIEW}` });
}
